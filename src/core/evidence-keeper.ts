import { randomBytes } from 'node:crypto';
import { OrchestratorError } from '../base/errors.ts';
import { remindOfChild } from '../host/leftovers.ts';
import type { AgentSpec } from '../model/agent-spec.ts';
import type { Ending, Evidence } from '../model/ending.ts';
import { readEnding } from '../model/ending-reading.ts';
import type { AgentState } from '../model/state.ts';
import type { EvidenceFiles } from '../store/evidence-files.ts';
import { type Look, lookAtPane } from '../tmux/look.ts';
import { readHistory } from '../tmux/pane-history.ts';
import type { Ground } from './ground.ts';
import { findManaged } from './managed.ts';

const HISTORY_LINES_MAX = 2_000;
const REMINDERS_MAX = 3;
const REMINDER_MS = 100;

interface Remains {
  ending: Ending;
  screen: string | null;
  scrollback: string | null;
}

/** Keeps what is there of an agent that has ended, before anything is done about it. */
export class EvidenceKeeper {
  readonly #ground: Ground;
  readonly #files: EvidenceFiles;

  constructor(ground: Ground, files: EvidenceFiles) {
    this.#ground = ground;
    this.#files = files;
  }

  list(name: string): Evidence[] {
    return this.#files.list(name);
  }

  rename(name: string, to: string): void {
    this.#files.rename(name, to);
  }

  /** Before an agent is ended and started again on request. */
  async keep(name: string): Promise<void> {
    await this.record(name, { kind: 'restart' });
  }

  /** Writes down how it ended, which `known` tells where its pane does not. */
  async record(name: string, known?: Ending): Promise<Evidence> {
    const { fleet, roster, clock } = this.#ground;
    const spec = fleet.get(name);
    const lastState = roster.findByName(name)?.fold.state ?? 'exited';
    const remains = await this.#readRemains(name, known);
    const evidence = compose(spec, { ...remains, lastState, now: clock.now() });
    this.#files.write(evidence, this.#ground.settings().config.agents.evidenceMax);
    return evidence;
  }

  async #readRemains(name: string, known: Ending | undefined): Promise<Remains> {
    const nothing: Remains = { ending: known ?? { kind: 'vanished' }, screen: null, scrollback: null };
    const agent = findManaged(this.#ground, name);
    if (agent === undefined) return nothing;
    try {
      const server = this.#ground.server();
      const look = await this.#lookUntilTold(agent.pane.id);
      const scrollback = await readHistory(server, agent.pane.id, HISTORY_LINES_MAX);
      return { ending: known ?? readEnding(look), screen: look.text, scrollback };
    } catch (error) {
      if (error instanceof OrchestratorError) return nothing;
      throw error;
    }
  }

  /** tmux 3.3a overlooks a child's end now and then: its pane is dead, but says nothing of how. A reminder makes it look again. */
  async #lookUntilTold(pane: Parameters<typeof lookAtPane>[1]): Promise<Look> {
    const { clock } = this.#ground;
    const server = this.#ground.server();
    for (let i = 0; ; i++) {
      const look = await lookAtPane(server, pane);
      const told = !look.dead || look.deadStatus !== null || look.deadSignal !== null;
      if (told || i >= REMINDERS_MAX) return look;
      remindOfChild(server.identity.pid);
      await new Promise<void>((resolve) => clock.after(REMINDER_MS, resolve));
    }
  }
}

function compose(spec: AgentSpec, remains: Remains & { lastState: AgentState; now: number }): Evidence {
  const { ending, screen, scrollback, lastState, now } = remains;
  const at = new Date(now).toISOString();
  return {
    v: 1,
    id: `${at.replaceAll(':', '-')}-${randomBytes(3).toString('hex')}`,
    agent: spec.name,
    ...{ at, ending, lastState, screen, scrollback },
    cliSession: spec.cliSession,
    process: spec.process,
  };
}
