/** One thing that a command does to the system. Plain data, so that `--dry-run` shows exactly what would be done. */
export type Step = StepAction & {
  /** What takes it back, should a later step fail. */
  undo?: readonly StepAction[];
};

export type StepAction =
  | { do: 'make-directory'; path: string }
  | { do: 'write'; path: string; text: string }
  | { do: 'remove'; path: string }
  /** With everything in it. */
  | { do: 'remove-tree'; path: string }
  /** Only where nothing is in it. */
  | { do: 'remove-empty'; path: string }
  | {
      do: 'run';
      words: readonly [string, ...string[]];
      timeLimitMs: number;
      /** Its failure is none of ours: there may be nothing to do for it. */
      mayFail?: true;
      /** Tried so often again, with growing pauses. */
      retriesMax?: number;
    };

const TIME_LIMIT_MS = 10_000;

export function run(...words: readonly [string, ...string[]]): StepAction & { do: 'run' } {
  return { do: 'run', words, timeLimitMs: TIME_LIMIT_MS };
}

/** A command whose failure does not matter. */
export function attempt(...words: readonly [string, ...string[]]): StepAction & { do: 'run' } {
  return { ...run(...words), mayFail: true };
}

/** Writing a file, and back to what was there before. */
export function write(path: string, text: string, before: string | undefined): Step {
  const undo: StepAction =
    before === undefined ? { do: 'remove', path } : { do: 'write', path, text: before };
  return { do: 'write', path, text, undo: [undo] };
}

/** A step in words, as a dry run tells it; a file with all its text. */
export function describeStep(step: StepAction): string[] {
  switch (step.do) {
    case 'make-directory':
      return [`mkdir -p ${quoteWord(step.path)}`];
    case 'write':
      return [`write ${quoteWord(step.path)}:`, ...step.text.trimEnd().split('\n').map(indent)];
    case 'remove':
      return [`rm ${quoteWord(step.path)}`];
    case 'remove-tree':
      return [`rm -r ${quoteWord(step.path)}`];
    case 'remove-empty':
      return [`rmdir --ignore-fail-on-non-empty ${quoteWord(step.path)}`];
    case 'run':
      return [`run ${step.words.map(quoteWord).join(' ')}`];
  }
}

function indent(line: string): string {
  return line === '' ? '' : `    ${line}`;
}

/** For a person to read and to paste into a shell. */
function quoteWord(word: string): string {
  return /^[\w@%+=:,./-]+$/.test(word) ? word : `'${word.replaceAll("'", `'\\''`)}'`;
}
