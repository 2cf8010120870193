import { join } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { ControlRoom } from '../helpers/control-room.ts';
import { seeded } from '../helpers/seeded.ts';

const STAND_IN = join(import.meta.dirname, '../../dist/stand-in/main.js');
const OPERATIONS = 200;
const NAMES = ['a', 'b', 'c'];

let room: ControlRoom;

beforeEach(async () => {
  room = await ControlRoom.open();
});

afterEach(() => room.close());

/** Everything about the panes of a session that anybody could change, with all that they show. */
async function describeSession(session: string): Promise<string> {
  const format =
    '#{session_name} #{window_id} #{window_name} #{pane_id} #{pane_pid} #{pane_dead} #{pane_title} #{cursor_x}.#{cursor_y} #{history_size} #{@tmux_orchestrator_agent} #{automatic-rename} #{remain-on-exit}';
  const panes = await room.tmux.run('list-panes', '-s', '-t', session, '-F', format);
  const ids = panes.split('\n').map((line) => /%\d+/.exec(line)?.[0] ?? '');
  const screens = await Promise.all(
    ids.map((id) => room.tmux.run('capture-pane', '-p', '-e', '-S', '-', '-t', id)),
  );
  return [panes, ...screens].join('\n');
}

/** A session of somebody else: a shell, an agent, one with half a text, and one whose words are those of ours. */
async function openDecoys(): Promise<void> {
  await room.tmux.run(
    'new-session',
    '-d',
    '-s',
    'agents-of-others',
    '-n',
    'a',
    'bash',
    '--norc',
    '--noprofile',
  );
  const open = (...words: string[]) =>
    room.tmux.run('new-window', '-d', '-P', '-F', '#{pane_id}', '-t', 'agents-of-others:', ...words);
  const idle = await open('-n', 'b', process.execPath, STAND_IN);
  const draft = await open('-n', 'c', process.execPath, STAND_IN, '--name', 'c');
  const shell = await open('-n', 'shell', 'bash', '--norc', '--noprofile');
  await room.tmux.run('set-option', '-p', '-t', shell, '@tmux_orchestrator_agent', 'a');
  for (const pane of [idle, draft]) await room.home.untilState(`stand-in-${pane.slice(1)}`, 'idle');
  await room.tmux.run('send-keys', '-t', draft, '-l', 'half a thought');
  await room.home.untilState(`stand-in-${draft.slice(1)}`, 'draft');
}

it('nothing that is not ours is touched by 200 operations, whatever they are', async () => {
  await openDecoys();
  const before = await describeSession('agents-of-others');
  const random = seeded(7);
  const pick = <T>(list: readonly T[]): T => list[Math.floor(random() * list.length)] as T;
  const observed = room.home.agentNames();
  const { client } = room;
  const spawn = (name: string) =>
    client.call('agent.spawn', {
      ...{ name, profile: 'stand-in', directory: room.home.path, args: ['--startup-ms', '0'] },
      session: pick(['agents', 'crew', 'agents-of-other']),
    });
  const actions: readonly ((name: string) => Promise<unknown>)[] = [
    spawn,
    spawn,
    (name) => client.call('agent.stop', { name, force: random() < 0.5, timeoutMs: 500 }),
    (name) => client.call('agent.restart', { name, fresh: random() < 0.5 }),
    (name) => client.call('agent.rename', { name, to: pick(NAMES) }),
    (name) => client.call('agent.interrupt', { name }),
    (name) => client.call('agent.pause', { name }),
    (name) => client.call('agent.resume', { name }),
    (name) => client.call('agent.release', { name }),
    (name) => client.call('message.send', { to: name, text: `hello ${random()}` }),
    async (name) => {
      const pid = room.pidOf(name);
      if (pid > 0 && room.home.agent(name).management === 'managed') process.kill(pid, 'SIGKILL');
    },
  ];
  let done = 0;
  for (let i = 0; i < OPERATIONS; i += 2) {
    // Names of decoys too: only what is managed may be touched.
    const names = [pick(NAMES), random() < 0.3 ? pick(observed) : pick(NAMES)];
    const ends = await Promise.allSettled(names.map(async (name) => pick(actions)(name)));
    done += ends.filter(({ status }) => status === 'fulfilled').length;
  }
  expect(done).toBeGreaterThan(OPERATIONS / 4);
  expect(await describeSession('agents-of-others')).toBe(before);
}, 300_000);
