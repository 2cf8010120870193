import type { AgentSpec } from '../../src/model/agent-spec.ts';

/** The file of a managed stand-in as it is after its start. */
export function agentSpec(change: Partial<AgentSpec> & { name: string }): AgentSpec {
  const now = new Date().toISOString();
  return {
    v: 1,
    profile: 'stand-in',
    role: null,
    team: null,
    parent: null,
    depth: 0,
    origin: 'spawned',
    session: 'agents',
    window: change.name,
    directory: '/',
    args: [],
    roleArgs: [],
    env: {},
    secretFiles: {},
    brief: null,
    restore: false,
    restart: null,
    createdAt: now,
    phase: 'running',
    paused: null,
    held: null,
    pane: null,
    process: null,
    cliSession: null,
    startedAt: now,
    restarts: [],
    attempt: 0,
    renamedFrom: null,
    ...change,
  };
}
