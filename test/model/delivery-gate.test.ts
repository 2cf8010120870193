import { describe, expect, it } from 'vitest';
import { type GateFacts, judgeGate } from '../../src/model/delivery-gate.ts';
import { WAIT_REASONS } from '../../src/model/message.ts';
import { AGENT_STATES } from '../../src/model/state.ts';

const NOW = 1_000_000;
const OPEN: GateFacts = {
  managed: true,
  paused: false,
  held: false,
  parked: false,
  continues: false,
  hasPane: true,
  connected: true,
  dead: false,
  inMode: false,
  inputOff: false,
  synchronized: false,
  inForeground: true,
  state: 'idle',
  pending: null,
  hasDraft: false,
  mayQueue: false,
  humanActiveAt: null,
  now: NOW,
  quietMs: 3_000,
};

/** Each flag that closes the gate by itself, with the reason it gives; those before it win over those behind. */
const CLOSED: readonly [Partial<GateFacts>, string][] = [
  [{ managed: false }, 'not-managed'],
  [{ paused: true }, 'paused'],
  [{ held: true }, 'held'],
  [{ connected: false }, 'server'],
  [{ hasPane: false }, 'no-pane'],
  [{ dead: true }, 'dead'],
  [{ inMode: true }, 'copy-mode'],
  [{ inputOff: true }, 'input-off'],
  [{ synchronized: true }, 'synchronized'],
  [{ inForeground: false }, 'not-foreground'],
  [{ hasDraft: true }, 'draft'],
  [{ humanActiveAt: NOW - 2_999 }, 'human-typing'],
];

const PENDING = [null, ...AGENT_STATES];

describe('the gate', () => {
  it('is open for exactly the right ones of all states, readings and flags', () => {
    let open = 0;
    for (const state of AGENT_STATES) {
      for (const pending of PENDING) {
        for (const mayQueue of [false, true]) {
          for (let flags = 0; flags < 2 ** CLOSED.length; flags++) {
            const closed = CLOSED.filter((_, bit) => (flags & (1 << bit)) !== 0).map(([change]) => change);
            const facts = Object.assign({ ...OPEN, state, pending, mayQueue }, ...closed) as GateFacts;
            const takesText = state === 'idle' || (state === 'busy' && mayQueue);
            const expected = flags === 0 && takesText && pending === null;
            // One comparison for a million cases: expect() would take a minute.
            if (judgeGate(facts).open !== expected) expect([facts, judgeGate(facts)]).toBe(expected);
            if (expected) open++;
          }
        }
      }
    }
    expect(open).toBe(3);
  });

  it.each(CLOSED)('says what is in the way: %j is %s', (change, reason) => {
    expect(judgeGate({ ...OPEN, ...change })).toEqual({ open: false, reason });
  });

  it('says the first of two, what lasts before what passes', () => {
    for (const [i, [first, reason]] of CLOSED.entries()) {
      for (const [second] of CLOSED.slice(i + 1)) {
        expect(judgeGate({ ...OPEN, ...second, ...first })).toEqual({ open: false, reason });
      }
    }
  });

  it.each(AGENT_STATES.filter((state) => state !== 'idle'))(
    'names the state %s, also without a foreground',
    (state) => {
      for (const inForeground of [true, false]) {
        const facts = { ...OPEN, state, inForeground, hasDraft: true, humanActiveAt: NOW };
        expect(judgeGate(facts)).toEqual({ open: false, reason: state });
        expect(WAIT_REASONS).toContain(state);
      }
    },
  );

  it.each(AGENT_STATES)('waits for a reading of %s to be confirmed', (pending) => {
    const reason = pending === 'idle' ? 'busy' : pending;
    expect(judgeGate({ ...OPEN, pending })).toEqual({ open: false, reason });
    expect(judgeGate({ ...OPEN, state: 'busy', mayQueue: true, pending })).toEqual({ open: false, reason });
  });

  it('opens again when a person has been quiet long enough, and not while the clock stands before the last key', () => {
    expect(judgeGate({ ...OPEN, humanActiveAt: NOW - 3_000 })).toEqual({ open: true });
    expect(judgeGate({ ...OPEN, humanActiveAt: NOW + 60_000 }).open).toBe(false);
  });

  it('takes a message while it works only where it queues and the sender wants that', () => {
    expect(judgeGate({ ...OPEN, state: 'busy', mayQueue: true })).toEqual({ open: true });
    expect(judgeGate({ ...OPEN, state: 'busy' })).toEqual({ open: false, reason: 'busy' });
    expect(judgeGate({ ...OPEN, state: 'stuck', mayQueue: true })).toEqual({ open: false, reason: 'stuck' });
  });

  it('tells an agent to go on only where a limit or a fault stopped it', () => {
    const open = AGENT_STATES.filter((state) => judgeGate({ ...OPEN, state, continues: true }).open);
    expect(open).toEqual(['idle', 'limited', 'error']);
  });

  it.each(CLOSED)('keeps the word to go on back as well: %j is %s', (change, reason) => {
    const facts = { ...OPEN, state: 'limited', continues: true, ...change } as const;
    expect(judgeGate(facts)).toEqual({ open: false, reason });
  });

  it('keeps back all but the word to go on where the account of an idle agent is at its limit', () => {
    expect(judgeGate({ ...OPEN, parked: true })).toEqual({ open: false, reason: 'limited' });
    expect(judgeGate({ ...OPEN, parked: true, continues: true })).toEqual({ open: true });
  });
});
