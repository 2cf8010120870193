import { OrchestratorError } from '../base/errors.ts';
import { readBootId } from '../host/boot-id.ts';
import type { AgentSpec } from '../model/agent-spec.ts';
import { closePane } from '../tmux/pane-end.ts';
import { keepWindowName, listHolders, type NewPane, openPane } from '../tmux/pane-start.ts';
import { listTags, tagPane } from '../tmux/pane-tag.ts';
import { type PaneId, readPaneId } from '../tmux/quoting.ts';
import type { TmuxServer } from '../tmux/server.ts';
import { findSession, listWindowNames } from '../tmux/sessions.ts';
import type { Ground } from './ground.ts';
import { confirmPane } from './managed.ts';
import { ensureServer } from './tmux-start.ts';

export interface PaneWish {
  /** Real path. */
  directory: string;
  /** Its window must be a new one: another of that name in its session is a conflict. */
  newWindow: boolean;
}

/** Gives agents their panes, one after the other: two at once would make one session twice. */
export class PaneProvider {
  readonly #ground: Ground;
  readonly #env: NodeJS.ProcessEnv;
  #last: Promise<unknown> = Promise.resolve();

  constructor(ground: Ground, env: NodeJS.ProcessEnv) {
    this.#ground = ground;
    this.#env = env;
  }

  /**
   * The pane of an agent: the one it has, or a new one that carries its name and is written down before anything runs in it. Throws
   * `CONFLICT` for a window that is taken, `REFUSED` where its pane does not carry its name any more, `TMUX*`.
   */
  provide(name: string, wish: PaneWish): Promise<PaneId> {
    return this.#inTurn(() => this.#findOrOpen(name, wish));
  }

  /**
   * Mends what a worker left that was killed between two steps: closes panes in which only a holder was started and that nobody will use,
   * and gives panes the new name of an agent that was being renamed.
   */
  mend(): Promise<void> {
    return this.#inTurn(async () => {
      const server = this.#ground.server();
      await this.#closeHolders(server);
      await this.#renewTags(server);
    });
  }

  #inTurn<T>(action: () => Promise<T>): Promise<T> {
    const turn = this.#last.then(action);
    this.#last = turn.catch(() => undefined);
    return turn;
  }

  async #findOrOpen(name: string, wish: PaneWish): Promise<PaneId> {
    const ground = this.#ground;
    const wanted = this.#describe(ground.fleet.get(name), wish);
    const server = await ensureServer(ground, wanted, this.#env);
    const own = await confirmPane(ground, name);
    if (own !== undefined) return own.id;
    const pane = (await findHolder(server, name)) ?? (await openWanted(server, wanted, wish));
    await tagPane(server, pane, name);
    await keepWindowName(server, pane);
    const { pid, startTime } = server.identity;
    ground.fleet.update(name, { pane: { id: pane, server: { pid, startTime }, bootId: readBootId() } });
    await ground.refresh();
    return pane;
  }

  #describe({ name, session, window }: AgentSpec, { directory }: PaneWish): NewPane {
    const { columns, rows } = this.#ground.settings().config.agents;
    return { agent: name, session, window, directory, columns, rows };
  }

  async #closeHolders(server: TmuxServer): Promise<void> {
    const { fleet } = this.#ground;
    for (const [pane, agent] of await listHolders(server)) {
      const spec = fleet.find(agent);
      const awaited = spec?.phase === 'starting' && !hasOther(spec, pane, server);
      if (!awaited) await closePane(server, pane);
    }
  }

  async #renewTags(server: TmuxServer): Promise<void> {
    const { fleet, roster } = this.#ground;
    for (const [pane, tag] of await listTags(server)) {
      const spec = fleet.findByPane(pane, server.identity);
      if (spec === undefined || spec.renamedFrom !== tag) continue;
      await tagPane(server, pane, spec.name);
      fleet.update(spec.name, { renamedFrom: null });
      const agent = roster.find(pane);
      if (agent === undefined) continue;
      agent.place = { ...agent.place, tag: spec.name };
      roster.renew(agent, { name: spec.name, management: 'managed' });
    }
  }
}

/** A pane that was opened for this agent and not written down any more. */
async function findHolder(server: TmuxServer, name: string): Promise<PaneId | undefined> {
  for (const [pane, agent] of await listHolders(server)) if (agent === name) return pane;
  return undefined;
}

function hasOther({ pane }: AgentSpec, holder: PaneId, { identity }: TmuxServer): boolean {
  if (pane === null || pane.server.pid !== identity.pid || pane.server.startTime !== identity.startTime)
    return false;
  return readPaneId(pane.id) !== holder;
}

async function openWanted(server: TmuxServer, wanted: NewPane, { newWindow }: PaneWish): Promise<PaneId> {
  const { session, window } = wanted;
  const sessionId = await findSession(server, session);
  if (sessionId !== undefined && newWindow) {
    const names = await listWindowNames(server, sessionId);
    if (names.includes(window)) throw windowTaken(session, window);
  }
  return openPane(server, wanted, sessionId);
}

function windowTaken(session: string, window: string): OrchestratorError {
  return new OrchestratorError('CONFLICT', `session ${session} has a window called ${window} already`, {
    field: 'window',
    hint: 'choose another with --window, or another session with --session',
  });
}
