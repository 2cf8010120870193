import { mkdirSync, readdirSync, readFileSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { ControlRoom } from '../helpers/control-room.ts';
import { isRunning } from '../helpers/is-running.ts';
import { PATIENCE_MS, until } from '../helpers/until.ts';

let room: ControlRoom;

beforeEach(async () => {
  room = await ControlRoom.open();
});

afterEach(() => room.close());

const spawn = (name: string, more?: Readonly<Record<string, unknown>>) => room.begin(name, more);

function readEnvironment(pid: number): Record<string, string> {
  const entries = readFileSync(`/proc/${pid}/environ`, 'utf8')
    .split('\0')
    .filter((line) => line !== '');
  return Object.fromEntries(
    entries.map((line) => [line.slice(0, line.indexOf('=')), line.slice(line.indexOf('=') + 1)]),
  );
}

describe('a start', () => {
  it('makes the CLI the process of a pane in its own session, window and directory', async () => {
    await room.spawn('ada', { session: 'crew', window: 'front' });
    const { pane, process } = room.home.agent('ada');
    const format =
      '#{session_name} #{window_name} #{pane_current_path} #{pane_pid} #{@tmux_orchestrator_agent}';
    const shown = await room.tmux.run('display-message', '-p', '-t', pane ?? '', format);
    expect(shown).toBe(`crew front ${room.home.path} ${process?.pid} ada`);
  });

  it('gives the agent its brief when it is ready', async () => {
    await room.spawn('ada', { brief: 'Count to three.' });
    await until(
      async () =>
        (await room.client.call('message.list', { to: 'ada' })).messages[0]?.receipt.state === 'answered',
    );
    expect(await room.tmux.run('capture-pane', '-p', '-t', room.home.agent('ada').pane ?? '')).toContain(
      'Count to three.',
    );
  });

  it('has exactly the environment that it should have', async () => {
    const secret = join(room.home.path, 'key');
    writeFileSync(secret, 'abc#(id)$HOME\n', { mode: 0o600 });
    await room.tmux.run('set-environment', '-g', 'GLOBAL_SECRET', 'x');
    await room.spawn('ada', { env: { COLOUR: 'blue; $(id)' }, secretFiles: { API_KEY: secret } });
    const { SHELL, TERM, TERM_PROGRAM, TERM_PROGRAM_VERSION, TMUX, TMUX_PANE, ...env } = readEnvironment(
      room.pidOf('ada'),
    );
    const ofTmux = [TERM, TERM_PROGRAM, TERM_PROGRAM_VERSION, TMUX, TMUX_PANE];
    expect(ofTmux.every((value) => value !== undefined)).toBe(true);
    expect(SHELL).toBe(await room.tmux.run('show-options', '-gv', 'default-shell'));
    const passed = [
      'HOME',
      'USER',
      'LOGNAME',
      'PATH',
      'LANG',
      'TZ',
      'COLORTERM',
      'SSL_CERT_FILE',
      'SSL_CERT_DIR',
      'NODE_EXTRA_CA_CERTS',
    ];
    const expected = Object.entries(room.home.env).filter(
      ([name]) => passed.includes(name) || /^(?:LC_|XDG_)|_proxy$|_PROXY$/.test(name),
    );
    expect(env).toEqual({
      ...Object.fromEntries(expected),
      COLOUR: 'blue; $(id)',
      API_KEY: 'abc#(id)$HOME',
      TMUX_ORCHESTRATOR_AGENT: 'ada',
    });
    const arguments_ =
      readFileSync(`/proc/${room.tmux.pid}/cmdline`, 'utf8') +
      readFileSync(`/proc/${room.pidOf('ada')}/cmdline`, 'utf8');
    expect(arguments_).not.toContain('abc#(id)');
  });

  it('starts twenty agents side by side, each with a name and a pane of its own', async () => {
    const names = Array.from({ length: 20 }, (_, i) => `a${i % 10}`);
    const results = await Promise.allSettled(names.map((name) => spawn(name)));
    const done = results.flatMap((one) => (one.status === 'fulfilled' ? [one.value] : []));
    expect(done.map((agent) => agent.name).sort()).toEqual([...new Set(names)].sort());
    for (const one of results)
      if (one.status === 'rejected') expect(one.reason).toMatchObject({ code: 'CONFLICT', field: 'name' });
    await Promise.all(Array.from({ length: 10 }, (_, i) => spawn(`b${i}`)));
    const all = [...new Set(names), ...Array.from({ length: 10 }, (_, i) => `b${i}`)];
    await Promise.all(all.map((name) => room.home.untilState(name, 'idle')));
    expect(new Set(all.map((name) => room.home.agent(name).pane)).size).toBe(20);
  });

  it.each([
    ['name', { name: 'Ada' }],
    ['name', { name: 'user' }],
    ['directory', { directory: '/nowhere/at/all' }],
    ['directory', { directory: '/etc/passwd' }],
    ['profile', { profile: 'nobody' }],
    ['role', { role: 'nobody' }],
    ['session', { session: 'a.b' }],
    ['permissions', { permissions: 'plan' }],
    ['env.LD_PRELOAD', { env: { LD_PRELOAD: '/x.so' } }],
    ['env.PATH', { env: { PATH: '/tmp' } }],
    ['env.X', { env: { X: 'a\nb' } }],
    ['secretFiles.KEY', { secretFiles: { KEY: '/nowhere' } }],
  ])('refuses a wrong %s and leaves nothing behind', async (field, wrong) => {
    const before = await room.tmux.run('list-panes', '-a');
    const failure = await spawn('ada', wrong).catch((error: unknown) => error);
    expect(failure).toMatchObject({ field: expect.stringContaining(field.split('.')[0] ?? '') });
    const { message, hint } = failure as { message: string; hint?: string };
    expect(`${message} ${hint}`).toMatch(/use |choose |must |name |leave |create |see /);
    expect(await room.tmux.run('list-panes', '-a')).toBe(before);
    expect((await room.client.call('agent.list', {})).agents).toEqual([]);
  });

  it('refuses secrets that others may read, and links to them', async () => {
    const open = join(room.home.path, 'open');
    writeFileSync(open, 'x', { mode: 0o644 });
    const link = join(room.home.path, 'link');
    writeFileSync(join(room.home.path, 'key'), 'x', { mode: 0o600 });
    symlinkSync(join(room.home.path, 'key'), link);
    for (const path of [open, link]) {
      await expect(spawn('ada', { secretFiles: { KEY: path } })).rejects.toMatchObject({ code: 'INVALID' });
    }
  });

  it('runs no command that stands in the name of its directory', async () => {
    const canary = join(room.home.path, 'canary');
    const directory = join(room.home.path, `#(touch ${canary.replaceAll('/', '_')})#{pid};`);
    mkdirSync(directory);
    await room.spawn('ada', { directory });
    expect(
      await room.tmux.run(
        'display-message',
        '-p',
        '-t',
        room.home.agent('ada').pane ?? '',
        '#{pane_current_path}',
      ),
    ).toBe(directory);
    expect(readdirSync(room.home.path).filter((file) => file.startsWith('canary'))).toEqual([]);
  });

  it('refuses a window that its session has already', async () => {
    await room.spawn('ada', { window: 'w' });
    await expect(spawn('bob', { window: 'w' })).rejects.toMatchObject({ code: 'CONFLICT', field: 'window' });
    expect((await room.client.call('agent.list', {})).agents.map((agent) => agent.name)).toEqual(['ada']);
  });

  it('reports a dialog at the start as setup, delivers nothing into it and answers it for nobody', async () => {
    const script = join(room.home.path, 'script');
    writeFileSync(script, 'ready\nsubmit /setup\n');
    await spawn('ada', { brief: 'Begin.', args: ['--startup-ms', '100', '--script', script] });
    await room.home.untilState('ada', 'setup');
    const { dialog } = room.home.agent('ada');
    expect(dialog?.options.map((option) => option.selected)).toEqual([false, true]);
    await until(
      async () => (await room.client.call('message.list', {})).messages[0]?.receipt.reason === 'setup',
    );
    const { agent } = await room.client.call('agent.wait', { name: 'ada', states: ['idle'], timeoutMs: 600 });
    expect(agent.state).toBe('setup');
    await room.client.call('agent.answer', { name: 'ada', dialog: dialog?.id ?? '', option: 1 });
    await until(
      async () => (await room.client.call('message.list', {})).messages[0]?.receipt.state === 'answered',
    );
  });
});

describe('the end of an agent', () => {
  it('comes by its own command, and its pane and file go with it', async () => {
    await room.spawn('ada');
    const { pid, pane } = { pid: room.pidOf('ada'), pane: room.home.agent('ada').pane };
    await room.client.call('agent.stop', { name: 'ada' });
    expect(isRunning(pid)).toBe(false);
    expect(await room.tmux.run('list-panes', '-a', '-F', '#{pane_id}')).not.toContain(pane);
    expect((await room.client.call('agent.list', {})).agents).toEqual([]);
    expect(readdirSync(join(room.home.state, 'agents'))).toEqual([]);
  });

  it('is refused while a text that was not sent stands in its prompt, unless it is forced', async () => {
    await room.spawn('ada');
    await room.tmux.run('send-keys', '-t', room.home.agent('ada').pane ?? '', '-l', 'half a thought');
    await room.home.untilState('ada', 'draft');
    await expect(room.client.call('agent.stop', { name: 'ada' })).rejects.toMatchObject({ code: 'REFUSED' });
    expect(isRunning(room.pidOf('ada'))).toBe(true);
    await room.client.call('agent.stop', { name: 'ada', force: true });
    expect(room.home.agentNames()).toEqual([]);
  });

  it('ends one that does not listen', async () => {
    await room.spawn('ada');
    const pid = room.pidOf('ada');
    process.kill(pid, 'SIGSTOP');
    await room.client.call('agent.stop', { name: 'ada', timeoutMs: 300 });
    expect(isRunning(pid)).toBe(false);
  });

  it('fails what waits in its mailbox', async () => {
    await room.spawn('ada');
    await room.client.call('agent.pause', { name: 'ada' });
    const { id } = await room.client.call('message.send', { to: 'ada', text: 'too late' });
    await room.client.call('agent.stop', { name: 'ada' });
    expect((await room.client.call('message.get', { id })).receipt).toMatchObject({
      state: 'failed',
      reason: 'stopped',
    });
  });
});

describe('names and hands', () => {
  it('renames an agent with its pane, window and mail', async () => {
    await room.spawn('ada');
    await room.client.call('agent.rename', { name: 'ada', to: 'eve' });
    expect(room.home.agentNames()).toEqual(['eve']);
    const shown = await room.tmux.run(
      'display-message',
      '-p',
      '-t',
      room.home.agent('eve').pane ?? '',
      '#{window_name} #{@tmux_orchestrator_agent}',
    );
    expect(shown).toBe('eve eve');
    const { id } = await room.client.call('message.send', { to: 'eve', text: 'hello' });
    const { receipt } = await room.client.call('message.wait', { id, timeoutMs: PATIENCE_MS });
    expect(receipt.state).toBe('submitted');
  });

  it('interrupts one that works and refuses to touch one that does not', async () => {
    await room.spawn('ada');
    await expect(room.client.call('agent.interrupt', { name: 'ada' })).rejects.toMatchObject({
      code: 'REFUSED',
    });
    await room.tmux.run('send-keys', '-t', room.home.agent('ada').pane ?? '', '/busy 60', 'Enter');
    await room.home.untilState('ada', 'busy');
    await room.client.call('agent.interrupt', { name: 'ada' });
    await room.home.untilState('ada', 'idle');
  });

  it('adopts an agent that runs already, and releases it again', async () => {
    const standIn = join(import.meta.dirname, '../../dist/stand-in/main.js');
    const pane = await room.tmux.run('new-window', '-d', '-P', '-F', '#{pane_id}', process.execPath, standIn);
    const observed = `stand-in-${pane.slice(1)}`;
    await room.home.untilState(observed, 'idle');
    await expect(room.client.call('message.send', { to: observed, text: 'x' })).rejects.toMatchObject({
      code: 'NOT_FOUND',
    });
    await room.client.call('agent.adopt', { pane, name: 'ada' });
    expect(room.home.agentNames()).toEqual(['ada']);
    const { id } = await room.client.call('message.send', { to: 'ada', text: 'hello' });
    expect((await room.client.call('message.wait', { id, timeoutMs: PATIENCE_MS })).receipt.state).toBe(
      'submitted',
    );
    await room.client.call('agent.release', { name: 'ada' });
    expect(room.home.agentNames()).toEqual([observed]);
    expect(room.home.agent(observed).management).toBe('observed');
  });
});
