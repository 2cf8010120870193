import { OrchestratorError } from '../base/errors.ts';
import { cleanLine } from '../base/text.ts';
import { formatDuration } from '../base/time-text.ts';
import type { OutputOf } from '../operations/routes.ts';
import { openClient } from './client.ts';
import { layColumns } from './column-layout.ts';
import type { Context } from './context.ts';
import { collectPages } from './pages.ts';

type View = OutputOf<'schedule.get'>;
type Run = OutputOf<'schedule.run'>;

/** A gate may take a minute. */
const RUN_TIMEOUT_MS = 70_000;

export async function listSchedules(context: Context): Promise<void> {
  const client = openClient(context);
  const schedules = await collectPages<View>(Number.POSITIVE_INFINITY, async (place) => {
    const page = await client.call('schedule.list', place);
    return { items: page.schedules, next: page.next };
  });
  context.output.print({ schedules }, () => layColumns(schedules.map(layRow)));
  if (schedules.length === 0)
    context.output.note('nothing is scheduled; see: tmux-orchestrator schedule add --help');
}

export async function listNextRuns(
  context: Context,
  name: string | undefined,
  { count }: { count?: number },
): Promise<void> {
  const { runs } = await openClient(context).call('schedule.next', { name, count });
  context.output.print({ runs }, () =>
    layColumns(
      runs.map((run) => [
        showTime(run.at),
        `in ${formatDuration(Date.parse(run.at) - Date.now())}`,
        run.name,
      ]),
    ),
  );
  if (runs.length === 0) context.output.note('nothing will run within a year');
}

/** What can be done to one schedule. */
export const VERBS = {
  show: async (context: Context, name: string) =>
    print(context, await openClient(context).call('schedule.get', { name })),
  pause: async (context: Context, name: string) =>
    print(context, await openClient(context).call('schedule.pause', { name })),
  resume: async (context: Context, name: string) =>
    print(context, await openClient(context).call('schedule.resume', { name })),
  remove: async ({ output, ...context }: Context, name: string) => {
    const removed = await openClient(context).call('schedule.remove', { name });
    output.print(removed, () => [`removed ${removed.name}`]);
  },
  run: async ({ output, ...context }: Context, name: string) => {
    const run = await openClient(context).call('schedule.run', { name }, { timeoutMs: RUN_TIMEOUT_MS });
    output.print(run, () => [layRun(run)]);
    if (run.outcome === 'failed') throw new OrchestratorError('MESSAGE_FAILED', `schedule ${name} failed`);
  },
};

function print({ output }: Context, schedule: View): void {
  output.print(schedule, () => laySchedule(schedule));
}

/** All about one schedule, for people. */
export function laySchedule(schedule: View): string[] {
  const { name, target, text, gate, missed, by, last } = schedule;
  const rows = [
    [name, layNext(schedule)],
    ['when', layTiming(schedule)],
    ['to', `${target.kind} ${target.name}`],
    ['says', text === null ? 'the check-in of its role' : cleanLine(text, 500)],
    ...(gate === null
      ? []
      : [
          [
            'gate',
            `${gate.command.map((word) => JSON.stringify(word)).join(' ')} in ${cleanLine(gate.directory)}`,
          ],
        ]),
    ['missed', missed],
    ['by', cleanLine(by.name, 64)],
    ...(last === null ? [] : [['last', layRun(last)]]),
  ];
  return layColumns(rows);
}

function layRow(schedule: View): string[] {
  const { name, target, last } = schedule;
  const before = last === null ? '' : `last ${last.outcome}`;
  return [name, layNext(schedule), layTiming(schedule), `${target.kind} ${target.name}`, before];
}

function layNext({ next, paused }: View): string {
  if (next === null) return 'over';
  if (paused) return 'paused';
  return `${showTime(next)} (in ${formatDuration(Date.parse(next) - Date.now())})`;
}

function layTiming({ timing }: View): string {
  switch (timing.kind) {
    case 'cron':
      return `cron ${timing.cron} ${timing.zone}`;
    case 'every':
      return `every ${formatDuration(timing.everyMs)}`;
    case 'at':
      return 'once';
  }
}

function layRun({ outcome, at, reason, messages }: Run): string {
  const ids = messages.slice(0, 10).join(' ');
  const what = reason === null ? ids : [cleanLine(reason, 500), ids].filter((one) => one !== '').join('; ');
  return `${outcome} ${showTime(at)}${what === '' ? '' : `: ${what}`}`;
}

/** In the zone of whoever reads it: `2026-11-23 09:00:00`. */
function showTime(instant: string): string {
  const date = new Date(instant);
  const local = new Date(date.getTime() - date.getTimezoneOffset() * 60_000);
  return local.toISOString().slice(0, 19).replace('T', ' ');
}
