/**
 * Every failure a person can meet has one of these codes. `exitCode` is what a command ends with
 * (0 done, 1 failed, 2 usage, 3 worker not running, 4 no such thing, 5 refused, 6 tmux, 7 timed out, 9 a message failed,
 * 10 it expired, 11 nobody knows whether it was submitted, 75 another worker holds the lock, 78 configuration: a restart would not help).
 */
const EXIT_CODES = {
  FAILED: 1,
  USAGE: 2,
  INVALID: 2,
  WORKER_DOWN: 3,
  NOT_FOUND: 4,
  REFUSED: 5,
  UNAUTHENTICATED: 5,
  FORBIDDEN: 5,
  CONFLICT: 5,
  LIMIT: 5,
  TMUX: 6,
  TMUX_TIMEOUT: 6,
  TMUX_GONE: 6,
  TIMED_OUT: 7,
  SOME_FAILED: 8,
  MESSAGE_FAILED: 9,
  MESSAGE_EXPIRED: 10,
  MESSAGE_UNCERTAIN: 11,
  ALREADY_RUNNING: 75,
  TMUX_MISSING: 78,
  TMUX_TOO_OLD: 78,
  CONFIG: 78,
  DIRECTORY: 78,
} as const;

export type ErrorCode = keyof typeof EXIT_CODES;

/** Whether a word from elsewhere, for example from an answer of the worker, is one of our codes. */
export function isErrorCode(word: string): word is ErrorCode {
  return Object.hasOwn(EXIT_CODES, word);
}

/** What the user can do about an error, and what caused it. */
interface ErrorDetail {
  hint?: string | undefined;
  /** Which part of the input was wrong, as a path with dots: `cwd`, `members.2.name`. */
  field?: string | undefined;
  cause?: unknown;
}

/**
 * The one error class. The message names the object and what was wrong with it, in lower case and
 * without a full stop; `hint` is the next step.
 */
export class OrchestratorError extends Error {
  readonly code: ErrorCode;
  readonly hint: string | undefined;
  readonly field: string | undefined;

  constructor(code: ErrorCode, message: string, detail: ErrorDetail = {}) {
    super(message, detail.cause === undefined ? {} : { cause: detail.cause });
    this.name = 'OrchestratorError';
    this.code = code;
    this.hint = detail.hint;
    this.field = detail.field;
  }

  get exitCode(): number {
    return EXIT_CODES[this.code];
  }
}

/** The message of anything that was thrown. */
export function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}

/** Whether a thrown value is a system error with this code, for example `ENOENT`. */
export function hasErrorCode(error: unknown, ...codes: string[]): boolean {
  return (
    error instanceof Error && 'code' in error && typeof error.code === 'string' && codes.includes(error.code)
  );
}
