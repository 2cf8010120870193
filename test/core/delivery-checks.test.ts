import { describe, expect, it } from 'vitest';
import { BUILT_IN_PROFILES } from '../../src/agents/registry.ts';
import { type Checks, isStillAtRest, isTaken, planChecks } from '../../src/core/delivery-checks.ts';
import type { Parcel } from '../../src/core/delivery-look.ts';
import type { Ground } from '../../src/core/ground.ts';
import { message } from '../helpers/message.ts';

/** Milliseconds since the epoch. */
const NOW = 1_795_000_100_000;
const LOOKED_AT = NOW - 20_500;

interface Change {
  message?: object;
  agent?: object;
  fold?: object;
  last?: object | null;
  profile?: object;
  activity?: number;
  owner?: string;
  spec?: object;
  isParked?: boolean;
  isUnchanged?: boolean;
  rendered?: string;
}

/** An agent that has rested for twenty seconds, and a line for it. */
function plan(change: Change = {}) {
  const profile = BUILT_IN_PROFILES.find(({ name }) => name === 'claude');
  const spot = { cursor: [2, 10], left: '> ', columns: 80 };
  const agent = {
    name: 'ada',
    profile: { ...profile, ...change.profile },
    management: 'managed',
    pane: { id: '%1', pid: 7, activity: change.activity ?? Math.floor(LOOKED_AT / 1_000) - 1 },
    foundAt: NOW - 60_000,
    fold: { state: 'idle', pending: null, ...change.fold },
    last: change.last === null ? null : { at: LOOKED_AT, spot, ...change.last },
    ...change.agent,
  };
  const ground = {
    clock: { now: () => NOW },
    settings: () => ({ config: { mail: { humanQuietMs: 3_000 } } }),
    fleet: {
      find: () => ({ name: 'ada', paused: null, held: null, ...change.spec }),
      findByPane: () => ({ name: change.owner ?? 'ada' }),
      isParked: () => change.isParked ?? false,
    },
    server: () => ({ stalled: false }),
    observer: () => ({ isUnchanged: () => change.isUnchanged ?? true }),
  };
  const parcel = {
    message: message(change.message),
    agent,
    rendered: change.rendered ?? '[from user · 0123456789]\ngo on',
    server: { identity: {} },
  };
  return planChecks(ground as unknown as Ground, parcel as unknown as Parcel);
}

describe('a line for an agent at rest', () => {
  it('needs no look: tmux checks that nothing has moved, and then that the line stands in the prompt', () => {
    expect(plan()).toEqual({
      spot: { cursor: [2, 10], left: '> ', columns: 80 },
      envelope: '[from user · 0123456789]',
      toPaste: {
        ...{ pid: 7, cursor: [2, 10], tag: 'ada' },
        ...{ unwrittenSince: LOOKED_AT, untouchedSince: NOW - 3_000 },
      },
      toEnter: { pid: 7, cursor: { lines: ['[from user · 0123456789]', 'go on'], left: '> ' } },
    });
  });

  it.each<[string, Change]>([
    ['works', { fold: { state: 'busy' } }],
    ['may rest no more', { fold: { pending: { state: 'busy', since: NOW } } }],
    ['was not looked at', { last: null }],
    ['had no cursor in its prompt', { last: { spot: null } }],
    ['wrote in the second of the look', { activity: Math.floor(LOOKED_AT / 1_000) }],
    ['came just now, or a person with it', { agent: { foundAt: NOW - 4_000 } }],
    ['has lost the terminal, or says itself that it works', { isUnchanged: false }],
    ['is not the one that its pane was given to', { owner: 'bob' }],
    ['may show its prompt under a dialog', { profile: { delivery: { underDialogs: 'stays' } } }],
    ['was paused while another had the turn', { spec: { paused: { since: NOW } } }],
    ['is held', { spec: { held: { since: NOW } } }],
    ['is parked', { isParked: true }],
    ['was typed to before', { message: { tries: 1 } }],
    ['has part of the delivery behind it', { message: { step: 'paste' } }],
    ['gets more than a line', { rendered: '[from user · 0123456789]\ngo\non' }],
  ])('is looked at where it %s', (_, change) => {
    expect(plan(change)).toBeNull();
  });
});

describe('an agent that a line was pasted to', () => {
  const ask = (state: string, isUnchanged: boolean) => {
    const ground = { observer: () => ({ isUnchanged: () => isUnchanged }) };
    const parcel = { agent: { last: { verdict: { state } } } };
    return isStillAtRest(ground as unknown as Ground, parcel as unknown as Parcel);
  };

  it('may get its Enter while nothing but the line was seen, and it says the same', () => {
    expect([ask('idle', true), ask('draft', true)]).toEqual([true, true]);
  });

  it.each(['busy', 'approval', 'unknown', 'exited'])('gets none by checks where it is %s', (state) => {
    expect(ask(state, true)).toBe(false);
  });

  it('gets none where it says something else, or lost the terminal', () => {
    expect(ask('draft', false)).toBe(false);
  });
});

describe('a line that was sent', () => {
  const spot = { cursor: [2, 10], left: '> ', columns: 80 };
  /** What is concluded from the answer of tmux, and in which order was asked. */
  async function conclude(answer: string, hasTerminal = true) {
    const asked: string[] = [];
    const server = {
      run: async (commands: { line: string }[]) => {
        const [line] = commands.map((one) => one.line);
        asked.push(line?.includes('from user') ? 'envelope' : 'something else');
        return [[answer]];
      },
    };
    const observer = {
      hasTerminal: () => {
        asked.push('terminal');
        return hasTerminal;
      },
    };
    const parcel = { agent: { pane: { id: '%1' } }, server, message: message() };
    const checks = { spot, envelope: '[from user · 0123456789]' };
    const taken = await isTaken(
      { observer: () => observer } as unknown as Ground,
      parcel as unknown as Parcel,
      checks as unknown as Checks,
    );
    return { taken, asked };
  }

  it('is known by its first line above a prompt that begins anew, in a terminal that is still the agent’s', async () => {
    expect(await conclude('%1 2 13 11')).toEqual({ taken: true, asked: ['envelope', 'terminal'] });
    expect(await conclude('%1 2 13 11', false)).toMatchObject({ taken: false });
  });

  it.each(['%1 2 12 11', '%1 7 11 11', '%1 2 13 0', '%1 0 13 11'])('is not known by %s', async (answer) => {
    expect(await conclude(answer)).toMatchObject({ taken: false });
  });
});
