import type { Ground } from './ground.ts';

interface Plan {
  delayMs: number;
  /** The how many-th restart since the agent was last healthy. */
  attempt: number;
}

/** Restarts that are due later: told, shown in the agents' files, and called off when something else happens to the agent. */
export class RestartPlans {
  readonly #ground: Ground;
  readonly #onDue: (name: string) => void;
  readonly #timers = new Map<string, () => void>();

  constructor(ground: Ground, onDue: (name: string) => void) {
    this.#ground = ground;
    this.#onDue = onDue;
  }

  has(name: string): boolean {
    return this.#timers.has(name);
  }

  add(name: string, { delayMs, attempt }: Plan): void {
    const { fleet, clock, roster } = this.#ground;
    this.#timers.get(name)?.();
    fleet.planRestart(name, clock.now() + delayMs);
    roster.refresh(name);
    const { profile } = fleet.get(name);
    this.#ground.emit({ type: 'agent.restart-planned', agent: name, profile, attempt, delayMs });
    const due = () => {
      this.#timers.delete(name);
      this.#onDue(name);
    };
    this.#timers.set(name, clock.after(delayMs, due));
  }

  callOff(name: string): void {
    this.#timers.get(name)?.();
    this.#timers.delete(name);
    const { fleet, roster } = this.#ground;
    if (fleet.restartAt(name) === null) return;
    fleet.planRestart(name, null);
    roster.refresh(name);
  }

  close(): void {
    for (const stopTimer of this.#timers.values()) stopTimer();
    this.#timers.clear();
  }
}
