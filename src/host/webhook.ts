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

/**
 * Posts a body once. The answer's own body is not read, and a redirect not followed: it could lead to a service of this machine.
 * Throws `TIMED_OUT` and `FAILED` where trying again may help, `REFUSED` where it does not.
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
  const status = await fetch(url, {
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
  const mayHelp = status >= 500 || status === 429 || status === 408;
  throw new OrchestratorError(mayHelp ? 'FAILED' : 'REFUSED', `answered with status ${status}`, {
    hint: status >= 300 && status < 400 ? 'redirects are not followed: give the address itself' : undefined,
  });
}

async function dropBody(response: Response): Promise<number> {
  await response.body?.cancel();
  return response.status;
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
