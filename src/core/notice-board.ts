import { randomBytes } from 'node:crypto';
import type { Clock } from '../base/clock.ts';
import { OrchestratorError } from '../base/errors.ts';
import type { Agent } from '../model/agent.ts';
import type { Event } from '../model/event.ts';
import {
  endsWithState,
  type NewNotice,
  type Notice,
  readEvent,
  readStanding,
  wordScheduleFailure,
} from '../model/notice.ts';
import type { NoticeConfig } from '../model/notice-config.ts';
import { coolingKey, findTellAt } from '../model/notice-timing.ts';
import type { NoticeRecord } from '../store/notice-file.ts';

export interface NoticeBoardOptions {
  clock: Clock;
  /** Kept on disk by `save`. */
  record: NoticeRecord;
  save(): void;
  settings(): NoticeConfig;
  agents(): Agent[];
  find(name: string): Agent | undefined;
  /** Hands notices to the notifiers; must not wait for any of them. */
  tell(notices: readonly Notice[]): void;
}

const KEPT_MAX = 500;
const COOLING_MAX = 2_000;
/** What happens together is told together. Milliseconds. */
const GATHER_MS = 50;
/** Delays and quiet hours are looked at so often. Milliseconds. */
const ROUND_MS = 5_000;

/** What people should know: every notice once, told when it may be, known still after a restart. */
export class NoticeBoard {
  readonly #options: NoticeBoardOptions;
  #stopRound = () => {};
  #stopGathering: (() => void) | undefined;
  #changed = false;

  constructor(options: NoticeBoardOptions) {
    this.#options = options;
  }

  open(): void {
    this.#stopRound = this.#options.clock.after(ROUND_MS, () => this.open());
    for (const agent of this.#options.agents()) this.#look(agent);
    this.#tellDue();
  }

  close(): void {
    this.#stopRound();
    this.#stopGathering?.();
    if (this.#changed) this.#save();
  }

  note(event: Event): void {
    const agent = 'agent' in event ? this.#options.find(event.agent) : undefined;
    const notice = agent?.paused ? undefined : readEvent(event, agent?.team ?? null);
    if (notice !== undefined) this.raise(notice);
    if (event.type === 'schedule.fired') {
      const text = wordScheduleFailure(event);
      this.#endAll((one) => one.kind === 'schedule-failed' && one.text === text);
    }
    if (event.type === 'agent.gone' || event.type === 'agent.unmanaged' || event.type === 'agent.ended') {
      this.#settle(event.agent, () => true);
    } else if (event.type === 'agent.state') {
      this.#settle(event.agent, (one) => one.kind !== event.to);
      if (event.from === 'limited') this.#noteLimitEnd(event);
    }
    if (agent !== undefined) this.#look(agent);
  }

  /** For observed agents, of which nobody else tells it. */
  #noteLimitEnd(event: Extract<Event, { type: 'agent.state' }>): void {
    const agent = this.#options.find(event.agent);
    if (agent === undefined || agent.management === 'managed') return;
    const { profile, pane, at } = event;
    const told = {
      v: 1,
      at,
      agent: event.agent,
      profile,
      pane,
      type: 'agent.unparked',
      how: 'by-itself',
    } as const;
    const notice = readEvent(told, agent.team);
    if (notice !== undefined) this.raise(notice);
  }

  /** Puts a notice up unless it was there already. */
  raise(notice: NewNotice): void {
    const { record } = this.#options;
    if (record.notices.some((one) => one.key === notice.key)) return;
    if (this.#isKnown(notice)) return;
    const id = randomBytes(4).toString('hex');
    record.notices.push({ id, ...notice, toldAt: null, overAt: null, ackedAt: null });
    this.#bound();
    this.#changed = true;
    this.#stopGathering ??= this.#options.clock.after(GATHER_MS, () => {
      this.#stopGathering = undefined;
      this.#tellDue();
    });
  }

  /** Whether it is about what an open notice is about already. Another dialog is another matter: the one before is over. */
  #isKnown({ kind, agent, dialog, key, text }: NewNotice): boolean {
    if (kind === 'schedule-failed') {
      return this.list({ all: false }).some((one) => one.kind === kind && one.text === text);
    }
    if (!endsWithState(kind)) return false;
    const open = this.#options.record.notices.find(
      (one) => one.overAt === null && one.kind === kind && one.agent === agent,
    );
    if (open === undefined) return false;
    if (dialog === null || open.dialog === dialog) return true;
    this.#changed = true;
    if (open.dialog !== null) open.overAt = this.#nowText();
    else Object.assign(open, { dialog, key });
    return open.overAt === null;
  }

  /** Newest first; those that are over or acknowledged only with `all`. */
  list({ all }: { all: boolean }): Notice[] {
    const { notices } = this.#options.record;
    return notices.filter((one) => all || (one.overAt === null && one.ackedAt === null)).reverse();
  }

  /** Throws `NOT_FOUND`. */
  acknowledge(id: string): Notice {
    const notice = this.#options.record.notices.find((one) => one.id === id);
    if (notice === undefined) {
      throw new OrchestratorError('NOT_FOUND', `there is no notice ${id}`, {
        field: 'id',
        hint: 'see all with: tmux-orchestrator notice list --all',
      });
    }
    notice.ackedAt ??= this.#nowText();
    this.#save();
    return notice;
  }

  /** Acknowledges what is open. Gives how many. */
  acknowledgeAll(): number {
    const open = this.list({ all: false });
    for (const notice of open) notice.ackedAt = this.#nowText();
    if (open.length > 0) this.#save();
    return open.length;
  }

  #look(agent: Agent): void {
    const standing = readStanding(agent, this.#options.settings());
    if (standing !== undefined && standing.at <= this.#options.clock.now()) this.raise(standing.notice);
  }

  #settle(agent: string, isOver: (notice: Notice) => boolean): void {
    this.#endAll((one) => one.agent === agent && endsWithState(one.kind) && isOver(one));
  }

  #endAll(isMeant: (notice: Notice) => boolean): void {
    for (const notice of this.#options.record.notices) {
      if (notice.overAt !== null || !isMeant(notice)) continue;
      notice.overAt = this.#nowText();
      this.#changed = true;
    }
  }

  /** Written down before it is told: a worker that is killed amid it tells nothing twice. */
  #tellDue(): void {
    const { record, clock, tell } = this.#options;
    const now = clock.now();
    const due = record.notices.filter((notice) => this.#takeIfDue(notice, now));
    if (due.length > 0 || this.#changed) this.#save();
    if (due.length > 0) tell(due);
  }

  #takeIfDue(notice: Notice, now: number): boolean {
    if (notice.toldAt !== null || notice.overAt !== null || notice.ackedAt !== null) return false;
    const { record, settings } = this.#options;
    const config = settings();
    if (notice.team !== null && config.mutedTeams.includes(notice.team)) return false;
    const key = coolingKey(notice);
    if (findTellAt(notice, record.lastTold[key], config, now) > now) return false;
    record.lastTold[key] = now;
    notice.toldAt = this.#nowText();
    return true;
  }

  /** What is over or acknowledged goes first. */
  #bound(): void {
    const { record } = this.#options;
    while (record.notices.length > KEPT_MAX) {
      const settled = record.notices.findIndex((one) => one.overAt !== null || one.ackedAt !== null);
      record.notices.splice(Math.max(0, settled), 1);
    }
    const cooling = Object.entries(record.lastTold);
    if (cooling.length > COOLING_MAX) {
      record.lastTold = Object.fromEntries(cooling.sort((a, b) => b[1] - a[1]).slice(0, COOLING_MAX / 2));
    }
  }

  #save(): void {
    this.#changed = false;
    this.#options.save();
  }

  #nowText(): string {
    return new Date(this.#options.clock.now()).toISOString();
  }
}
