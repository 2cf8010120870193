import { readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { RecordingSchema } from '../../src/model/recording.ts';
import { CLI, type CliRoom, openCliRoom, workerState } from '../helpers/cli-room.ts';
import { type PrivateTmux, privateTmux } from '../helpers/private-tmux.ts';
import { until } from '../helpers/until.ts';

const STAND_IN = join(import.meta.dirname, '../../dist/stand-in/main.js');
const NAME = 'stand-in-0';

let tmux: PrivateTmux;
let room: CliRoom;

/** What a worker would have written about the pane. */
async function writeState(): Promise<void> {
  const format = '#{pane_id} #{pane_pid} #{pid} #{start_time}';
  const [pane = '', panePid, pid, startTime] = (await tmux.run('display-message', '-p', format)).split(' ');
  const server = { pid: Number(pid), startTime: Number(startTime) };
  room.writeWorker({ tmux: { ...workerState().tmux, socket: tmux.socketPath } });
  room.writeAgent({ name: NAME, profile: 'stand-in', pane, panePid: Number(panePid), server });
}

beforeAll(async () => {
  tmux = await privateTmux({ command: [process.execPath, STAND_IN] });
  room = openCliRoom();
  await writeState();
  await until(async () => (await tmux.run('capture-pane', '-p')).includes('»'));
});
afterAll(async () => {
  await tmux.close();
  room.close();
});

describe('agent read', () => {
  it('prints the screen as it is now', async () => {
    const { stdout, code } = await room.run('agent', 'read', NAME);
    const shown = (await tmux.run('capture-pane', '-p')).trimEnd();
    expect(stdout.trimEnd()).toBe(shown);
    expect(code).toBe(0);
  });

  it('prints the last lines, and colours on request', async () => {
    const plain = await room.run('agent', 'read', NAME, '--lines', '1');
    const { stdout } = await room.run('agent', 'read', NAME);
    expect(plain.stdout).toBe(`${stdout.trimEnd().split('\n').at(-1)}\n`);
    const styled = await room.run('agent', 'read', NAME, '--lines', '2', '--ansi');
    expect(styled.stdout).toContain('\u001b[');
    expect(styled.stdout.endsWith('\u001b[0m\n')).toBe(true);
  });

  it('gives rows, cursor and title with --json', async () => {
    const { stdout } = await room.run('agent', 'read', NAME, '--json');
    expect(JSON.parse(stdout)).toMatchObject({ name: NAME, columns: 80, rowsMax: 24, dead: false });
  });

  it('shows nothing of a pane that has the same id by chance', async () => {
    room.writeAgent({ name: 'other-0', pane: '%0', panePid: 1, server: { pid: tmux.pid, startTime: 1 } });
    const { stdout, stderr, code } = await room.run('agent', 'read', 'other-0');
    expect(stderr).toContain('pane %0 has gone');
    expect({ stdout, code }).toEqual({ stdout: '', code: 4 });
  });

  it('ends with 6 where there is no server', async () => {
    const { code, stderr } = await room.run(
      'agent',
      'read',
      NAME,
      '--socket-path',
      '/tmp/tmo-no-such-socket',
    );
    expect(stderr).toMatch(/^error: tmux/);
    expect(code).toBe(6);
  });
});

describe('agent explain', () => {
  it('shows process, title, screen rule with its region, and the verdict', async () => {
    const { stdout, code } = await room.run('agent', 'explain', NAME);
    expect(stdout).toContain(`${NAME} reads as idle now; its file says idle`);
    expect(stdout).toMatch(/decided by {2}screen \S+: idle/);
    expect(stdout).toMatch(/process {2}pid \d+, started \d+ .* ago\n {9}> \d+ S\S* .*stand-in\/main\.js/);
    expect(stdout).toMatch(/screen {3}rule \S+ says idle \(region \S+, rows \d+ to \d+\)\n {9}\| »/);
    expect(code).toBe(0);
  });

  it('tells the same in fields', async () => {
    const document = JSON.parse((await room.run('agent', 'explain', NAME, '--json')).stdout);
    expect(document).toMatchObject({
      name: NAME,
      agent: 'stand-in',
      state: 'idle',
      reset: null,
      native: null,
    });
    expect(document.screen.rows[0]).toContain('»');
  });
});

describe('agent record', () => {
  it('saves what explain --screen judges the same', async () => {
    const path = join(room.folder, 'recorded.json');
    const words = ['--output', path, '--situation', 'waits', '--mask'];
    const { stdout, code } = await room.run('agent', 'record', NAME, ...words);
    expect({ stdout, code }).toEqual({ stdout: `${path}\n`, code: 0 });
    expect(statSync(path).mode & 0o777).toBe(0o600);
    const recording = RecordingSchema.parse(JSON.parse(readFileSync(path, 'utf8')));
    expect(recording).toMatchObject({ agent: 'stand-in', state: 'idle', size: '80x24', situation: 'waits' });
    expect(recording.ansi).toContain('\u001b[');
    const judged = JSON.parse((await room.run('explain', '--json', '--screen', path)).stdout);
    expect(judged).toMatchObject({ file: path, state: 'idle', label: 'idle' });
  });

  it('overwrites only when it is told to', async () => {
    const path = join(room.folder, 'twice.json');
    await room.run('agent', 'record', NAME, '--output', path);
    const again = await room.run('agent', 'record', NAME, '--output', path);
    expect(again.stderr).toContain('is there already');
    expect(again.code).toBe(5);
    expect((await room.run('agent', 'record', NAME, '--output', path, '--force')).code).toBe(0);
  });

  it('writes to standard output for -', async () => {
    const { stdout } = await room.run('agent', 'record', NAME, '--output', '-');
    expect(JSON.parse(stdout).agent).toBe('stand-in');
  });
});

describe('status --watch on a terminal', () => {
  it('draws over itself and leaves the terminal as it was', async () => {
    // Its heartbeat counts for twenty seconds.
    room.writeWorker();
    const env = Object.entries(room.env).map(([name, value]) => `${name}=${value}`);
    const words = ['new-window', '-P', '-F', '#{pane_id}', 'env', '-i', 'TERM=screen-256color', ...env];
    const shell = ['bash', '--norc', '--noprofile'];
    const pane = await tmux.run(...words, ...shell);
    const show = (...more: string[]) => tmux.run('capture-pane', '-p', '-t', pane, ...more);
    await tmux.run(
      'send-keys',
      '-t',
      pane,
      `echo before; ${process.execPath} ${CLI} status --watch`,
      'Enter',
    );
    await until(async () => (await show()).startsWith('worker 1.2.3 up'));
    room.writeAgent({ name: 'pi-7', state: 'question' });
    await until(async () => /^pi-7 +question/m.test(await show()));
    expect(await tmux.run('display-message', '-p', '-t', pane, '#{alternate_on} #{cursor_flag}')).toBe('1 0');
    await tmux.run('send-keys', '-t', pane, 'C-c');
    await until(async () => (await show()).includes('before'));
    expect(await tmux.run('display-message', '-p', '-t', pane, '#{alternate_on} #{cursor_flag}')).toBe('0 1');
  });
});
