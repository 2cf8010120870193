import { backoffMs } from '../base/backoff.ts';
import type { Clock } from '../base/clock.ts';
import { messageOf, OrchestratorError } from '../base/errors.ts';
import { cleanLine } from '../base/text.ts';
import { RetryLaterError } from '../host/webhook.ts';
import type { Notice } from '../model/notice.ts';
import type { NotifierConfig } from '../model/notifier.ts';

/** Brings notices to somebody, or throws: `FAILED` and `TIMED_OUT` where trying again may help. */
export type Way = (notices: readonly Notice[], signal: AbortSignal) => Promise<void>;

export interface NotifierStatus {
  name: string;
  kind: NotifierConfig['kind'];
  waiting: number;
  sent: number;
  /** Given up, or dropped as too many waited. */
  lost: number;
  lastSentAt: string | null;
  lastFailure: string | null;
}

interface NotifiersOptions {
  clock: Clock;
  settings(): readonly NotifierConfig[];
  openWay(config: NotifierConfig): Way;
  /** Ids of what waits for each, by its name; kept on disk by `save`. */
  unsent: Record<string, string[]>;
  save(): void;
  onFailure(name: string, reason: string): void;
}

const WAITING_MAX = 200;
const DIGEST_MAX = 50;
const TRIES_MAX = 8;
const RETRY_FIRST_MS = 1_000;
const RETRY_MAX_MS = 60_000;
/** Whatever a webhook asks for: what waits for it grows old. */
const ASKED_MAX_MS = 15 * 60_000;

/** Who is told, each with a queue of its own: a dead one delays nobody. */
export class Notifiers {
  readonly #options: NotifiersOptions;
  readonly #channels = new Map<string, Channel>();

  constructor(options: NotifiersOptions) {
    this.#options = options;
  }

  /** Goes on with what an earlier worker could not send: what is still the matter, for whom is still to be told. */
  open(notices: readonly Notice[]): void {
    const { unsent, settings } = this.#options;
    const names = new Set(settings().map(({ name }) => name));
    for (const name of Object.keys(unsent)) if (!names.has(name)) delete unsent[name];
    for (const channel of this.#current()) {
      const ids = unsent[channel.name] ?? [];
      channel.add(
        notices.filter(({ id, overAt, ackedAt }) => ids.includes(id) && overAt === null && ackedAt === null),
      );
    }
  }

  tell(notices: readonly Notice[]): void {
    for (const channel of this.#current()) channel.add(notices);
  }

  list(): NotifierStatus[] {
    return this.#current().map((channel) => channel.describe());
  }

  /** Sends at once and once, beside the queue. Throws what went wrong, `NOT_FOUND`. */
  async test(name: string, notice: Notice): Promise<void> {
    const config = this.#options.settings().find((one) => one.name === name);
    if (config === undefined) {
      throw new OrchestratorError('NOT_FOUND', `no notifier is called ${JSON.stringify(name)}`, {
        field: 'name',
        hint: 'see all with: tmux-orchestrator notifier list; they stand in config.yaml at notices.notifiers',
      });
    }
    await this.#options.openWay(config)([notice], new AbortController().signal);
  }

  close(): void {
    for (const channel of this.#channels.values()) channel.close();
    this.#channels.clear();
  }

  /** By the configuration in force; one that has changed begins anew, with what waited for it under its old settings. */
  #current(): Channel[] {
    const configs = this.#options.settings();
    const marks = new Set(configs.map((config) => JSON.stringify(config)));
    const waiting = new Map<string, readonly Notice[]>();
    for (const [mark, channel] of this.#channels) {
      if (marks.has(mark)) continue;
      waiting.set(channel.name, channel.close());
      this.#channels.delete(mark);
    }
    return configs.map((config) => {
      const mark = JSON.stringify(config);
      const known = this.#channels.get(mark);
      if (known !== undefined) return known;
      const channel = new Channel(config, this.#options);
      this.#channels.set(mark, channel);
      const before = waiting.get(config.name);
      if (before !== undefined) channel.add(before);
      return channel;
    });
  }
}

/** One notifier: what waits for it is sent together, in order, one sending at a time. */
class Channel {
  readonly #config: NotifierConfig;
  readonly #options: NotifiersOptions;
  readonly #ending = new AbortController();
  #waiting: Notice[] = [];
  #retrying: readonly Notice[] = [];
  #sending = false;
  #stopRetry = () => {};
  #sent = 0;
  #lost = 0;
  #lastSentAt: string | null = null;
  #lastFailure: string | null = null;

  constructor(config: NotifierConfig, options: NotifiersOptions) {
    this.#config = config;
    this.#options = options;
  }

  get name(): string {
    return this.#config.name;
  }

  add(notices: readonly Notice[]): void {
    const { events } = this.#config;
    this.#waiting.push(...notices.filter(({ kind }) => events === undefined || events.includes(kind)));
    const tooMany = Math.max(0, this.#waiting.length - WAITING_MAX);
    this.#waiting.splice(0, tooMany);
    this.#lost += tooMany;
    this.#sendNext();
    this.#keep();
  }

  describe(): NotifierStatus {
    const { name, kind } = this.#config;
    return {
      ...{ name, kind, waiting: this.#waiting.length, sent: this.#sent, lost: this.#lost },
      ...{ lastSentAt: this.#lastSentAt, lastFailure: this.#lastFailure },
    };
  }

  /** Gives what waits still; what is being sent is given up. */
  close(): Notice[] {
    this.#ending.abort();
    this.#stopRetry();
    return [...this.#retrying, ...this.#waiting];
  }

  #sendNext(): void {
    if (this.#sending || this.#waiting.length === 0 || this.#ending.signal.aborted) return;
    this.#sending = true;
    void this.#try(this.#waiting.splice(0, DIGEST_MAX), 1);
  }

  /** What is being sent is not kept: where a worker ends amid it, nobody knows whether it came, and nothing is told twice. */
  async #try(notices: readonly Notice[], tries: number): Promise<void> {
    this.#retrying = [];
    this.#keep();
    try {
      await this.#options.openWay(this.#config)(notices, this.#ending.signal);
      this.#sent += notices.length;
      this.#lastSentAt = new Date(this.#options.clock.now()).toISOString();
    } catch (error) {
      if (this.#fail(notices, tries, error)) return;
    }
    this.#sending = false;
    this.#sendNext();
  }

  #keep(): void {
    const { unsent, save } = this.#options;
    const ids = [...this.#retrying, ...this.#waiting].map(({ id }) => id);
    if (ids.join() === (unsent[this.name] ?? []).join()) return;
    if (ids.length === 0) delete unsent[this.name];
    else unsent[this.name] = ids;
    save();
  }

  /** Whether it will be tried again. */
  #fail(notices: readonly Notice[], tries: number, error: unknown): boolean {
    const reason = cleanLine(messageOf(error), 500);
    this.#lastFailure = reason;
    if (this.#ending.signal.aborted) return true;
    const mayHelp = error instanceof OrchestratorError && ['FAILED', 'TIMED_OUT'].includes(error.code);
    if (!mayHelp || tries >= TRIES_MAX) {
      this.#lost += notices.length;
      this.#options.onFailure(this.#config.name, reason);
      return false;
    }
    this.#retrying = notices;
    this.#keep();
    const askedMs = error instanceof RetryLaterError ? Math.min(error.afterMs, ASKED_MAX_MS) : 0;
    const delayMs = Math.max(askedMs, backoffMs(tries - 1, RETRY_FIRST_MS, RETRY_MAX_MS));
    this.#stopRetry = this.#options.clock.after(delayMs, () => void this.#try(notices, tries + 1));
    return true;
  }
}
