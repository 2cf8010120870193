import type { MonitorCounters } from '../core/monitor.ts';

/** What all monitors of a watch have done together: there is a new one with every connection and every configuration. */
export class WatchCounters {
  connects = 0;
  readonly #before: MonitorCounters = { ticks: 0, looks: 0, failures: 0 };

  /** Keeps what a monitor that ends has done. */
  keep(ended: MonitorCounters): void {
    Object.assign(this.#before, add(this.#before, ended));
  }

  sum(running: MonitorCounters | undefined): MonitorCounters & { connects: number } {
    return { ...add(this.#before, running), connects: this.connects };
  }
}

function add(a: MonitorCounters, b: MonitorCounters = { ticks: 0, looks: 0, failures: 0 }): MonitorCounters {
  return { ticks: a.ticks + b.ticks, looks: a.looks + b.looks, failures: a.failures + b.failures };
}
