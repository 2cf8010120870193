import { OrchestratorError } from '../base/errors.ts';
import type { InputOf, OperationName, OutputOf } from '../operations/routes.ts';
import { readAgents } from '../store/state-files.ts';
import { type Client, openClient } from './client.ts';
import type { Context } from './context.ts';
import { findAgent } from './state-view.ts';

/** Longest single wait that the worker takes; longer ones are several. */
const WAIT_MAX_MS = 300_000;
/** How much later than promised an answer may come. */
const GRACE_MS = 15_000;

/** Calls an operation on an agent; where the worker knows no such one, says which was probably meant. */
export async function callForAgent<N extends OperationName>(
  context: Context,
  operation: N,
  input: InputOf<N>,
  { name, timeoutMs }: { name: string; timeoutMs?: number },
): Promise<OutputOf<N>> {
  const options = timeoutMs === undefined ? {} : { timeoutMs: timeoutMs + GRACE_MS };
  try {
    return await openClient(context).call(operation, input, options);
  } catch (error) {
    throw error instanceof OrchestratorError && error.code === 'NOT_FOUND'
      ? explainAbsence(context, name, error)
      : error;
  }
}

/** The state files know observed agents as well, and what names are near. */
function explainAbsence({ directories }: Context, name: string, error: OrchestratorError): OrchestratorError {
  try {
    const { management, pane } = findAgent(readAgents(directories.runtime), name);
    if (management === 'managed') return error;
    return new OrchestratorError('NOT_FOUND', `agent ${name} is only observed, not managed`, {
      field: error.field,
      hint: `take it over with: tmux-orchestrator agent adopt '${pane ?? '%N'}' ${name}`,
    });
  } catch (absence) {
    return absence instanceof OrchestratorError ? absence : error;
  }
}

/**
 * Waits in pieces that the worker takes until `isDone` says so, or the time is up: then with the last answer. `timeoutMs` 0 waits for as
 * long as it takes.
 */
export async function waitInPieces<T>(
  context: Context,
  timeoutMs: number,
  ask: (client: Client, piece: { timeoutMs: number; options: { timeoutMs: number } }) => Promise<T>,
  isDone: (answer: T) => boolean,
): Promise<T> {
  const client = openClient(context);
  const deadline = timeoutMs === 0 ? Number.POSITIVE_INFINITY : Date.now() + timeoutMs;
  for (;;) {
    const piece = Math.round(Math.min(WAIT_MAX_MS, Math.max(0, deadline - Date.now())));
    const answer = await ask(client, { timeoutMs: piece, options: { timeoutMs: piece + GRACE_MS } });
    if (isDone(answer) || Date.now() >= deadline) return answer;
  }
}
