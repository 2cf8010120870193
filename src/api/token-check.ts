import type { IncomingMessage } from 'node:http';
import type { TokenVerdict } from '../model/token.ts';
import { type Answer, answerProblem } from './answer.ts';
import { readBearer } from './gate.ts';
import { makeProblem, problemOf } from './problem.ts';
import { type RequestLimits, TooManyError } from './request-limits.ts';
import type { Visitor } from './visitor.ts';

interface TokenCheck {
  limits: RequestLimits;
  judge(token: string): TokenVerdict;
  door: Visitor['door'];
  uid: number | null;
}

/** Who shows a token is who the token says, and may do what it allows; whoever shows none or a wrong one stays outside. */
export async function admitToken(incoming: IncomingMessage, check: TokenCheck): Promise<Visitor | Answer> {
  const { url = '', rawHeaders } = incoming;
  const bearer = readBearer({ target: url, rawHeaders });
  if (bearer.problem !== undefined) return answerProblem(bearer.problem);
  const verdict = bearer.token === undefined ? undefined : check.judge(bearer.token);
  if (verdict?.ok !== true) return refuse(verdict?.reason, incoming, check);
  const { id, scope, agent } = verdict.token;
  const kind = agent === null ? 'user' : 'agent';
  const { door, uid } = check;
  return { door, sender: { kind, name: agent ?? 'user' }, scope, token: id, uid };
}

async function refuse(
  reason: string | undefined,
  { socket }: IncomingMessage,
  { limits }: TokenCheck,
): Promise<Answer> {
  try {
    if (reason !== undefined) await limits.noteRefusal(socket.remoteAddress ?? 'socket');
  } catch (error) {
    if (!(error instanceof TooManyError)) throw error;
    const seconds = String(Math.ceil(error.rate.resetMs / 1_000));
    return answerProblem(problemOf(error), { 'Retry-After': seconds });
  }
  // An expired or revoked one is known to who holds it; of the others nothing is told.
  const detail =
    reason === 'expired' || reason === 'revoked' ? `the token is ${reason}` : 'a token is needed';
  const problem = makeProblem(401, {
    ...{ code: 'UNAUTHENTICATED', detail },
    hint: 'send it in a header: Authorization: Bearer TOKEN; a new one: tmux-orchestrator token create',
  });
  return answerProblem(problem, { 'WWW-Authenticate': 'Bearer' });
}
