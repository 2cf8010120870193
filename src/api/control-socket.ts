import type { IncomingMessage } from 'node:http';
import { OrchestratorError } from '../base/errors.ts';
import type { Sender } from '../model/message.ts';
import type { TokenVerdict } from '../model/token.ts';
import { clearSocketPath, closeToOthers } from '../store/socket-file.ts';
import { answerProblem } from './answer.ts';
import { Door, type DoorLimits } from './door.ts';
import type { OperationDesk } from './operation-desk.ts';
import { makeProblem } from './problem.ts';
import type { RequestLimits } from './request-limits.ts';
import { admitToken } from './token-check.ts';
import type { Visitor } from './visitor.ts';

export interface ControlSocketOptions {
  /** `controlSocketPath` of the runtime directory. */
  path: string;
  desk: OperationDesk;
  uid: number;
  /** The managed agent below whose pane's first process this one lives, if any. */
  findAgentOfProcess(pid: number): string | undefined;
  /** Told of what nobody expected: `operation` is a name of the table, never text of a caller. */
  onUnexpected(error: unknown, operation: string): void;
  limits: RequestLimits;
  judge(token: string): TokenVerdict;
  doorLimits?: Partial<DoorLimits>;
}

const RULES = { hosts: new Set(['localhost']), origins: new Set<string>() };

/** The front door, on a socket that only our user can reach. The instance lock must be held. Throws `DIRECTORY` where it cannot be made. */
export async function openControlSocket(options: ControlSocketOptions): Promise<Door> {
  const { path, desk, uid, findAgentOfProcess, onUnexpected, doorLimits: limits } = options;
  clearSocketPath(path);
  const identify = async (incoming: IncomingMessage) => {
    if (incoming.headers.authorization !== undefined)
      return admitToken(incoming, { ...options, door: 'socket' });
    const pid = incoming.headers['tmux-orchestrator-pid'];
    if (pid === undefined) return visit(uid, USER);
    if (typeof pid === 'string' && /^[1-9]\d{0,9}$/.test(pid)) {
      const agent = findAgentOfProcess(Number(pid));
      return visit(uid, agent === undefined ? USER : { kind: 'agent', name: agent });
    }
    const detail = 'header Tmux-Orchestrator-Pid must be the id of a process';
    return answerProblem(makeProblem(400, { code: 'INVALID', detail }));
  };
  const door = new Door({ rules: RULES, desk, identify, onUnexpected, limits });
  try {
    await door.listen({ path });
  } catch (error) {
    throw notOpened(path, error as Error);
  }
  closeToOthers(path);
  return door;
}

const USER: Sender = { kind: 'user', name: 'user' };

/** The command line names its process: below an agent's pane it speaks for that agent, and may do less; elsewhere for the user. */
function visit(uid: number, sender: Sender): Visitor {
  const scope = sender.kind === 'agent' ? 'control' : 'admin';
  return { door: 'socket', sender, scope, token: null, uid };
}

function notOpened(path: string, cause: Error): OrchestratorError {
  return new OrchestratorError('DIRECTORY', `control socket ${path} cannot be opened: ${cause.message}`, {
    cause,
    hint: 'check the directory it is to stand in',
  });
}
