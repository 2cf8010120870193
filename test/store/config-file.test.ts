import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { loadConfig } from '../../src/store/config-file.ts';

let directory: string;

beforeEach(() => {
  directory = mkdtempSync(join(tmpdir(), 'tmo-config-'));
});

afterEach(() => rmSync(directory, { recursive: true, force: true }));

function load(text?: string, env: NodeJS.ProcessEnv = {}, flags = {}) {
  if (text !== undefined) writeFileSync(join(directory, 'config.yaml'), text);
  return loadConfig({ directory, env, flags });
}

describe('the configuration', () => {
  it('is all defaults without a file, and with an empty one', () => {
    expect(load().config.watch.intervalMs).toBe(1_000);
    expect(load('# nothing yet\n').config).toEqual(load().config);
  });

  it('takes flags before the environment before the file, and knows what came from where', () => {
    const { config, origins } = load(
      'watch:\n  intervalMs: 500\n  settleMs: 400\nlog:\n  level: warn\n',
      { TMUX_ORCHESTRATOR_WATCH_INTERVAL_MS: '700', TMUX_ORCHESTRATOR_LOG_LEVEL: 'error' },
      { 'log.level': 'debug', 'tmux.socketName': undefined },
    );
    expect([config.watch.intervalMs, config.watch.settleMs, config.log.level]).toEqual([700, 400, 'debug']);
    expect(origins.get('watch.intervalMs')).toBe('environment TMUX_ORCHESTRATOR_WATCH_INTERVAL_MS');
    expect(origins.get('watch.settleMs')).toBe(`${directory}/config.yaml:3`);
    expect(origins.get('log.level')).toBe('flag');
    expect(origins.get('journal.filesMax')).toBe('default');
  });

  it('lets a socket that was asked for replace one of lower rank, but not of the same', () => {
    const file = 'tmux:\n  socketName: mine\n';
    expect(load(file, {}, { 'tmux.socketPath': '/s' }).config.tmux).toMatchObject({ socketPath: '/s' });
    expect(load(file, {}, { 'tmux.socketPath': '/s' }).config.tmux.socketName).toBe(undefined);
    expect(() => load(`${file}  socketPath: /s\n`)).toThrow('both set');
  });

  it.each([
    ['watch:\n  interval: 5\n', 'config.yaml:2: key watch.interval is unknown'],
    ['wacth:\n  intervalMs: 5\n', 'config.yaml:2: key wacth.intervalMs is unknown'],
    ['watch: 5\n', 'config.yaml:1: watch must hold keys of its own'],
    ['watch:\n  intervalMs: soon\n', 'watch.intervalMs (from'],
    ['watch:\n  intervalMs: 5\n', '>=200'],
    ['log:\n  level: loud\n', 'log.level'],
    ['- a\n- b\n', 'must be a list of sections'],
    ['watch: [\n', 'config.yaml'],
    ['watch:\n  intervalMs: 500\n  intervalMs: 600\n', 'unique'],
  ])('refuses %j', (text, message) => {
    expect(() => load(text)).toThrow(message);
  });

  it('refuses an unknown variable with our prefix', () => {
    expect(() => load('', { TMUX_ORCHESTRATOR_WATCH_INTERVALL_MS: '5' })).toThrow(
      'TMUX_ORCHESTRATOR_WATCH_INTERVALL_MS is unknown',
    );
  });

  it('refuses a file that was named and is not there', () => {
    expect(() => loadConfig({ directory, file: join(directory, 'no.yaml'), env: {} })).toThrow('ENOENT');
  });

  it('reads profiles of the user', () => {
    mkdirSync(join(directory, 'profiles'));
    const path = join(directory, 'profiles/aider.yaml');
    writeFileSync(
      path,
      'name: aider\ntitle: Aider\nprocesses:\n  - program: "^aider$"\nrules:\n  - {id: p, state: idle, in: screen, all: [{lastRow: "^> $"}]}\n',
    );
    expect(load().profiles[0]).toMatchObject({ name: 'aider', stuckAfterMs: 600_000 });
    writeFileSync(path, 'name: aider\ntitle: Aider\nprocesses:\n  - program: "("\n');
    expect(() => load()).toThrow('aider.yaml');
    writeFileSync(path, 'name: aider\ntitle: Aider\nprocesses: []\nrulez: []\n');
    expect(() => load()).toThrow('aider.yaml');
  });
});
