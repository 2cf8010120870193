import { statSync } from 'node:fs';
import { backoffMs } from '../base/backoff.ts';
import type { Clock } from '../base/clock.ts';
import { hasErrorCode, messageOf, OrchestratorError } from '../base/errors.ts';
import { TmuxServer } from './server.ts';
import type { TmuxProgram } from './spawned.ts';

export type ConnectionStatus = 'connecting' | 'connected' | 'none';

interface ConnectionEvents {
  onConnected(server: TmuxServer): void;
  /** The connection ended; the server may still be there. */
  onLost(reason: string): void;
  onStructure(): void;
  /** Something that trying again will not mend, for example a server that is too old. */
  onRefused(error: OrchestratorError): void;
}

/** How often the socket's file is looked at while there is no connection. */
const LOOK_FOR_SOCKET_MS = 250;
/** Delay between attempts: a tight loop of control clients was seen to crash the 3.3a server. */
const RETRY_FIRST_MS = 250;
const RETRY_MAX_MS = 5_000;

/** Keeps a connection to the one server of an address: now, when it appears, and when it is replaced. */
export class TmuxConnection {
  readonly #tmux: TmuxProgram;
  readonly #events: ConnectionEvents;
  readonly #clock: Clock;
  #server: TmuxServer | undefined;
  #status: ConnectionStatus = 'connecting';
  #detail: string | null = null;
  #attempt = 0;
  #retryAt = 0;
  #socketSeen = '';
  #stopWaiting = () => {};
  #closed = false;
  #connecting: Promise<void> | undefined;

  constructor(tmux: TmuxProgram, events: ConnectionEvents, clock: Clock) {
    this.#tmux = tmux;
    this.#events = events;
    this.#clock = clock;
  }

  get server(): TmuxServer | undefined {
    return this.#server;
  }

  get status(): ConnectionStatus {
    return this.#status;
  }

  /** Why there is no connection, in words. */
  get detail(): string | null {
    return this.#detail;
  }

  /** Makes the first attempt; later ones follow by themselves. */
  open(): Promise<void> {
    return this.#check();
  }

  async close(): Promise<void> {
    this.#closed = true;
    this.#stopWaiting();
    await this.#connecting;
    await this.#server?.close();
  }

  /** Connects where there is a socket and it is time: at once when the socket is a new one, else after the backoff. */
  async #check(): Promise<void> {
    const socket = describeSocket(this.#tmux.address.path);
    if (socket === '') this.#setNone(`no tmux server at ${this.#tmux.address.path}`);
    else if (socket !== this.#socketSeen || this.#clock.now() >= this.#retryAt) {
      this.#socketSeen = socket;
      this.#connecting = this.#connect();
      await this.#connecting;
    }
    if (this.#server === undefined) this.#wait();
  }

  #wait(): void {
    if (this.#closed) return;
    this.#stopWaiting = this.#clock.after(LOOK_FOR_SOCKET_MS, () => void this.#check());
  }

  async #connect(): Promise<void> {
    try {
      const server = await TmuxServer.connect(this.#tmux, {
        onStructure: () => this.#events.onStructure(),
        onLost: (reason) => this.#lose(reason),
      });
      this.#adopt(server);
    } catch (error) {
      this.#refuse(error);
    }
  }

  #adopt(server: TmuxServer): void {
    if (server.gone) {
      this.#setNone('the tmux server left while we connected');
      return;
    }
    this.#server = server;
    this.#status = 'connected';
    this.#detail = null;
    this.#attempt = 0;
    if (!this.#closed) this.#events.onConnected(server);
  }

  #refuse(error: unknown): void {
    if (!(error instanceof OrchestratorError)) throw error;
    this.#retryAt = this.#clock.now() + backoffMs(this.#attempt++, RETRY_FIRST_MS, RETRY_MAX_MS);
    if (error.code === 'TMUX_MISSING' || error.code === 'TMUX_TOO_OLD') this.#events.onRefused(error);
    this.#setNone(messageOf(error));
  }

  #setNone(detail: string): void {
    this.#status = 'none';
    this.#detail = detail;
  }

  #lose(reason: string): void {
    if (this.#server === undefined || this.#closed) return;
    this.#server = undefined;
    this.#status = 'connecting';
    this.#detail = reason;
    this.#retryAt = this.#clock.now() + RETRY_FIRST_MS;
    this.#events.onLost(reason);
    this.#wait();
  }
}

/**
 * Tells one socket file from a later one of the same name; empty where there is none. Not by the change time: tmux changes the
 * mode of its socket whenever clients come and go.
 */
function describeSocket(path: string): string {
  try {
    const stats = statSync(path, { throwIfNoEntry: false });
    return stats?.isSocket() ? `${stats.ino}:${stats.mtimeMs}` : '';
  } catch (error) {
    if (hasErrorCode(error, 'EACCES', 'ENOTDIR', 'ELOOP')) return '';
    throw error;
  }
}
