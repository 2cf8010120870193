import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { checkFreeName, composeSpec, type SpawnRequest, StartRate } from '../../src/core/spawn-order.ts';
import type { Sender } from '../../src/model/message.ts';
import type { Role } from '../../src/model/role.ts';
import { agentSpec } from '../helpers/agent-spec.ts';
import { WatchedGround } from '../helpers/watched-ground.ts';

let ground: WatchedGround;
let grounds: WatchedGround[] = [];
const USER: Sender = { kind: 'user', name: 'user' };

/** Nothing here speaks to tmux: the server is never connected to. */
function open(agents: Record<string, unknown> = {}): void {
  const flags = Object.entries(agents).map(([key, value]) => [`agents.${key}`, value]);
  const none = { name: 'none', socketPath: '/nowhere', pid: 0, run: async () => '', close: async () => {} };
  ground = new WatchedGround(none, Object.fromEntries(flags));
  grounds.push(ground);
}

beforeEach(() => open());
afterEach(async () => {
  await Promise.all(grounds.map((one) => one.close()));
  grounds = [];
});

function compose(request: Partial<SpawnRequest>, { role, by = USER }: { role?: Role; by?: Sender } = {}) {
  const wanted = { name: 'ada', profile: 'stand-in', directory: '/', ...request };
  return composeSpec(ground.watch, wanted, { role, by });
}

function refusal(action: () => unknown) {
  try {
    action();
  } catch (error) {
    return error;
  }
  return undefined;
}

describe('an order for a new agent', () => {
  it('has its window called like itself, in the session that the configuration names', () => {
    expect(compose({})).toMatchObject({ session: 'agents', window: 'ada', phase: 'starting', depth: 0 });
  });

  it.each([
    ['name', { name: 'Ada' }],
    ['name', { name: '../ada' }],
    ['name', { name: 'user' }],
    ['session', { session: 'a:b' }],
    ['window', { window: '#(id)' }],
    ['profile', { profile: 'nobody' }],
    ['permissions', { permissions: 'all' as const }],
    ['env.LD_PRELOAD', { env: { LD_PRELOAD: 'x' } }],
    ['env.PATH', { secretFiles: { PATH: '/x' } }],
  ])('is refused for a wrong %s, with the next step', (field, wrong) => {
    expect(refusal(() => compose(wrong))).toMatchObject({ field, hint: expect.stringMatching(/\w/) });
  });

  it('is refused for a name that somebody has, running or not', () => {
    ground.watch.fleet.put(agentSpec({ name: 'ada' }));
    expect(refusal(() => compose({}))).toMatchObject({ code: 'CONFLICT', field: 'name' });
    expect(refusal(() => checkFreeName(ground.watch, 'ada'))).toMatchObject({ code: 'CONFLICT' });
    expect(refusal(() => checkFreeName(ground.watch, 'eve'))).toBeUndefined();
  });

  it('is refused when there are as many agents as there may be, in all and in one session', () => {
    open({ max: 3, perSessionMax: 1 });
    ground.watch.fleet.put(agentSpec({ name: 'a', session: 'one' }));
    expect(refusal(() => compose({ session: 'one' }))).toMatchObject({ code: 'LIMIT', field: 'session' });
    expect(refusal(() => compose({ session: 'two' }))).toBeUndefined();
    ground.watch.fleet.put(agentSpec({ name: 'b', session: 'b' }));
    ground.watch.fleet.put(agentSpec({ name: 'c', session: 'c' }));
    expect(refusal(() => compose({ session: 'two' }))).toMatchObject({ code: 'LIMIT', field: 'name' });
  });

  it('of an agent is bounded in depth and number', () => {
    open({ depthMax: 1, childrenMax: 1 });
    ground.watch.fleet.put(agentSpec({ name: 'lead' }));
    const by: Sender = { kind: 'agent', name: 'lead' };
    const child = ground.watch.fleet.put(compose({ name: 'child' }, { by }));
    expect(child).toMatchObject({ parent: 'lead', depth: 1 });
    expect(refusal(() => compose({ name: 'second' }, { by }))).toMatchObject({ code: 'LIMIT' });
    expect(refusal(() => compose({ name: 'deep' }, { by: { kind: 'agent', name: 'child' } }))).toMatchObject({
      code: 'LIMIT',
      message: expect.stringContaining('deep'),
    });
  });

  it('takes profile, arguments, variables and briefing from its role, and its own over them', () => {
    const role: Role = {
      ...{ name: 'reviewer', description: 'x', briefing: 'You review.', profile: 'stand-in', args: ['--r'] },
      env: { A: 'role', B: 'role' },
    };
    const spec = compose({ profile: undefined, brief: 'Begin.', env: { B: 'own' }, args: ['--o'] }, { role });
    expect(spec).toMatchObject({
      ...{ role: 'reviewer', profile: 'stand-in', brief: 'You review.\n\nBegin.', roleArgs: ['--r'] },
      ...{ args: ['--o'], env: { A: 'role', B: 'own' } },
    });
  });
});

it('lets only so many be started within a minute', () => {
  const rate = new StartRate();
  rate.take(0, 2);
  rate.take(1_000, 2);
  expect(refusal(() => rate.take(59_999, 2))).toMatchObject({ code: 'LIMIT', field: 'name' });
  expect(refusal(() => rate.take(60_000, 2))).toBeUndefined();
});
