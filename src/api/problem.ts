import { STATUS_CODES } from 'node:http';
import { type ErrorCode, OrchestratorError } from '../base/errors.ts';

/** One thing that was wrong in the input. */
export interface InputError {
  /** JSON pointer as a fragment, `#/members/2/name` (RFC 6901, 6). */
  pointer: string;
  detail: string;
}

/** An error as RFC 9457 has it, with our code and the next step. */
export interface Problem {
  /** Always the one that says that the status tells all; `code` is what programs look at. */
  type: 'about:blank';
  title: string;
  status: number;
  detail: string;
  code: ErrorCode;
  hint?: string;
  errors?: InputError[];
}

/** HTTP status of each error code; exit codes stand in base/errors. */
const STATUSES: Readonly<Record<ErrorCode, number>> = {
  FAILED: 500,
  USAGE: 400,
  INVALID: 400,
  WORKER_DOWN: 503,
  NOT_FOUND: 404,
  REFUSED: 409,
  UNAUTHENTICATED: 401,
  FORBIDDEN: 403,
  CONFLICT: 409,
  LIMIT: 429,
  TMUX: 502,
  TMUX_TIMEOUT: 503,
  TMUX_GONE: 503,
  TIMED_OUT: 504,
  SOME_FAILED: 500,
  MESSAGE_FAILED: 409,
  MESSAGE_EXPIRED: 409,
  MESSAGE_UNCERTAIN: 409,
  ALREADY_RUNNING: 409,
  TMUX_MISSING: 503,
  TMUX_TOO_OLD: 503,
  CONFIG: 500,
  DIRECTORY: 500,
};

interface ProblemParts {
  code: ErrorCode;
  detail: string;
  hint?: string | undefined;
  errors?: InputError[] | undefined;
}

export function makeProblem(status: number, { code, detail, hint, errors }: ProblemParts): Problem {
  return {
    type: 'about:blank',
    title: STATUS_CODES[status] ?? 'Error',
    ...{ status, detail, code },
    ...(hint === undefined ? {} : { hint }),
    ...(errors === undefined ? {} : { errors }),
  };
}

/** What was thrown, as far as callers may know: of what nobody expected only that it happened. */
export function problemOf(error: unknown): Problem {
  if (!(error instanceof OrchestratorError)) {
    return makeProblem(500, {
      ...{ code: 'FAILED', detail: 'the worker met an unexpected error' },
      hint: 'what it was stands in its log: tmux-orchestrator service logs',
    });
  }
  const { code, message, hint, field } = error;
  const errors =
    field === undefined ? undefined : [{ pointer: pointerTo(field.split('.')), detail: message }];
  return makeProblem(STATUSES[code], { code, detail: message, hint, errors });
}

/** An answer must not grow with what was sent. */
const ERRORS_MAX = 20;

/** What is wrong in an input, each named by its pointer. */
export function invalidInput(errors: InputError[]): Problem {
  const said = errors.slice(0, 3).map(({ pointer, detail }) => `${namePointer(pointer)}${detail}`);
  const more = errors.length > 3 ? ` (and ${errors.length - 3} more)` : '';
  return makeProblem(400, {
    code: 'INVALID',
    detail: `${said.join('; ')}${more}`,
    errors: errors.slice(0, ERRORS_MAX),
  });
}

export function pointerTo(path: readonly PropertyKey[]): string {
  return `#${path.map((part) => `/${String(part).replaceAll('~', '~0').replaceAll('/', '~1')}`).join('')}`;
}

function namePointer(pointer: string): string {
  return pointer === '#' ? '' : `${pointer.slice(2).replaceAll('/', '.')} `;
}
