import { z } from 'zod';
import type { Observation, ProcessNode } from './observation.ts';
import { readScreen } from './screen.ts';

interface RecordedProcess {
  stat: string;
  comm: string;
  args: string;
  argv?: string[] | undefined;
  pid?: number | undefined;
  children: RecordedProcess[];
}

const RecordedProcessSchema: z.ZodType<RecordedProcess> = z.lazy(() =>
  z.object({
    stat: z.string(),
    comm: z.string(),
    /** The arguments joined by spaces. */
    args: z.string(),
    argv: z.array(z.string()).optional(),
    pid: z.int().optional(),
    children: z.array(RecordedProcessSchema),
  }),
);

/** A whole number; tmux's own words (`"9"`, `""`) are taken too. */
const WholeNumber = z.preprocess(
  (value) => (typeof value !== 'string' ? value : value === '' ? null : Number(value)),
  z.int().nullable().default(null),
);

/**
 * One screen of an agent with all that was known of its pane at that moment, as one JSON file.
 * Fields may be added; readers ignore what they do not know.
 */
export const RecordingSchema = z.object({
  /** Name of the profile. */
  agent: z.string(),
  /** Version of the CLI, empty where unknown. */
  version: z.string().default(''),
  /** What was going on, in the recorder's words. */
  situation: z.string().default(''),
  /** The state a person says this is; for a fresh recording the state that was read. */
  state: z.string().default(''),
  /** `COLUMNSxROWS`. */
  size: z.string().regex(/^\d+x\d+$/, 'write it as COLUMNSxROWS, for example 80x24'),
  title: z.string().default(''),
  /** tmux `pane_current_command`. */
  command: z.string().default(''),
  /** Column and row, from 0. */
  cursor: z.tuple([z.int(), z.int()]).default([0, 0]),
  cursorVisible: z.boolean().default(true),
  alternate: z.boolean().default(false),
  dead: z.boolean().default(false),
  deadStatus: WholeNumber,
  deadSignal: WholeNumber,
  processes: RecordedProcessSchema.nullable().default(null),
  native: z
    .object({
      source: z.string(),
      status: z.string(),
      detail: z.string().optional(),
      version: z.string().optional(),
      sessionId: z.string().optional(),
    })
    .nullable()
    .optional(),
  agentAgeMs: z.number().optional(),
  /** When it was recorded, RFC 3339 in UTC, and the time zone of the machine: reset instants are relative to them. */
  recordedAt: z.string().optional(),
  timeZone: z.string().optional(),
  /** Output of `capture-pane -p`. */
  text: z.string(),
  /** Output of `capture-pane -p -e`. */
  ansi: z.string().optional(),
});

export type Recording = z.infer<typeof RecordingSchema>;

/** A recording as the observation it was made from. `now` stands in where the recording has no time. */
export function observationOf(recording: Recording, now: number): Observation {
  const [columns = 0, rows = 0] = recording.size.split('x').map(Number);
  const { text, ansi, cursor, cursorVisible, alternate, native, processes, agentAgeMs } = recording;
  const { dead, deadStatus, deadSignal, title, command, recordedAt } = recording;
  return {
    at: recordedAt === undefined ? now : Date.parse(recordedAt),
    ...{ dead, deadStatus, deadSignal, title, command },
    ...(processes ? { processes: processOf(processes) } : {}),
    ...(native ? { native: dropUndefined(native) } : {}),
    ...(agentAgeMs === undefined ? {} : { agentAgeMs }),
    screen: readScreen({
      size: [columns, rows],
      text,
      ...(ansi === undefined ? {} : { ansi }),
      ...{ cursor, cursorVisible, alternate },
    }),
  };
}

function processOf(recorded: RecordedProcess): ProcessNode {
  const { stat, comm, args, argv, pid, children } = recorded;
  return {
    ...(pid === undefined ? {} : { pid }),
    ...{ stat, comm },
    argv: argv ?? args.split(' '),
    children: children.map(processOf),
  };
}

type Defined<T> = { [K in keyof T]: Exclude<T[K], undefined> };

function dropUndefined<T extends object>(value: T): Defined<T> {
  return Object.fromEntries(Object.entries(value).filter(([, one]) => one !== undefined)) as Defined<T>;
}
