import type { OrchestratorError } from '../base/errors.ts';
import type { EventRing } from '../core/event-ring.ts';
import type { Metrics } from '../core/metrics.ts';
import type { NotifierStatus } from '../core/notifiers.ts';
import type { Asker, NewSchedule } from '../core/schedule-request.ts';
import type { SpawnRequest } from '../core/spawn-order.ts';
import type { SystemState } from '../core/system-status.ts';
import type { TeamMemberStatus } from '../core/team-board.ts';
import type { MemberOutcome } from '../core/team-member.ts';
import type { TokenBook } from '../core/token-book.ts';
import type { Agent } from '../model/agent.ts';
import type { AuditRecord } from '../model/audit.ts';
import type { Evidence } from '../model/ending.ts';
import type { Message, Sender } from '../model/message.ts';
import type { Notice } from '../model/notice.ts';
import type { Report } from '../model/report.ts';
import type { Role } from '../model/role.ts';
import type { Schedule, ScheduleRun } from '../model/schedule.ts';
import type { AgentState } from '../model/state.ts';
import type { Team } from '../model/team.ts';
import type { Usage } from '../model/usage.ts';
import type { EventFilter, EventPage, JournalPlace } from '../store/event-pages.ts';
import type { Found, ShelfEntry } from '../store/shelf.ts';
import type { TrustEntry } from '../store/trust-file.ts';

/** What operations work with: the parts of the worker, by what they can do. */
export interface House {
  agents: AgentKeeper;
  messages: MailService;
  roles: RoleShelf;
  teams: TeamBoard;
  trust: TrustBook;
  tokens: TokenBook;
  events: EventService;
  system: { get(): SystemState; findProblem(): OrchestratorError | undefined };
  metrics: Pick<Metrics, 'render' | 'contentType' | 'countRequest'>;
  audit: { list(filter: { limit: number; since?: number | undefined }): AuditRecord[] };
  reports: ReportDesk;
  usage: UsageMeter;
  notices: NoticeService;
  schedules: ScheduleService;
}

/** What happened, and what happens. */
export interface EventService {
  list(filter: EventFilter & { after?: JournalPlace | undefined; limit: number }): EventPage;
  /** Numbered events of this run of the worker, to be followed live. */
  live: Pick<EventRing, 'lastId' | 'since' | 'follow'>;
}

/** Everything that changes the set of agents (core/keeper). Throws `INVALID`, `CONFLICT`, `LIMIT`, `NOT_FOUND`, `REFUSED`, `TMUX*`. */
export interface AgentKeeper {
  list(): Agent[];
  get(name: string): Agent;
  spawn(request: SpawnRequest, by: Sender): Promise<Agent>;
  adopt(
    pane: string,
    name: string,
    options: { args?: readonly string[]; role?: string | undefined },
  ): Promise<Agent>;
  release(name: string): Promise<Agent>;
  stop(name: string, options: { force: boolean; timeoutMs: number }): Promise<void>;
  /** `fresh`: begin a new conversation even where the old one could be resumed. */
  restart(name: string, options: { fresh: boolean }): Promise<Agent>;
  interrupt(name: string): Promise<Agent>;
  pause(name: string): Promise<Agent>;
  /** Ends pause and hold. */
  resume(name: string): Promise<Agent>;
  rename(name: string, to: string): Promise<Agent>;
  /** Its screen as text, the last `lines` rows. Untrusted. */
  read(name: string, options: { lines?: number | undefined }): Promise<string>;
  /** Records of its endings, newest first. */
  evidence(name: string): Evidence[];
  /** Comes back when the agent is in one of the states, or after `timeoutMs` with what it is then. */
  wait(
    name: string,
    options: { states: readonly AgentState[]; timeoutMs: number; signal: AbortSignal },
  ): Promise<{ reached: boolean; agent: Agent }>;
}

interface NewMessage {
  text: string;
  priority?: Message['priority'] | undefined;
  /** Milliseconds; null: never. Default of the configuration where absent. */
  expireAfterMs?: number | null | undefined;
  idempotencyKey?: string | undefined;
  whileBusy?: boolean | undefined;
  interrupt?: boolean | undefined;
}

/** The mailboxes (core/messenger). `to` must be a managed agent's name. */
interface MailService {
  /** On disk before it comes back. The same idempotency key of the same sender gives the message that is there already. */
  send(to: string, message: NewMessage, from: Sender): Promise<Message>;
  broadcast(
    target: { team?: string | undefined; role?: string | undefined; all?: boolean | undefined },
    message: NewMessage,
    from: Sender,
  ): Promise<Message[]>;
  list(filter: {
    to?: string | undefined;
    from?: string | undefined;
    state?: string | undefined;
    limit: number;
    /** Only those with a lower sequence: what comes meanwhile moves nothing. */
    before?: number | undefined;
  }): Message[];
  get(id: string): Message;
  cancel(id: string): Promise<Message>;
  /** Puts a failed, expired, cancelled or uncertain message into the mailbox anew, under a new id. */
  retry(id: string): Promise<Message>;
  /** Comes back when its receipt says `until` or something final, or after `timeoutMs`. */
  wait(
    id: string,
    options: { until: 'submitted' | 'answered'; timeoutMs: number; signal: AbortSignal },
  ): Promise<Message>;
  /** Chooses an option of the dialog on an agent's screen; `REFUSED` where another one, or none, stands there. */
  answer(
    name: string,
    choice: { dialog: string; option?: number | undefined; decision?: 'approve' | 'deny' | undefined },
  ): Promise<Agent>;
}

interface RoleShelf {
  /** `directory`: the project whose own roles count too. */
  list(directory?: string): ShelfEntry[];
  /** To be looked at: an untrusted file's commands and variables are left out. Agents are started with `getForStart` (core/role-shelf). */
  get(name: string, directory?: string): Found<Role>;
  /** Writes a new role of the user's own, a copy of `from` where given. Gives its path. */
  create(name: string, options: { from?: string | undefined; directory?: string | undefined }): string;
}

interface TeamBoard {
  list(directory?: string): ShelfEntry[];
  get(name: string, directory?: string): Found<Team>;
  status(name: string, directory?: string): TeamMemberStatus[];
  /** Idempotent: starts who is not there. Each member succeeds or fails by itself. */
  up(name: string, options: { directory: string; worktrees: boolean }, by: Sender): Promise<MemberOutcome[]>;
  down(
    name: string,
    options: { directory?: string | undefined; force: boolean; worktrees: boolean },
  ): Promise<MemberOutcome[]>;
}

/** What agents did (core/report-desk). */
interface ReportDesk {
  /** `since`: a duration or RFC 3339. Throws `INVALID`, `NOT_FOUND`. */
  get(request: { since: string; team?: string | undefined }): Promise<Report>;
}

/** What agents and the machine use (core/usage-meter). */
interface UsageMeter {
  /** The last sample; null in the first seconds. */
  read(): Usage | null;
}

interface TrustBook {
  list(): TrustEntry[];
  /** Trusts the file as it is now; with `hash` only if it is still what the user was shown. Throws `REFUSED` for agents. */
  add(path: string, options: { hash?: string | undefined }, by: Sender): TrustEntry;
  remove(path: string): TrustEntry;
}

/** What happens at set times (core/scheduler). Throws `NOT_FOUND`, and `REFUSED` for what is not an agent's own. */
interface ScheduleService {
  /** Throws `INVALID`, `REFUSED`, `NOT_FOUND`, `CONFLICT`, `LIMIT`. On disk when it comes back. */
  add(request: NewSchedule, asker: Asker): Schedule;
  /** By name. */
  list(): Schedule[];
  get(name: string): Schedule;
  pause(name: string, by: Sender): Schedule;
  /** Throws `CONFLICT` where its time has passed. */
  resume(name: string, by: Sender): Schedule;
  remove(name: string, by: Sender): Schedule;
  /** Throws `CONFLICT` while a run is under way. */
  run(name: string, by: Sender): Promise<ScheduleRun>;
  upcoming(count: number, name?: string): { name: string; at: string }[];
}

/** What people should know, and who is told (core/notice-office). */
interface NoticeService {
  /** Newest first; without `all` those that are neither over nor acknowledged. */
  list(filter: { all: boolean }): Notice[];
  /** Throws `NOT_FOUND`. */
  acknowledge(id: string): Notice;
  acknowledgeAll(): number;
  notifiers(): NotifierStatus[];
  /** Throws what went wrong; `NOT_FOUND`. `team`: whose lead is to be told, for notifiers of that kind. */
  test(name: string, options: { team?: string | undefined }): Promise<void>;
  /** Throws `REFUSED` for agents that do not lead the team, `NOT_FOUND` where none of it is there. */
  finishTeam(name: string, by: Sender): { team: string; at: string };
  /** It is no longer finished. */
  reopenTeam(name: string): void;
}
