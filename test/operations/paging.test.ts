import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { writeCursor } from '../../src/model/cursor.ts';
import { askRaw, type ControlDoor, openControlDoor } from '../helpers/control-door.ts';
import { message } from '../helpers/message.ts';

let door: ControlDoor;
beforeEach(async () => {
  door = await openControlDoor();
});
afterEach(() => door.close());

const ask = async (target: string) => {
  const { status, body } = await askRaw(door.path, { target });
  return { status, ...JSON.parse(body) };
};

describe('pages of messages', () => {
  const box = Array.from({ length: 10 }, (_, i) => message({ id: `abcdefgh0${i}`, sequence: i + 1 }));

  beforeEach(() => {
    box.length = 10;
    door.house.messages.list = ({ limit, before = Number.POSITIVE_INFINITY }) =>
      box
        .filter(({ sequence }) => sequence < before)
        .sort((a, b) => b.sequence - a.sequence)
        .slice(0, limit);
  });

  it('hold every message once, also while messages come', async () => {
    const seen: number[] = [];
    let target = '/v1/messages?limit=3';
    for (let i = 0; i < 20; i++) {
      const { messages, next } = await ask(target);
      seen.push(...messages.map(({ sequence }: { sequence: number }) => sequence));
      box.push(message({ id: `zbcdefgh0${i}`, sequence: 100 + i }));
      if (next === null) break;
      target = `/v1/messages?limit=3&cursor=${next}`;
    }
    expect(seen).toEqual([10, 9, 8, 7, 6, 5, 4, 3, 2, 1]);
  });

  it.each([
    ['made up', 'abc'],
    ['of another list', writeCursor('event.list', 3)],
    ['for something else', writeCursor('message.list', '3; drop')],
    ['with what is no text', '%23%28id%29'],
    ['too long', 'a'.repeat(400)],
  ])('refuse a cursor that is %s, naming the field', async (_, cursor) => {
    const { status, code, errors } = await ask(`/v1/messages?cursor=${cursor}`);
    expect({ status, code, errors }).toMatchObject({
      ...{ status: 400, code: 'INVALID' },
      errors: [{ pointer: '#/cursor', detail: 'is no cursor of this list' }],
    });
  });
});

describe('pages of the journal', () => {
  it('come with a cursor that leads to where the page ended', async () => {
    const at = '2026-01-01T00:00:00.000Z';
    door.house.journal = { events: [{ v: 1, at, type: 'server.stalled' }], next: { at, left: 2 } };
    const { events, next } = await ask('/v1/journal?agent=ada&type=agent.state&since=2026-01-01T00:00:00Z');
    expect(events).toEqual(door.house.journal.events);
    expect((await ask(`/v1/journal?cursor=${next}`)).status).toBe(200);
    expect(door.house.calls).toEqual([
      { name: 'events', input: { agent: 'ada', type: 'agent.state', since: Date.parse(at), limit: 100 } },
      { name: 'events', input: { limit: 100, after: { at, left: 2 } } },
    ]);
  });

  it('refuse a kind, a time and a cursor that are none', async () => {
    for (const query of ['type=agent.nothing', 'since=yesterday', 'cursor=abc', 'limit=0', 'limit=1001']) {
      const { status, errors } = await ask(`/v1/journal?${query}`);
      expect([status, errors[0].pointer]).toEqual([400, `#/${query.split('=')[0]}`]);
    }
  });
});

it('the worker tells of itself in numbers', async () => {
  const { status, ...system } = await ask('/v1/system');
  expect(status).toBe(200);
  expect(system).toMatchObject({
    ...{ version: '1.2.3', ready: true, problem: null, tmux: { status: 'connected' } },
    agents: { total: 1, managed: 1, needPerson: 0, byState: { idle: 1, busy: 0 } },
    messages: { accepted: 1, failed: 0 },
  });
});
