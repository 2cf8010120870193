import { z } from 'zod';
import { NAME_SOURCE } from './agent-name.ts';
import { SenderSchema } from './message.ts';

const Name = z.string().regex(new RegExp(NAME_SOURCE), 'lower case letters, digits, - and _, at most 64');
const Instant = z.iso.datetime();

/** When it runs. */
const TimingSchema = z.discriminatedUnion('kind', [
  z.object({
    kind: z.literal('cron'),
    cron: z.string().describe('five fields: minute, hour, day of month, month, weekday'),
    zone: z.string().describe('IANA name of the zone that they are in'),
  }),
  z.object({
    kind: z.literal('every'),
    everyMs: z.int().describe('milliseconds between two runs'),
    from: Instant.describe('what they are counted from'),
  }),
  z.object({ kind: z.literal('at'), at: Instant.describe('once, then') }),
]);

/** Whom it writes to. */
const ScheduleTargetSchema = z.object({ kind: z.enum(['agent', 'role', 'team']), name: Name });

const GateSchema = z.object({
  command: z
    .array(z.string())
    .describe(
      'program and arguments, run without a shell: exit code 0 wakes, 1 to 125 leave the run out, everything else is a failure',
    ),
  directory: z.string().describe('where it runs'),
  timeoutMs: z.int().describe('it has so long, milliseconds'),
});

const RunSchema = z.object({
  due: Instant.describe('when it should have run'),
  at: Instant.describe('when it did'),
  outcome: z.enum(['fired', 'skipped', 'failed']).describe('what became of it'),
  reason: z.string().nullable().describe('why it was left out or failed'),
  messages: z.array(z.string()).describe('ids of the messages'),
});

/** A message or check-in that recurs or happens once. */
export const ScheduleSchema = z.object({
  v: z.literal(1),
  name: Name,
  timing: TimingSchema.describe('when it runs'),
  target: ScheduleTargetSchema.describe('whom it writes to'),
  text: z.string().nullable().describe('what is said; null: the check-in of the role'),
  gate: GateSchema.nullable().describe('decides each time whether there is anything to wake somebody for'),
  missed: z
    .enum(['catch-up', 'skip'])
    .describe('what becomes of runs that were missed: one is made up for, or none'),
  paused: z.boolean().describe('it rests until it is resumed'),
  by: SenderSchema.describe('who made it'),
  createdAt: Instant,
  next: Instant.nullable().describe('its next run; null: it is over'),
  last: RunSchema.nullable(),
});

export type Schedule = z.infer<typeof ScheduleSchema>;
export type Timing = z.infer<typeof TimingSchema>;
export type ScheduleTarget = z.infer<typeof ScheduleTargetSchema>;
export type Gate = z.infer<typeof GateSchema>;
export type ScheduleRun = z.infer<typeof RunSchema>;
