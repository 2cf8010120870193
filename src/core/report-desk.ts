import type { Clock } from '../base/clock.ts';
import { OrchestratorError } from '../base/errors.ts';
import { parseDuration } from '../base/time-text.ts';
import type { Agent } from '../model/agent.ts';
import type { Event } from '../model/event.ts';
import { type Report, ReportFold } from '../model/report.ts';

interface DeskOptions {
  clock: Clock;
  /** All events that are kept, oldest first. */
  readEvents(): AsyncIterable<Event>;
  listAgents(): readonly Pick<Agent, 'name' | 'team'>[];
}

/** Tells what agents did, from the event journal. One report at a time: a journal may be large. */
export class ReportDesk {
  readonly #options: DeskOptions;
  #busy: Promise<unknown> = Promise.resolve();

  constructor(options: DeskOptions) {
    this.#options = options;
  }

  /** `since`: `8h`, or RFC 3339. Throws `INVALID`, and `NOT_FOUND` for a team without agents. */
  get({ since, team }: { since: string; team?: string | undefined }): Promise<Report> {
    const until = this.#options.clock.now();
    const from = readSince(since, until);
    const members = team === undefined ? undefined : this.#membersOf(team);
    const report = this.#busy.then(() => this.#read(from, until));
    this.#busy = report.catch(() => undefined);
    return report.then((whole) => ({
      ...whole,
      agents: whole.agents.filter(({ name }) => members?.has(name) ?? true),
    }));
  }

  async #read(since: number, until: number): Promise<Report> {
    const fold = new ReportFold(since, until);
    for await (const event of this.#options.readEvents()) fold.note(event);
    const names = new Set(this.#options.listAgents().map(({ name }) => name));
    return fold.finish((name) => names.has(name));
  }

  #membersOf(team: string): Set<string> {
    const members = this.#options.listAgents().filter((agent) => agent.team === team);
    if (members.length > 0) return new Set(members.map(({ name }) => name));
    throw new OrchestratorError('NOT_FOUND', `no agent belongs to team ${JSON.stringify(team)}`, {
      field: 'team',
      hint: 'see teams with: tmux-orchestrator team list',
    });
  }
}

function readSince(text: string, now: number): number {
  const durationMs = parseDuration(text);
  const since = durationMs === undefined ? readInstant(text) : now - durationMs;
  if (since !== undefined && since < now) return since;
  throw new OrchestratorError('INVALID', `since is no time before now: ${JSON.stringify(text)}`, {
    field: 'since',
    hint: 'write it as 8h, 30m or 2d, or as 2026-11-23T09:00:00Z',
  });
}

function readInstant(text: string): number | undefined {
  const isInstant = /^\d{4}-\d\d-\d\dT\d\d:\d\d(?::\d\d(?:\.\d{1,9})?)?(?:Z|[+-]\d\d:\d\d)$/.test(text);
  const instant = isInstant ? Date.parse(text) : Number.NaN;
  return Number.isNaN(instant) ? undefined : instant;
}
