import { OrchestratorError } from '../base/errors.ts';
import type { Sender } from '../model/message.ts';
import type { Fleet } from './fleet.ts';

/** Whom a broadcast is for: one of these. */
export interface Target {
  team?: string | undefined;
  role?: string | undefined;
  all?: boolean | undefined;
}

/** Names of the managed agents that are meant, without the sender, sorted. Throws `NOT_FOUND` where there is none. */
export function findRecipients(fleet: Fleet, target: Target, from: Sender): string[] {
  const { team, role, all } = target;
  const recipients = fleet
    .list()
    .filter(
      (spec) =>
        all || (team !== undefined && spec.team === team) || (role !== undefined && spec.role === role),
    )
    .map(({ name }) => name)
    .filter((name) => from.kind !== 'agent' || name !== from.name);
  if (recipients.length > 0) return recipients.sort();
  const [field, value] = Object.entries({ team, role }).find(([, one]) => one !== undefined) ?? [
    'all',
    undefined,
  ];
  const whom = value === undefined ? 'to write to' : `of ${field} ${value}`;
  throw new OrchestratorError('NOT_FOUND', `there is no managed agent ${whom}`, {
    field,
    hint: 'see all agents with: tmux-orchestrator agent list',
  });
}

export function tooMany(to: string, depthMax: number): OrchestratorError {
  return new OrchestratorError('LIMIT', `mailbox of ${to} is full: ${depthMax} messages wait`, {
    field: 'to',
    hint: `see what they wait for with: tmux-orchestrator message list --to ${to}`,
  });
}
