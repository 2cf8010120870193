import { describe, expect, it } from 'vitest';
import { buildEnvironment, buildServerEnvironment, checkVariable } from '../../src/model/environment.ts';

function build(change: Partial<Parameters<typeof buildEnvironment>[0]> = {}) {
  return buildEnvironment({
    ...{ service: {}, extraNames: [], profile: {}, own: {}, secrets: {}, agent: 'ada', ...change },
  });
}

describe('an environment', () => {
  it('holds what the user is and speaks, and nothing else of the service', () => {
    const passed = {
      ...{ HOME: '/home/u', PATH: '/bin', LANG: 'C.UTF-8', LC_TIME: 'C', TZ: 'UTC', XDG_RUNTIME_DIR: '/run' },
      ...{ https_proxy: 'http://proxy', NO_PROXY: 'localhost', SSH_AUTH_SOCK: '/s', WAYLAND_DISPLAY: 'w' },
    };
    const service = {
      ...passed,
      ...{ NOTIFY_SOCKET: '/n', INVOCATION_ID: '1', TMUX_ORCHESTRATOR_LOG_LEVEL: 'debug', TMUX: '/t,1,0' },
      ...{ TMUX_PANE: '%1', OPENAI_API_KEY: 'x', LD_PRELOAD: '/x.so', NODE_OPTIONS: '--inspect', PWD: '/' },
    };
    expect(build({ service })).toEqual({ ...passed, TMUX_ORCHESTRATOR_AGENT: 'ada' });
  });

  it('holds further variables of the service where the configuration names them, but none that runs code', () => {
    const service = { EDITOR: 'vi', NODE_OPTIONS: '--require /x', NOTIFY_SOCKET: '/n' };
    const extraNames = ['EDITOR', 'NODE_OPTIONS', 'NOTIFY_SOCKET', 'ABSENT'];
    expect(build({ service, extraNames })).toEqual({ EDITOR: 'vi', TMUX_ORCHESTRATOR_AGENT: 'ada' });
  });

  it('lets secrets win over the own variables, these over those of the profile, and these over the service', () => {
    const service = { LANG: 'a', TZ: 'a', LC_ALL: 'a', LC_TIME: 'a' };
    const profile = { TZ: 'b', LC_ALL: 'b', LC_TIME: 'b' };
    const all = build({ service, profile, own: { LC_ALL: 'c', LC_TIME: 'c' }, secrets: { LC_TIME: 'd' } });
    expect([all.LANG, all.TZ, all.LC_ALL, all.LC_TIME]).toEqual(['a', 'b', 'c', 'd']);
  });

  it('leaves out values of the service that could not be handed on', () => {
    expect(build({ service: { LANG: 'a\nb', TZ: 'x'.repeat(4_097) } })).toEqual({
      TMUX_ORCHESTRATOR_AGENT: 'ada',
    });
  });

  it.each(['profile', 'own', 'secrets'] as const)('takes no variable that runs code from %s', (part) => {
    expect(() => build({ [part]: { LD_PRELOAD: '/x.so' } })).toThrow(/LD_PRELOAD.*refused/);
  });
});

describe('a variable', () => {
  it.each([
    ...[
      'LD_PRELOAD',
      'LD_LIBRARY_PATH',
      'DYLD_INSERT_LIBRARIES',
      'NODE_OPTIONS',
      'NODE_PATH',
      'BASH_ENV',
      'ENV',
    ],
    ...[
      'BASH_FUNC_ls',
      'PYTHONPATH',
      'PYTHONSTARTUP',
      'PYTHONHOME',
      'PERL5OPT',
      'PERL5LIB',
      'RUBYOPT',
      'RUBYLIB',
    ],
    ...[
      'GIT_SSH',
      'GIT_SSH_COMMAND',
      'GIT_EXEC_PATH',
      'GIT_CONFIG_COUNT',
      'IFS',
      'PROMPT_COMMAND',
      'SHELLOPTS',
    ],
    ...[
      'PATH',
      'SHELL',
      'TMUX',
      'TMUX_PANE',
      'TMUX_ORCHESTRATOR_AGENT',
      'NOTIFY_SOCKET',
      'ld_preload',
      'LESSOPEN',
    ],
  ])('called %s is refused', (name) => {
    expect(() => checkVariable(name, 'x')).toThrow(
      expect.objectContaining({ code: 'INVALID', field: `env.${name}` }),
    );
  });

  it.each(['', '1A', 'A-B', 'A B', 'A=B', 'Ä', 'A'.repeat(65), '__proto__ '])('called %j is none', (name) => {
    expect(() => checkVariable(name, 'x')).toThrow(expect.objectContaining({ code: 'INVALID' }));
  });

  it.each(['a\nb', 'a\rb', 'a\0b', 'ä'.repeat(2_049)])('cannot have every value', (value) => {
    expect(() => checkVariable('COLOUR', value)).toThrow(expect.objectContaining({ field: 'env.COLOUR' }));
  });

  it('never has its value told', () => {
    const tell = () => checkVariable('TOKEN', 'very-secret\n');
    expect(tell).toThrow();
    expect(tell).not.toThrow(/very-secret/);
  });

  it('may hold whatever means something to a shell', () => {
    expect(checkVariable('TEXT', '$(id); `id` #{pid} "\'')).toBe('$(id); `id` #{pid} "\'');
  });
});

it('gives a tmux server nothing that may be a secret, for it may stand in a command line', () => {
  const service = {
    ...{
      HOME: '/h',
      PATH: '/bin',
      TMUX_TMPDIR: '/t',
      XDG_RUNTIME_DIR: '/run',
      https_proxy: 'http://u:p@proxy',
    },
    ...{ TMUX: 'x', API_KEY: 'x', NOTIFY_SOCKET: 'x', SSH_AUTH_SOCK: '/s', TMUX_ORCHESTRATOR_AGENT: 'x' },
  };
  expect(buildServerEnvironment(service)).toEqual({
    ...{ HOME: '/h', PATH: '/bin', TMUX_TMPDIR: '/t', XDG_RUNTIME_DIR: '/run' },
  });
});
