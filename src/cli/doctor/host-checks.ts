import { existsSync, readFileSync, statfsSync } from 'node:fs';
import { delimiter, dirname, isAbsolute, join } from 'node:path';
import systeminformation from 'systeminformation';
import { hasErrorCode } from '../../base/errors.ts';
import { openProcessTable } from '../../host/process-table.ts';
import { AGENT_PROGRAMS, isProgram } from './agent-programs.ts';
import { type Check, fail, ok, type Patient, warn } from './check.ts';

const MIB = 1_048_576;

/** The machine: Node, processes, watches, disks, memory, load, clock, and which agents are installed. */
export const HOST_CHECKS: readonly Check[] = [
  { name: 'node', find: () => checkNode() },
  { name: 'process table', find: () => checkProcessTable() },
  { name: 'file watches', find: checkWatches },
  {
    name: 'runtime disk',
    find: ({ context }) => checkDisk(context.directories.runtime, RUNTIME_BYTES_MIN),
  },
  { name: 'state disk', find: ({ context }) => checkDisk(context.directories.state, STATE_BYTES_MIN) },
  { name: 'memory', find: () => checkMemory() },
  { name: 'load', find: () => checkLoad() },
  { name: 'agent CLIs', find: checkAgents },
  { name: 'clock', find: checkClock },
];

const NODE_OLDEST: readonly [major: number, minor: number] = [20, 19];

function checkNode() {
  const [major = 0, minor = 0] = process.versions.node.split('.').map(Number);
  if (major > NODE_OLDEST[0] || (major === NODE_OLDEST[0] && minor >= NODE_OLDEST[1])) {
    return ok(process.version);
  }
  return fail(`${process.version} is too old`, `install Node.js ${NODE_OLDEST.join('.')} or later`);
}

function checkProcessTable() {
  const tree = openProcessTable().readTree(process.pid);
  if (tree !== undefined && tree.argv.length > 0) return ok('processes and their arguments can be read');
  return fail(
    'processes cannot be read: agents would not be found',
    process.platform === 'linux' ? 'mount /proc: mount -t proc proc /proc' : 'check that ps works',
  );
}

const INOTIFY = '/proc/sys/fs/inotify';
/** What editors and other programs of the user take of the same limit, as a rule of thumb. */
const OTHERS_WATCHES = 1_024;

/** One watch for each pane with an agent; those without are found by the slow list, up to a second later. */
function checkWatches({ worker }: Patient) {
  if (process.platform !== 'linux') return ok('not used on this system');
  const watchesMax = readNumber(`${INOTIFY}/max_user_watches`);
  if (watchesMax === undefined) return warn('the limit cannot be read', `check ${INOTIFY}/max_user_watches`);
  const wanted = (worker?.panes ?? 0) + OTHERS_WATCHES;
  if (watchesMax >= wanted) return ok(`${watchesMax} may be had, at most ${wanted} are wanted`);
  return warn(
    `${watchesMax} may be had, ${wanted} may be wanted: changes would be seen up to a second late`,
    'sudo sysctl fs.inotify.max_user_watches=65536',
  );
}

function readNumber(path: string): number | undefined {
  try {
    return Number(readFileSync(path, 'utf8'));
  } catch (error) {
    if (hasErrorCode(error, 'ENOENT', 'EACCES')) return undefined;
    throw error;
  }
}

/** A thousand state files of a few kilobytes; journals of the default size. */
const RUNTIME_BYTES_MIN = 16 * MIB;
const STATE_BYTES_MIN = 128 * MIB;

function checkDisk(path: string, bytesMin: number) {
  const { bavail, bsize } = statfsSync(nearestExisting(path));
  const bytes = bavail * bsize;
  const detail = `${Math.floor(bytes / MIB)} MiB free for ${path}`;
  if (bytes >= bytesMin) return ok(detail);
  return fail(`only ${detail}`, `make room: ${bytesMin / MIB} MiB should be free`);
}

function nearestExisting(path: string): string {
  return existsSync(path) || path === dirname(path) ? path : nearestExisting(dirname(path));
}

const MEMORY_BYTES_MIN = 256 * MIB;

async function checkMemory() {
  const { available, total } = await systeminformation.mem();
  const detail = `${Math.floor(available / MIB)} of ${Math.floor(total / MIB)} MiB available`;
  if (available >= MEMORY_BYTES_MIN) return ok(detail);
  return warn(`only ${detail}`, 'end programs that take much: agents may be killed for want of memory');
}

const LOAD_PER_CORE_MAX = 4;

async function checkLoad() {
  const { avgLoad, cpus } = await systeminformation.currentLoad();
  const detail = `${avgLoad} on ${cpus.length} cores`;
  if (avgLoad <= LOAD_PER_CORE_MAX * cpus.length) return ok(detail);
  return warn(detail, 'the machine is overloaded: readings come late');
}

function checkAgents({ env }: Patient) {
  const folders = (env.PATH ?? '').split(delimiter).filter(isAbsolute);
  const found = AGENT_PROGRAMS.filter((name) => folders.some((folder) => isProgram(join(folder, name))));
  if (found.length > 0) return ok(found.join(', '));
  return warn(
    `none of ${AGENT_PROGRAMS.join(', ')} is on PATH`,
    'install one, or describe another CLI in profiles/NAME.yaml (see: schema profile)',
  );
}

const YEAR_MIN = 2025;
/** Clocks are set by fractions of a second; more is a jump. */
const FUTURE_MAX_MS = 5_000;

/** Ages, reset instants and heartbeats all rest on it. */
function checkClock({ now, worker }: Patient) {
  const year = new Date(now).getFullYear();
  const remedy = 'set the clock: sudo timedatectl set-ntp true';
  if (year < YEAR_MIN) return fail(`it shows the year ${year}`, remedy);
  const heartbeatAt = worker === undefined ? 0 : Date.parse(worker.heartbeatAt);
  if (heartbeatAt > now + FUTURE_MAX_MS) return fail("the worker's heartbeat lies in the future", remedy);
  return ok(new Date(now).toISOString());
}
