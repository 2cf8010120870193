import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { type CliRoom, openCliRoom } from '../helpers/cli-room.ts';

let room: CliRoom;
beforeEach(() => {
  room = openCliRoom();
});
afterEach(() => room.close());

describe('config show', () => {
  it('shows every key, and where it comes from with --origin', async () => {
    room.writeConfig('watch:\n  intervalMs: 500\n');
    room.env.TMUX_ORCHESTRATOR_LOG_LEVEL = 'debug';
    const { stdout, code } = await room.run('config', 'show', '--origin', '--socket-name', 'work');
    expect(stdout).toMatch(/^watch\.intervalMs = 500 +# .*config\.yaml:2$/m);
    expect(stdout).toMatch(/^log\.level = debug +# environment TMUX_ORCHESTRATOR_LOG_LEVEL$/m);
    expect(stdout).toMatch(/^tmux\.socketName = work +# flag$/m);
    expect(stdout).toMatch(/^watch\.settleMs = 300 +# default$/m);
    expect(code).toBe(0);
  });

  it('tells the same as JSON', async () => {
    const { keys } = JSON.parse((await room.run('config', 'show', '--json')).stdout);
    expect(keys).toContainEqual({
      key: 'watch.intervalMs',
      value: 1000,
      origin: 'default',
      variable: 'TMUX_ORCHESTRATOR_WATCH_INTERVAL_MS',
    });
  });

  it.each([
    [
      'an unknown key',
      'watch:\n  intervallMs: 5\n',
      /config\.yaml:2: key watch\.intervallMs is unknown\nhint: did you mean watch\.intervalMs\?/,
    ],
    ['broken YAML', 'watch: [\n', /config\.yaml: /],
    ['a wrong value', 'watch:\n  intervalMs: soon\n', /watch\.intervalMs \(from .*config\.yaml:2\)/],
  ])('names file and line of %s, and ends with 78', async (_case, text, message) => {
    room.writeConfig(text);
    const { stdout, stderr, code } = await room.run('config', 'show');
    expect(stderr).toMatch(message);
    expect({ stdout, code }).toEqual({ stdout: '', code: 78 });
  });

  it('ends with 78 where a file that was named is not there', async () => {
    expect((await room.run('config', 'show', '--config', '/nowhere.yaml')).code).toBe(78);
  });

  it('does not keep status from working', async () => {
    room.writeConfig('watch: [\n');
    room.writeWorker();
    expect((await room.run('status')).code).toBe(0);
  });
});

describe('config path', () => {
  it('prints where the file is, or would be', async () => {
    const { stdout, stderr, code } = await room.run('config', 'path');
    expect(stdout).toBe(`${room.config}/config.yaml\n`);
    expect(stderr).toContain('not there yet');
    expect(code).toBe(0);
    expect((await room.run('config', 'path', '--quiet')).stderr).toBe('');
  });
});

describe('schema', () => {
  it.each(['agent', 'worker', 'event', 'recording', 'profile', 'config'])(
    'of %s is a JSON Schema',
    async (name) => {
      const { stdout, code } = await room.run('schema', name);
      expect(JSON.parse(stdout)).toHaveProperty('$schema', 'https://json-schema.org/draft/2020-12/schema');
      expect(code).toBe(0);
    },
  );

  it('lets defaults be left out and patterns be strings', async () => {
    const schema = JSON.parse((await room.run('schema', 'profile')).stdout);
    expect(schema.required).toEqual(['name', 'title', 'processes']);
    expect(JSON.stringify(schema.properties.processes)).toContain('"type":"string"');
  });
});
