import { OrchestratorError } from '../base/errors.ts';
import { checkName } from '../model/agent-name.ts';
import type { AgentSpec } from '../model/agent-spec.ts';
import { checkVariable, checkVariableName } from '../model/environment.ts';
import type { Sender } from '../model/message.ts';
import type { Profile } from '../model/profile.ts';
import type { RestartOverride } from '../model/restart-policy.ts';
import type { Role } from '../model/role.ts';
import type { Ground } from './ground.ts';
import { findStartable } from './launch-plan.ts';

type Permissions = 'ask' | 'plan' | 'edits' | 'all';

/** What somebody wants to be started. */
export interface SpawnRequest {
  name: string;
  profile?: string | undefined;
  role?: string | undefined;
  team?: string | undefined;
  session?: string | undefined;
  window?: string | undefined;
  /** Absolute. */
  directory: string;
  /** Where roles of the project are looked for, absolute; default: `directory`. A team's member may work below or beside it. */
  project?: string | undefined;
  brief?: string | undefined;
  args?: readonly string[] | undefined;
  env?: Readonly<Record<string, string>> | undefined;
  secretFiles?: Readonly<Record<string, string>> | undefined;
  permissions?: Permissions | undefined;
  restore?: boolean | undefined;
  restart?: RestartOverride | null | undefined;
}

const DEFAULT_PROFILE = 'claude';
const MINUTE_MS = 60_000;
/** What the service signs with, and the name of whoever uses the command line. */
const RESERVED: readonly string[] = ['user', 'tmux-orchestrator'];

/** The file of an agent that is to be started. Throws `INVALID`, `NOT_FOUND`, `CONFLICT` or `LIMIT` with the field that is wrong. */
export function composeSpec(
  ground: Ground,
  request: SpawnRequest,
  { role, by }: { role: Role | undefined; by: Sender },
): AgentSpec {
  const { name } = request;
  checkFreeName(ground, name);
  const profile = findStartable(ground.profiles(), request.profile ?? role?.profile ?? DEFAULT_PROFILE);
  const session = checkName(request.session ?? ground.settings().config.agents.session, 'session');
  checkLimits(ground, session);
  const parent = findParent(ground, by);
  return {
    v: 1,
    ...{ name, session, profile: profile.name, origin: 'spawned', phase: 'starting' },
    ...{ role: role?.name ?? null, team: request.team ?? null, ...parent },
    window: checkName(request.window ?? name, 'window'),
    directory: request.directory,
    args: [...(request.args ?? [])],
    roleArgs: [...permissionWords(profile, request.permissions ?? role?.permissions), ...(role?.args ?? [])],
    env: checkVariables({ ...role?.env, ...request.env }),
    secretFiles: checkSecretNames(request.secretFiles ?? {}),
    brief: joinBrief(role, request.brief),
    restore: request.restore ?? false,
    restart: request.restart ?? null,
    createdAt: new Date(ground.clock.now()).toISOString(),
    ...{ paused: null, held: null, pane: null, process: null, cliSession: null, startedAt: null },
    ...{ renamedFrom: null, restarts: [], attempt: 0 },
  };
}

/** Throws `INVALID` for no name, `CONFLICT` for one that somebody has. */
export function checkFreeName(ground: Ground, name: string): void {
  checkName(name, 'name');
  if (RESERVED.includes(name)) {
    throw new OrchestratorError(
      'INVALID',
      `no agent can be called ${name}: messages signed so come from elsewhere`,
      {
        field: 'name',
        hint: 'choose another name',
      },
    );
  }
  if (!ground.roster.isTaken(name)) return;
  throw new OrchestratorError('CONFLICT', `there is an agent called ${name} already`, {
    field: 'name',
    hint: `choose another name, or look at it with: tmux-orchestrator agent show ${name}`,
  });
}

function checkLimits(ground: Ground, session: string): void {
  const { fleet } = ground;
  const { max, perSessionMax } = ground.settings().config.agents;
  if (fleet.size >= max) throw tooMany('name', `there are ${max} managed agents already`, 'agents.max');
  if (fleet.countIn(session) < perSessionMax) return;
  throw tooMany('session', `session ${session} has ${perSessionMax} agents already`, 'agents.perSessionMax');
}

/** Who started it, where that was an agent; agents may only start so many, so deep. */
function findParent(ground: Ground, by: Sender): Pick<AgentSpec, 'parent' | 'depth'> {
  const { fleet } = ground;
  const parent = by.kind === 'agent' ? fleet.find(by.name) : undefined;
  if (parent === undefined) return { parent: null, depth: 0 };
  const { depthMax, childrenMax } = ground.settings().config.agents;
  const depth = parent.depth + 1;
  if (depth > depthMax)
    throw tooMany(
      'name',
      `agents may be started ${depthMax} deep, this would be ${depth}`,
      'agents.depthMax',
    );
  const children = fleet.list().filter((spec) => spec.parent === parent.name).length;
  if (children < childrenMax) return { parent: parent.name, depth };
  throw tooMany('name', `${parent.name} has started ${childrenMax} agents already`, 'agents.childrenMax');
}

function tooMany(field: string, message: string, key: string): OrchestratorError {
  return new OrchestratorError('LIMIT', message, {
    field,
    hint: `stop one with: tmux-orchestrator agent stop, or set ${key} in config.yaml`,
  });
}

function permissionWords(profile: Profile, permissions: Permissions | undefined): readonly string[] {
  if (permissions === undefined) return [];
  const words = profile.start?.permissions[permissions];
  if (words !== undefined) return words;
  const known = Object.keys(profile.start?.permissions ?? {});
  throw new OrchestratorError('INVALID', `${profile.title} has no permissions called ${permissions}`, {
    field: 'permissions',
    hint: known.length > 0 ? `choose one of ${known.join(', ')}` : 'leave it out',
  });
}

function checkVariables(env: Readonly<Record<string, string>>): Record<string, string> {
  return Object.fromEntries(Object.entries(env).map(([name, value]) => [name, checkVariable(name, value)]));
}

function checkSecretNames(files: Readonly<Record<string, string>>): Record<string, string> {
  return Object.fromEntries(Object.entries(files).map(([name, path]) => [checkVariableName(name), path]));
}

function joinBrief(role: Role | undefined, brief: string | undefined): string | null {
  const parts = [role?.briefing, brief].filter((part) => part !== undefined && part.trim() !== '');
  return parts.length === 0 ? null : parts.join('\n\n');
}

/** So many agents may be started by hand within a minute. */
export class StartRate {
  #starts: number[] = [];

  /** Notes a start. Throws `LIMIT`. */
  take(now: number, max: number): void {
    this.#starts = this.#starts.filter((at) => now - at < MINUTE_MS && at <= now);
    if (this.#starts.length >= max)
      throw tooMany('name', `${max} agents were started within a minute`, 'agents.startsPerMinuteMax');
    this.#starts.push(now);
  }
}
