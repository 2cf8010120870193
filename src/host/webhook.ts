import { createHmac } from 'node:crypto';
import { messageOf, OrchestratorError } from '../base/errors.ts';

export interface WebhookRequest {
  url: string;
  /** Its JSON text. */
  body: string;
  /** Signs the body where given. */
  secret: string | undefined;
  /** Milliseconds since the epoch. */
  now: number;
  signal: AbortSignal;
  /** The whole exchange ends after so long. Milliseconds. */
  timeLimitMs?: number;
}

const TIME_LIMIT_MS = 10_000;

/** What answers asks to be left alone for a while. */
export class RetryLaterError extends OrchestratorError {
  readonly afterMs: number;

  constructor(message: string, afterMs: number) {
    super('FAILED', message, { hint: `it asks for ${Math.ceil(afterMs / 1_000)} s of rest` });
    this.afterMs = afterMs;
  }
}

/**
 * Posts a body once. The answer's own body is not read, and a redirect not followed: it could lead to a service of this machine.
 * Throws `TIMED_OUT` and `FAILED` where trying again may help, `RetryLaterError` where the answer says when, `REFUSED` where it does not.
 */
export async function postWebhook({
  url,
  body,
  secret,
  now,
  signal,
  timeLimitMs = TIME_LIMIT_MS,
}: WebhookRequest): Promise<void> {
  const limit = AbortSignal.timeout(timeLimitMs);
  const { status, retryAfter } = await fetch(url, {
    ...{ method: 'POST', body, redirect: 'manual', signal: AbortSignal.any([limit, signal]) },
    headers: {
      'content-type': 'application/json',
      'user-agent': 'tmux-orchestrator',
      ...sign(body, secret, now),
    },
  }).then(dropBody, (error: unknown) => {
    throw limit.aborted
      ? new OrchestratorError('TIMED_OUT', `no answer within ${timeLimitMs / 1_000} s`)
      : new OrchestratorError('FAILED', `cannot be reached: ${describeCause(error)}`, { cause: error });
  });
  if (status >= 200 && status < 300) return;
  const said = `answered with status ${status}`;
  const mayHelp = status >= 500 || status === 429 || status === 408;
  const afterMs = mayHelp ? readRetryAfter(retryAfter, now) : undefined;
  if (afterMs !== undefined) throw new RetryLaterError(said, afterMs);
  throw new OrchestratorError(mayHelp ? 'FAILED' : 'REFUSED', said, {
    hint: status >= 300 && status < 400 ? 'redirects are not followed: give the address itself' : undefined,
  });
}

async function dropBody({ body, status, headers }: Response) {
  await body?.cancel();
  return { status, retryAfter: headers.get('retry-after') };
}

/** Seconds or an instant (RFC 9110, 10.2.3), as milliseconds from now. */
function readRetryAfter(value: string | null, now: number): number | undefined {
  if (value === null) return undefined;
  if (/^\d{1,9}$/.test(value)) return Number(value) * 1_000;
  const instant = /^[A-Z][a-z]{2}, /.test(value) ? Date.parse(value) : Number.NaN;
  return Number.isNaN(instant) ? undefined : Math.max(0, instant - now);
}

/** As others do it: the time is signed too, so that nobody can send it once more later. */
function sign(body: string, secret: string | undefined, now: number): Record<string, string> {
  if (secret === undefined) return {};
  const time = String(Math.floor(now / 1_000));
  const digest = createHmac('sha256', secret).update(`${time}.${body}`).digest('hex');
  return { 'x-tmux-orchestrator-time': time, 'x-tmux-orchestrator-signature': `sha256=${digest}` };
}

function describeCause(error: unknown): string {
  return messageOf(error instanceof Error && error.cause !== undefined ? error.cause : error);
}
