import type { HoldCode } from '../model/agent-spec.ts';
import type { Ground } from './ground.ts';

/** From now on an agent is not brought back until a person resumes it. */
export function holdAgent(ground: Ground, name: string, code: HoldCode, reason: string): void {
  const since = new Date(ground.clock.now()).toISOString();
  const { profile } = ground.fleet.update(name, { phase: 'running', held: { since, code, reason } });
  ground.roster.refresh(name);
  ground.emit({ type: 'agent.held', agent: name, profile, code, reason });
}
