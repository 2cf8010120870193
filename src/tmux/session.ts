import { OrchestratorError } from '../base/errors.ts';
import { runTmux, type TmuxProgram } from './spawned.ts';

/** How the control client gets onto the server: the words of its first command. */
export interface Foothold {
  kind: 'attach' | 'own-session';
  /** Id of the session; not known yet where it will be made. */
  session: string | undefined;
  words: string[];
}

const LIST = '#{session_id} #{session_attached} #{session_activity} #{destroy-unattached}';
/** Given to both ways in: sizes of windows stay the users', and nothing that panes write is sent to us. */
const CLIENT_FLAGS = 'no-output,ignore-size';

/**
 * A control client must sit in some session. We take the one where that shows least:
 *  - never one with `destroy-unattached`, which our leaving could destroy or our staying keep alive;
 *  - rather one with a client already, because tmux prefers sessions without one when somebody attaches without naming any;
 *  - else the one that was used last, which such an attach would choose anyway when all are alike.
 * `-E` keeps the session's environment from being updated from our bare one. Where no session fits, a session of our own is made
 * that destroys itself when we leave, however we leave.
 */
export async function findFoothold(tmux: TmuxProgram): Promise<Foothold> {
  const sessions = readSessions(await runTmux(tmux, ['list-sessions', '-F', LIST]));
  if (sessions.length === 0) throw new OrchestratorError('TMUX_GONE', 'tmux server has no session');
  const best = sessions.filter((one) => !one.destroysItself).sort(compareSessions)[0];
  if (best !== undefined) {
    const words = ['attach-session', '-E', '-f', CLIENT_FLAGS, '-t', best.id];
    return { kind: 'attach', session: best.id, words };
  }
  const words = ['new-session', '-E', '-f', CLIENT_FLAGS, '-x', '80', '-y', '24', '-s', OWN_SESSION];
  return {
    kind: 'own-session',
    session: undefined,
    words: [...words, 'sleep', '1000000000', ';', 'set-option', 'destroy-unattached', 'on'],
  };
}

const OWN_SESSION = `tmux-orchestrator-${process.pid}`;

interface Session {
  id: string;
  attached: number;
  activity: number;
  destroysItself: boolean;
}

function readSessions(listing: string): Session[] {
  return listing
    .split('\n')
    .filter((line) => line !== '')
    .map((line) => {
      const [id = '', attached, activity, option] = line.split(' ');
      return {
        id,
        attached: Number(attached),
        activity: Number(activity),
        destroysItself: option !== '0' && option !== 'off',
      };
    });
}

function compareSessions(a: Session, b: Session): number {
  return Math.sign(b.attached) - Math.sign(a.attached) || b.activity - a.activity;
}
