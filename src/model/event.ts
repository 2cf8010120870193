import { z } from 'zod';
import { EvidenceSchema } from './agent.ts';
import { HOLD_CODES } from './agent-spec.ts';
import { RECEIPT_STATES } from './message.ts';
import { AGENT_STATES } from './state.ts';

const Base = { v: z.literal(1), at: z.iso.datetime() };
const State = z.enum(AGENT_STATES);
const OfAgent = { ...Base, agent: z.string(), profile: z.string(), pane: z.string() };

const OfManaged = { ...Base, agent: z.string(), profile: z.string() };
/** Never the text: events are logged. */
const OfMessage = { ...Base, message: z.string(), agent: z.string().describe('recipient'), from: z.string() };

const OfSchedule = { ...Base, schedule: z.string(), target: z.string().describe('whom it wakes') };

/** One line of the event journal. Kinds and fields may be added within a version. */
export const EventSchema = z.discriminatedUnion('type', [
  z.object({ ...OfAgent, type: z.literal('agent.found') }),
  z.object({
    ...OfAgent,
    type: z.literal('agent.state'),
    from: State,
    to: State,
    evidence: z.array(EvidenceSchema),
    reset: z.object({ text: z.string(), at: z.iso.datetime().nullable() }).nullable(),
  }),
  z.object({ ...OfAgent, type: z.literal('agent.gone'), last: State }),
  z.object({ ...OfAgent, type: z.literal('agent.watch-failed'), reason: z.string() }),
  z.object({
    ...OfManaged,
    type: z.literal('agent.started'),
    how: z.enum(['new', 'resumed']),
    restart: z.boolean(),
  }),
  z.object({
    ...OfManaged,
    type: z.literal('agent.ended'),
    how: z.string(),
    tidy: z.boolean().default(false).describe('it left of its own accord, or somebody wanted it to'),
    evidence: z.string().nullable(),
  }),
  z.object({ ...OfManaged, type: z.literal('agent.restart-planned'), attempt: z.int(), delayMs: z.int() }),
  z.object({ ...OfManaged, type: z.literal('agent.held'), code: z.enum(HOLD_CODES), reason: z.string() }),
  z.object({ ...OfManaged, type: z.literal('agent.managed'), how: z.enum(['spawned', 'adopted']) }),
  z.object({ ...OfManaged, type: z.literal('agent.unmanaged'), how: z.enum(['stopped', 'released']) }),
  z.object({ ...OfManaged, type: z.literal('agent.paused') }),
  z.object({ ...OfManaged, type: z.literal('agent.resumed') }),
  z.object({ ...OfManaged, type: z.literal('agent.renamed'), from: z.string() }),
  z.object({
    ...OfMessage,
    type: z.literal('message.receipt'),
    state: z.enum(RECEIPT_STATES),
    reason: z.string().nullable(),
  }),
  z
    .object({ ...OfMessage, type: z.literal('message.blocked'), reason: z.string(), waitingMs: z.int() })
    .describe('it has waited long for something that a person must do'),
  z
    .object({
      ...OfAgent,
      type: z.literal('agent.parked'),
      why: z.enum(['limit', 'fault']),
      until: z.iso.datetime().nullable(),
    })
    .describe(
      'it cannot work now: a usage limit, or a fault of its API. `until`: when the limit ends, or when it is told to go on after the fault; null: not known, or after a fault nothing more is tried',
    ),
  z.object({ ...OfAgent, type: z.literal('agent.unparked'), how: z.enum(['by-itself', 'told', 'person']) }),
  z.object({ ...OfSchedule, type: z.literal('schedule.fired'), due: z.iso.datetime(), messages: z.int() }),
  z.object({ ...OfSchedule, type: z.literal('schedule.skipped'), due: z.iso.datetime(), reason: z.string() }),
  z.object({ ...OfSchedule, type: z.literal('schedule.failed'), due: z.iso.datetime(), reason: z.string() }),
  z.object({ ...Base, type: z.literal('server.connected'), pid: z.int(), version: z.string() }),
  z
    .object({ ...Base, type: z.literal('server.disconnected'), reason: z.string() })
    .describe('the connection ended; server and agents may live on'),
  z
    .object({ ...Base, type: z.literal('server.lost'), reason: z.string(), agents: z.int() })
    .describe('the server has ended and took so many agents with it'),
  z.object({ ...Base, type: z.literal('server.stalled') }),
  z.object({ ...Base, type: z.literal('worker.started'), pid: z.int(), version: z.string() }),
  z.object({ ...Base, type: z.literal('worker.stopped'), reason: z.string() }),
  z.object({ ...Base, type: z.literal('config.reloaded'), ok: z.boolean(), reason: z.string().nullable() }),
]);

export type Event = z.infer<typeof EventSchema>;
export type EventType = Event['type'];
export const EVENT_TYPES: readonly EventType[] = EventSchema.options.map(({ shape }) => shape.type.value);
type WithoutHead<T> = T extends unknown ? Omit<T, 'v' | 'at'> : never;
/** An event before it got its time. */
export type NewEvent = WithoutHead<Event>;
