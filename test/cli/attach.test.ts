import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { CLI, type CliRoom, openCliRoom, workerState } from '../helpers/cli-room.ts';
import { type PrivateTmux, privateTmux } from '../helpers/private-tmux.ts';
import { until } from '../helpers/until.ts';

/** The server the agents live on, and one whose pane is the terminal of a person. */
let tmux: PrivateTmux;
let terminal: PrivateTmux;
let room: CliRoom;
/** The pane of the agent; another pane is chosen in its window, and another window in its session. */
let pane: string;

beforeAll(async () => {
  [tmux, terminal] = await Promise.all([privateTmux(), privateTmux({ columns: 100, rows: 30 })]);
  room = openCliRoom();
  await tmux.run('new-session', '-d', '-s', 'work', '-n', 'agents', 'cat');
  pane = await tmux.run('display-message', '-p', '-t', 'work:agents', '#{pane_id}');
  await tmux.run('split-window', '-t', 'work:agents', 'cat');
  await tmux.run('new-window', '-t', 'work', 'cat');
  const format = '#{pane_pid} #{pid} #{start_time}';
  const [panePid, pid, startTime] = (await tmux.run('display-message', '-p', '-t', pane, format)).split(' ');
  const server = { pid: Number(pid), startTime: Number(startTime) };
  room.writeWorker({ tmux: { ...workerState().tmux, socket: tmux.socketPath } });
  room.writeAgent({ name: 'ada', pane, panePid: Number(panePid), server });
  room.writeAgent({ name: 'stale', pane, panePid: 1, server });
});
afterAll(async () => {
  await Promise.all([tmux.close(), terminal.close()]);
  room.close();
});

/** The command line as a person types it, with the directories of the room and nothing of tmux in its environment. */
function typed(...words: string[]): string {
  const variables = Object.entries(room.env).map(([name, value]) => `${name}='${value}'`);
  return `${variables.join(' ')} '${process.execPath}' '${CLI}' ${words.join(' ')}; echo code $?`;
}

const whereClientsAre = () =>
  tmux.run('list-clients', '-F', '#{session_name} #{pane_id} #{client_control_mode}');

describe('agent attach', () => {
  it('shows the pane of the agent in this terminal, and ends as tmux ends', async () => {
    await terminal.run('send-keys', '-l', `unset TMUX TMUX_PANE; ${typed('agent', 'attach', 'ada')}`);
    await terminal.run('send-keys', 'Enter');
    await until(async () => (await whereClientsAre()) === `work ${pane} 0`);
    await tmux.run('detach-client', '-s', 'work');
    await until(async () => /code 0/.test(await terminal.run('capture-pane', '-p', '-J')));
  });

  it('switches the client of who is on the same server already', async () => {
    await tmux.run('select-window', '-t', 'work:1');
    await terminal.run(
      'send-keys',
      '-l',
      `clear; unset TMUX TMUX_PANE; tmux -L ${tmux.name} attach -t 0; echo back`,
    );
    await terminal.run('send-keys', 'Enter');
    await until(async () => /^0 %\d+ 0$/.test(await whereClientsAre()));
    await tmux.run('send-keys', '-t', '0:', '-l', typed('agent', 'attach', 'ada'));
    await tmux.run('send-keys', '-t', '0:', 'Enter');
    await until(async () => (await whereClientsAre()) === `work ${pane} 0`);
    await until(async () => /code 0/.test(await tmux.run('capture-pane', '-p', '-J', '-t', '0:')));
  });

  it('goes to no pane that has the same id by chance', async () => {
    const { stderr, code } = await room.run('agent', 'attach', 'stale');
    expect(stderr).toContain(`pane ${pane} has gone`);
    expect(code).toBe(4);
  });

  it('ends with the code of tmux where there is no terminal', async () => {
    expect((await room.run('agent', 'attach', 'ada')).code).toBe(1);
  });
});
