import { OrchestratorError } from '../base/errors.ts';
import { stripControls } from '../base/text.ts';
import { formatLocalTime } from '../base/time-text.ts';
import { describeEnding, type Evidence } from '../model/ending.ts';
import type { Context } from './context.ts';
import { callForAgent } from './worker-call.ts';

/** Prints the endings of an agent, newest first, or everything of the one with this number. */
export async function showEvidence(context: Context, name: string, index: number | undefined): Promise<void> {
  const { evidence } = await callForAgent(context, 'agent.evidence', { name }, { name });
  if (index === undefined) {
    context.output.print({ evidence }, () => layList(evidence, name));
    return;
  }
  const one = evidence[index - 1];
  if (one === undefined) {
    throw new OrchestratorError(
      'NOT_FOUND',
      `${name} has no evidence ${index}; ${evidence.length} are kept`,
      {
        hint: `see them with: tmux-orchestrator agent evidence ${name}`,
      },
    );
  }
  context.output.print(one, () => layWhole(one));
}

function layList(evidence: readonly Evidence[], name: string): string[] {
  if (evidence.length === 0) return [`nothing is kept: ${name} has not ended, as far as is known`];
  return evidence.map(
    (one, i) =>
      `${String(i + 1).padStart(3)}  ${timeOf(one)}  ${describeEnding(one.ending)}, was ${one.lastState}`,
  );
}

function layWhole(one: Evidence): string[] {
  return [
    `${one.agent} ended at ${timeOf(one)}: ${describeEnding(one.ending)}; it was ${one.lastState}`,
    `conversation ${one.cliSession === null ? 'not known' : stripControls(one.cliSession)}`,
    ...layText('scrolled out above its screen', one.scrollback),
    ...layText('screen', one.screen),
  ];
}

function layText(what: string, text: string | null): string[] {
  if (text === null) return [`${what}: not kept`];
  const rows = text.split('\n').map((row) => stripControls(row).trimEnd());
  return [`${what}:`, ...rows.slice(0, rows.findLastIndex((row) => row !== '') + 1).map((row) => `| ${row}`)];
}

function timeOf({ at }: Evidence): string {
  return formatLocalTime(Date.parse(at), Date.now());
}
