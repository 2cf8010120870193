import { z } from 'zod';
import { HOLD_CODES } from './agent-spec.ts';
import { DialogSchema } from './dialog.ts';
import { AGENT_STATES } from './state.ts';
import { STATE_VERSION } from './state-version.ts';

const Instant = z.iso.datetime().describe('RFC 3339, UTC');

export const EvidenceSchema = z.object({
  kind: z.enum(['pane', 'process', 'native', 'title', 'screen', 'time', 'none']),
  rule: z.string().describe('name of the rule that spoke'),
  state: z.enum(AGENT_STATES).describe('the state it spoke for'),
});

/** `agents/NAME.json`: one agent as it is now. Fields may be added within a version. */
export const AgentSchema = z.object({
  v: z.literal(STATE_VERSION),
  name: z.string(),
  profile: z.string().describe('which CLI it is, for example claude'),
  management: z.enum(['observed', 'managed']),
  state: z.enum(AGENT_STATES),
  since: Instant.describe('when it came into this state'),
  evidence: z.array(EvidenceSchema).describe('the first one decided; the others were heard and overruled'),
  reset: z
    .object({
      text: z.string().describe('what the screen says'),
      at: Instant.nullable().describe('the same as an instant; null where it could not be read'),
    })
    .nullable()
    .describe('when a usage limit ends'),
  pane: z
    .string()
    .nullable()
    .describe('tmux pane id, valid for this server only; null while a managed agent has none'),
  place: z.object({
    session: z.string(),
    window: z.string(),
    windowIndex: z.int(),
    paneIndex: z.int(),
    directory: z.string(),
  }),
  process: z
    .object({ pid: z.int(), startTime: z.string() })
    .nullable()
    .describe('the process of the CLI; startTime in clock ticks since boot'),
  panePid: z
    .int()
    .nullable()
    .describe('first process of the pane: pane ids are used again by the next server'),
  title: z.string().describe('pane title when the state changed, cleaned'),
  cliVersion: z.string().nullable(),
  cliSession: z.string().nullable().describe("the CLI's own id of the conversation, where it tells"),
  foundAt: Instant,
  failure: z.string().nullable().describe('why the last look at it failed; null when it did not'),
  server: z
    .object({ pid: z.int(), startTime: z.int() })
    .nullable()
    .describe('the tmux server; null while a managed agent has no pane'),
  role: z.string().nullable().describe('of a managed agent, as all below'),
  team: z.string().nullable(),
  paused: z.boolean().describe('hands off: no restarts, deliveries or notices'),
  held: z
    .object({ since: Instant, code: z.enum(HOLD_CODES), reason: z.string() })
    .nullable()
    .describe('not brought back until a person resumes it'),
  restartAt: Instant.nullable().describe('when it is started again'),
  dialog: DialogSchema.nullable().describe('the dialog on its screen, where its options could be read'),
  worker: z.object({ pid: z.int(), startedAt: Instant }).describe('who wrote this file'),
});

export type Agent = z.infer<typeof AgentSchema>;

/** `worker.json`: the worker itself. */
export const WorkerSchema = z.object({
  v: z.literal(STATE_VERSION),
  pid: z.int(),
  version: z.string(),
  startedAt: Instant,
  heartbeatAt: Instant.describe(
    'last completed tick or attempt to connect, written at most every five seconds',
  ),
  stoppedAt: Instant.nullable().describe('set by a clean stop'),
  tmux: z.object({
    socket: z.string(),
    status: z.enum(['connecting', 'connected', 'none', 'stalled']).describe('none: no server runs'),
    detail: z.string().nullable(),
    pid: z.int().nullable(),
    startTime: z.int().nullable().describe('seconds since the epoch'),
    version: z.string().nullable(),
  }),
  counters: z.object({
    ticks: z.int(),
    looks: z.int().describe('captures of a screen'),
    events: z.int(),
    connects: z.int(),
    failures: z.int().describe('looks that failed'),
  }),
  panes: z.int().describe('panes on the server, agents or not'),
  agents: z.int(),
});

export type WorkerState = z.infer<typeof WorkerSchema>;
