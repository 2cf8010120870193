import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { choosePolicy, decideRestart, type EndingFacts } from '../../src/model/restart-decision.ts';
import { RestartPolicySchema } from '../../src/model/restart-policy.ts';

const POLICY = RestartPolicySchema.parse({});
const NOW = 1_800_000_000_000;
const CRASH = { kind: 'status', status: 1 } as const;

function decide(facts: Partial<EndingFacts> = {}) {
  const common = {
    ending: CRASH,
    policy: POLICY,
    restarts: [],
    attempt: 0,
    startedAt: NOW - 1_000,
    now: NOW,
  };
  return decideRestart({ ...common, random: 0, ...facts });
}

describe('an agent that ended', () => {
  it('is started again after a crash', () => {
    expect(decide()).toEqual({ do: 'restart', delayMs: 1_000, attempt: 1, restarts: [NOW + 1_000] });
  });

  it.each([126, 127])('is held where its program cannot be started (%i), whatever its policy', (status) => {
    const policy = { ...POLICY, policy: 'always' } as const;
    expect(decide({ ending: { kind: 'status', status }, policy })).toMatchObject({ code: 'not-startable' });
  });

  it.each([{ kind: 'status', status: 0 } as const, { kind: 'shell', tidy: true } as const])(
    'is held where it left by itself, unless it shall always run: %o',
    (ending) => {
      expect(decide({ ending })).toMatchObject({ do: 'hold', code: 'left' });
      expect(decide({ ending, policy: { ...POLICY, policy: 'always' } })).toMatchObject({ do: 'restart' });
    },
  );

  it('is held after a crash too where its policy is never', () => {
    expect(decide({ policy: { ...POLICY, policy: 'never' } })).toMatchObject({ do: 'hold', code: 'left' });
  });

  it('is held once it has had all restarts of the window, and not by older ones', () => {
    const restarts = [5, 4, 3, 2, 1].map((second) => NOW - second * 1_000);
    expect(decide({ restarts })).toMatchObject({ do: 'hold', code: 'crash-loop' });
    expect(decide({ restarts: [NOW - POLICY.windowMs, ...restarts.slice(1)] })).toMatchObject({
      do: 'restart',
      restarts: [...restarts.slice(1), NOW + 1_000],
    });
  });

  it('waits twice as long each time, up to the longest delay', () => {
    const delays = [0, 1, 2, 3, 40].map((attempt) => decide({ attempt }));
    expect(delays.map((one) => one.do === 'restart' && one.delayMs)).toEqual([
      1_000, 2_000, 4_000, 8_000, 300_000,
    ]);
  });

  it('begins with the first delay again after it was healthy for long enough', () => {
    const startedAt = NOW - POLICY.healthyAfterMs;
    expect(decide({ attempt: 6, startedAt })).toMatchObject({ delayMs: 1_000, attempt: 1 });
    expect(decide({ attempt: 6, startedAt: startedAt + 1 })).toMatchObject({ delayMs: 64_000, attempt: 7 });
  });

  it('comes back at a moment of its own, at most a fifth earlier', () => {
    fc.assert(
      fc.property(fc.double({ min: 0, max: 1, noNaN: true }), fc.nat(30), (random, attempt) => {
        const [spread, nominal] = [decide({ random, attempt }), decide({ attempt })];
        if (spread.do !== 'restart' || nominal.do !== 'restart') throw new Error('held');
        expect(spread.delayMs).toBe(Math.round(nominal.delayMs * (1 - 0.2 * random)));
      }),
    );
  });

  it('never has more restarts in a window than its policy allows', () => {
    fc.assert(
      fc.property(
        fc.array(fc.nat(120_000), { maxLength: 60 }),
        fc.integer({ min: 1, max: 8 }),
        (gaps, max) => {
          let [now, restarts] = [NOW, [] as number[]];
          for (const gap of gaps) {
            now += gap;
            const decision = decide({ now, restarts, startedAt: now, policy: { ...POLICY, startsMax: max } });
            if (decision.do === 'restart') restarts = decision.restarts;
            expect(restarts.filter((at) => at > now - POLICY.windowMs).length).toBeLessThanOrEqual(max);
          }
        },
      ),
    );
  });
});

describe('the policy of an agent', () => {
  const spec = { name: 'amy', profile: 'claude', role: 'developer', restart: { delayMs: 300, startsMax: 3 } };
  const config = { ...POLICY, profiles: {}, roles: {}, agents: {} };

  it('is what stands nearest to it: its name, its start, its role, its profile, all', () => {
    const profiles = { claude: { delayMs: 100, startsMax: 1, windowMs: 1_000, healthyAfterMs: 1_000 } };
    const roles = { developer: { delayMs: 200, startsMax: 2, windowMs: 2_000 } };
    const agents = { amy: { startsMax: 4 }, bob: { startsMax: 9 } };
    expect(choosePolicy({ ...config, profiles, roles, agents }, spec)).toEqual({
      ...POLICY,
      ...{ delayMs: 300, startsMax: 4, windowMs: 2_000, healthyAfterMs: 1_000 },
    });
  });

  it('is not emptied by what is left open', () => {
    const agents = { amy: { delayMs: undefined } };
    expect(choosePolicy({ ...config, agents }, { ...spec, role: null, restart: null })).toEqual(POLICY);
  });
});
