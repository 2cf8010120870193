import { OrchestratorError } from '../base/errors.ts';
import type { Agent, WorkerState } from '../model/agent.ts';
import { type Message, RECEIPT_STATES, type ReceiptState } from '../model/message.ts';
import { AGENT_STATES, type AgentState, needsPerson } from '../model/state.ts';

/** The worker as it knows itself. */
export interface WorkerFacts extends Omit<WorkerState, 'v' | 'stoppedAt' | 'agents'> {
  /** Whether all panes of the present connection were looked at. */
  hasLooked: boolean;
}

interface StatusOptions {
  describeWorker(): WorkerFacts;
  agents(): readonly Agent[];
  messages(): Iterable<Message>;
}

export interface SystemState extends Omit<WorkerFacts, 'hasLooked'> {
  ready: boolean;
  /** Why not, for people. */
  problem: string | null;
  agents: {
    total: number;
    managed: number;
    /** Agents that wait for a person. */
    needPerson: number;
    byState: Record<AgentState, number>;
  };
  /** Messages that are known, by their receipts. */
  messages: Record<ReceiptState, number>;
}

/** The worker with everything it looks after, in numbers. */
export class SystemStatus {
  readonly #options: StatusOptions;

  constructor(options: StatusOptions) {
    this.#options = options;
  }

  get(): SystemState {
    const { hasLooked: _, ...worker } = this.#options.describeWorker();
    const agents = this.#options.agents();
    const problem = this.findProblem();
    return {
      ...worker,
      ...{ ready: problem === undefined, problem: problem?.message ?? null },
      agents: {
        total: agents.length,
        managed: agents.filter(({ management }) => management === 'managed').length,
        needPerson: agents.filter(({ state, held }) => held !== null || needsPerson(state)).length,
        byState: count(
          AGENT_STATES,
          agents.map(({ state }) => state),
        ),
      },
      messages: count(
        RECEIPT_STATES,
        Array.from(this.#options.messages(), ({ receipt }) => receipt.state),
      ),
    };
  }

  /** Why agents cannot be seen and reached now, if so. */
  findProblem(): OrchestratorError | undefined {
    const { tmux, hasLooked } = this.#options.describeWorker();
    if (tmux.status !== 'connected') return new OrchestratorError('TMUX_GONE', NOT_CONNECTED[tmux.status]);
    if (hasLooked) return undefined;
    return new OrchestratorError('TMUX_GONE', 'the first look at all panes is not done yet', {
      hint: 'ask again in a second',
    });
  }
}

const NOT_CONNECTED = {
  connecting: 'there is no connection to tmux yet',
  none: 'no tmux server runs',
  stalled: 'the tmux server does not answer',
} as const;

/** Every key is there, also with 0. */
function count<K extends string>(keys: readonly K[], values: readonly K[]): Record<K, number> {
  const counts = Object.fromEntries(keys.map((key) => [key, 0])) as Record<K, number>;
  for (const value of values) counts[value]++;
  return counts;
}
