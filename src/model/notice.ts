import { z } from 'zod';
import { cleanLine } from '../base/text.ts';
import { formatDuration } from '../base/time-text.ts';
import type { Agent } from './agent.ts';
import type { Event } from './event.ts';
import type { AgentState } from './state.ts';

export const NOTICE_KINDS = [
  ...(['approval', 'question', 'setup', 'error', 'draft', 'idle', 'stuck', 'limited', 'resumed'] as const),
  ...(['crashed', 'restarted', 'held', 'finished', 'server-lost', 'schedule-failed'] as const),
  ...(['mailbox-blocked', 'team-idle', 'test'] as const),
] as const;
export type NoticeKind = (typeof NOTICE_KINDS)[number];

const Instant = z.iso.datetime();

/** Something that a person or a lead should know. Holds our own words only, never what stands on a screen or in a message. */
export const NoticeSchema = z.object({
  id: z.string().describe('eight hexadecimal digits'),
  key: z.string().describe('the same for the same thing: it is told once'),
  kind: z.enum(NOTICE_KINDS),
  agent: z.string().nullable(),
  team: z.string().nullable(),
  since: Instant.describe('since when it is so'),
  dialog: z.string().nullable().describe('id of the dialog it is about'),
  text: z.string().describe('what is the matter'),
  evidence: z.string().describe('how it was seen'),
  todo: z.string().describe('the command that helps'),
  toldAt: Instant.nullable().describe('when notifiers were given it; null: held back, or not yet'),
  overAt: Instant.nullable().describe('when it had settled by itself'),
  ackedAt: Instant.nullable().describe('when a person said that it is known'),
});
export type Notice = z.infer<typeof NoticeSchema>;
export type NewNotice = Pick<
  Notice,
  'key' | 'kind' | 'dialog' | 'agent' | 'team' | 'since' | 'text' | 'evidence' | 'todo'
>;

/** Kinds that last as long as their agent is in a state; the others are told of once and over. */
const BY_STATE: Partial<Record<AgentState, NoticeKind>> = {
  approval: 'approval',
  question: 'question',
  setup: 'setup',
  error: 'error',
  draft: 'draft',
  idle: 'idle',
  stuck: 'stuck',
  limited: 'limited',
};
const STATE_KINDS: ReadonlySet<NoticeKind> = new Set(Object.values(BY_STATE));

export interface NoticeDelays {
  draftAfterMs: number;
  /** 0: never. */
  idleAfterMs: number;
  observedIdleAfterMs: number;
}

/** What an agent's state asks for now or later: the notice, and from which instant on. Undefined where there is nothing to tell. */
export function readStanding(
  agent: Agent,
  delays: NoticeDelays,
): { notice: NewNotice; at: number } | undefined {
  const kind = BY_STATE[agent.state];
  if (kind === undefined || agent.paused) return undefined;
  const delayMs = delayOf(kind, agent, delays);
  if (delayMs === undefined) return undefined;
  const { name, since, team } = agent;
  const at = Date.parse(since) + delayMs;
  const dialog = agent.dialog?.kind === kind ? agent.dialog.id : null;
  const key = `${kind}:${name}:${dialog ?? since}`;
  const notice = {
    key,
    kind,
    dialog,
    agent: name,
    team,
    since,
    text: wordState(kind, agent, delayMs),
    evidence: wordEvidence(agent),
  };
  return { notice: { ...notice, todo: todoOf(kind, name, dialog) }, at };
}

function delayOf(kind: NoticeKind, { management }: Agent, delays: NoticeDelays): number | undefined {
  if (kind === 'draft') return delays.draftAfterMs;
  if (kind !== 'idle') return 0;
  const delayMs = management === 'managed' ? delays.idleAfterMs : delays.observedIdleAfterMs;
  return delayMs === 0 ? undefined : delayMs;
}

function wordState(kind: NoticeKind, agent: Agent, delayMs: number): string {
  const { name, reset } = agent;
  switch (kind) {
    case 'approval':
      return `${name} asks for leave to use a tool`;
    case 'question':
      return `${name} asks a question`;
    case 'setup':
      return `${name} shows a dialog of its setup`;
    case 'error':
      return `${name} stopped with an error`;
    case 'draft':
      return `text stands unsent in the prompt of ${name}`;
    case 'idle':
      return `${name} has been idle for ${formatDuration(delayMs)}`;
    case 'stuck':
      return `${name} seems to be stuck`;
    default:
      return `${name} reached a usage limit${reset?.at ? ` until ${reset.at}` : ''}`;
  }
}

function wordEvidence({ evidence }: Agent): string {
  const first = evidence[0];
  return first === undefined ? 'its state' : cleanLine(`${first.kind}: ${first.rule}`);
}

/** A command that can be given as it stands. Options of a question must be read first. */
function todoOf(kind: NoticeKind, name: string, dialog: string | null): string {
  if (kind === 'limited' || kind === 'question') return `tmux-orchestrator agent show ${name}`;
  if (kind === 'approval' && dialog !== null)
    return `tmux-orchestrator agent answer ${name} --dialog ${dialog} --approve`;
  if (kind === 'idle')
    return `tmux-orchestrator agent send ${name} "What is left to be done? Go on with it."`;
  return `tmux-orchestrator agent attach ${name}`;
}

/** What an event tells that is no lasting state; `team` is that of its agent. */
export function readEvent(event: Event, team: string | null): NewNotice | undefined {
  const words = wordEvent(event);
  if (words === undefined) return undefined;
  const agent = 'agent' in event ? event.agent : null;
  const { kind, about, text, evidence, todo } = words;
  const key = `${kind}:${about ?? agent ?? ''}:${event.at}`;
  return {
    key,
    kind,
    dialog: null,
    agent,
    team,
    since: event.at,
    text: cleanLine(text, 500),
    evidence: cleanLine(evidence, 500),
    todo,
  };
}

/** The same for all failures of a schedule: one notice is enough until it runs again, or is known. */
export function wordScheduleFailure({ schedule, target }: { schedule: string; target: string }): string {
  return `schedule ${schedule} for ${target} failed`;
}

interface EventWords extends Pick<Notice, 'kind' | 'text' | 'evidence' | 'todo'> {
  about?: string;
}

function wordEvent(event: Event): EventWords | undefined {
  switch (event.type) {
    case 'agent.unparked':
    case 'agent.ended':
    case 'agent.started':
    case 'agent.held':
      return wordAgentEvent(event);
    case 'server.lost': {
      if (event.agents === 0) return undefined;
      const text = `the tmux server has ended with ${event.agents} agents`;
      return { kind: 'server-lost', text, evidence: event.reason, todo: 'tmux-orchestrator status' };
    }
    case 'schedule.failed': {
      const text = wordScheduleFailure(event);
      const todo = `tmux-orchestrator schedule show ${event.schedule}`;
      return { kind: 'schedule-failed', about: event.schedule, text, evidence: event.reason, todo };
    }
    case 'message.blocked': {
      const text = `a message for ${event.agent} has waited ${formatDuration(event.waitingMs)}`;
      const todo = `tmux-orchestrator message show ${event.message}`;
      return {
        kind: 'mailbox-blocked',
        about: event.agent,
        text,
        evidence: `waits for: ${event.reason}`,
        todo,
      };
    }
    default:
      return undefined;
  }
}

type AgentEvent = Extract<Event, { type: 'agent.unparked' | 'agent.ended' | 'agent.started' | 'agent.held' }>;

function wordAgentEvent(event: AgentEvent): EventWords | undefined {
  const { agent } = event;
  const show = `tmux-orchestrator agent show ${agent}`;
  switch (event.type) {
    case 'agent.unparked':
      return { kind: 'resumed', text: `${agent} can work again`, evidence: event.how, todo: show };
    case 'agent.ended': {
      if (event.tidy) return undefined;
      const todo = `tmux-orchestrator agent evidence ${agent}`;
      return { kind: 'crashed', text: `${agent} ended`, evidence: event.how, todo };
    }
    case 'agent.started':
      if (!event.restart) return undefined;
      return { kind: 'restarted', text: `${agent} was started again`, evidence: event.how, todo: show };
    case 'agent.held': {
      const todo = `tmux-orchestrator agent resume ${agent}`;
      return { kind: 'held', text: `${agent} is not brought back`, evidence: event.reason, todo };
    }
  }
}

/** Whether a notice of this kind is over as soon as its agent is in another state. */
export function endsWithState(kind: NoticeKind): boolean {
  return STATE_KINDS.has(kind);
}

/** One notice as one line for people. */
export function describeNotice({ text, evidence, todo }: Notice): string {
  return `${text} (${evidence}). ${todo}`;
}
