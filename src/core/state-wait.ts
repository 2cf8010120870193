import type { Clock } from '../base/clock.ts';
import type { Agent } from '../model/agent.ts';
import type { Event } from '../model/event.ts';
import type { AgentState } from '../model/state.ts';

interface StateWait {
  name: string;
  states: readonly AgentState[];
  timeoutMs: number;
  signal: AbortSignal;
  clock: Clock;
  listen(listener: (event: Event) => void): () => void;
  /** The agent now. Throws where it is there no more. */
  read(): Agent;
}

/** Comes back when the agent is in one of the states, when the time is over, or when nobody waits any more; fails when it has gone. */
export function waitForState(wait: StateWait): Promise<{ reached: boolean; agent: Agent }> {
  const { name, states, timeoutMs, signal, clock, listen, read } = wait;
  return new Promise((resolve, reject) => {
    const settle = (over: boolean) => {
      try {
        const agent = read();
        const reached = states.includes(agent.state);
        if (reached || over) end(() => resolve({ reached, agent }));
      } catch (error) {
        end(() => reject(error));
      }
    };
    const stopTimer = clock.after(timeoutMs, () => settle(true));
    const stopListening = listen((event) => {
      if ('agent' in event && event.agent === name && event.type.startsWith('agent.')) settle(false);
    });
    const onAbort = () => settle(true);
    signal.addEventListener('abort', onAbort);
    const end = (finish: () => void) => {
      stopTimer();
      stopListening();
      signal.removeEventListener('abort', onAbort);
      finish();
    };
    settle(signal.aborted);
  });
}
