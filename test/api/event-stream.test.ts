import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { openEventStream } from '../../src/api/event-stream.ts';
import { EventBus } from '../../src/core/event-bus.ts';
import { EventRing } from '../../src/core/event-ring.ts';
import { askRaw, type ControlDoor, openControlDoor } from '../helpers/control-door.ts';
import { EventListener } from '../helpers/event-listener.ts';
import { FakeClock } from '../helpers/fake-clock.ts';
import { PATIENCE_MS, until } from '../helpers/until.ts';

let door: ControlDoor;
const listeners: EventListener[] = [];

beforeEach(async () => {
  door = await openControlDoor();
});
afterEach(async () => {
  for (const one of listeners.splice(0)) one.close();
  await door.close();
});

async function listen(options?: ConstructorParameters<typeof EventListener>[1]): Promise<EventListener> {
  const listener = await EventListener.open(door.path, options);
  listeners.push(listener);
  return listener;
}

const pause = (agent: string) => door.house.bus.emit({ type: 'agent.paused', agent, profile: 'claude' });

describe('the stream of events', () => {
  it('tells what happens from now on, each with an id', async () => {
    pause('before');
    const listener = await listen();
    pause('ada');
    await until(() => listener.events.length === 1);
    expect(listener.headers).toMatchObject({
      'content-type': 'text/event-stream',
      'cache-control': 'no-store',
    });
    expect(listener.events).toMatchObject([
      { id: 'test-2', event: 'agent.paused', data: { v: 1, type: 'agent.paused', agent: 'ada' } },
    ]);
  });

  it('can be narrowed to an agent and a kind', async () => {
    const one = await listen({ target: '/v1/events?agent=ada&type=agent.paused' });
    pause('bob');
    door.house.bus.emit({ type: 'agent.resumed', agent: 'ada', profile: 'claude' });
    pause('ada');
    await until(() => one.events.length === 1);
    expect(one.events[0]).toMatchObject({ id: 'test-3', data: { agent: 'ada' } });
  });

  it('refuses a kind that there is not, and an id that is none, before it begins', async () => {
    const kind = await listen({ target: '/v1/events?type=agent.nothing' });
    expect(kind.status).toBe(400);
    await until(() => kind.ended);
    expect(kind.text).toContain('#/type');
    expect((await listen({ headers: { 'Last-Event-ID': '7\u00e9' } })).status).toBe(400);
    expect((await listen({ headers: { 'Last-Event-ID': 'x'.repeat(100) } })).status).toBe(400);
  });

  it('goes on behind the last id, without a gap', async () => {
    for (const agent of ['a', 'b', 'c']) pause(agent);
    const listener = await listen({ headers: { 'Last-Event-ID': 'test-1' } });
    pause('d');
    await until(() => listener.events.length === 3);
    expect(listener.events.map(({ data }) => (data as { agent: string }).agent)).toEqual(['b', 'c', 'd']);
  });

  it('tells of a gap where another worker gave the id', async () => {
    pause('a');
    const listener = await listen({ headers: { 'Last-Event-ID': 'older-900' } });
    expect(listener.events).toMatchObject([
      { event: 'gap', data: { after: 'older-900', missed: null } },
      { id: 'test-1', event: 'agent.paused' },
    ]);
  });

  it('ends when the worker stops, and holds nothing up', async () => {
    const patient = await openControlDoor(undefined, { closeMs: 60_000 });
    const listener = await EventListener.open(patient.path);
    const before = Date.now();
    await patient.close();
    await until(() => listener.ended);
    expect(Date.now() - before).toBeLessThan(PATIENCE_MS);
  });

  it('is let go of when its client goes', async () => {
    for (let i = 0; i < 20; i++) {
      const one = await EventListener.open(door.path);
      expect(one.status).toBe(200);
      one.close();
      await until(() => one.ended);
    }
  });

  it('is there so often for one caller, and no more', async () => {
    for (let i = 0; i < 16; i++) expect((await listen()).status).toBe(200);
    expect((await listen()).status).toBe(429);
    listeners[0]?.close();
    await until(async () => (await listen()).status === 200);
  });

  it('is none for HEAD and POST', async () => {
    for (let i = 0; i < 20; i++) {
      expect((await askRaw(door.path, { method: 'HEAD', target: '/v1/events' })).status).toBe(405);
    }
    expect((await askRaw(door.path, { method: 'POST', target: '/v1/events', body: '{}' })).status).toBe(405);
    expect((await listen()).status).toBe(200);
  });

  it('disconnects a client that does not read, and tells the others on', async () => {
    const [slow, quick] = [await listen(), await listen()];
    slow.stall();
    for (let i = 0; i < 40; i++) {
      door.house.bus.emit({ type: 'worker.stopped', reason: 'x'.repeat(50_000) });
      await new Promise((resolve) => setTimeout(resolve, 5));
    }
    await until(() => quick.events.length === 40);
    // The other end is gone: what is in the pipe can be read, then comes the end.
    const full = door.house.events.live;
    const free: (() => void)[] = [];
    for (let i = 0; i < 15; i++) free.push(full.follow('user:user', () => {}));
    expect(() => full.follow('user:user', () => {})).toThrow('this caller has 16');
    for (const one of free) one();
  });

  it('ends long before its next sign of life when its token becomes void', async () => {
    const { secret, token } = door.house.tokens.create({ scope: 'read', agent: null, ttlMs: 60_000 });
    const listener = await listen({ headers: { Authorization: `Bearer ${secret}` } });
    expect(listener.status).toBe(200);
    door.house.tokens.revoke(token.id);
    pause('ada');
    await until(() => listener.ended, { timeoutMs: 10_000 });
    expect(listener.events).toEqual([]);
  });
});

describe('one stream', () => {
  it('gives a sign of life every 15 s, with the id of what it has passed over', async () => {
    const clock = new FakeClock();
    const bus = new EventBus(clock);
    const stream = openEventStream({
      ...{ live: new EventRing({ bus, run: 'r' }), filter: { agent: 'ada' }, lastEventId: undefined },
      ...{ who: 'x', disconnect: () => {}, signals: [], clock },
    });
    const reader = stream.getReader();
    const read = async () => new TextDecoder().decode((await reader.read()).value);
    expect(await read()).toBe(': heartbeat\nid: r-0\n\n');
    bus.emit({ type: 'server.stalled' });
    clock.advance(15_000);
    expect(await read()).toBe(': heartbeat\nid: r-1\n\n');
    await reader.cancel();
  });
});

it('a client that leaves too much unread is sent away, once', () => {
  const bus = new EventBus(new FakeClock());
  const live = new EventRing({ bus, run: 'r' });
  let sentAway = 0;
  openEventStream({
    ...{ live, filter: {}, lastEventId: undefined, who: 'x', signals: [], clock: new FakeClock() },
    disconnect: () => sentAway++,
  });
  for (let i = 1; i <= 300; i++) {
    bus.emit({ type: 'worker.stopped', reason: 'x'.repeat(2_000) });
    if (i === 100) expect(sentAway).toBe(0);
  }
  expect(sentAway).toBe(1);
});

describe('the ring', () => {
  it('keeps the last events and says how many are not there any more', () => {
    const bus = new EventBus(new FakeClock());
    const ring = new EventRing({ bus, run: 'r', eventsMax: 10 });
    for (let i = 0; i < 25; i++) bus.emit({ type: 'server.stalled' });
    const { events, missed } = ring.since('r-2');
    expect([events.length + (missed ?? 0), events.at(-1)?.id]).toEqual([23, 'r-25']);
    expect(events.length).toBeGreaterThanOrEqual(10);
    expect(ring.since('r-25')).toEqual({ events: [], missed: 0 });
    expect(ring.since('r-26').missed).toBeNull();
  });

  it('serves 64 at once', () => {
    const ring = new EventRing({ bus: new EventBus(new FakeClock()), run: 'r' });
    for (let i = 0; i < 64; i++) ring.follow(`caller ${i}`, () => {});
    expect(() => ring.follow('another', () => {})).toThrow('64 streams');
  });
});
