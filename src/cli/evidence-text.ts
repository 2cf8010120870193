import { cleanLine } from '../base/text.ts';
import type { Explanation } from '../model/explanation.ts';
import { describeReset } from './agent-note.ts';

/** The evidence, the decisive one first, and the end of a limit. */
export function layEvidence({ evidence, reset }: Explanation, now: number): string[] {
  const lines = evidence.map(
    (one, i) => `  ${i === 0 ? 'decided by ' : 'overruled: '} ${one.kind} ${one.rule}: ${one.state}`,
  );
  if (reset === null) return lines;
  const when =
    reset.at === null ? 'which is no instant' : `${reset.at}, ${describeReset(Date.parse(reset.at), now)}`;
  return [...lines, `  limit: "${cleanLine(reset.text, 120)}", ${when}`];
}
