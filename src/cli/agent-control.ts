import type { Agent } from '../model/agent.ts';
import type { InputOf } from '../operations/routes.ts';
import { printAgent } from './agent-line.ts';
import type { Context } from './context.ts';
import { callForAgent } from './worker-call.ts';

/** What can be done to an agent by its name alone. */
export type SimpleVerb = 'release' | 'pause' | 'resume' | 'interrupt';

export async function controlAgent(context: Context, verb: SimpleVerb, name: string): Promise<void> {
  printAgent(context, await callForAgent(context, `agent.${verb}`, { name }, { name }));
}

export async function adoptPane(context: Context, input: InputOf<'agent.adopt'>): Promise<void> {
  const { openClient } = await import('./client.ts');
  printAgent(context, await openClient(context).call('agent.adopt', input));
}

/** `timeoutMs`: how long it may take to leave by itself. */
export async function stopAgent(
  context: Context,
  name: string,
  { force, timeoutMs }: { force: boolean; timeoutMs: number },
): Promise<void> {
  await callForAgent(context, 'agent.stop', { name, force, timeoutMs }, { name, timeoutMs });
  context.output.print({ name, stopped: true }, () => [`${name}  stopped`]);
}

export async function restartAgent(context: Context, name: string, fresh: boolean): Promise<void> {
  const agent: Agent = await callForAgent(
    context,
    'agent.restart',
    { name, fresh },
    { name, timeoutMs: 60_000 },
  );
  printAgent(context, agent);
}

export async function renameAgent(context: Context, name: string, to: string): Promise<void> {
  printAgent(context, await callForAgent(context, 'agent.rename', { name, to }, { name }));
}

/** Which option of a dialog is meant. */
export type Choice = Omit<InputOf<'agent.answer'>, 'name'>;

export async function answerDialog(context: Context, name: string, choice: Choice): Promise<void> {
  printAgent(context, await callForAgent(context, 'agent.answer', { name, ...choice }, { name }));
}
