import { execa } from 'execa';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { Event } from '../../src/model/event.ts';
import { CLI } from '../helpers/cli-room.ts';
import { openControlDoor } from '../helpers/control-door.ts';
import { openServedRoom, type ServedRoom } from '../helpers/served-room.ts';
import { PATIENCE_MS, until } from '../helpers/until.ts';

let room: ServedRoom;
const followers: { kill(): unknown }[] = [];

beforeEach(async () => {
  room = await openServedRoom();
});
afterEach(async () => {
  for (const one of followers.splice(0)) one.kill();
  await room.close();
});

const at = (second: number) => new Date(Date.UTC(2026, 0, 1) + second * 1_000).toISOString();
const paused = (agent: string, second: number): Event => ({
  ...{ v: 1, at: at(second), type: 'agent.paused', agent, profile: 'claude' },
});

/** The command as it runs, and what it has said so far. */
function follow(...words: string[]) {
  const child = execa(process.execPath, [CLI, 'events', '--follow', ...words], {
    ...{ env: room.env, extendEnv: false, reject: false, timeout: PATIENCE_MS },
  });
  const said = { out: '', err: '' };
  child.stdout.on('data', (part) => {
    said.out += part;
  });
  child.stderr.on('data', (part) => {
    said.err += part;
  });
  followers.push(child);
  return { child, said };
}

const untilAsked = (count = 1) =>
  until(() => room.door.house.calls.filter(({ name }) => name === 'events').length >= count);

describe('events', () => {
  it('lists the newest last, one line each', async () => {
    room.door.house.journal.events = [paused('bob', 2), paused('ada', 1)];
    const { stdout, code } = await room.run('events');
    expect(stdout).toBe(
      '2026-01-01T00:00:01.000Z  agent.paused          ada\n2026-01-01T00:00:02.000Z  agent.paused          bob\n',
    );
    expect(code).toBe(0);
  });

  it('asks for what was chosen, and turns pages', async () => {
    const first = Array.from({ length: 1_000 }, (_, i) => paused(`a${i}`, 5_000 - i));
    room.door.house.events.list = (filter) => {
      room.door.house.calls.push({ name: 'events', input: filter });
      return filter.after === undefined
        ? { events: first, next: { at: at(1), left: 0 } }
        : { events: [paused('last', 0)], next: null };
    };
    const { stdout } = await room.run('events', '--since', '8h', '--agent', 'ada', '--json');
    const { events } = JSON.parse(stdout);
    expect([events.length, events[0].agent]).toEqual([1_001, 'last']);
    const [one, two] = room.door.house.calls.map(({ input }) => input as Record<string, unknown>);
    expect(one).toMatchObject({ agent: 'ada', limit: 1_000 });
    expect(Math.abs(Date.now() - 8 * 3_600_000 - Number(one?.since))).toBeLessThan(60_000);
    expect(two).toMatchObject({ after: { at: at(1), left: 0 } });
  });

  it('shows what came from elsewhere without its controls', async () => {
    const reason = 'a\u001b]0;x\u0007b\nc';
    room.door.house.journal.events = [
      { v: 1, at: at(1), type: 'agent.watch-failed', agent: 'ada', profile: 'x', pane: '%1', reason },
    ];
    const { stdout } = await room.run('events');
    expect(stdout).not.toMatch(/[\u0000-\u0009\u000b-\u001f]/);
    expect(stdout.split('\n')).toHaveLength(2);
    expect(stdout).toContain('reason=a]0;xb c');
  });

  it('says which kinds there are', async () => {
    const { stderr, code } = await room.run('events', '--type', 'agent.nothing');
    expect(stderr).toMatch(/type must be one of agent\.found, /);
    expect(code).toBe(2);
  });

  it('ends with 3 where no worker runs', async () => {
    await room.door.close();
    for (const words of [[], ['--follow']]) expect((await room.run('events', ...words)).code).toBe(3);
  });
});

describe('events --follow', () => {
  it('tells what was, then what happens, each once, until Ctrl-C', async () => {
    const { child, said } = follow('--json');
    await untilAsked();
    room.door.house.bus.emit({ type: 'agent.paused', agent: 'ada', profile: 'claude' });
    await until(() => said.out.includes('ada'));
    child.kill('SIGINT');
    const { exitCode } = await child;
    expect(exitCode).toBe(130);
    expect(
      said.out
        .trim()
        .split('\n')
        .map((line) => JSON.parse(line)),
    ).toMatchObject([{ agent: 'ada' }]);
  });

  it('does not repeat what the journal has told already', async () => {
    room.door.house.events.list = (filter) => {
      if (room.door.house.calls.length === 0) {
        // Happens while the stream is open and the journal is being read.
        room.door.house.bus.listen((event) => room.door.house.journal.events.unshift(event));
        room.door.house.bus.emit({ type: 'agent.paused', agent: 'between', profile: 'claude' });
      }
      room.door.house.calls.push({ name: 'events', input: filter });
      return room.door.house.journal;
    };
    const { said } = follow();
    await untilAsked();
    room.door.house.bus.emit({ type: 'agent.paused', agent: 'later', profile: 'claude' });
    await until(() => said.out.includes('later'));
    expect(said.out.match(/between/g)).toHaveLength(1);
  });

  it('goes on with another worker, and says that something was missed', async () => {
    const { said } = follow('--agent', 'ada');
    await untilAsked();
    for (let i = 0; i < 3; i++)
      room.door.house.bus.emit({ type: 'agent.resumed', agent: 'ada', profile: 'claude' });
    await until(() => said.out.split('\n').length === 4);
    await room.door.close();
    await until(() => said.err.includes('waiting for it'));
    const second = await openControlDoor(room.runtime);
    second.house.bus.emit({ type: 'agent.paused', agent: 'ada', profile: 'claude' });
    second.house.bus.emit({ type: 'agent.paused', agent: 'bob', profile: 'claude' });
    await until(() => said.out.includes('agent.paused'));
    expect(said.out).not.toContain('bob');
    expect(said.out).toMatch(/^some events were missed here; see: .*\n.*agent\.paused/m);
    await second.close();
  });
});
