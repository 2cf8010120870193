import { randomBytes } from 'node:crypto';
import { rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { execa } from 'execa';
import { afterEach, describe, expect, it } from 'vitest';
import { launchTmuxServer, type ServerLaunch, serviceWords } from '../../src/host/server-launch.ts';
import { isRunning } from '../helpers/is-running.ts';
import { until } from '../helpers/until.ts';

const name = `tmo-test-${process.pid}-${randomBytes(4).toString('hex')}`;
const tmux = (...words: string[]) => execa('tmux', ['-L', name, '-f', '/dev/null', ...words]);

function describeLaunch(...words: string[]): ServerLaunch {
  return {
    name,
    words: ['tmux', '-L', name, '-f', '/dev/null', ...words],
    directory: tmpdir(),
    env: { PATH: process.env.PATH ?? '', HOME: tmpdir(), COLOUR: 'blue' },
  };
}

afterEach(async () => {
  const { stdout } = await tmux('display-message', '-p', '#{pid} #{socket_path}').catch(() => ({
    stdout: '',
  }));
  const [pid, socket] = stdout.split(' ');
  if (socket === undefined) return;
  await tmux('kill-server');
  await until(() => !isRunning(Number(pid)));
  rmSync(socket, { force: true });
});

describe('a tmux server that we start where there is no user manager', () => {
  it('runs in the background with the environment and directory it was given', async () => {
    const launch = describeLaunch('new-session', '-d', 'sleep', '600');
    expect(await launchTmuxServer(launch, {})).toEqual({ kind: 'detached' });
    const { stdout } = await tmux('display-message', '-p', '#{pane_current_path}');
    expect(stdout).toBe(tmpdir());
    expect((await tmux('show-environment', '-g')).stdout.split('\n')).toContain('COLOUR=blue');
  });

  it('is told when it cannot be started, with the reason that tmux gives', async () => {
    const launch = describeLaunch('new-session', '-d', '-s', 'work', 'sleep', '600');
    await launchTmuxServer(launch, {});
    for (const around of [{}, { XDG_RUNTIME_DIR: '/no/such' }]) {
      await expect(launchTmuxServer(launch, around)).rejects.toMatchObject({
        code: 'TMUX',
        message: expect.stringMatching(/could not be started: duplicate session: work/),
      });
    }
  });
});

it('gives tmux to systemd-run behind a double dash, so that its options stay its own', () => {
  const words = serviceWords(describeLaunch('new-session', '-d'));
  expect(words.slice(words.indexOf('--') + 1)).toEqual([
    'tmux',
    '-L',
    name,
    '-f',
    '/dev/null',
    'new-session',
    '-d',
  ]);
  expect(words).toContain('--setenv=COLOUR=blue');
});
