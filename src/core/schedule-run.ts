import { messageOf, OrchestratorError } from '../base/errors.ts';
import type { AgentSpec } from '../model/agent-spec.ts';
import type { Message, Sender } from '../model/message.ts';
import type { Role } from '../model/role.ts';
import type { Gate, Schedule, ScheduleRun, ScheduleTarget } from '../model/schedule.ts';
import { findRecipients } from './delivery-recipients.ts';
import type { Fleet } from './fleet.ts';

/** The mailboxes, as schedules need them. */
export interface ScheduleMail {
  send(to: string, message: { text: string; idempotencyKey: string }, from: Sender): Promise<Message>;
  /** Whether a message of this sender waits for the agent, other than the one with this key. */
  holds(to: string, from: Sender, exceptKey: string): boolean;
}

export interface RunnerOptions {
  fleet: Fleet;
  mail: ScheduleMail;
  /** Undefined where its file is gone or cannot be used. */
  findRole(name: string, directory: string): Role | undefined;
  /** Whether there is anything to wake somebody for. Throws `FAILED`. */
  askGate(gate: Gate, signal: AbortSignal): Promise<boolean>;
}

type Outcome = Pick<ScheduleRun, 'outcome' | 'reason' | 'messages'>;

/** What agents are told by a check-in whose role says nothing of its own. */
const CHECK_IN =
  'Check-in: look at what you were given to do and at how far it has come. If something is left to be done, go on with it now. If something keeps you from it, say what it is and who can help.';

/**
 * Does one run: who is meant, whether it is worth it, a message for each. The same `due` never leads to a second message to anybody, so a run
 * that a crash broke off can simply be done again. Never throws what a user can cause.
 */
export async function runSchedule(
  schedule: Schedule,
  due: string,
  options: RunnerOptions,
  signal: AbortSignal,
): Promise<Outcome> {
  try {
    const { fleet, mail, askGate } = options;
    const from = senderOf(schedule);
    const idempotencyKey = `${schedule.createdAt} ${due}`;
    const recipients = findTargets(fleet, schedule.target);
    const ready = recipients.filter(({ name }) => !mail.holds(name, from, idempotencyKey));
    if (ready.length === 0) return skipped(`its message before waits for ${listNames(recipients)} still`);
    if (schedule.gate !== null && !(await askGate(schedule.gate, signal))) {
      return skipped('its gate says that there is nothing to do');
    }
    return await sendAll(ready, (spec) => {
      const text = schedule.text ?? checkInOf(spec, options);
      return mail.send(spec.name, { text, idempotencyKey }, from);
    });
  } catch (error) {
    if (!(error instanceof OrchestratorError)) throw error;
    return { outcome: 'failed', reason: error.message, messages: [] };
  }
}

/** No agent can be called so: of a name it has the dot. */
function senderOf({ name }: Schedule): Sender {
  return { kind: 'service', name: `schedule.${name}` };
}

function findTargets(fleet: Fleet, { kind, name }: ScheduleTarget): AgentSpec[] {
  if (kind === 'agent') return [fleet.get(name)];
  const nobody: Sender = { kind: 'service', name: 'tmux-orchestrator' };
  return findRecipients(fleet, { [kind]: name }, nobody).map((one) => fleet.get(one));
}

function checkInOf({ role, directory }: AgentSpec, { findRole }: RunnerOptions): string {
  return (role === null ? undefined : findRole(role, directory)?.checkIn) ?? CHECK_IN;
}

async function sendAll(
  recipients: readonly AgentSpec[],
  send: (spec: AgentSpec) => Promise<Message>,
): Promise<Outcome> {
  const messages: string[] = [];
  const reasons: string[] = [];
  for (const spec of recipients) {
    try {
      messages.push((await send(spec)).id);
    } catch (error) {
      if (!(error instanceof OrchestratorError)) throw error;
      reasons.push(messageOf(error));
    }
  }
  const reason = reasons.length === 0 ? null : reasons.join('; ').slice(0, 1_000);
  return { outcome: reason === null ? 'fired' : 'failed', reason, messages };
}

function skipped(reason: string): Outcome {
  return { outcome: 'skipped', reason, messages: [] };
}

function listNames(specs: readonly AgentSpec[]): string {
  const names = specs.slice(0, 3).map(({ name }) => name);
  return specs.length > names.length
    ? `${names.join(', ')} and ${specs.length - names.length} more`
    : names.join(', ');
}
