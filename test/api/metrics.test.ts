import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { agentState } from '../helpers/cli-room.ts';
import { askRaw, type ControlDoor, exchangeRaw, openControlDoor } from '../helpers/control-door.ts';

let door: ControlDoor;
beforeEach(async () => {
  door = await openControlDoor();
});
afterEach(() => door.close());

async function scrape(): Promise<Map<string, number>> {
  const { status, headers, body } = await askRaw(door.path, { target: '/metrics' });
  expect([status, headers.get('content-type')]).toEqual([200, 'text/plain; version=0.0.4; charset=utf-8']);
  const lines = body.split('\n').filter((line) => line !== '' && !line.startsWith('#'));
  return new Map(
    lines.map((line) => {
      const at = line.lastIndexOf(' ');
      return [line.slice(0, at).replace(/^tmux_orchestrator_/, ''), Number(line.slice(at + 1))];
    }),
  );
}

describe('the figures for Prometheus', () => {
  it('count agents by what they do, those of every other state too', async () => {
    door.house.known.set('ada', agentState({ name: 'ada', state: 'approval' }));
    const figures = await scrape();
    expect(figures.get('agents{state="idle"}')).toBe(1);
    expect(figures.get('agents{state="approval"}')).toBe(1);
    expect(figures.get('agents{state="stuck"}')).toBe(0);
    expect(figures.get('agents_need_person')).toBe(1);
    door.house.known.delete('ada');
    expect((await scrape()).get('agents{state="approval"}')).toBe(0);
  });

  it('count events, restarts and what becomes of messages', async () => {
    const { bus } = door.house;
    const who = { agent: 'ada', profile: 'claude' };
    bus.emit({ type: 'agent.started', ...who, how: 'resumed', restart: true });
    bus.emit({ type: 'agent.started', ...who, how: 'new', restart: false });
    const receipt = {
      type: 'message.receipt',
      message: 'x',
      agent: 'ada',
      from: 'user',
      reason: null,
    } as const;
    bus.emit({ ...receipt, state: 'accepted' });
    bus.emit({ ...receipt, state: 'submitted' });
    const figures = await scrape();
    expect(figures.get('events_total{type="agent.started"}')).toBe(2);
    expect(figures.get('agent_restarts_total')).toBe(1);
    expect(figures.get('message_receipts_total{state="submitted"}')).toBe(1);
    expect(figures.get('delivery_seconds_count')).toBe(1);
    expect(figures.get('messages{state="accepted"}')).toBe(1);
  });

  it('count requests by operation and status', async () => {
    await askRaw(door.path, { target: '/v1/agents' });
    await askRaw(door.path, { target: '/v1/agents/nobody' });
    await askRaw(door.path, { target: '/v1/agents?surprise=1' });
    const figures = await scrape();
    expect(figures.get('http_requests_total{operation="agent.list",status="200"}')).toBe(1);
    expect(figures.get('http_requests_total{operation="agent.list",status="400"}')).toBe(1);
    expect(figures.get('http_requests_total{operation="agent.get",status="404"}')).toBe(1);
  });

  it('count what the gate refuses, and requests that are none', async () => {
    await askRaw(door.path, { target: '/v1/agents', headers: ['Host: evil.example'] });
    await askRaw(door.path, {
      target: '/v1/agents',
      headers: ['Host: localhost', 'Authorization: Bearer x'],
    });
    await exchangeRaw(door.path, 'no request at all\r\n\r\n');
    const figures = await scrape();
    expect(figures.get('http_requests_total{operation="gate",status="403"}')).toBe(1);
    expect(figures.get('http_requests_total{operation="gate",status="401"}')).toBe(1);
    expect(figures.get('http_requests_total{operation="gate",status="400"}')).toBe(1);
    expect(figures.get('http_requests_total{operation="agent.list",status="403"}')).toBeUndefined();
  });

  it('count calls of tools like requests', async () => {
    const call = (name: string, input: object) => {
      const params = { name, arguments: input };
      const body = JSON.stringify({ jsonrpc: '2.0', id: 1, method: 'tools/call', params });
      const headers = [
        ...['Host: localhost', 'Content-Type: application/json', `Content-Length: ${body.length}`],
        ...['Accept: application/json, text/event-stream', 'MCP-Protocol-Version: 2025-11-25'],
      ];
      return askRaw(door.path, { method: 'POST', target: '/mcp', headers, body });
    };
    await call('list_agents', {});
    await call('get_agent_status', { name: 'nobody' });
    const figures = await scrape();
    expect(figures.get('http_requests_total{operation="agent.list",status="200"}')).toBe(1);
    expect(figures.get('http_requests_total{operation="agent.get",status="404"}')).toBe(1);
  });

  it('tell of the process, each time anew', async () => {
    expect((await scrape()).get('process_resident_memory_bytes')).toBeGreaterThan(1_000_000);
    expect((await scrape()).get('process_cpu_seconds_total')).toBeGreaterThan(0);
  });

  it('hold nothing that came from outside: no name, no text', async () => {
    const name = 'canary-7f3a';
    door.house.known.set(name, agentState({ name, title: name }));
    door.house.bus.emit({ type: 'agent.paused', agent: name, profile: name });
    await askRaw(door.path, { target: `/v1/agents/${name}` });
    await askRaw(door.path, { target: `/${name}` });
    const { body } = await askRaw(door.path, { target: '/metrics' });
    expect(body).toContain('agent.paused');
    expect(body).not.toContain('canary');
  });
});

describe('readiness', () => {
  const ask = () => askRaw(door.path, { target: '/readyz' });

  it('is there once all panes were looked at', async () => {
    door.house.hasLooked = false;
    const { status, headers, body } = await ask();
    expect([status, headers.get('retry-after')]).toEqual([503, '1']);
    expect(JSON.parse(body)).toMatchObject({
      code: 'TMUX_GONE',
      detail: expect.stringContaining('first look'),
    });
    door.house.hasLooked = true;
    expect(await ask()).toMatchObject({ status: 204, body: '' });
  });

  it('is another thing than being alive', async () => {
    door.house.hasLooked = false;
    expect((await askRaw(door.path, { target: '/healthz' })).status).toBe(204);
    expect((await scrape()).get('ready')).toBe(0);
  });

  it('is not there without tmux', async () => {
    for (const status of ['connecting', 'none', 'stalled'] as const) {
      door.house.tmuxStatus = status;
      expect((await ask()).status).toBe(503);
    }
    door.house.tmuxStatus = 'connected';
    expect((await ask()).status).toBe(204);
  });
});
