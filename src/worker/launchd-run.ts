import type { Logger } from 'pino';
import type { Clock } from '../base/clock.ts';
import { messageOf, OrchestratorError } from '../base/errors.ts';
import { countStart, START_WINDOW_MS, STARTS_MAX } from '../model/start-count.ts';
import { StartCountFile } from '../store/start-count-file.ts';

interface LaunchdRun {
  /** The worker's whole life; gives its exit code. */
  work(): Promise<number>;
  /** May throw `DIRECTORY`. */
  prepareStateDirectory(): string;
  clock: Clock;
  log: Logger;
}

/** `RestartPreventExitStatus=` of the systemd unit. */
const CONFIGURATION = 78;

/**
 * Runs the worker as a job that launchd starts again after every exit but 0. So 0 it is where another start would not help: after too
 * many starts in a short time, and where the configuration must be mended first. The log says which.
 */
export async function runUnderLaunchd({
  work,
  prepareStateDirectory,
  clock,
  log,
}: LaunchdRun): Promise<number> {
  try {
    const file = new StartCountFile(prepareStateDirectory());
    if (!admitStart(file, clock.now(), log)) return 0;
    const stopTimer = clock.after(START_WINDOW_MS, () => file.clear());
    const code = await work();
    stopTimer();
    if (code === 0) file.clear();
    return code;
  } catch (error) {
    if (!(error instanceof OrchestratorError) || error.exitCode !== CONFIGURATION) throw error;
    log.error({ code: error.code, hint: error.hint }, `will not be started again: ${messageOf(error)}`);
    return 0;
  }
}

/** A count that cannot be written (disk full) must not stop the watch; it only leaves the limit out of force, which is said. */
function admitStart(file: StartCountFile, now: number, log: Logger): boolean {
  const { count, giveUp } = countStart(file.read(), now);
  try {
    file.write(count);
  } catch (error) {
    log.warn({ reason: messageOf(error) }, 'starts cannot be counted');
  }
  if (giveUp) {
    log.error(
      { starts: STARTS_MAX, hint: 'look above for the reason, then: tmux-orchestrator service start' },
      `started ${STARTS_MAX} times within ${START_WINDOW_MS / 60_000} minutes without staying up: gives up`,
    );
  }
  return !giveUp;
}
