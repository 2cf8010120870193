import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type CliRoom, openCliRoom } from '../helpers/cli-room.ts';

let room: CliRoom;
beforeAll(() => {
  room = openCliRoom();
});
afterAll(() => room.close());

describe('a line that is wrong', () => {
  it.each([
    [['stauts'], /unknown command 'stauts'\nhint: did you mean status\?/],
    [['agent', 'lst'], /unknown command 'lst'\nhint: did you mean list\?/],
    [['status', '--wach'], /unknown option '--wach'\nhint: did you mean --watch\?/],
    [['agent', 'show'], /missing required argument 'name'/],
    [['agent', 'list', '--state', 'idl'], /No state is called "idl". Did you mean idle\?/],
    [['agent', 'wait', 'x', '--state', 'idle', '--timeout', 'soon'], /argument 'soon' is invalid/],
    [['agent', 'wait', 'x', '--state', 'idle', '--timeout', '-5s'], /argument '-5s' is invalid|missing/],
    [['agent', 'wait', 'x'], /what to wait for is missing/],
    [['agent', 'read', 'x', '--lines', '0'], /--lines must be a number from 1/],
    [['explain'], /nothing to explain is given/],
    [['agent', 'explain', 'x', '--screen', 'y'], /both a name and --screen/],
    [['run', '--supervisor', 'cron'], /Allowed choices are auto, systemd, launchd, none/],
    [['schema', 'planet'], /Allowed choices are agent, worker/],
    [['completion', 'cmd'], /Allowed choices are bash, zsh, fish/],
    [['status', 'too', 'much'], /too many arguments/],
  ])('%j is refused with 2', async (words, message) => {
    const { stdout, stderr, code } = await room.run(...words);
    expect(stderr).toMatch(message);
    expect(stderr).toMatch(/^error: /);
    expect({ stdout, code }).toEqual({ stdout: '', code: 2 });
  });

  it('is told as one JSON object with --json', async () => {
    const { stderr, code } = await room.run('stauts', '--json');
    expect(JSON.parse(stderr)).toEqual({
      error: { code: 'USAGE', message: "unknown command 'stauts'", hint: 'did you mean status?' },
      exitCode: 2,
    });
    expect(code).toBe(2);
  });

  it('shows help on standard error where a noun stands alone', async () => {
    for (const words of [[], ['agent'], ['config']]) {
      const { stdout, stderr, code } = await room.run(...words);
      expect(stderr).toContain('Usage: tmux-orchestrator');
      expect({ stdout, code }).toEqual({ stdout: '', code: 2 });
    }
  });
});

describe('help', () => {
  it.each([
    [[]],
    ...['status', 'run', 'doctor', 'explain', 'schema', 'completion'].map((word) => [[word]]),
    ...['list', 'show', 'read', 'explain', 'record', 'wait'].map((verb) => [['agent', verb]]),
    ...['spawn', 'adopt', 'release', 'pause', 'resume', 'interrupt'].map((verb) => [['agent', verb]]),
    ...['stop', 'restart', 'rename', 'evidence', 'attach', 'send', 'answer'].map((verb) => [['agent', verb]]),
    ...['list', 'show', 'cancel', 'retry', 'wait'].map((verb) => [['message', verb]]),
    ...['list', 'ack'].map((verb) => [['notice', verb]]),
    ...['list', 'test'].map((verb) => [['notifier', verb]]),
    [['broadcast']],
    ...['show', 'path'].map((verb) => [['config', verb]]),
    ...['create', 'list', 'revoke', 'rotate'].map((verb) => [['token', verb]]),
    [['audit']],
    [['events']],
    [['mcp']],
    [['mcp', 'install']],
  ])('of %j begins with examples and ends with exit codes', async (words) => {
    const { stdout, code } = await room.run(...words, '--help');
    expect(stdout).toMatch(/^EXAMPLES\n {2}\S/);
    expect(stdout).toMatch(/\nEXIT STATUS\n +0 {2}done\n(?: +\d+ {2}.+\n)+$/);
    expect(code).toBe(0);
  });
});

describe('options of every command', () => {
  it('prints the version from anywhere', async () => {
    for (const words of [['--version'], ['status', '--version'], ['agent', 'list', '--version']]) {
      const { stdout, code } = await room.run(...words);
      expect(stdout).toMatch(/^\d+\.\d+\.\d+\n$/);
      expect(code).toBe(0);
    }
  });

  it('shows where a failure came from with --debug', async () => {
    expect((await room.run('status')).stderr).not.toContain('    at ');
    expect((await room.run('status', '--debug')).stderr).toContain('    at ');
  });
});
