import { OrchestratorError } from '../base/errors.ts';
import { findNearMiss } from '../base/near-miss.ts';
import { checkName } from '../model/agent-name.ts';
import type { Sender } from '../model/message.ts';
import { newMessageId } from '../model/message-id.ts';
import { cleanMessage } from '../model/message-text.ts';
import type { Gate, Schedule, ScheduleTarget } from '../model/schedule.ts';
import { composeTiming, type TimingWords } from '../model/schedule-timing.ts';
import type { Fleet } from './fleet.ts';

/** What somebody asks for. */
export interface NewSchedule extends TimingWords {
  /** Made up where absent. */
  name?: string | undefined;
  target: ScheduleTarget;
  /** Null: the check-in of the role. */
  text: string | null;
  gate: Gate | null;
  missed: Schedule['missed'];
}

/** Who asks. */
export interface Asker {
  sender: Sender;
  /** The user of this machine, who may have commands run. */
  isUser: boolean;
}

interface Present {
  now: number;
  /** Zone where none is named. */
  zone: string;
  random(bytes: number): Uint8Array;
}

/** The schedule that is meant. Throws `INVALID`, `REFUSED`. */
export function composeSchedule(request: NewSchedule, { sender, isUser }: Asker, present: Present): Schedule {
  const { target, gate, missed, name = newMessageId(present.random) } = request;
  checkName(name, 'name');
  checkTarget(target, sender);
  if (gate !== null && !isUser) {
    throw new OrchestratorError('REFUSED', 'only the user of this machine may have a command run', {
      field: 'gate',
      hint: 'leave it out, or have the user add the schedule with: tmux-orchestrator schedule add',
    });
  }
  const { timing, first } = composeTiming(request, present);
  return {
    ...{ v: 1, name, timing, target, gate, missed, paused: false, by: sender, last: null },
    text: request.text === null ? null : cleanMessage(request.text).text,
    createdAt: new Date(present.now).toISOString(),
    next: new Date(first).toISOString(),
  };
}

/** Agents wake themselves; others they write to. */
function checkTarget({ kind, name }: ScheduleTarget, sender: Sender): void {
  if (sender.kind !== 'agent' || (kind === 'agent' && name === sender.name)) return;
  throw new OrchestratorError('REFUSED', `${sender.name} may schedule nothing for ${kind} ${name}`, {
    field: kind,
    hint: 'agents schedule check-ins of their own only; write to others with a message',
  });
}

/** Who there is. */
export interface Known {
  fleet: Pick<Fleet, 'list'>;
  knowsRole(name: string): boolean;
  knowsTeam(name: string): boolean;
}

/** Throws `NOT_FOUND` for somebody of whom nothing is known. A role or team may be empty yet. */
export function checkKnown({ kind, name }: ScheduleTarget, { fleet, knowsRole, knowsTeam }: Known): void {
  const specs = fleet.list();
  const others = specs.flatMap((spec) => (kind === 'agent' ? spec.name : (spec[kind] ?? [])));
  const isShelved = kind === 'role' ? knowsRole(name) : kind === 'team' && knowsTeam(name);
  if (isShelved || others.includes(name)) return;
  const near = findNearMiss(name, others);
  const noun = kind === 'agent' ? 'managed agent' : kind;
  throw new OrchestratorError('NOT_FOUND', `there is no ${noun} ${name}`, {
    field: kind,
    hint: near === undefined ? `see all with: tmux-orchestrator ${kind} list` : `did you mean ${near}?`,
  });
}

/** Throws `REFUSED` for an agent whose own it is not. */
export function checkOwner({ name, by }: Schedule, sender: Sender): void {
  if (sender.kind !== 'agent' || (by.kind === 'agent' && by.name === sender.name)) return;
  throw new OrchestratorError('REFUSED', `schedule ${name} is not one of ${sender.name}`, {
    field: 'name',
    hint: 'agents change their own check-ins only',
  });
}
