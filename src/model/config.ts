import { z } from 'zod';
import { NAME_SOURCE } from './agent-name.ts';
import { NoticeConfigSchema, ZoneName } from './notice-config.ts';
import { RestartOverrideSchema, RestartPolicySchema } from './restart-policy.ts';

const Name = z.string().regex(new RegExp(NAME_SOURCE), 'lower case letters, digits, - and _, at most 64');
const EnvName = z.string().regex(/^[A-Za-z_][A-Za-z0-9_]{0,63}$/, 'no name of a variable');
const Line = z.string().trim().min(1).max(2_000);

const PerMinute = z.int().min(1).max(100_000);

const LOG_LEVELS = ['trace', 'debug', 'info', 'warn', 'error', 'fatal'] as const;

/** `config.yaml`. Every key has a default; an unknown key is an error. */
export const ConfigSchema = z.strictObject({
  tmux: z
    .strictObject({
      program: z.string().min(1).default('tmux').describe('name or path of the tmux program'),
      socketName: z.string().optional().describe('name of the server socket, as in tmux -L'),
      socketPath: z.string().optional().describe('path of the server socket, as in tmux -S'),
    })
    .prefault({}),
  watch: z
    .strictObject({
      intervalMs: z.int().min(200).max(60_000).default(1_000).describe('time between two lists of all panes'),
      settleMs: z
        .int()
        .min(0)
        .max(10_000)
        .default(300)
        .describe('how long idle must be seen before it counts'),
    })
    .prefault({}),
  agents: z
    .strictObject({
      session: Name.default('agents').describe('session of agents that name none'),
      roots: z
        .array(z.string().startsWith('/'))
        .default([])
        .describe('agents may only work below these directories; none: anywhere'),
      max: z.int().min(1).max(10_000).default(1_000).describe('managed agents in all'),
      perSessionMax: z.int().min(1).max(1_000).default(200).describe('managed agents in one session'),
      startsPerMinuteMax: z
        .int()
        .min(1)
        .max(10_000)
        .default(120)
        .describe('agents started by hand within a minute'),
      startingMax: z
        .int()
        .min(1)
        .max(100)
        .default(2)
        .describe('agents that are brought back at the same time'),
      depthMax: z.int().min(0).max(10).default(2).describe('agents that start agents that start agents …'),
      childrenMax: z
        .int()
        .min(0)
        .max(1_000)
        .default(10)
        .describe('agents that one agent may have started at a time'),
      columns: z.int().min(40).max(500).default(200).describe('width of new sessions'),
      rows: z.int().min(10).max(200).default(50).describe('height of new sessions'),
      evidenceMax: z.int().min(1).max(1_000).default(20).describe('endings kept for each agent'),
      env: z.array(EnvName).default([]).describe('names of further variables of the service that agents get'),
    })
    .prefault({}),
  restart: RestartPolicySchema.extend({
    profiles: z.record(z.string(), RestartOverrideSchema).default({}).describe('other values for a profile'),
    roles: z.record(z.string(), RestartOverrideSchema).default({}).describe('other values for a role'),
    agents: z.record(z.string(), RestartOverrideSchema).default({}).describe('other values for one agent'),
  }).prefault({}),
  mail: z
    .strictObject({
      depthMax: z.int().min(1).max(100_000).default(1_000).describe('messages that may wait for one agent'),
      expireAfterMs: z
        .int()
        .min(1_000)
        .default(86_400_000)
        .describe(
          'a message that could not be delivered for so long is given up, unless its sender said otherwise',
        ),
      keepMs: z.int().min(0).default(604_800_000).describe('how long finished messages are kept'),
      keepMax: z.int().min(0).default(100).describe('finished messages kept for each agent'),
      humanQuietMs: z
        .int()
        .min(0)
        .max(600_000)
        .default(3_000)
        .describe('nothing is typed into a pane before its user has not typed for so long'),
      blockedAfterMs: z
        .int()
        .min(1_000)
        .default(300_000)
        .describe('somebody is told when a message waits so long for what a person must do'),
    })
    .prefault({}),
  api: z
    .strictObject({
      port: z
        .int()
        .min(0)
        .max(65_535)
        .optional()
        .describe('TCP port of the REST API and MCP; none: only the control socket; 0: any that is free'),
      host: z.string().min(1).default('127.0.0.1').describe('address that is listened at'),
      hosts: z
        .array(z.string().min(1))
        .default([])
        .describe('further values of the header Host that are answered, with port'),
      origins: z
        .array(z.string().min(1))
        .default([])
        .describe('web pages that may ask, by their exact origin'),
      allowRemote: z.boolean().default(false).describe('let an address be listened at that others reach'),
      tlsCert: z.string().startsWith('/').optional().describe('file with the certificate, PEM'),
      tlsKey: z.string().startsWith('/').optional().describe('file with its key, PEM, mode 0600'),
      readsPerMinute: PerMinute.default(120).describe('requests to read, of one token'),
      messagesPerMinute: PerMinute.default(60).describe('messages of one token'),
      messagesToOnePerMinute: PerMinute.default(30).describe('messages of one token to one agent'),
      controlsPerMinute: PerMinute.default(12).describe('requests that change agents, of one token'),
      spawnsPerMinute: PerMinute.default(6).describe('requests to start agents or teams, of one token'),
    })
    .prefault({}),
  limits: z
    .strictObject({
      continue: z
        .boolean()
        .default(true)
        .describe('tell agents to go on when their usage limit or a fault of their API is over'),
      marginMs: z
        .int()
        .min(0)
        .max(3_600_000)
        .default(60_000)
        .describe('an agent is told to go on so long after its usage limit has ended'),
      spacingMs: z
        .int()
        .min(0)
        .max(600_000)
        .default(5_000)
        .describe('least time between two agents that go on'),
      continueText: Line.default(
        'Your usage limit is over. Please go on with what you were doing when it stopped you.',
      ).describe('what an agent is told when its limit has ended'),
      continueTexts: z.record(z.string(), Line).default({}).describe('another text for a profile'),
      faultText: Line.default(
        'A fault of the API stopped you. It may be over: please go on with what you were doing.',
      ).describe('what an agent is told some time after a fault of its API stopped it'),
      accounts: z
        .record(
          z.string(),
          z.strictObject({
            agents: z.array(Name).default([]),
            profiles: z.array(z.string()).default([]),
          }),
        )
        .default({})
        .describe('agents that share an account: the limit of one is the limit of all'),
    })
    .prefault({}),
  notices: NoticeConfigSchema.prefault({}),
  schedules: z
    .strictObject({
      zone: ZoneName.optional().describe("zone of schedules that name none; none: the machine's"),
      max: z.int().min(1).max(100_000).default(10_000).describe('schedules in all'),
      perAgentMax: z
        .int()
        .min(0)
        .max(1_000)
        .default(5)
        .describe('check-ins that one agent may have set itself at a time'),
    })
    .prefault({}),
  journal: z
    .strictObject({
      bytesMax: z
        .int()
        .min(10_000)
        .default(10_485_760)
        .describe('size at which the event journal is rotated'),
      filesMax: z.int().min(0).max(100).default(5).describe('rotated journals kept'),
    })
    .prefault({}),
  log: z
    .strictObject({
      level: z.enum(LOG_LEVELS).default('info'),
    })
    .prefault({}),
});

export type Config = z.infer<typeof ConfigSchema>;

/** Every key that can be set, as `section.key`. */
export const CONFIG_KEYS: readonly string[] = Object.entries(ConfigSchema.shape).flatMap(
  ([section, schema]) => Object.keys(schema.unwrap().shape).map((key) => `${section}.${key}`),
);

/** The environment variable that sets a key: `watch.intervalMs` is `TMUX_ORCHESTRATOR_WATCH_INTERVAL_MS`. */
export function variableOf(key: string): string {
  const words = key.replaceAll('.', '_').replace(/[A-Z]/g, (letter) => `_${letter}`);
  return `TMUX_ORCHESTRATOR_${words.toUpperCase()}`;
}
