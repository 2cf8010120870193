import type { Clock } from '../base/clock.ts';
import type { NewEvent } from '../model/event.ts';
import type { Profile } from '../model/profile.ts';
import type { LoadedConfig } from '../store/config-file.ts';
import type { PaneId } from '../tmux/quoting.ts';
import type { TmuxServer } from '../tmux/server.ts';
import type { TmuxProgram } from '../tmux/spawned.ts';
import type { Fleet } from './fleet.ts';
import type { Observer } from './observer.ts';
import type { PaneTurns } from './pane-turns.ts';
import type { Roster } from './roster.ts';

/** What everybody stands on who does more than watch: the server, what is known of its agents, and the watch itself. */
export interface Ground {
  readonly clock: Clock;
  readonly tmux: TmuxProgram;
  readonly fleet: Fleet;
  readonly roster: Roster;
  /** One writer for each pane. */
  readonly turns: PaneTurns;
  /** The one that runs now. Throws `TMUX_GONE` where there is none, for example while it is being connected. */
  server(): TmuxServer;
  observer(): Observer;
  /** The configuration in force; a reload changes it. */
  settings(): LoadedConfig;
  profiles(): readonly Profile[];
  emit(event: NewEvent): void;
  /** Has a pane looked at as soon as may be, because somebody touched it. */
  request(pane: PaneId): void;
  /** Reads the list of panes now, for who made, ended or renamed one. Comes back when new panes were looked at. */
  refresh(): Promise<void>;
  /** Waits until there is a connection, at most so long. Throws `TMUX_GONE`. */
  awaitServer(timeoutMs: number): Promise<TmuxServer>;
}
