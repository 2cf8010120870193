import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { execa } from 'execa';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { OrchestratorError } from '../../src/base/errors.ts';
import { agentState, CLI } from '../helpers/cli-room.ts';
import { openServedRoom, type ServedRoom } from '../helpers/served-room.ts';
import { until } from '../helpers/until.ts';

let room: ServedRoom;
beforeEach(async () => {
  room = await openServedRoom();
});
afterEach(() => room.close());

const DIALOG = {
  ...{
    id: '1f0c9a3e',
    kind: 'approval' as const,
    text: 'Run\n  rm -rf build?\u001b[2J',
    approve: 1,
    deny: 2,
  },
  options: [
    { number: 1, label: 'Yes', selected: true },
    { number: 2, label: 'No', selected: false },
  ],
};
const inputs = () => room.door.house.calls.map(({ name, input }) => [name, input]);

describe('agent spawn', () => {
  it('starts an agent, waits until it is ready, and prints name, pane and state', async () => {
    const running = room.run('agent', 'spawn', 'ada', '--profile', 'claude');
    await until(() => room.door.house.waits.open === 1);
    room.door.house.known.set(
      'ada',
      agentState({ name: 'ada', management: 'managed', state: 'idle', pane: '%5' }),
    );
    room.door.house.release();
    expect(await running).toEqual({ stdout: 'ada  %5  idle\n', stderr: '', code: 0 });
  });

  it('hands on all that was said', async () => {
    writeFileSync(join(room.folder, 'brief.md'), 'do\nthis');
    const { stdout, code } = await room.run(
      ...['agent', 'spawn', 'ada', '--no-wait', '--role', 'developer', '--session', 'web', '--window', 'w'],
      ...[
        '--cwd',
        '..',
        '--brief',
        `@${join(room.folder, 'brief.md')}`,
        '--permissions',
        'edits',
        '--restore',
      ],
      ...['--env', 'A=1=2', '--env', 'B=', '--secret-file', 'KEY=key.txt', '--', '--model', 'x'],
    );
    expect({ stdout, code }).toEqual({ stdout: 'ada  %5  starting\n', code: 0 });
    expect(inputs()).toEqual([
      [
        'spawn',
        {
          ...{ name: 'ada', role: 'developer', session: 'web', window: 'w', permissions: 'edits' },
          ...{
            directory: join(process.cwd(), '..'),
            brief: 'do\nthis',
            restore: true,
            args: ['--model', 'x'],
          },
          ...{ env: { A: '1=2', B: '' }, secretFiles: { KEY: join(process.cwd(), 'key.txt') } },
        },
      ],
    ]);
  });

  it('says what to do where it waits at a start dialog', async () => {
    const running = room.run('agent', 'spawn', 'ada');
    await until(() => room.door.house.waits.open === 1);
    const state = { name: 'ada', management: 'managed', state: 'setup', pane: '%5', dialog: DIALOG } as const;
    room.door.house.known.set('ada', agentState(state));
    room.door.house.release();
    const { stdout, stderr, code } = await running;
    expect(stdout).toBe('ada  %5  setup  waits at a start dialog\n');
    expect(stderr).toContain('agent attach ada');
    expect(code).toBe(0);
  });

  it('ends with 1 where the agent ended, and with 7 where it takes too long', async () => {
    const late = await room.run('agent', 'spawn', 'bob', '--timeout', '50ms');
    expect(late.stderr).toContain('bob is still starting');
    expect(late.code).toBe(7);
    const running = room.run('agent', 'spawn', 'ada');
    await until(() => room.door.house.waits.open === 1);
    room.door.house.known.set('ada', agentState({ name: 'ada', management: 'managed', state: 'dead' }));
    room.door.house.release();
    const { stderr, code } = await running;
    expect(stderr).toContain('ada did not start: it is dead');
    expect(code).toBe(1);
  });

  it('names what is refused', async () => {
    const { stderr, code } = await room.run('agent', 'spawn', 'Ada!', '--json');
    expect(JSON.parse(stderr)).toMatchObject({ error: { code: 'INVALID', field: 'name' }, exitCode: 2 });
    expect(code).toBe(2);
    room.door.house.failure = new OrchestratorError('LIMIT', '20 agents run already', { hint: 'stop one' });
    expect(await room.run('agent', 'spawn', 'ada')).toEqual({
      ...{ stdout: '', stderr: 'error: 20 agents run already\nhint: stop one\n', code: 5 },
    });
  });

  it('leaves the agent alone when Ctrl-C ends the wait', async () => {
    const running = execa(process.execPath, [CLI, 'agent', 'spawn', 'ada'], {
      ...{ env: room.env, extendEnv: false, reject: false },
    });
    await until(() => room.door.house.waits.open === 1);
    running.kill('SIGINT');
    const { exitCode, stderr } = await running;
    expect(exitCode).toBe(130);
    expect(stderr).toContain('ada goes on starting');
    await until(() => room.door.house.waits.aborted === 1);
    expect(inputs().map(([name]) => name)).toEqual(['spawn', 'wait']);
  });
});

describe('what is done to an agent', () => {
  it.each([
    [['adopt', '%3', 'ada', '--role', 'developer', '--', '-x'], 'ada  %3  idle\n'],
    [['release', 'claude-3'], 'claude-3  %3  idle\n'],
    [['pause', 'claude-3'], 'claude-3  %3  idle  paused\n'],
    [['resume', 'claude-3'], 'claude-3  %3  idle\n'],
    [['interrupt', 'claude-3'], 'claude-3  %3  idle\n'],
    [['stop', 'claude-3', '--force'], 'claude-3  stopped\n'],
    [['restart', 'claude-3', '--fresh'], 'claude-3  %3  idle\n'],
    [['rename', 'claude-3', 'ada'], 'ada  %3  idle\n'],
    [['answer', 'claude-3', '--dialog', '1f0c9a3e', '--option', '2'], 'claude-3  %3  idle\n'],
    [['answer', 'claude-3', '--dialog', '1f0c9a3e', '--deny'], 'claude-3  %3  idle\n'],
  ])('%j prints what it is now', async (words, stdout) => {
    expect(await room.run('agent', ...words)).toEqual({ stdout, stderr: '', code: 0 });
    expect(inputs()).toHaveLength(1);
    expect(inputs()[0]).toEqual(EXPECTED[words.join(' ')]);
  });

  const EXPECTED: Record<string, unknown> = {
    'adopt %3 ada --role developer -- -x': [
      'adopt',
      { pane: '%3', name: 'ada', role: 'developer', args: ['-x'] },
    ],
    'release claude-3': ['release', { name: 'claude-3' }],
    'pause claude-3': ['pause', { name: 'claude-3' }],
    'resume claude-3': ['resume', { name: 'claude-3' }],
    'interrupt claude-3': ['interrupt', { name: 'claude-3' }],
    'stop claude-3 --force': ['stop', { name: 'claude-3', force: true, timeoutMs: 10_000 }],
    'restart claude-3 --fresh': ['restart', { name: 'claude-3', fresh: true }],
    'rename claude-3 ada': ['rename', { name: 'claude-3', to: 'ada' }],
    'answer claude-3 --dialog 1f0c9a3e --option 2': [
      'answer',
      { name: 'claude-3', dialog: '1f0c9a3e', option: 2, decision: undefined },
    ],
    'answer claude-3 --dialog 1f0c9a3e --deny': [
      'answer',
      { name: 'claude-3', dialog: '1f0c9a3e', option: undefined, decision: 'deny' },
    ],
  };

  it('suggests the name that was meant, and ends with 4', async () => {
    room.writeAgent({ name: 'claude-3', management: 'managed' });
    const { stderr, code } = await room.run('agent', 'pause', 'claude-33');
    expect(stderr).toBe('error: no agent is called claude-33\nhint: did you mean claude-3?\n');
    expect(code).toBe(4);
  });

  it('is not done to an agent that is only observed, with the command that changes this', async () => {
    room.writeAgent({ name: 'codex-5', pane: '%7' });
    const { stderr, code } = await room.run('agent', 'restart', 'codex-5');
    expect(stderr).toContain('agent codex-5 is only observed');
    expect(stderr).toContain("agent adopt '%7' codex-5");
    expect(code).toBe(4);
  });

  it('ends with 3 where no worker runs', async () => {
    await room.door.socket.close();
    expect((await room.run('agent', 'pause', 'claude-3')).code).toBe(3);
  });

  it.each([
    [['answer', 'x', '--dialog', '1f0c9a3e'], /give one of --option, --approve and --deny/],
    [['answer', 'x', '--dialog', '1f0c9a3e', '--approve', '--deny'], /give one of/],
    [['answer', 'x', '--approve'], /required option '--dialog <id>'/],
    [['spawn', 'x', '--env', 'nothing'], /Write it as NAME=VALUE/],
    [['spawn', 'x', '--permissions', 'god'], /Allowed choices are ask, plan, edits, all/],
    [['evidence', 'x', '--index', '0'], /Write a whole number from 1/],
    [['spwan', 'x'], /did you mean spawn/],
  ])('%j is refused with 2', async (words, message) => {
    const { stderr, code } = await room.run('agent', ...words);
    expect(stderr).toMatch(message);
    expect(code).toBe(2);
  });

  it('shows no value of a variable that is written wrongly', async () => {
    expect((await room.run('agent', 'spawn', 'x', '--env', '1KEY=canary')).stderr).not.toMatch(
      /NAME=VALUE.*canary/,
    );
  });
});

describe('agent evidence', () => {
  const evidence = (status: number) => ({
    ...{ v: 1 as const, id: 'x', agent: 'claude-3', at: '2026-11-22T10:00:00.000Z' },
    ...{ ending: { kind: 'status' as const, status }, lastState: 'busy' as const, cliSession: 'abc' },
    ...{ process: null, screen: 'last\u001b[2J words\n\n', scrollback: null },
  });

  it('lists endings, newest first', async () => {
    room.door.house.evidence = [evidence(2), evidence(1)];
    const { stdout } = await room.run('agent', 'evidence', 'claude-3');
    expect(stdout.split('\n')).toEqual([
      expect.stringMatching(/^ {2}1 {2}.*10:00 {2}exit status 2, was busy$/),
      expect.stringMatching(/^ {2}2 {2}.*exit status 1, was busy$/),
      '',
    ]);
  });

  it('shows all of one, and nothing in it moves the cursor', async () => {
    room.door.house.evidence = [evidence(2)];
    const { stdout } = await room.run('agent', 'evidence', 'claude-3', '--index', '1');
    expect(stdout).toContain(
      'conversation abc\nscrolled out above its screen: not kept\nscreen:\n| last[2J words\n',
    );
    expect((await room.run('agent', 'evidence', 'claude-3', '--index', '2')).code).toBe(4);
  });
});

describe('what is shown of a managed agent', () => {
  const managed = { name: 'ada', management: 'managed', role: 'developer', team: 'web' } as const;

  it('is why it is held and what helps', async () => {
    const held = {
      since: new Date().toISOString(),
      code: 'crash-loop' as const,
      reason: '5 restarts in 10 min',
    };
    room.writeAgent({ ...managed, held, state: 'exited', pane: null, panePid: null, server: null });
    const { stdout } = await room.run('agent', 'show', 'ada');
    expect(stdout).toContain('managed developer of web, held (crash-loop): agent resume ada');
    expect(stdout).toMatch(/held +5 restarts in 10 min \(crash-loop\), since/);
    expect(stdout).toContain('tmux-orchestrator agent resume ada');
    expect(stdout).toMatch(/pane +none; it lives in session work/);
    for (const words of [['status'], ['agent', 'list']]) {
      expect((await room.run(...words)).stdout).toMatch(
        /ada .*work:no pane.*held \(crash-loop\): agent resume ada/,
      );
    }
    expect((await room.run('status')).stdout).toContain('developer@web');
    expect((await room.run('agent', 'list', '--needs-person', '--team', 'web')).stdout).toContain('ada');
  });

  it('is when it starts again, and then it needs nobody', async () => {
    const restartAt = new Date(Date.now() + 60_500).toISOString();
    room.writeAgent({ ...managed, restartAt, state: 'exited', paused: true });
    expect((await room.run('agent', 'list')).stdout).toMatch(
      /managed developer of web, paused · starts again in 1 min/,
    );
    expect((await room.run('agent', 'list', '--needs-person')).stdout).toBe('');
    expect((await room.run('status')).stdout).toContain('0 need you');
  });

  it('is its dialog with id and options, cleaned', async () => {
    room.writeAgent({ ...managed, state: 'approval', dialog: DIALOG });
    const { stdout } = await room.run('agent', 'show', 'ada');
    expect(stdout).toContain(
      [
        ...['dialog 1f0c9a3e (approval)', '  | Run', '  | rm -rf build?[2J'],
        ...['  > 1. Yes [approve]', '    2. No [deny]'],
        'answer it with: tmux-orchestrator agent answer ada --dialog 1f0c9a3e --option NUMBER',
      ].join('\n'),
    );
  });

  it('is no screen where it has no pane, and every command says so', async () => {
    room.writeAgent({ ...managed, state: 'exited', pane: null, panePid: null, server: null });
    for (const verb of ['read', 'attach', 'record', 'explain']) {
      const { stderr, code } = await room.run('agent', verb, 'ada');
      expect({ verb, code }).toEqual({ verb, code: 4 });
      expect(stderr).toContain('agent ada has no pane now');
    }
  });
});
