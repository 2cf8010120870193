import { z } from 'zod';
import { OrchestratorError } from '../base/errors.ts';
import { readCursor, writeCursor } from '../model/cursor.ts';
import { ScheduleSchema } from '../model/schedule.ts';
import { Cursor, Directory, Name, Next } from './fields.ts';
import type { House } from './house.ts';
import { type Caller, defineOperation } from './operation.ts';

const OneSchedule = z.strictObject({ name: Name.describe('name of the schedule') });
const View = ScheduleSchema.omit({ v: true });
const Run = ScheduleSchema.shape.last.unwrap();
const Word = z
  .string()
  .max(4_096)
  .refine((word) => !word.includes('\u0000'), 'must hold no NUL');
const Text = z.string().min(1).max(32_768);

const When = {
  cron: z
    .string()
    .max(200)
    .optional()
    .describe('minute hour day-of-month month weekday, as in crontab; or @hourly, @daily, @weekly, @monthly'),
  every: z.string().max(40).optional().describe('again and again after a duration such as 30m, at least 1m'),
  at: z.string().max(60).optional().describe('once, at a time such as 2026-11-23T09:00, or with an offset'),
  in: z.string().max(40).optional().describe('once, after a duration such as 45m'),
  zone: z.string().max(64).optional().describe('IANA name of the zone that cron and at are in'),
};

export const scheduleOperations = [
  defineOperation({
    name: 'schedule.add',
    summary: 'Have a message or check-in sent at times of your choice',
    ...{ scope: 'control', effect: 'write', method: 'POST', path: '/schedules' },
    input: z
      .strictObject({
        name: Name.optional().describe('what it is called; made up where absent'),
        ...When,
        agent: Name.optional().describe('to this agent'),
        role: Name.optional().describe('to all agents with this role'),
        team: Name.optional().describe('to the members of this team'),
        text: Text.optional().describe('what is said; absent: the check-in of the role of whoever gets it'),
        gate: z
          .strictObject({
            command: z
              .array(Word)
              .min(1)
              .max(100)
              .describe('program and arguments, run without a shell: exit code 0 wakes, 1 to 125 do not'),
            directory: Directory.describe('where it runs, absolute path'),
            timeoutMs: z.int().min(100).max(60_000).default(10_000).describe('it has so long, milliseconds'),
          })
          .optional()
          .describe('decides each time whether there is anything to do; only for the user of this machine'),
        missed: z
          .enum(['catch-up', 'skip'])
          .default('catch-up')
          .describe('of runs that were missed make up for one, or for none'),
      })
      .refine(
        ({ agent, role, team }) => [agent, role, team].filter((one) => one !== undefined).length === 1,
        { path: ['agent'], message: 'or role or team must be given, and one only' },
      ),
    output: View,
    run: async ({ schedules }, { agent, role, team, text, gate, ...rest }, caller) =>
      schedules.add(
        { ...rest, target: targetOf({ agent, role, team }), text: text ?? null, gate: gate ?? null },
        askerOf(caller),
      ),
  }),
  defineOperation({
    name: 'schedule.list',
    summary: 'List schedules by name: when each runs next, and what became of its last run',
    ...{ scope: 'read', effect: 'read', method: 'GET', path: '/schedules' },
    input: z.strictObject({
      limit: z.coerce
        .number()
        .int()
        .min(1)
        .max(10_000)
        .default(1_000)
        .describe('schedules in a page, at most'),
      cursor: Cursor,
    }),
    output: z.object({ schedules: z.array(View).describe('by name'), next: Next }),
    run: async ({ schedules }, { limit, cursor }) => {
      const after = cursor === undefined ? '' : readCursor('schedule.list', cursor, z.string());
      const page = schedules.list().filter(({ name }) => name > after);
      const shown = page.slice(0, limit);
      const last = page.length > limit ? shown.at(-1) : undefined;
      return { schedules: shown, next: last === undefined ? null : writeCursor('schedule.list', last.name) };
    },
  }),
  defineOperation({
    name: 'schedule.get',
    summary: 'Show one schedule',
    ...{ scope: 'read', effect: 'read', method: 'GET', path: '/schedules/{name}' },
    input: OneSchedule,
    output: View,
    run: async ({ schedules }, { name }) => schedules.get(name),
  }),
  defineOperation({
    name: 'schedule.pause',
    summary: 'Let a schedule rest',
    ...{ scope: 'control', effect: 'write', method: 'POST', path: '/schedules/{name}/pause' },
    input: OneSchedule,
    output: View,
    run: async ({ schedules }, { name }, { sender }) => schedules.pause(name, sender),
  }),
  defineOperation({
    name: 'schedule.resume',
    summary: 'Let a schedule go on; what would have come meanwhile is not made up for',
    ...{ scope: 'control', effect: 'write', method: 'POST', path: '/schedules/{name}/resume' },
    input: OneSchedule,
    output: View,
    run: async ({ schedules }, { name }, { sender }) => schedules.resume(name, sender),
  }),
  defineOperation({
    name: 'schedule.run',
    summary: 'Do what a schedule does now, beside its own times',
    ...{ scope: 'control', effect: 'write', method: 'POST', path: '/schedules/{name}/run' },
    input: OneSchedule,
    output: Run,
    run: ({ schedules }, { name }, { sender }) => schedules.run(name, sender),
  }),
  defineOperation({
    name: 'schedule.remove',
    summary: 'Remove a schedule',
    ...{ scope: 'control', effect: 'destructive', method: 'DELETE', path: '/schedules/{name}' },
    input: OneSchedule,
    output: View,
    run: async ({ schedules }, { name }, { sender }) => schedules.remove(name, sender),
  }),
  defineOperation({
    name: 'schedule.next',
    summary: 'The next runs of one or of all schedules, in their order',
    ...{ scope: 'read', effect: 'read', method: 'GET', path: '/schedule-runs' },
    input: z.strictObject({
      name: Name.optional().describe('only of this schedule'),
      count: z.coerce.number().int().min(1).max(1_000).default(10).describe('how many, at most'),
    }),
    output: z.object({
      runs: z.array(z.object({ name: z.string(), at: z.iso.datetime() })).describe('within a year'),
    }),
    run: async ({ schedules }, { name, count }) => ({ runs: schedules.upcoming(count, name) }),
  }),
  defineOperation({
    name: 'checkin.add',
    summary: 'For agents: have yourself woken',
    ...{ scope: 'message', effect: 'write', method: 'POST', path: '/checkins' },
    input: z.strictObject({
      name: Name.optional().describe('what it is called; made up where absent'),
      ...When,
      text: Text.optional().describe('what you will be told; absent: the check-in of your role'),
    }),
    output: View,
    run: async ({ schedules }, { text, ...rest }, caller) => {
      const target = { kind: 'agent', name: nameOf(caller) } as const;
      return schedules.add(
        { ...rest, target, text: text ?? null, gate: null, missed: 'catch-up' },
        askerOf(caller),
      );
    },
  }),
  defineOperation({
    name: 'checkin.remove',
    summary: 'For agents: remove a check-in of your own',
    ...{ scope: 'message', effect: 'destructive', method: 'DELETE', path: '/checkins/{name}' },
    input: OneSchedule,
    output: View,
    run: async ({ schedules }, { name }, caller) => {
      nameOf(caller);
      return schedules.remove(name, caller.sender);
    },
  }),
] as const;

function targetOf(given: {
  agent?: string | undefined;
  role?: string | undefined;
  team?: string | undefined;
}) {
  const { agent, role, team } = given;
  if (agent !== undefined) return { kind: 'agent', name: agent } as const;
  if (role !== undefined) return { kind: 'role', name: role } as const;
  return { kind: 'team', name: team ?? '' } as const;
}

function askerOf({ sender, token }: Caller): Parameters<House['schedules']['add']>[1] {
  return { sender, isUser: sender.kind === 'user' && token === null };
}

function nameOf({ sender }: Caller): string {
  if (sender.kind === 'agent') return sender.name;
  throw new OrchestratorError('INVALID', 'only agents have check-ins of their own', {
    hint: 'wake an agent with: tmux-orchestrator schedule add --agent NAME',
  });
}
