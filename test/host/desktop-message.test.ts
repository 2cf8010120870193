import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { showOnDesktop } from '../../src/host/desktop-message.ts';
import { until } from '../helpers/until.ts';

const DESKTOP = join(import.meta.dirname, '../helpers/desktop.py');

describe.runIf(process.platform === 'linux')('a desktop on a session bus', () => {
  const children: ChildProcess[] = [];
  const before = process.env.DBUS_SESSION_BUS_ADDRESS;
  let shown = '';

  beforeEach(async () => {
    shown = '';
    const bus = start(
      'dbus-daemon',
      '--session',
      '--nofork',
      '--print-address',
      '--address=unix:tmpdir=/tmp',
    );
    const [address] = await once(bus.stdout as NodeJS.ReadableStream, 'data');
    process.env.DBUS_SESSION_BUS_ADDRESS = String(address).trim();
  });

  afterEach(async () => {
    for (const child of children.splice(0).reverse()) {
      child.kill();
      await once(child, 'close');
    }
    if (before === undefined) delete process.env.DBUS_SESSION_BUS_ADDRESS;
    else process.env.DBUS_SESSION_BUS_ADDRESS = before;
  });

  function start(program: string, ...words: string[]): ChildProcess {
    const child = spawn(program, words, { stdio: ['ignore', 'pipe', 'inherit'] });
    children.push(child);
    return child;
  }

  it('shows a line as it is, and nothing of it as markup, option or command', async () => {
    const desktop = start('/usr/bin/python3', DESKTOP);
    desktop.stdout?.on('data', (part) => {
      shown += part;
    });
    await until(() => shown.startsWith('ready'));
    await showOnDesktop('--help <b>bold</b> & "quoted"; $(id) `id` \u001b[31m');
    const body = '--help &lt;b&gt;bold&lt;/b&gt; &amp; "quoted"; $(id) `id`';
    await until(() => shown.split('\n').length > 2);
    expect(JSON.parse(shown.split('\n')[1] ?? '')).toMatchObject({
      ...{ app: 'tmux-orchestrator', summary: 'tmux-orchestrator', actions: [] },
      body: expect.stringContaining(body),
    });
  });

  it('that nobody shows anything on fails with what is needed', async () => {
    await expect(showOnDesktop('x')).rejects.toMatchObject({
      code: 'FAILED',
      message: expect.stringContaining('notify-send failed'),
      hint: expect.stringContaining('libnotify-bin'),
    });
  });
});
