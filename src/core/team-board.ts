import { OrchestratorError } from '../base/errors.ts';
import { cleanLine } from '../base/text.ts';
import type { Agent } from '../model/agent.ts';
import { checkName } from '../model/agent-name.ts';
import type { Sender } from '../model/message.ts';
import type { Team, TeamMember } from '../model/team.ts';
import type { Found, ShelfEntry } from '../store/shelf.ts';
import { findOnShelf, listShelf } from '../store/shelf-files.ts';
import { resolveStart, teamFormat } from '../store/team-files.ts';
import type { TeamRecords } from '../store/team-records.ts';
import { type ShelfSurroundings, shelfOptions } from './role-shelf.ts';
import { type MemberOutcome, type MemberStart, prepareMember, type TeamStart } from './team-member.ts';
import { removeWorktrees } from './team-worktrees.ts';

/** What of the keeper of agents a team needs. */
export interface TeamAgents {
  list(): Agent[];
  spawn(request: MemberStart, by: Sender): Promise<unknown>;
  stop(name: string, options: { force: boolean; timeoutMs: number }): Promise<void>;
}

export interface TeamMemberStatus {
  name: string;
  role: string | null;
  lead: boolean;
  /** Null where it is not there. */
  agent: Agent | null;
}

interface TeamBoardOptions {
  around: ShelfSurroundings;
  records: TeamRecords;
  agents: TeamAgents;
}

/** How long a member may take to leave by itself. Milliseconds. */
const STOP_TIMEOUT_MS = 10_000;

/** Teams: shipped, of the user, of a project; started and stopped as a whole. */
export class TeamBoard {
  readonly #around: ShelfSurroundings;
  readonly #records: TeamRecords;
  readonly #agents: TeamAgents;
  /** The last thing that is done to a team: the next waits for it. */
  readonly #turns = new Map<string, Promise<unknown>>();

  constructor({ around, records, agents }: TeamBoardOptions) {
    this.#around = around;
    this.#records = records;
    this.#agents = agents;
  }

  list(directory?: string): ShelfEntry[] {
    return listShelf(teamFormat, shelfOptions(this.#around, directory));
  }

  get(name: string, directory?: string): Found<Team> {
    return findOnShelf(teamFormat, shelfOptions(this.#around, directory), name);
  }

  /** Its members as they are defined, and behind them agents that belong to it and are defined no more. Throws `NOT_FOUND`. */
  status(name: string, directory?: string): TeamMemberStatus[] {
    const team = this.#find(name, directory);
    const agents = this.#membersThere(name);
    const known = (team?.members ?? []).map((member) => ({
      ...{ name: member.name, role: member.role ?? null, lead: member.name === team?.lead },
      agent: agents.find((agent) => agent.name === member.name) ?? null,
    }));
    const strays = agents
      .filter((agent) => !known.some((member) => member.name === agent.name))
      .map((agent) => ({ name: agent.name, role: agent.role, lead: false, agent }));
    return [...known, ...strays];
  }

  /**
   * Starts who is not there; each member succeeds or fails by itself. Throws `NOT_FOUND` and `INVALID` for the team, `CONFLICT` while it is
   * up in another directory.
   */
  up(name: string, options: { directory: string; worktrees: boolean }, by: Sender): Promise<MemberOutcome[]> {
    checkName(name, 'name');
    return this.#takeTurn(name, async () => {
      const found = this.get(name, options.directory);
      const directory = resolveStart(options.directory);
      const record = this.#checkRecord(name, directory);
      this.#records.write(record);
      return this.#startAll({ found, record, records: this.#records, worktrees: options.worktrees }, by);
    });
  }

  /** Stops its members, the lead last; with `worktrees` removes those that we made and that hold no work of their own. Throws `NOT_FOUND`. */
  down(
    name: string,
    options: { directory?: string | undefined; force: boolean; worktrees: boolean },
  ): Promise<MemberOutcome[]> {
    checkName(name, 'name');
    return this.#takeTurn(name, async () => {
      const team = this.#find(name, options.directory);
      const outcomes = await this.#stopAll(name, team, options.force);
      const removed = options.worktrees ? await removeWorktrees(this.#records, name, outcomes) : outcomes;
      this.#forget(name);
      return removed;
    });
  }

  /** As it is defined where it is up. Undefined where its file is gone or cannot be used. */
  findDefinition(name: string): Team | undefined {
    try {
      return this.#find(name, undefined);
    } catch (error) {
      if (error instanceof OrchestratorError) return undefined;
      throw error;
    }
  }

  /** What is done to one team is done in turn: a start amid a stop would leave half a team. */
  #takeTurn<T>(name: string, act: () => Promise<T>): Promise<T> {
    const turn = (this.#turns.get(name) ?? Promise.resolve()).then(act, act);
    this.#turns.set(name, turn);
    const leave = () => {
      if (this.#turns.get(name) === turn) this.#turns.delete(name);
    };
    turn.then(leave, leave);
    return turn;
  }

  /**
   * As it is defined where it is up, else in the directory. Undefined for a team whose file is gone while its agents, or worktrees, are not.
   */
  #find(name: string, directory: string | undefined): Team | undefined {
    checkName(name, 'name');
    const record = this.#records.read(name);
    const isUp = this.#membersThere(name).length > 0;
    try {
      const place = isUp ? (record?.directory ?? directory) : (directory ?? record?.directory);
      return this.get(name, place).value;
    } catch (error) {
      if (error instanceof OrchestratorError && (isUp || record !== undefined)) return undefined;
      throw error;
    }
  }

  #membersThere(team: string): Agent[] {
    return this.#agents.list().filter((agent) => agent.management === 'managed' && agent.team === team);
  }

  /** Names of agents are one for all directories: the team is up once at most. */
  #checkRecord(name: string, directory: string) {
    const record = this.#records.read(name);
    if (record !== undefined && record.directory !== directory && this.#membersThere(name).length > 0) {
      throw new OrchestratorError('CONFLICT', `team ${name} is up in ${cleanLine(record.directory)}`, {
        field: 'directory',
        hint: `stop it there first: tmux-orchestrator team down ${name}`,
      });
    }
    return { v: 1 as const, name, directory, worktrees: record?.worktrees ?? [] };
  }

  /** Directories and worktrees one after another, as git locks the repository; the CLIs side by side, as they are slow to start. */
  async #startAll(start: TeamStart, by: Sender): Promise<MemberOutcome[]> {
    const plans: (MemberStart | MemberOutcome)[] = [];
    for (const member of start.found.value.members) plans.push(await this.#plan(start, member));
    return Promise.all(
      plans.map((plan) => {
        if ('outcome' in plan) return plan;
        const started: MemberOutcome = { name: plan.name, outcome: 'started', reason: null };
        return this.#agents.spawn(plan, by).then(() => started, asFailure(plan.name));
      }),
    );
  }

  /** How a member is to be started, or why it is not. */
  async #plan(start: TeamStart, member: TeamMember): Promise<MemberStart | MemberOutcome> {
    try {
      if (this.#isThere(member.name, start.found.value.name))
        return { name: member.name, outcome: 'already-there', reason: null };
      return await prepareMember(start, member);
    } catch (error) {
      return asFailure(member.name)(error);
    }
  }

  /** Throws `CONFLICT` where the name belongs to an agent that is not of this team. */
  #isThere(name: string, team: string): boolean {
    const agent = this.#agents.list().find((one) => one.name === name);
    if (agent === undefined) return false;
    if (agent.management === 'managed' && agent.team === team) return true;
    throw new OrchestratorError('CONFLICT', `${name} is an agent outside of team ${team} already`, {
      field: 'name',
      hint: `rename it: tmux-orchestrator agent rename ${name} NEW`,
    });
  }

  async #stopAll(name: string, team: Team | undefined, force: boolean): Promise<MemberOutcome[]> {
    const there = this.#membersThere(name).map((agent) => agent.name);
    const absent = (team?.members ?? []).map((member) => member.name).filter((one) => !there.includes(one));
    const stop = (one: string): Promise<MemberOutcome> =>
      this.#agents
        .stop(one, { force, timeoutMs: STOP_TIMEOUT_MS })
        .then(() => ({ name: one, outcome: 'stopped', reason: null }) as const, asFailure(one));
    const stopped = await Promise.all(there.filter((one) => one !== team?.lead).map(stop));
    const lead = await Promise.all(there.filter((one) => one === team?.lead).map(stop));
    return [
      ...stopped,
      ...lead,
      ...absent.map((one) => ({ name: one, outcome: 'absent' as const, reason: null })),
    ];
  }

  /** A record is kept as long as something of the team is. */
  #forget(name: string): void {
    const record = this.#records.read(name);
    if (record === undefined || record.worktrees.length > 0 || this.#membersThere(name).length > 0) return;
    this.#records.remove(name);
  }
}

/** What goes wrong with one member is told of that member; what nobody expects is not caught. */
function asFailure(name: string): (error: unknown) => MemberOutcome {
  return (error) => {
    if (!(error instanceof OrchestratorError)) throw error;
    const hint = error.hint === undefined ? '' : ` (${error.hint})`;
    return { name, outcome: 'failed', reason: cleanLine(error.message + hint, 1_000) };
  };
}
