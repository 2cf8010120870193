import { dirname } from 'node:path';
import { OrchestratorError } from '../../base/errors.ts';
import { cleanLine } from '../../base/text.ts';
import { formatDuration } from '../../base/time-text.ts';
import { describeLiveness } from '../../model/liveness.ts';
import { checkParent, checkPrivateDirectory } from '../../store/directories.ts';
import { chooseServer } from '../../tmux/socket.ts';
import { runTmux } from '../../tmux/spawned.ts';
import { readTmuxVersion } from '../../tmux/version.ts';
import { type Check, fail, ok, type Patient, warn } from './check.ts';

/** What the worker needs, and the worker itself. */
export const WORKER_CHECKS: readonly Check[] = [
  { name: 'config', find: checkConfig },
  { name: 'tmux', find: async (patient) => ok(`${await readTmuxVersion(programOf(patient))}`) },
  { name: 'tmux server', find: checkServer },
  { name: 'runtime directory', find: checkRuntime },
  { name: 'state directory', find: ({ context }) => checkDirectory(context.directories.state, context.uid) },
  { name: 'worker', find: checkWorker },
];

function checkConfig({ loaded }: Patient) {
  if (loaded instanceof OrchestratorError) throw loaded;
  const set = [...loaded.origins.values()].filter((origin) => origin !== 'default').length;
  return ok(`valid, ${set} keys set, ${loaded.profiles.length} profiles of your own`);
}

function programOf({ loaded }: Patient): string {
  return loaded instanceof OrchestratorError ? 'tmux' : loaded.config.tmux.program;
}

const START_ONE = 'start one: tmux new-session -d';

async function checkServer(patient: Patient) {
  const { context, loaded, env } = patient;
  const { socketName, socketPath } = loaded instanceof OrchestratorError ? {} : loaded.config.tmux;
  const address = chooseServer([{ socketName, socketPath, source: 'config' }], env, context.uid);
  const format = '#{pid} #{version} #{server_sessions}';
  try {
    const tmux = { program: programOf(patient), address };
    const [pid, version] = (await runTmux(tmux, ['display-message', '-p', format])).trim().split(' ');
    return ok(`tmux ${cleanLine(version ?? '')}, pid ${cleanLine(pid ?? '')}, at ${address.path}`);
  } catch (error) {
    if (!(error instanceof OrchestratorError) || error.code !== 'TMUX_GONE') throw error;
    return warn(`none runs at ${address.path}; the worker waits for one`, START_ONE);
  }
}

function checkRuntime({ context }: Patient) {
  const { runtime } = context.directories;
  checkParent(dirname(runtime), context.uid);
  return checkDirectory(runtime, context.uid);
}

function checkDirectory(path: string, uid: number) {
  checkPrivateDirectory(path, uid);
  return ok(path);
}

function checkWorker({ worker, liveness, now }: Patient) {
  if (liveness.status !== 'up' || worker === undefined) {
    const start = 'start it with: tmux-orchestrator run, or: systemctl --user start tmux-orchestrator';
    const text = describeLiveness(liveness, now);
    return liveness.status === 'silent'
      ? fail(text, 'start it anew; see its log for why')
      : warn(text, start);
  }
  const age = formatDuration(now - Date.parse(worker.heartbeatAt));
  if (worker.tmux.status === 'stalled') {
    return fail(
      'the tmux server does not answer it',
      'look at the server with: ps -o pid,stat,args -C "tmux: server"',
    );
  }
  return ok(`pid ${worker.pid}, heartbeat ${age} ago, ${worker.agents} agents`);
}
