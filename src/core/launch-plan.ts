import { OrchestratorError } from '../base/errors.ts';
import { findProgram } from '../host/program-search.ts';
import type { AgentSpec } from '../model/agent-spec.ts';
import { buildEnvironment } from '../model/environment.ts';
import type { Profile, StartSpec } from '../model/profile.ts';
import { readSecretFile } from '../store/secret-file.ts';
import { checkWorkingDirectory } from '../store/working-directory.ts';
import type { Ground } from './ground.ts';

/** Everything a start needs that can be wrong, found out before anything is touched. */
export interface LaunchPlan {
  profile: Profile;
  start: StartSpec;
  /** The program with what stands before its own arguments. */
  program: readonly [string, ...string[]];
  directory: string;
  env: Record<string, string>;
}

interface Surroundings {
  env: NodeJS.ProcessEnv;
  uid: number;
}

type Wanted = Pick<AgentSpec, 'name' | 'profile' | 'directory' | 'env' | 'secretFiles'>;

/** Throws `INVALID` or `NOT_FOUND` with the field that is wrong. */
export function planLaunch(ground: Ground, spec: Wanted, { env, uid }: Surroundings): LaunchPlan {
  const { config } = ground.settings();
  const profile = findStartable(ground.profiles(), spec.profile);
  const directory = checkWorkingDirectory(spec.directory, config.agents.roots);
  const secrets = Object.entries(spec.secretFiles).map(([name, path]) => [
    name,
    readSecretFile(name, path, uid),
  ]);
  const environment = buildEnvironment({
    service: env,
    extraNames: config.agents.env,
    profile: profile.start.env,
    own: spec.env,
    secrets: Object.fromEntries(secrets),
    agent: spec.name,
  });
  const program = findProgram(profile.start.program, environment.PATH ?? '');
  if (program === undefined) throw notInstalled(profile, environment.PATH ?? '');
  return { profile, start: profile.start, program, directory, env: environment };
}

/** Throws `NOT_FOUND` for a profile that nobody knows, `INVALID` for one that tells nothing of how it is started. */
export function findStartable(profiles: readonly Profile[], name: string): Profile & { start: StartSpec } {
  const profile = profiles.find((one) => one.name === name);
  if (profile === undefined) {
    throw new OrchestratorError('NOT_FOUND', `no profile is called ${JSON.stringify(name)}`, {
      field: 'profile',
      hint: `choose one of ${profiles.map((one) => one.name).join(', ')}`,
    });
  }
  const { start } = profile;
  if (start !== undefined) return { ...profile, start };
  throw new OrchestratorError('INVALID', `profile ${name} does not say how its CLI is started`, {
    field: 'profile',
    hint: `add "start:" to profiles/${name}.yaml; see: tmux-orchestrator schema profile`,
  });
}

function notInstalled({ name, title, start }: Profile, path: string): OrchestratorError {
  return new OrchestratorError(
    'INVALID',
    `${title} is not installed: no ${start?.program} in ${path || 'an empty PATH'}`,
    {
      field: 'profile',
      hint: `install it, or run "tmux-orchestrator service install" again from a shell that finds ${name}`,
    },
  );
}
