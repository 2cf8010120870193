import { type Command, Option } from 'commander';
import { openContext } from '../context.ts';
import { addHelp } from '../help.ts';
import { parseCount, parseTimeout } from '../option-values.ts';
import type { ScheduleOptions } from '../schedule-add.ts';
import { TEXT_NOTES } from './message-options.ts';

/** `schedule VERB`. */
export function addScheduleCommands(program: Command): void {
  const schedule = program
    .command('schedule')
    .description('schedules: messages and check-ins at times of your choice');
  addHelp(schedule, {
    examples: [
      'tmux-orchestrator schedule add --every 30m --team fullstack',
      'tmux-orchestrator schedule add --in 45m --agent developer-1 "have another look at the tests"',
      'tmux-orchestrator schedule list',
    ],
    exits: [3, 4, 5, 9, 78],
  });
  addAdd(schedule);
  addList(schedule);
  addNext(schedule);
  addVerb(schedule, 'show', 'show one schedule and its last run', [3, 4, 78]);
  addVerb(schedule, 'pause', 'let a schedule rest', [3, 4, 78]);
  addVerb(
    schedule,
    'resume',
    'let it go on; what would have come meanwhile is not made up for',
    [3, 4, 5, 78],
  );
  addVerb(schedule, 'run', 'do what it does now, beside its own times', [3, 4, 5, 9, 78]);
  addVerb(schedule, 'remove', 'remove a schedule', [3, 4, 78]);
}

function addAdd(schedule: Command): void {
  const command = schedule
    .command('add')
    .description('have a message or check-in sent at times of your choice')
    .argument(
      '[text]',
      'what is said: a text, @FILE, or - for standard input; none: the check-in of the role',
    )
    .option('--cron <fields>', 'minute hour day-of-month month weekday, as in crontab')
    .option('--every <duration>', 'again and again: 5m, 2h; at least 1m')
    .option('--at <time>', 'once: 2026-11-23T09:00')
    .option('--in <duration>', 'once, after: 45m')
    .option('--tz <zone>', "zone of --cron and --at, such as Europe/Berlin (default: the machine's)")
    .option('--agent <name>', 'to this agent')
    .option('--role <name>', 'to all agents with this role')
    .option('--team <name>', 'to the members of this team')
    .option('--name <new-name>', 'what it is called (default: made up)')
    .option('--gate <program>', 'run this each time: exit code 0 wakes, 1 to 125 do not')
    .option('--gate-arg <word>', 'an argument for it; may be given again', collect)
    .option('--gate-timeout <duration>', 'it has so long (default: 10s, at most 60s)', parseTimeout)
    .addOption(
      new Option('--missed <policy>', 'of runs that were missed make up for one, or for none')
        .choices(['catch-up', 'skip'])
        .default('catch-up'),
    )
    .action(async (text: string | undefined, options: ScheduleOptions) => {
      const context = openContext(command);
      const { addSchedule } = await import('../schedule-add.ts');
      await addSchedule(context, text, options);
    });
  addHelp(command, {
    examples: [
      'tmux-orchestrator schedule add --cron "0 9 * * 1-5" --tz Europe/Berlin --role orchestrator @morning.md',
      'tmux-orchestrator schedule add --every 30m --team fullstack --name watch',
      'tmux-orchestrator schedule add --every 5m --agent qa --gate git --gate-arg=diff --gate-arg=--quiet "commit it"',
    ],
    exits: [3, 4, 5, 78],
    notes: [
      'A run waits in the mailbox until its agent can take it; while it does, the next ones are left out.',
      'Times at which clocks are set forward are made up for at once, times that come twice count once.',
      'The gate runs without a shell, where this command was given; its output is dropped.',
      ...TEXT_NOTES,
    ],
  });
}

function collect(word: string, before: readonly string[] = []): string[] {
  return [...before, word];
}

function addList(schedule: Command): void {
  const command = schedule
    .command('list')
    .description('list schedules: name, next run, timing, whom, what became of the last run')
    .action(async () => {
      const context = openContext(command);
      const { listSchedules } = await import('../schedule-list.ts');
      await listSchedules(context);
    });
  addHelp(command, { examples: ['tmux-orchestrator schedule list --json'], exits: [3, 78] });
}

function addNext(schedule: Command): void {
  const command = schedule
    .command('next')
    .description('list the next runs, in their order')
    .argument('[schedule]', 'only of this schedule')
    .option('--count <count>', 'at most so many (default: 10)', parseCount)
    .action(async (name: string | undefined, options: { count?: number }) => {
      const context = openContext(command);
      const { listNextRuns } = await import('../schedule-list.ts');
      await listNextRuns(context, name, options);
    });
  addHelp(command, { examples: ['tmux-orchestrator schedule next watch --count 5'], exits: [3, 4, 78] });
}

type Verb = 'show' | 'pause' | 'resume' | 'run' | 'remove';

function addVerb(schedule: Command, verb: Verb, description: string, exits: number[]): void {
  const command = schedule
    .command(verb)
    .description(description)
    .argument('<schedule>', 'its name')
    .action(async (name: string) => {
      const context = openContext(command);
      const { VERBS } = await import('../schedule-list.ts');
      await VERBS[verb](context, name);
    });
  addHelp(command, { examples: [`tmux-orchestrator schedule ${verb} watch`], exits });
}
