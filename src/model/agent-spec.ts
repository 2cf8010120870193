import { z } from 'zod';
import { NAME_SOURCE } from './agent-name.ts';
import { RestartOverrideSchema } from './restart-policy.ts';

const Instant = z.iso.datetime();
const Name = z.string().regex(new RegExp(NAME_SOURCE));

/** Why an agent is not brought back until a person says so. */
export const HOLD_CODES = [
  'crash-loop',
  'not-startable',
  'authentication',
  'left',
  'reboot',
  'leftover',
  'server-loop',
] as const;

/**
 * `agents/NAME.json` in the state directory: an agent that we started or adopted, as it should be. Written before anything is started,
 * so that nothing of ours is ever forgotten; removed by `agent stop` and `agent release`. Fields may be added within a version.
 */
export const AgentSpecSchema = z.object({
  v: z.literal(1),
  name: Name,
  renamedFrom: Name.nullable()
    .default(null)
    .describe('the name its pane may still carry, while it is being renamed'),
  profile: z.string(),
  role: z.string().nullable(),
  team: z.string().nullable(),
  /** Agent that started it; null for a person. Depth 0 has none. */
  parent: z.string().nullable(),
  depth: z.int().min(0),
  origin: z.enum(['spawned', 'adopted']),
  session: z.string().describe('tmux session it lives in'),
  window: z.string().describe('tmux window it lives in'),
  directory: z.string().describe('working directory, absolute'),
  args: z.array(z.string()).describe('arguments behind those of profile and role'),
  roleArgs: z
    .array(z.string())
    .describe('arguments of its role, permissions included, as they were when it was started'),
  env: z.record(z.string(), z.string()).describe('variables of its own; no secrets'),
  secretFiles: z.record(z.string(), z.string()).describe('variables whose values stand in files'),
  brief: z.string().nullable().describe('role and brief, delivered whenever it begins a new conversation'),
  restore: z.boolean().describe('start it again when the service starts after a reboot'),
  restart: RestartOverrideSchema.nullable(),
  createdAt: Instant,
  phase: z
    .enum(['starting', 'running', 'stopping'])
    .describe('starting and stopping: a crash of the worker in between is mended'),
  paused: z.object({ since: Instant }).nullable().describe('hands off: no restarts, deliveries or notices'),
  held: z
    .object({ since: Instant, code: z.enum(HOLD_CODES), reason: z.string() })
    .nullable()
    .describe('not brought back until a person resumes it'),
  pane: z
    .object({ id: z.string(), server: z.object({ pid: z.int(), startTime: z.int() }), bootId: z.string() })
    .nullable(),
  process: z.object({ pid: z.int(), startTime: z.string() }).nullable().describe('its CLI when last seen'),
  cliSession: z.string().nullable().describe("the CLI's own id of the conversation, to resume it"),
  startedAt: Instant.nullable().describe('last start'),
  restarts: z.array(Instant).describe('recent restarts after crashes, oldest first'),
  attempt: z.int().min(0).describe('restarts since it was last healthy'),
});

export type AgentSpec = z.infer<typeof AgentSpecSchema>;
export type HoldCode = (typeof HOLD_CODES)[number];
