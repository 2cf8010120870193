import { z } from 'zod';
import { NAME_SOURCE } from './agent-name.ts';
import { NOTICE_KINDS } from './notice.ts';
import { NotifierSchema } from './notifier.ts';

const Time = z.string().regex(/^([01]\d|2[0-3]):[0-5]\d$/, 'must be a time of day such as 22:00');
const DelayMs = z.int().min(0).max(86_400_000);

export const ZoneName = z.string().refine((zone) => isZone(zone), 'must be a zone such as Europe/Berlin');

const QuietSchema = z
  .strictObject({
    from: Time,
    to: Time,
    zone: ZoneName,
    except: z.array(z.enum(NOTICE_KINDS)).default([]).describe('kinds that are told even then'),
  })
  .refine(({ from, to }) => from !== to, { path: ['to'], message: 'must be another time than from' });

/** Section `notices` of the configuration. */
export const NoticeConfigSchema = z.strictObject({
  draftAfterMs: DelayMs.default(300_000).describe('told when a draft has stood for so long'),
  idleAfterMs: DelayMs.default(1_800_000).describe(
    'told when a managed agent was idle for so long; 0: never',
  ),
  observedIdleAfterMs: DelayMs.default(0).describe('the same for observed agents'),
  coolDownMs: DelayMs.default(60_000).describe('time between two notices of one kind about one agent'),
  quiet: QuietSchema.optional().describe('hours in which notices are held back'),
  mutedTeams: z
    .array(z.string().regex(new RegExp(NAME_SOURCE)))
    .default([])
    .describe('teams whose notices are listed and told to nobody'),
  notifiers: z
    .array(NotifierSchema)
    .max(50)
    .default([])
    .refine((list) => new Set(list.map(({ name }) => name)).size === list.length, 'two have the same name')
    .describe('who is told, and how'),
});
export type NoticeConfig = z.infer<typeof NoticeConfigSchema>;

export type QuietHours = NonNullable<NoticeConfig['quiet']>;

/** By Intl, which costs nothing where no zone is set; luxon would slow down every command that reads the configuration. */
function isZone(zone: string): boolean {
  try {
    return new Intl.DateTimeFormat('en', { timeZone: zone }) instanceof Intl.DateTimeFormat;
  } catch (error) {
    if (error instanceof RangeError) return false;
    throw error;
  }
}
