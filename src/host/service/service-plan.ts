import { dirname, join } from 'node:path';
import { attempt, run, type Step, type StepAction, write } from './plan.ts';
import { LAUNCHD_LABEL, UNIT_NAME } from './service-facts.ts';

/** How things are before a command. */
export interface Situation {
  /** Path of the unit or plist. */
  path: string;
  /** What it holds now; nothing where there is none. */
  before: string | undefined;
  /** The supervisor knows it: enabled (systemd) or loaded (launchd). */
  known: boolean;
  running: boolean;
}

/** What a supervisor is told for each of our commands. */
export interface ServicePlans {
  /** The file in place and used from the next login on. */
  install(situation: Situation, text: string): Step[];
  start(situation: Situation): Step[];
  stop(situation: Situation): Step[];
  restart(situation: Situation): Step[];
  /** A running worker is replaced by one of what is installed now. */
  upgrade(situation: Situation): Step[];
  uninstall(situation: Situation): Step[];
}

/** The worker says READY after its first look at tmux; the unit gives it 30 s for that, and stopping 15 s. */
const START_LIMIT_MS = 90_000;

const systemctl = (...words: string[]) => run('systemctl', '--user', ...words);
const trySystemctl = (...words: string[]) => attempt('systemctl', '--user', ...words);

/** A unit that failed too often refuses every start until the count is cleared. */
const CLEAR_FAILURES = trySystemctl('reset-failed', UNIT_NAME);

const RESTART: Step[] = [CLEAR_FAILURES, { ...systemctl('restart', UNIT_NAME), timeLimitMs: START_LIMIT_MS }];

export const SYSTEMD_PLANS: ServicePlans = {
  install: ({ path, before, known }, text) => [
    // What is taken back is taken back from the last to the first: so the manager hears of it when the file is as it was.
    { do: 'make-directory', path: dirname(path), undo: [systemctl('daemon-reload')] },
    ...(before === text ? [] : [write(path, text, before)]),
    systemctl('daemon-reload'),
    {
      ...systemctl('enable', UNIT_NAME),
      undo: known ? [] : [trySystemctl('disable', UNIT_NAME), removeEmpty(wantsFolder(path))],
    },
  ],
  start: () => [CLEAR_FAILURES, { ...systemctl('start', UNIT_NAME), timeLimitMs: START_LIMIT_MS }],
  stop: () => [{ ...systemctl('stop', UNIT_NAME), timeLimitMs: START_LIMIT_MS }],
  restart: () => RESTART,
  upgrade: () => RESTART,
  // In this order: a unit whose file is gone goes on running, and leaves its link behind.
  uninstall: ({ path }) => [
    { ...trySystemctl('disable', '--now', UNIT_NAME), timeLimitMs: START_LIMIT_MS },
    { do: 'remove', path },
    ...[wantsFolder(path), dirname(path), dirname(dirname(path))].map(removeEmpty),
    systemctl('daemon-reload'),
    CLEAR_FAILURES,
  ],
};

/** Where `enable` puts its link. */
function wantsFolder(path: string): string {
  return join(dirname(path), 'default.target.wants');
}

function removeEmpty(path: string): StepAction {
  return { do: 'remove-empty', path };
}

/** `bootout` comes back before the job is gone, and `bootstrap` fails with "5: Input/output error" until it is. */
const BOOTSTRAP_RETRIES = 5;

/** The plans of launchd for a user's graphical session. */
export function launchdPlans(uid: number, logFolder: string): ServicePlans {
  const domain = `gui/${uid}`;
  const job = `${domain}/${LAUNCHD_LABEL}`;
  const load = (path: string): Step[] => [
    // Somebody may have switched it off under Login Items, and that is remembered.
    run('launchctl', 'enable', job),
    { ...run('launchctl', 'bootstrap', domain, path), retriesMax: BOOTSTRAP_RETRIES },
  ];
  const kick = (...words: string[]): Step[] => [run('launchctl', 'kickstart', ...words, job)];
  return {
    install: ({ path, before }, text) => [
      { do: 'make-directory', path: dirname(path) },
      { do: 'make-directory', path: logFolder },
      ...(before === text ? [] : [write(path, text, before)]),
      run('launchctl', 'enable', job),
    ],
    start: ({ known, path }) => (known ? kick() : load(path)),
    stop: ({ known }) => (known ? [run('launchctl', 'bootout', job)] : []),
    restart: ({ known, path }) => (known ? kick('-k') : load(path)),
    // A loaded job keeps the plist it was loaded with: only leaving and coming again makes it read a new one.
    upgrade: ({ path }) => [attempt('launchctl', 'bootout', job), ...load(path)],
    uninstall: ({ path }) => [attempt('launchctl', 'bootout', job), { do: 'remove', path }],
  };
}
