import type { Clock } from '../base/clock.ts';
import { formatDuration } from '../base/time-text.ts';
import type { Agent } from '../model/agent.ts';
import {
  type Episode,
  type EscalationStep,
  findDueStep,
  followEpisode,
  listSteps,
} from '../model/escalation.ts';
import type { NewNotice } from '../model/notice.ts';
import { composeIdleTeam } from '../model/notice-text.ts';
import type { Team } from '../model/team.ts';
import type { NoticeRecord } from '../store/notice-file.ts';

export interface EscalationOptions {
  clock: Clock;
  /** Kept on disk by `save`. */
  record: NoticeRecord;
  save(): void;
  agents(): Agent[];
  /** Undefined where its file is gone or cannot be read. */
  findTeam(name: string): Team | undefined;
  tellLead(lead: string, text: string, idempotencyKey: string): Promise<unknown>;
  tellPerson(notice: NewNotice): void;
  restart(lead: string): Promise<unknown>;
  onFailure(team: string, reason: unknown): void;
}

const ROUND_MS = 10_000;
/** No step comes earlier, so no team file is read before. Milliseconds. */
const REST_MIN_MS = 60_000;

/** Sees to teams in which nothing moves, unless they have said that they are done. */
export class Escalation {
  readonly #options: EscalationOptions;
  #stop = () => {};

  constructor(options: EscalationOptions) {
    this.#options = options;
  }

  open(): void {
    this.#stop = this.#options.clock.after(ROUND_MS, () => {
      this.#round();
      this.open();
    });
  }

  close(): void {
    this.#stop();
  }

  #round(): void {
    const { record } = this.#options;
    const before = JSON.stringify(record.episodes);
    const teams = groupByTeam(this.#options.agents());
    for (const name of Object.keys(record.episodes)) if (!teams.has(name)) delete record.episodes[name];
    for (const [name, members] of teams) this.#follow(name, members);
    if (JSON.stringify(record.episodes) !== before) this.#options.save();
  }

  #follow(name: string, members: readonly Agent[]): void {
    const { record, clock } = this.#options;
    const now = clock.now();
    const before = record.episodes[name] ?? null;
    const team = before === null ? undefined : this.#readTeam(name, before, now);
    const finished = record.done[name] !== undefined;
    const episode = finished ? null : followEpisode({ members, lead: team?.lead ?? null }, before, now);
    if (episode === null) {
      delete record.episodes[name];
      return;
    }
    record.episodes[name] = episode;
    if (team !== undefined) this.#climb(team, members, episode, now);
  }

  #readTeam(name: string, episode: Episode, now: number): Team | undefined {
    return now - episode.since < REST_MIN_MS ? undefined : this.#options.findTeam(name);
  }

  /** The step is on disk before it is taken: a worker that is killed amid it takes none twice. */
  #climb(team: Team, members: readonly Agent[], episode: Episode, now: number): void {
    const due = findDueStep(listSteps(team.escalation), episode, now);
    if (due === undefined) return;
    this.#options.record.episodes[team.name] = { ...episode, taken: due.taken };
    this.#options.save();
    this.#take(due.step, team, members, episode).catch((error) => this.#options.onFailure(team.name, error));
  }

  async #take(
    step: EscalationStep,
    team: Team,
    members: readonly Agent[],
    { since }: Episode,
  ): Promise<void> {
    const { tellLead, tellPerson, restart } = this.#options;
    const names = members.map((one) => one.name);
    const lead = names.includes(team.lead) ? team.lead : undefined;
    if (step.kind === 'tell-person' || lead === undefined) {
      tellPerson(composeNotice(team.name, names, since));
    } else if (step.kind === 'restart-lead') {
      await restart(lead);
    } else {
      const text = composeIdleTeam(team.name, names, formatDuration(step.afterMs));
      await tellLead(lead, text, `idle team ${team.name} ${since} ${step.afterMs}`);
    }
  }
}

function groupByTeam(agents: readonly Agent[]): Map<string, Agent[]> {
  const teams = new Map<string, Agent[]>();
  for (const agent of agents) {
    if (agent.management !== 'managed' || agent.team === null) continue;
    teams.set(agent.team, [...(teams.get(agent.team) ?? []), agent]);
  }
  return teams;
}

function composeNotice(team: string, members: readonly string[], since: number): NewNotice {
  const at = new Date(since).toISOString();
  return {
    ...{ key: `team-idle:${team}:${at}`, kind: 'team-idle', agent: null, team, since: at, dialog: null },
    text: `team ${team} does nothing`,
    evidence: `idle: ${members.join(', ')}`,
    todo: `tmux-orchestrator team status ${team}`,
  };
}
