import { describe, expect, it } from 'vitest';
import { RequestLimits } from '../../src/api/request-limits.ts';
import type { Visitor } from '../../src/api/visitor.ts';
import type { Operation } from '../../src/operations/operation.ts';
import { OPERATIONS } from '../../src/operations/table.ts';

const RATES = { read: 5, message: 4, messageToOne: 2, control: 3, spawn: 1 };
const user: Visitor = {
  door: 'socket',
  sender: { kind: 'user', name: 'user' },
  scope: 'admin',
  token: null,
  uid: 0,
};
const token: Visitor = { ...user, door: 'network', token: '0123456789ab' };
const agent: Visitor = { ...user, sender: { kind: 'agent', name: 'ada' } };

function find(name: string): Operation {
  const operation = OPERATIONS.find((one) => one.name === name);
  if (operation === undefined) throw new Error(name);
  return operation;
}

/** How many of twenty requests come through. */
async function countTaken(take: () => Promise<unknown>): Promise<number> {
  let taken = 0;
  for (let i = 0; i < 20; i++) {
    try {
      await take();
      taken++;
    } catch (error) {
      expect(error).toMatchObject({ code: 'LIMIT', rate: { left: 0 } });
    }
  }
  return taken;
}

describe('requests within a minute', () => {
  it.each([
    ['agent.list', 5],
    ['message.send', 4],
    ['agent.stop', 3],
    ['agent.adopt', 3],
    ['agent.spawn', 1],
    ['team.up', 1],
  ])('of a token for %s are %i', async (name, count) => {
    const limits = new RequestLimits(RATES);
    expect(await countTaken(() => limits.take(find(name), token))).toBe(count);
  });

  it('are counted for each token by itself, and for agents by their names', async () => {
    const limits = new RequestLimits(RATES);
    const spawn = find('agent.spawn');
    for (const visitor of [token, { ...token, token: 'ba9876543210' }, agent]) {
      expect(await countTaken(() => limits.take(spawn, visitor))).toBe(1);
    }
  });

  it('of the user at the control socket are not counted', async () => {
    const limits = new RequestLimits(RATES);
    expect(await countTaken(() => limits.take(find('agent.stop'), user))).toBe(20);
  });

  it('to one agent are fewer than to all', async () => {
    const limits = new RequestLimits(RATES);
    const send = find('message.send');
    expect(await countTaken(() => limits.takeTarget(send, token, 'ada'))).toBe(2);
    expect(await countTaken(() => limits.takeTarget(send, token, 'bob'))).toBe(2);
  });

  it('with tokens that do not count are ten', async () => {
    const limits = new RequestLimits(RATES);
    expect(await countTaken(() => limits.noteRefusal('127.0.0.1'))).toBe(10);
  });
});
