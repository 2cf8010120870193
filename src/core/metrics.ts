import { Counter, collectDefaultMetrics, Gauge, Histogram, Registry } from 'prom-client';
import type { Event } from '../model/event.ts';
import type { Message } from '../model/message.ts';
import type { SystemState } from './system-status.ts';

interface MetricsOptions {
  describe(): SystemState;
  findMessage(id: string): Pick<Message, 'acceptedAt'>;
}

const PREFIX = 'tmux_orchestrator_';
/** Seconds. A message may wait a day for its agent to be free. */
const WAIT_BUCKETS = [0.5, 1, 2, 5, 10, 30, 60, 300, 900, 3_600, 14_400, 86_400];
/** The time between two looks at the delay of the event loop, ten wake-ups a second; the default are a hundred. */
const LOOP_PRECISION_MS = 100;

/**
 * Figures for Prometheus. Labels come from our own lists only: names of agents are many, are chosen by others, and would never be
 * forgotten.
 */
export class Metrics {
  readonly #options: MetricsOptions;
  readonly #registry = new Registry();
  readonly #events: Counter<'type'>;
  readonly #receipts: Counter<'state'>;
  readonly #restarts: Counter;
  readonly #requests: Counter<'operation' | 'status'>;
  readonly #deliveries: Histogram;
  #measuresProcess = false;
  /** As it is while the figures are being written down. */
  #state: SystemState | undefined;

  constructor(options: MetricsOptions) {
    this.#options = options;
    const registers = [this.#registry];
    const counter = <L extends string>(name: string, help: string, labelNames: readonly L[] = []) =>
      new Counter({ name: `${PREFIX}${name}`, help, labelNames, registers });
    this.#events = counter('events_total', 'Events since the start of the worker, by kind', ['type']);
    this.#receipts = counter('message_receipts_total', 'Steps of messages, by what they came to', ['state']);
    this.#restarts = counter('agent_restarts_total', 'Agents that were started again');
    this.#requests = counter(
      'http_requests_total',
      'Requests and calls of tools by operation (gate: refused before it was known which), by status of the answer',
      [...(['operation', 'status'] as const)],
    );
    this.#deliveries = new Histogram({
      name: `${PREFIX}delivery_seconds`,
      help: 'Time from the acceptance of a message to its submission',
      ...{ buckets: WAIT_BUCKETS, registers },
    });
    this.#addGauges(registers);
  }

  get contentType(): string {
    return this.#registry.contentType;
  }

  /** To be called with every event. */
  note(event: Event): void {
    this.#events.inc({ type: event.type });
    if (event.type === 'agent.started' && event.restart) this.#restarts.inc();
    if (event.type !== 'message.receipt') return;
    this.#receipts.inc({ state: event.state });
    if (event.state !== 'submitted') return;
    const { acceptedAt } = this.#options.findMessage(event.message);
    this.#deliveries.observe(Math.max(0, Date.parse(event.at) - Date.parse(acceptedAt)) / 1_000);
  }

  /** `operation`: a name of ours, never a path as it came. */
  countRequest(operation: string, status: number): void {
    this.#requests.inc({ operation, status: String(status) });
  }

  /** All of it in the text format of Prometheus. */
  render(): Promise<string> {
    this.#state = this.#options.describe();
    // Only where somebody asks: to measure costs a little all the time.
    if (!this.#measuresProcess) {
      collectDefaultMetrics({ register: this.#registry, eventLoopMonitoringPrecision: LOOP_PRECISION_MS });
    }
    this.#measuresProcess = true;
    return this.#registry.metrics();
  }

  /** What is counted when it is asked for. */
  #addGauges(registers: Registry[]): void {
    const describe = () => this.#state;
    const gauge = (name: string, help: string, read: (state: SystemState) => number) =>
      new Gauge({
        ...{ name: `${PREFIX}${name}`, help, registers },
        collect() {
          const state = describe();
          if (state !== undefined) this.set(read(state));
        },
      });
    const gauges = (name: string, help: string, read: (state: SystemState) => Record<string, number>) =>
      new Gauge({
        ...{ name: `${PREFIX}${name}`, help, registers, labelNames: ['state'] },
        collect() {
          const all = describe();
          if (all === undefined) return;
          for (const [state, value] of Object.entries(read(all))) this.set({ state }, value);
        },
      });
    gauge('ready', '1 while agents can be seen and reached', ({ ready }) => Number(ready));
    gauges('agents', 'Agents, by what they are doing', ({ agents }) => agents.byState);
    gauge('agents_need_person', 'Agents that wait for a person', ({ agents }) => agents.needPerson);
    gauges('messages', 'Messages that are known, by their receipts', ({ messages }) => messages);
    gauge('panes', 'Panes on the tmux server, agents or not', ({ panes }) => panes);
    gauge('heartbeat_seconds', 'Last completed round of the watch, since the epoch', ({ heartbeatAt }) =>
      Math.round(Date.parse(heartbeatAt) / 1_000),
    );
  }
}
