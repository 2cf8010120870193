import { existsSync, lstatSync, readFileSync, readlinkSync } from 'node:fs';
import { OrchestratorError } from '../../base/errors.ts';
import type { FoundFile } from './installed-file.ts';
import { runProgram } from './program.ts';
import { LAUNCHD_LABEL, type Supervisor, UNIT_NAME } from './service-facts.ts';
import {
  NOT_LOADED,
  readLaunchdState,
  readSystemdState,
  type ServiceState,
  SYSTEMD_PROPERTIES,
} from './service-state.ts';
import { readPlistProgram, readUnitProgram } from './service-text.ts';
import type { SupervisorSigns } from './supervisor-choice.ts';

const TIME_LIMIT_MS = 10_000;

/** Looks at the machine for `chooseSupervisor`. */
export async function findSigns(env: NodeJS.ProcessEnv, uid: number): Promise<SupervisorSigns> {
  const systemdBooted = existsSync('/run/systemd/system');
  return {
    platform: process.platform,
    uid,
    systemdBooted,
    runtimeDirectory: env.XDG_RUNTIME_DIR,
    answer: systemdBooted ? await askManager() : undefined,
  };
}

async function askManager(): Promise<SupervisorSigns['answer']> {
  const words = ['systemctl', '--user', 'show', '--property=Version,UnitPath'] as const;
  const { exitCode, stdout, complaint, missing } = await runProgram([...words], TIME_LIMIT_MS);
  if (missing) return undefined;
  if (exitCode !== 0) return { refusal: complaint };
  const get = (name: string) => new RegExp(`^${name}=(.*)$`, 'm').exec(stdout)?.[1] ?? '';
  return { version: get('Version'), unitFolders: get('UnitPath').split(' ') };
}

/** How the service is, as its supervisor tells. Throws `FAILED` where that does not answer. */
export async function queryState(supervisor: Supervisor, uid: number): Promise<ServiceState> {
  return supervisor.kind === 'systemd' ? querySystemd() : queryLaunchd(uid);
}

async function querySystemd(): Promise<ServiceState> {
  const properties = `--property=${SYSTEMD_PROPERTIES.join(',')}`;
  const words = ['systemctl', '--user', 'show', properties, UNIT_NAME] as const;
  const { exitCode, stdout, complaint } = await runProgram([...words], TIME_LIMIT_MS);
  if (exitCode === 0) return readSystemdState(stdout);
  throw new OrchestratorError('FAILED', `systemctl does not tell how the service is: ${complaint}`);
}

async function queryLaunchd(uid: number): Promise<ServiceState> {
  const { exitCode, stdout, missing } = await runProgram(
    ['launchctl', 'print', `gui/${uid}/${LAUNCHD_LABEL}`],
    TIME_LIMIT_MS,
  );
  if (missing) throw new OrchestratorError('CONFIG', 'launchctl was not found', { hint: 'add /bin to PATH' });
  return exitCode === 0 ? readLaunchdState(stdout) : NOT_LOADED;
}

/** Reads the service file without following a link: whoever made that wants another file to count. */
export function readFoundFile(path: string, supervisor: Supervisor): FoundFile {
  const stats = lstatSync(path, { throwIfNoEntry: false });
  if (stats === undefined) return { kind: 'absent' };
  if (stats.isSymbolicLink()) return { kind: 'link', target: readlinkSync(path) };
  if (!stats.isFile())
    throw new OrchestratorError('DIRECTORY', `${path} is no file`, { hint: 'move it away' });
  const text = readFileSync(path, 'utf8');
  const program = supervisor.kind === 'systemd' ? readUnitProgram(text) : readPlistProgram(text);
  return { kind: 'file', text, program };
}
