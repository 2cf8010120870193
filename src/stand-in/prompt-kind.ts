/** How the prompt of a real CLI treats what comes in, as it was seen in the versions that the profiles name. */
export interface PromptKind {
  /** An Enter within this time behind typed or pasted text is a line break. Milliseconds. */
  enterNewlineMs: number;
  /** What is sent while it works waits for the end of the turn, or goes into it. */
  whileBusy: 'queues' | 'steers';
  /** What becomes of a line that starts with `/` and is no command: lost, left in the prompt behind an error, or sent. */
  unknownSlash: 'lost' | 'stays' | 'sent';
  /** A line that starts with `!` goes to a shell, and nobody is asked. */
  runsBang: boolean;
  /** Blanks before a text are dropped before it is looked at. */
  trimsStart: boolean;
  /** Text that comes during start-up stands in the prompt later; an Enter is lost in any case. */
  keepsEarlyText: boolean;
  /** What is shown in place of a paste with more lines or characters than these; null: always the paste itself. */
  mark: { linesMax: number; charactersMax: number; show: (paste: string, number: number) => string } | null;
}

/** The stand-in's own, which has no whims. */
export const PLAIN: PromptKind = {
  enterNewlineMs: 0,
  whileBusy: 'queues',
  unknownSlash: 'lost',
  runsBang: false,
  trimsStart: true,
  keepsEarlyText: false,
  mark: null,
};

/** By the name of the profile. */
export const PROMPT_KINDS: ReadonlyMap<string, PromptKind> = new Map<string, PromptKind>([
  ['plain', PLAIN],
  [
    'claude',
    {
      ...PLAIN,
      ...{ runsBang: true, trimsStart: false, keepsEarlyText: true },
      mark: mark(10, 800, (paste, i) => `[Pasted text #${i} +${countLines(paste) - 1} lines]`),
    },
  ],
  [
    'codex',
    {
      ...PLAIN,
      ...{ whileBusy: 'steers', unknownSlash: 'stays', runsBang: true, keepsEarlyText: true },
      mark: mark(
        Number.POSITIVE_INFINITY,
        1_000,
        (paste) => `[Pasted Content ${countCharacters(paste)} chars]`,
      ),
    },
  ],
  [
    'gemini',
    {
      ...PLAIN,
      ...{ enterNewlineMs: 300, unknownSlash: 'sent' },
      mark: mark(5, 500, (paste) =>
        countLines(paste) > 5
          ? `[Pasted Text: ${countLines(paste)} lines]`
          : `[Pasted Text: ${countCharacters(paste)} chars]`,
      ),
    },
  ],
  [
    'qwen',
    {
      ...PLAIN,
      ...{ whileBusy: 'steers', trimsStart: false },
      mark: mark(10, 1_000, (paste) => `[Pasted Content ${countCharacters(paste)} chars]`),
    },
  ],
  [
    'opencode',
    {
      ...PLAIN,
      ...{ unknownSlash: 'sent', trimsStart: false },
      mark: mark(2, 150, (paste) => `[Pasted ~${countLines(paste)} lines]`),
    },
  ],
  [
    'copilot',
    {
      ...PLAIN,
      runsBang: true,
      mark: mark(10, 2_000, (paste, i) => `[Paste #${i} - ${countLines(paste)} lines]`),
    },
  ],
  [
    'pi',
    {
      ...PLAIN,
      ...{ whileBusy: 'steers', unknownSlash: 'sent', runsBang: true },
      mark: mark(10, 1_000, (paste, i) =>
        countLines(paste) > 10
          ? `[paste #${i} +${countLines(paste)} lines]`
          : `[paste #${i} ${countCharacters(paste)} chars]`,
      ),
    },
  ],
]);

function mark(
  linesMax: number,
  charactersMax: number,
  show: (paste: string, number: number) => string,
): NonNullable<PromptKind['mark']> {
  return { linesMax, charactersMax, show };
}

/** What stands in the prompt for a paste, the `number`th of this prompt; null for the paste itself. */
export function markFor({ mark: rule }: PromptKind, paste: string, number: number): string | null {
  if (rule === null) return null;
  const isLong = countLines(paste) > rule.linesMax || countCharacters(paste) > rule.charactersMax;
  return isLong ? rule.show(paste, number) : null;
}

function countLines(text: string): number {
  return text.split('\n').length;
}

function countCharacters(text: string): number {
  return Array.from(text).length;
}
