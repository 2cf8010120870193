import { hasProcess } from '../host/leftovers.ts';
import type { Ground } from './ground.ts';

/** How often it is asked whether the processes of managed agents are there. Milliseconds. */
const PULSE_MS = 150;

/**
 * Notices at once that a managed agent's process has ended: the list of panes tells it only once a second. A question to the kernel for each
 * costs a microsecond.
 */
export class Pulse {
  readonly #ground: Ground;
  #stop = () => {};

  constructor(ground: Ground) {
    this.#ground = ground;
  }

  open(): void {
    this.#stop = this.#ground.clock.after(PULSE_MS, () => {
      this.#beat();
      this.open();
    });
  }

  close(): void {
    this.#stop();
  }

  #beat(): void {
    let ended = false;
    for (const agent of this.#ground.roster.agents) {
      if (agent.management !== 'managed' || agent.process === null || hasProcess(agent.process.pid)) continue;
      ended = true;
      this.#ground.request(agent.pane.id);
    }
    if (ended) void this.#ground.refresh().catch(() => undefined);
  }
}
