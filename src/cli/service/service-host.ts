import { existsSync, readFileSync, realpathSync } from 'node:fs';
import { userInfo } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { OrchestratorError } from '../../base/errors.ts';
import { readOwnVersion } from '../../base/version.ts';
import type { FoundFile, OtherCopy } from '../../host/service/installed-file.ts';
import { chooseNode, choosePath, STABLE_NODES } from '../../host/service/node-location.ts';
import {
  LAUNCHD_LABEL,
  launchdLogPath,
  type ServiceFacts,
  type Supervisor,
  UNIT_NAME,
} from '../../host/service/service-facts.ts';
import {
  launchdPlans,
  type ServicePlans,
  type Situation,
  SYSTEMD_PLANS,
} from '../../host/service/service-plan.ts';
import type { ServiceState } from '../../host/service/service-state.ts';
import { type Program, renderPlist, renderUnit } from '../../host/service/service-text.ts';
import { chooseSupervisor, chooseUnitTemplate } from '../../host/service/supervisor-choice.ts';
import { findSigns, queryState, readFoundFile } from '../../host/service/supervisor-query.ts';
import { checkParent } from '../../store/directories.ts';
import type { Context } from '../context.ts';

/** The service as it is on this machine, and what it would be if it were installed now. */
export interface ServiceHost {
  supervisor: Supervisor;
  /** `systemd 252`, `launchd`. */
  title: string;
  facts: ServiceFacts;
  /** Name of the user, for commands that somebody else must give. */
  user: string;
  plans: ServicePlans;
  /** Path of the unit or plist. */
  path: string;
  found: FoundFile;
  wanted: string;
  state: ServiceState;
  situation: Situation;
  /** The log of the worker; undefined where the journal keeps it. */
  logFile: string | undefined;
}

/** Looks at everything and changes nothing. Throws `CONFIG` where no supervisor can be had, `DIRECTORY` where its directory is not ours. */
export async function openServiceHost(context: Context): Promise<ServiceHost> {
  const supervisor = await findSupervisor(context);
  const facts = gatherFacts(context);
  const path = findPath(supervisor, context.home);
  const found = readFoundFile(path, supervisor);
  const state = await queryState(supervisor, context.uid);
  return {
    ...{ supervisor, facts, path, found, state },
    title: supervisor.kind === 'systemd' ? `systemd ${supervisor.version}` : 'launchd',
    user: findUser(context.uid),
    plans:
      supervisor.kind === 'systemd'
        ? SYSTEMD_PLANS
        : launchdPlans(context.uid, dirname(launchdLogPath(context.home))),
    wanted: renderWanted(supervisor, facts),
    logFile: supervisor.kind === 'systemd' ? undefined : launchdLogPath(context.home),
    situation: {
      path,
      before: found.kind === 'file' ? found.text : undefined,
      known: state.enabled ?? state.loaded,
      running: state.activity === 'running' || state.activity === 'starting',
    },
  };
}

/** Who looks after workers here. Throws `CONFIG` or `DIRECTORY`. */
async function findSupervisor({ uid }: Context): Promise<Supervisor> {
  const signs = await findSigns(process.env, uid);
  if (signs.systemdBooted && signs.runtimeDirectory) checkParent(signs.runtimeDirectory, uid);
  return chooseSupervisor(signs);
}

/** Where the service file stands, or would. */
function findPath(supervisor: Supervisor, home: string): string {
  if (supervisor.kind === 'systemd') return join(supervisor.unitFolder, `${UNIT_NAME}.service`);
  return join(home, 'Library/LaunchAgents', `${LAUNCHD_LABEL}.plist`);
}

/** The file as this copy of the program would write it. */
export function renderWanted(supervisor: Supervisor, facts: ServiceFacts): string {
  if (supervisor.kind === 'launchd')
    return renderPlist(readTemplate(`launchd/${LAUNCHD_LABEL}.plist`), facts);
  return renderUnit(readTemplate(`systemd/${chooseUnitTemplate(supervisor.version)}`), facts);
}

function gatherFacts({ uid, home }: Context): ServiceFacts {
  const candidates = STABLE_NODES.filter((path) => existsSync(path)).map((path) => ({
    path,
    real: realpathSync(path),
  }));
  const node = chooseNode(process.execPath, candidates);
  const main = fileURLToPath(new URL('../main.js', import.meta.url));
  return { node, main, uid, home, path: choosePath(process.env.PATH, node), version: readOwnVersion() };
}

/** The copy of the program that a service file runs, where it is another one than this and still there. */
export function findOtherCopy(program: Program | undefined, own: string): OtherCopy | undefined {
  if (program === undefined || program.main === own || !existsSync(program.main)) return undefined;
  const { main } = program;
  try {
    const text = readFileSync(join(main, '../../../package.json'), 'utf8');
    return { main, version: (JSON.parse(text) as { version: string }).version };
  } catch {
    return { main, version: 'an unknown version' };
  }
}

/** Throws `NOT_FOUND` where the service is not installed. */
export function requireInstalled({ found }: Pick<ServiceHost, 'found'>): void {
  if (found.kind !== 'absent') return;
  throw new OrchestratorError('NOT_FOUND', 'the service is not installed', {
    hint: 'install it with: tmux-orchestrator service install',
  });
}

function readTemplate(name: string): string {
  return readFileSync(new URL(`../../../${name}`, import.meta.url), 'utf8');
}

/** A container may run under a number that has no name. */
function findUser(uid: number): string {
  try {
    return userInfo().username;
  } catch {
    return String(uid);
  }
}
