import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { controlSocketPath } from '../../src/store/socket-file.ts';
import { askRaw } from '../helpers/control-door.ts';
import { ControlRoom } from '../helpers/control-room.ts';
import { EventListener } from '../helpers/event-listener.ts';
import { until } from '../helpers/until.ts';

let room: ControlRoom;
let path: string;
beforeAll(async () => {
  room = await ControlRoom.open();
  path = controlSocketPath(room.home.runtime);
});
afterAll(() => room.close(), 30_000);

const agentsIn = (listener: EventListener, kind: string) =>
  listener.events.filter(({ event }) => event === kind).map(({ data }) => (data as { agent?: string }).agent);

describe('a client of the live stream of a real worker', () => {
  it('sees what happens, and after a break all that it has missed, each once', async () => {
    const first = await EventListener.open(path);
    await room.spawn('ada');
    await until(() => agentsIn(first, 'agent.managed').includes('ada'));
    const { lastId } = first;
    first.close();
    await room.client.call('agent.pause', { name: 'ada' });
    await room.client.call('agent.resume', { name: 'ada' });
    const second = await EventListener.open(path, { headers: { 'Last-Event-ID': lastId } });
    await until(() => second.kinds.includes('agent.resumed'));
    expect(second.kinds).not.toContain('gap');
    expect(agentsIn(second, 'agent.paused')).toEqual(['ada']);
    const ids = [...first.events, ...second.events].map(({ id }) => id);
    expect(new Set(ids).size).toBe(ids.length);
    second.close();
  });

  it('has the same in the journal, page by page', async () => {
    const { events } = await room.client.call('event.list', { limit: 1_000 });
    const paged: unknown[] = [];
    let cursor: string | undefined;
    do {
      const page = await room.client.call('event.list', { limit: 2, cursor });
      paged.push(...page.events);
      cursor = page.next ?? undefined;
    } while (cursor !== undefined);
    expect(events.length).toBeGreaterThan(5);
    expect(paged.slice(-events.length)).toEqual(events);
    const paused = await room.client.call('event.list', { agent: 'ada', type: 'agent.paused' });
    expect(paged).toContainEqual(paused.events[0]);
  });

  it('finds a worker that is ready, and tells what it counts', async () => {
    expect((await askRaw(path, { target: '/readyz' })).status).toBe(204);
    const { agents, tmux } = await room.client.call('system.get', {});
    expect([agents.managed, agents.byState.idle, tmux.status]).toEqual([1, 1, 'connected']);
    const { body } = await askRaw(path, { target: '/metrics' });
    expect(body).toMatch(/^tmux_orchestrator_agents\{state="idle"\} 1$/m);
    expect(body).toMatch(/^tmux_orchestrator_events_total\{type="agent\.paused"\} 1$/m);
    await room.client.call('message.send', { to: 'ada', text: 'say hello' });
    await until(async () =>
      /^tmux_orchestrator_delivery_seconds_count 1$/m.test((await askRaw(path, { target: '/metrics' })).body),
    );
  });

  it('is told of a gap by the next worker, and does not keep the old one', async () => {
    const listener = await EventListener.open(path);
    const { lastId } = listener;
    expect(await room.worker.end()).toBe(0);
    expect(listener.ended).toBe(true);
    room.start();
    await room.untilOpen();
    const next = await EventListener.open(path, { headers: { 'Last-Event-ID': lastId } });
    expect(next.events[0]).toMatchObject({ event: 'gap', data: { after: lastId, missed: null } });
    expect(next.kinds).toContain('worker.started');
    next.close();
  });

  it('is not ready without tmux, and alive all the same', async () => {
    await room.tmux.run('kill-server').catch(() => {});
    await until(async () => (await askRaw(path, { target: '/readyz' })).status === 503);
    expect((await askRaw(path, { target: '/healthz' })).status).toBe(204);
  });
});
