import { existsSync, readFileSync } from 'node:fs';
import { delimiter, isAbsolute, join } from 'node:path';
import { OrchestratorError } from '../../base/errors.ts';
import { type FileStatus, judgeFile } from '../../host/service/installed-file.ts';
import { describeLingerOff, readLinger } from '../../host/service/linger.ts';
import { findVersionManager } from '../../host/service/node-location.ts';
import type { Program } from '../../host/service/service-text.ts';
import { findOtherCopy, renderWanted, type ServiceHost } from '../service/service-host.ts';
import { AGENT_PROGRAMS, isProgram } from './agent-programs.ts';
import { type Check, fail, ok, type Patient, warn } from './check.ts';

/** The worker as a service, and what goes wrong with services in the long run. */
export const SERVICE_CHECKS: readonly Check[] = [
  { name: 'service', find: withService(checkInstalled, { needed: false }) },
  { name: 'service state', find: withService(checkState) },
  { name: 'service program', find: withService(checkProgram) },
  { name: 'service PATH', find: withService(checkPath) },
  { name: 'lingering', find: withService(checkLinger) },
  { name: 'version', find: checkVersion },
];

type ServiceFinder = (host: ServiceHost, patient: Patient) => ReturnType<Check['find']>;

/** Most checks ask nothing of a machine that has no service. */
function withService(find: ServiceFinder, { needed = true } = {}): Check['find'] {
  return async (patient) => {
    const host = await patient.service;
    if (host instanceof OrchestratorError)
      return needed ? ok('no service here') : warn(host.message, host.hint ?? '');
    return needed && host.found.kind === 'absent' ? ok('no service here') : find(host, patient);
  };
}

const INSTALL = 'tmux-orchestrator service install';

function checkInstalled({ path, title, state, ...host }: ServiceHost) {
  const status = judgeCurrent(host);
  switch (status) {
    case 'absent':
      return warn(`not installed (${title})`, INSTALL);
    case 'outdated':
      return warn(`${path} is not what this version would install`, INSTALL);
    case 'edited':
      return warn(`${path} was changed by hand`, `move the changes to a drop-in, then: ${INSTALL} --force`);
    case 'foreign':
      return warn(`${path} is not from tmux-orchestrator`, `look at it, then: ${INSTALL} --force`);
    case 'current':
      if (state.enabled === false) return warn(`${path} is there, but does not start at login`, INSTALL);
      return ok(`${path} is current (${title})`);
  }
}

/** A file that differs only in PATH is current: shells differ. */
function judgeCurrent({
  found,
  supervisor,
  facts,
}: Pick<ServiceHost, 'found' | 'supervisor' | 'facts'>): FileStatus {
  const program = found.kind === 'file' ? found.program : undefined;
  return judgeFile(found, renderWanted(supervisor, { ...facts, path: program?.path ?? facts.path }));
}

function checkState({ state }: ServiceHost) {
  if (state.activity === 'failed') {
    return fail(
      `it failed (${state.lastEnd ?? 'no reason told'}) and is not started again`,
      'see why with: tmux-orchestrator service logs; then: tmux-orchestrator service start',
    );
  }
  if (state.activity !== 'running') return warn(state.activity, 'tmux-orchestrator service start');
  const restarts = state.restarts ?? 0;
  if (restarts > 0) {
    return warn(
      `running, but it had to be started again ${restarts} times`,
      'see why with: tmux-orchestrator service logs --since 1d',
    );
  }
  return ok(`running, pid ${state.pid}`);
}

function checkProgram({ found, facts, path }: ServiceHost) {
  const program = programOf(found);
  if (program === undefined)
    return warn(`${path} does not read as ours`, `look at it, then: ${INSTALL} --force`);
  const gone = [program.node, program.main].find((file) => !existsSync(file));
  if (gone !== undefined) return fail(`${gone} is gone, the next start will fail`, INSTALL);
  const other = findOtherCopy(program, facts.main);
  if (other !== undefined) {
    return warn(
      `two copies: the service runs ${other.version} (${other.main}), this is ${facts.version} (${facts.main})`,
      `uninstall one of them, or let the service run this one: ${INSTALL} --force`,
    );
  }
  const manager = findVersionManager(program.node);
  if (manager === undefined) return ok(`${program.node} ${program.main}`);
  return warn(
    `${program.node} is kept by ${manager} and goes with that version`,
    `after each change of Node.js: ${INSTALL}`,
  );
}

/** A service has not the PATH of a shell: what is found here may not be found there. */
function checkPath({ found, state }: ServiceHost, { env }: Patient) {
  const path = readRunningPath(state.pid) ?? programOf(found)?.path;
  if (path === undefined) return warn('it cannot be read from the service file', `${INSTALL} --force`);
  const remedy = `from a shell that finds all of them: ${INSTALL}`;
  if (!isOnPath('tmux', path)) return fail(`tmux is not on the PATH of the service: ${path}`, remedy);
  const lost = AGENT_PROGRAMS.filter((name) => isOnPath(name, env.PATH ?? '') && !isOnPath(name, path));
  if (lost.length === 0) return ok('finds tmux and all agent CLIs that this shell finds');
  return warn(`${lost.join(', ')} is on PATH here but not on that of the service: ${path}`, remedy);
}

/** The PATH that counts is that of the process, drop-ins and all. */
function readRunningPath(pid: number | null): string | undefined {
  if (pid === null) return undefined;
  try {
    const variables = readFileSync(`/proc/${pid}/environ`, 'utf8').split('\0');
    return variables.find((variable) => variable.startsWith('PATH='))?.slice('PATH='.length);
  } catch {
    // Another system than Linux, or a process that is just ending: the file tells nearly as well.
    return undefined;
  }
}

function isOnPath(name: string, path: string): boolean {
  return path.split(delimiter).some((folder) => isAbsolute(folder) && isProgram(join(folder, name)));
}

async function checkLinger({ supervisor, user }: ServiceHost) {
  if (supervisor.kind !== 'systemd') return ok('not a matter of this system');
  if (await readLinger(user)) return ok('on: worker and agents stay after logout');
  const { warning, remedy } = describeLingerOff(user);
  return warn(warning, remedy);
}

async function checkVersion({ worker, liveness, service }: Patient) {
  const host = await service;
  if (host instanceof OrchestratorError || worker === undefined || liveness.status !== 'up') {
    return ok('no running worker to compare');
  }
  const { version } = host.facts;
  if (worker.version === version) return ok(version);
  const restart =
    host.state.pid === worker.pid ? 'tmux-orchestrator service restart' : 'start the worker anew';
  return warn(`the worker that runs is ${worker.version}, installed is ${version}`, restart);
}

function programOf(found: ServiceHost['found']): Program | undefined {
  return found.kind === 'file' ? found.program : undefined;
}
