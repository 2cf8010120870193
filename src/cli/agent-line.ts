import { cleanLine } from '../base/text.ts';
import type { Agent } from '../model/agent.ts';
import { noteOf } from './agent-note.ts';
import type { Context } from './context.ts';

/** An agent after something was done to it: name, pane, state, and what else must be known. */
export function printAgent({ output }: Context, agent: Agent): void {
  output.print(agent, () => [layAgent(agent, Date.now())]);
}

function layAgent(agent: Agent, now: number): string {
  const note = noteOf(agent, now);
  const pane = agent.pane === null ? 'no pane' : cleanLine(agent.pane, 12);
  return [cleanLine(agent.name, 64), pane, cleanLine(agent.state, 12), ...(note === '' ? [] : [note])].join(
    '  ',
  );
}
