import { describe, expect, it } from 'vitest';
import { chooseServer, clientEnvironment } from '../../src/tmux/socket.ts';
import { checkTmuxVersion } from '../../src/tmux/version.ts';

const config = { source: 'config' as const };

describe('the tmux server', () => {
  it('is the one that was asked for before that of the terminal and the default', () => {
    const env = { TMUX: '/tmp/tmux-7/work,123,0' };
    expect(chooseServer([{ ...config, socketName: 'mine' }], env, 7)).toEqual({
      arguments: ['-L', 'mine'],
      path: '/tmp/tmux-7/mine',
      source: 'config',
    });
    expect(chooseServer([config], env, 7).path).toBe('/tmp/tmux-7/work');
    expect(chooseServer([config], {}, 7).path).toBe('/tmp/tmux-7/default');
    expect(chooseServer([config], { TMUX_TMPDIR: '/run/x' }, 7).path).toBe('/run/x/tmux-7/default');
  });

  it.each([['../evil'], ['a/b'], [''], ['#(id)'], ['..']])(
    'may not have the socket name %j',
    (socketName) => {
      expect(() => chooseServer([{ ...config, socketName }], {}, 7)).toThrow('not a plain file name');
    },
  );

  it.each([['relative/path'], [`/${'x'.repeat(108)}`]])('may not have the socket path %j', (socketPath) => {
    expect(() => chooseServer([{ ...config, socketPath }], {}, 7)).toThrow('tmux socket path');
  });
});

describe('the environment of our clients', () => {
  it('holds nothing that the service was given', () => {
    const env = { PATH: '/bin', HOME: '/h', NOTIFY_SOCKET: 'x', JOURNAL_STREAM: 'x', SECRET: 'x', TMUX: 'x' };
    expect(clientEnvironment(env)).toEqual({ TERM: 'dumb', LANG: 'C.UTF-8', PATH: '/bin', HOME: '/h' });
  });
});

describe('the version of tmux', () => {
  it.each(['3.2', '3.3a', '3.10', '4.0', 'next-3.6', 'openbsd-7.5', 'master'])('may be %s', (version) => {
    expect(() => checkTmuxVersion(version)).not.toThrow();
  });

  it.each(['3.1c', '2.9', '1.8', 'next-3.1'])('may not be %s', (version) => {
    expect(() => checkTmuxVersion(version)).toThrow('too old');
  });
});
