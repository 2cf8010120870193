import { OrchestratorError } from '../base/errors.ts';
import { ControlClient } from './control-client.ts';
import { type Command, command } from './quoting.ts';
import { type Foothold, findFoothold } from './session.ts';
import type { TmuxProgram } from './spawned.ts';
import { checkTmuxVersion } from './version.ts';

/** Which server this is. `kill-server` and a new one reuse the socket and the pane ids: pid and start time tell them apart. */
export interface ServerIdentity {
  pid: number;
  /** Seconds since the epoch. */
  startTime: number;
  version: string;
}

interface ServerEvents {
  /** Sessions, windows or names changed, or the client was moved: look at the list of panes soon. */
  onStructure(): void;
  onLost(reason: string): void;
}

/** The session that the client sits in; not known beforehand where it is our own. */
interface Seat {
  kind: Foothold['kind'];
  session: string | undefined;
}

type RunOptions = Parameters<ControlClient['run']>[1];

/** A connection to one running tmux server, from connect to loss; never outlives that server. */
export class TmuxServer {
  readonly identity: ServerIdentity;
  readonly #client: ControlClient;

  private constructor(client: ControlClient, identity: ServerIdentity) {
    this.#client = client;
    this.identity = identity;
  }

  /** Connects to a server that runs already. Fails with `TMUX_GONE` where there is none, `TMUX_TOO_OLD`, `TMUX_TIMEOUT`. */
  static async connect(tmux: TmuxProgram, events: ServerEvents): Promise<TmuxServer> {
    const foothold = await findFoothold(tmux);
    const seat: Seat = { kind: foothold.kind, session: foothold.session };
    let server: TmuxServer | undefined;
    const client = new ControlClient(tmux, foothold.words, {
      onNotification: (line) => {
        if (STRUCTURE.test(line)) events.onStructure();
        if (server !== undefined) void server.#keepSeat(line, seat);
      },
      onExit: events.onLost,
    });
    try {
      const identity = await readIdentity(client);
      checkTmuxVersion(identity.version);
      server = new TmuxServer(client, identity);
      return server;
    } catch (error) {
      await client.close();
      throw error;
    }
  }

  /**
   * Leaves when the place we sit in is no longer a good one; the next connect chooses anew. Moved to another session (ours was killed):
   * it may be one that destroys itself. Alone with our own session: the users' last one has gone, and the server wants to exit.
   */
  async #keepSeat(line: string, seat: Seat): Promise<void> {
    const session = /^%session-changed (\$\d+)/.exec(line)?.[1];
    if (session !== undefined) {
      seat.session ??= session;
      if (seat.session !== session) await this.close();
    }
    if (seat.kind === 'attach' || !line.startsWith('%sessions-changed')) return;
    const [sessions] = await this.run([command('list-sessions', '-F', '#{session_id}')]).catch(() => []);
    if (sessions?.length === 1) await this.close();
  }

  /** Whether the connection has ended. */
  get gone(): boolean {
    return this.#client.gone;
  }

  /** Whether the server has not answered for five seconds. */
  get stalled(): boolean {
    return this.#client.stalled;
  }

  run(commands: readonly Command[], options?: RunOptions): Promise<string[][]> {
    return this.#client.run(commands, options);
  }

  close(): Promise<void> {
    return this.#client.close();
  }
}

const STRUCTURE =
  /^%(?:sessions-changed|session-renamed|session-window-changed|layout-change|(?:unlinked-)?window-(?:add|close|renamed))\b/;

async function readIdentity(client: ControlClient): Promise<ServerIdentity> {
  const [lines] = await client.run([command('display-message', '-p', '#{pid} #{start_time} #{version}')]);
  const [pid, startTime, version = ''] = lines?.[0]?.split(' ') ?? [];
  if (!Number(pid)) throw new OrchestratorError('TMUX', 'tmux did not tell its process id');
  return { pid: Number(pid), startTime: Number(startTime), version };
}
