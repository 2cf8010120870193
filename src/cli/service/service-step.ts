import { describeStep, type Step } from '../../host/service/plan.ts';
import { runPlan } from '../../host/service/plan-runner.ts';
import { writeFileAtomic } from '../../store/atomic-file.ts';
import type { Context } from '../context.ts';

/** Something that is not right, and the command against it. */
export interface Warning {
  warning: string;
  remedy: string;
}

/** What a command did, and what comes next. */
export interface Done {
  action: string;
  lines: readonly string[];
  warnings?: readonly Warning[];
  next?: string;
  /** Further fields for `--json`. */
  fields?: object;
}

/** Does the steps. */
export function carryOut(steps: readonly Step[]): Promise<void> {
  return runPlan(steps, { writeFile: (path, text) => writeFileAtomic(path, text, { durable: true }) });
}

/** Says what would be done, files with all their text. */
export function showSteps({ output }: Context, steps: readonly Step[]): void {
  const bare = steps.map(({ undo: _, ...step }) => step);
  output.print({ dryRun: true, steps: bare }, () =>
    steps.length === 0 ? ['nothing would be done'] : steps.flatMap(describeStep),
  );
}

/** Says what was done: the result to standard output, warnings and advice beside it. */
export function report({ output }: Context, { action, lines, warnings = [], next, fields }: Done): void {
  output.print({ action, ...fields, warnings, next: next ?? null }, () => lines);
  for (const { warning, remedy } of warnings) output.note(`warning: ${warning}\n  to mend it: ${remedy}`);
  if (next !== undefined) output.note(`next: ${next}`);
}
