import { z } from 'zod';
import type { Event } from './event.ts';
import { RECEIPT_STATES } from './message.ts';
import { AGENT_STATES, type AgentState, needsPerson } from './state.ts';

const DurationMs = z.int().min(0).describe('milliseconds');

const AgentReportSchema = z.object({
  name: z.string(),
  profile: z.string(),
  states: z.partialRecord(z.enum(AGENT_STATES), DurationMs).describe('time in each state'),
  messages: z
    .partialRecord(z.enum(RECEIPT_STATES), z.int())
    .describe('how many messages to it came into each receipt; one that was answered was submitted before'),
  starts: z.int().describe('by us, restarts among them'),
  restarts: z.int().describe('starts after it had ended by itself'),
  endings: z.int().describe('ends that nobody asked for'),
  holds: z.int().describe('how often it was held until a person resumes it'),
  limits: z.int().describe('how often it came to a usage limit'),
  limitedMs: DurationMs,
  longestWaitMs: DurationMs.describe('longest time on end in which it waited for a person'),
});

export const ReportSchema = z.object({
  since: z.iso.datetime().describe('what is told begins here'),
  until: z.iso.datetime(),
  from: z.iso
    .datetime()
    .nullable()
    .describe('the oldest event that is kept; later than since: before is unknown'),
  unwatchedMs: DurationMs.describe('time in which no worker watched; it counts for no state'),
  agents: z.array(AgentReportSchema),
});

export type Report = z.infer<typeof ReportSchema>;
export type AgentReport = z.infer<typeof AgentReportSchema>;

/** An agent while events are read. All times in milliseconds since the epoch. */
interface Line {
  report: AgentReport;
  state: AgentState | null;
  /** Since when the state has counted; null while nobody watches it. */
  openSince: number | null;
  waitingSince: number | null;
  seen: boolean;
}

/** Receipts that come and go while a message waits. */
const PASSING: ReadonlySet<string> = new Set(['waiting', 'delivering']);

/**
 * What agents did between two instants, from the events of the journal in their order. Events before `since` only tell what an agent was
 * doing then. Holds one record an agent, however many events there are.
 */
export class ReportFold {
  readonly #since: number;
  readonly #until: number;
  readonly #lines = new Map<string, Line>();
  #from: string | null = null;
  #last = 0;
  #unwatchedSince: number | null = null;
  #unwatchedMs = 0;

  constructor(since: number, until: number) {
    this.#since = since;
    this.#until = until;
  }

  /** Events at or behind `until` are left out. */
  note(event: Event): void {
    const at = Date.parse(event.at);
    this.#from ??= event.at;
    if (at >= this.#until) return;
    this.#noteWatch(event, at);
    this.#noteAgent(event, at);
    this.#last = at;
  }

  /** `isThere`: whether an agent is known now; of the others it is not told when they went while nobody watched. */
  finish(isThere: (name: string) => boolean): Report {
    for (const [name, line] of this.#lines) {
      if (isThere(name)) this.#close(line, this.#until);
    }
    if (this.#unwatchedSince !== null) this.#unwatchedMs += this.#clip(this.#unwatchedSince, this.#until);
    return {
      since: new Date(this.#since).toISOString(),
      until: new Date(this.#until).toISOString(),
      from: this.#from,
      unwatchedMs: this.#unwatchedMs,
      agents: [...this.#lines.values()]
        .filter(({ seen }) => seen)
        .map(({ report }) => report)
        .sort((a, b) => (a.name < b.name ? -1 : 1)),
    };
  }

  /** While no worker watches nothing is known. One that was killed says so only by the start of the next. */
  #noteWatch({ type }: Event, at: number): void {
    if (type === 'worker.stopped') this.#stopWatching(at);
    if (type !== 'worker.started') return;
    if (this.#unwatchedSince === null && this.#last > 0) this.#stopWatching(this.#last);
    if (this.#unwatchedSince !== null) this.#unwatchedMs += this.#clip(this.#unwatchedSince, at);
    this.#unwatchedSince = null;
    for (const line of this.#lines.values()) if (line.state !== null) this.#open(line, line.state, at);
  }

  #stopWatching(at: number): void {
    this.#unwatchedSince = at;
    for (const line of this.#lines.values()) this.#close(line, at);
  }

  #noteAgent(event: Event, at: number): void {
    switch (event.type) {
      case 'agent.found':
        this.#enter(this.#lineOf(event), 'unknown', at);
        break;
      case 'agent.state':
        this.#noteState(event, at);
        break;
      case 'agent.gone':
      case 'agent.unmanaged':
        this.#leave(event.agent, at);
        break;
      case 'server.lost':
        for (const name of this.#lines.keys()) this.#leave(name, at);
        break;
      case 'agent.renamed':
        this.#rename(event.from, event.agent);
        break;
      default:
        if (at >= this.#since) this.#count(event);
    }
  }

  #count(event: Event): void {
    switch (event.type) {
      case 'agent.started': {
        const { report } = this.#see(event);
        report.starts++;
        if (event.restart) report.restarts++;
        break;
      }
      case 'agent.ended':
        this.#see(event).report.endings++;
        break;
      case 'agent.held':
        this.#see(event).report.holds++;
        break;
      case 'message.receipt': {
        if (PASSING.has(event.state)) return;
        const { messages } = this.#see({ agent: event.agent, profile: '' }).report;
        messages[event.state] = (messages[event.state] ?? 0) + 1;
      }
    }
  }

  #noteState(event: Extract<Event, { type: 'agent.state' }>, at: number): void {
    const line = this.#lineOf(event);
    if (event.to === 'limited' && at >= this.#since) line.report.limits++;
    this.#enter(line, event.to, at);
  }

  #enter(line: Line, state: AgentState, at: number): void {
    const waits = needsPerson(state);
    const waitingSince = waits ? line.waitingSince : null;
    this.#close(line, at);
    line.state = state;
    line.waitingSince = waitingSince;
    this.#open(line, state, at);
  }

  #open(line: Line, state: AgentState, at: number): void {
    line.openSince = at;
    if (needsPerson(state)) line.waitingSince ??= at;
  }

  /** Counts the time up to now. */
  #close(line: Line, at: number): void {
    const { state, openSince, waitingSince, report } = line;
    if (state === null || openSince === null) return;
    const passedMs = this.#clip(openSince, at);
    if (at >= this.#since) line.seen = true;
    if (passedMs > 0) report.states[state] = (report.states[state] ?? 0) + passedMs;
    report.limitedMs = report.states.limited ?? 0;
    if (waitingSince !== null)
      report.longestWaitMs = Math.max(report.longestWaitMs, this.#clip(waitingSince, at));
    Object.assign(line, { openSince: null, waitingSince: null });
  }

  #leave(name: string, at: number): void {
    const line = this.#lines.get(name);
    if (line === undefined) return;
    this.#close(line, at);
    line.state = null;
  }

  /** The same agent under another name; one that had that name before is told of together with it. */
  #rename(from: string, to: string): void {
    const line = this.#lines.get(from);
    if (line === undefined) return;
    this.#lines.delete(from);
    const former = this.#lines.get(to);
    if (former !== undefined) addUp(line.report, former.report);
    line.report.name = to;
    line.seen ||= former?.seen ?? false;
    this.#lines.set(to, line);
  }

  #see(of: { agent: string; profile: string }): Line {
    const line = this.#lineOf(of);
    line.seen = true;
    return line;
  }

  #lineOf({ agent, profile }: { agent: string; profile: string }): Line {
    const line = this.#lines.get(agent) ?? newLine(agent);
    if (profile !== '') line.report.profile = profile;
    this.#lines.set(agent, line);
    return line;
  }

  /** How much of a time lies in what is told of. */
  #clip(from: number, to: number): number {
    return Math.max(0, Math.min(to, this.#until) - Math.max(from, this.#since));
  }
}

function newLine(name: string): Line {
  const counts = { starts: 0, restarts: 0, endings: 0, holds: 0, limits: 0, limitedMs: 0, longestWaitMs: 0 };
  const report = { name, profile: '', states: {}, messages: {}, ...counts };
  return { report, state: null, openSince: null, waitingSince: null, seen: false };
}

const COUNTS = ['starts', 'restarts', 'endings', 'holds', 'limits', 'limitedMs'] as const;

function addUp(to: AgentReport, from: AgentReport): void {
  for (const key of COUNTS) to[key] += from[key];
  to.longestWaitMs = Math.max(to.longestWaitMs, from.longestWaitMs);
  addAll(to.states, from.states);
  addAll(to.messages, from.messages);
}

function addAll<K extends string>(to: Partial<Record<K, number>>, from: Partial<Record<K, number>>): void {
  for (const key of Object.keys(from) as K[]) to[key] = (to[key] ?? 0) + (from[key] ?? 0);
}
