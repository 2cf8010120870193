import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { execa } from 'execa';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { Message } from '../../src/model/message.ts';
import { CLI } from '../helpers/cli-room.ts';
import { message } from '../helpers/message.ts';
import { openServedRoom, type ServedRoom } from '../helpers/served-room.ts';
import { until } from '../helpers/until.ts';

let room: ServedRoom;
beforeEach(async () => {
  room = await openServedRoom();
});
afterEach(() => room.close());

const ID = /^[0-9a-hjkmnp-tv-z]{10}/;
const send = (...words: string[]) => room.run('agent', 'send', 'claude-3', ...words);
const sent = () => room.door.house.calls[0]?.input;

describe('agent send', () => {
  it('ends with 0 once the message is kept, and prints its id', async () => {
    const { stdout, stderr, code } = await send('run the tests');
    expect(stdout).toMatch(ID);
    expect(stdout).toMatch(/ {2}claude-3 {2}accepted\n$/);
    expect({ stderr, code }).toEqual({ stderr: '', code: 0 });
    expect(sent()).toMatchObject({ to: 'claude-3', text: 'run the tests' });
  });

  it('takes the text from a file or from standard input', async () => {
    const file = join(room.folder, 'task.md');
    writeFileSync(file, 'line 1\nline 2 ünï\n');
    await send(`@${file}`);
    await room.pipe('from a pipe', 'agent', 'send', 'claude-3', '-');
    await room.pipe('without a word', 'agent', 'send', 'claude-3');
    await send('--', '--dashes; $(id)');
    expect(room.door.house.calls.map(({ input }) => (input as Message).text)).toEqual([
      ...['line 1\nline 2 ünï\n', 'from a pipe', 'without a word', '--dashes; $(id)'],
    ]);
  });

  it('refuses a text that is no text, is not there or too long', async () => {
    const bad = await room.pipe(Buffer.from([0x61, 0xff]), 'agent', 'send', 'claude-3', '-');
    expect(bad.stderr).toContain('no valid UTF-8: byte 1');
    expect(bad.code).toBe(2);
    const absent = await send('@/nowhere/at/all');
    expect(absent.stderr).toContain('text cannot be read');
    expect(absent.code).toBe(2);
    const long = await room.pipe('x'.repeat(1024 * 1024 + 1), 'agent', 'send', 'claude-3', '-');
    expect(long.stderr).toContain('standard input is longer than 1048576 bytes');
    expect(long.code).toBe(2);
    expect(room.door.house.calls).toEqual([]);
  });

  it('hands on how it is to be delivered', async () => {
    await send('x', '--priority', 'urgent', '--while-busy', '--interrupt', '--expire', '1h', '--key', 'k');
    expect(sent()).toMatchObject({
      ...{
        priority: 'urgent',
        whileBusy: true,
        interrupt: true,
        expireAfterMs: 3_600_000,
        idempotencyKey: 'k',
      },
    });
    await send('x', '--expire', 'never');
    expect(room.door.house.calls[1]?.input).toMatchObject({ expireAfterMs: null });
  });

  it.each([
    ['submitted', null, 0, /submitted/],
    ['answered', null, 0, /answered/],
    ['failed', 'its pane died', 9, /failed: its pane died/],
    ['cancelled', null, 9, /was cancelled/],
    ['expired', 'nobody took it', 10, /expired: nobody took it/],
    ['uncertain', 'the worker was killed', 11, /nobody knows whether .*: the worker was killed/],
  ] as const)('with --wait ends for %s with its own code', async (state, detail, code, said) => {
    room.door.house.receipt = { state, detail };
    const result = await send('x', '--wait', 'submitted');
    expect(result.code).toBe(code);
    expect(result.stdout).toContain(`claude-3  ${state}`);
    expect(result.stdout + result.stderr).toMatch(said);
  });

  it('with --wait ends with 7 when the time is up, and says where the message is', async () => {
    const { stdout, stderr, code } = await send('x', '--wait', 'submitted', '--timeout', '50ms');
    expect(stdout).toContain('accepted');
    expect(stderr).toContain('stays in the mailbox of claude-3');
    expect(code).toBe(7);
    room.door.house.receipt = { state: 'submitted' };
    const unanswered = await send('x', '--wait', 'answered', '--timeout', '50ms');
    expect(unanswered.stderr).toContain('has not answered');
    expect(unanswered.code).toBe(7);
  });

  it('prints the answer, and nothing in it moves the cursor', async () => {
    room.door.house.receipt = {
      state: 'answered',
      answer: { text: 'all\u001b[2J green\r\n\tdone', source: 'native' },
    };
    const { stdout } = await send('x', '--wait', 'answered');
    expect(stdout.split('\n').slice(1)).toEqual(['all[2J green', '    done', '']);
  });

  it('leaves the message where it is when Ctrl-C ends the wait', async () => {
    const running = execa(process.execPath, [CLI, 'agent', 'send', 'claude-3', 'x', '--wait', 'submitted'], {
      ...{ env: room.env, extendEnv: false, reject: false, stdin: 'ignore' },
    });
    await until(() => room.door.house.waits.open === 1);
    running.kill('SIGINT');
    const { exitCode, stderr } = await running;
    expect(exitCode).toBe(130);
    expect(stderr).toContain('stays where it is');
    await until(() => room.door.house.waits.aborted === 1);
  });

  it('speaks for the agent below which it runs', async () => {
    const lookUp = new Set<number>();
    room.door.processes.get = (pid: number) => {
      lookUp.add(pid);
      return 'codex-5';
    };
    await send('x');
    expect(room.door.house.calls[0]?.by).toEqual({ kind: 'agent', name: 'codex-5' });
    expect(lookUp.size).toBe(1);
  });

  it('gives the message with --json', async () => {
    const { stdout } = await send('x', '--json');
    expect(JSON.parse(stdout)).toMatchObject({ to: 'claude-3', receipt: { state: 'accepted' } });
  });

  it('warns in its help of what ps shows', async () => {
    expect((await room.run('agent', 'send', '--help')).stdout).toMatch(/shows in ps to every user/);
  });
});

describe('message', () => {
  it('list shows receipts, from whom and to whom, and the beginning of the text', async () => {
    room.door.house.receipt = { state: 'waiting', reason: 'draft' };
    const { stdout } = await room.run(
      ...['message', 'list', '--to', 'claude-3', '--from', 'user', '--state', 'waiting', '--limit', '5'],
    );
    expect(stdout).toMatch(ID);
    expect(stdout).toMatch(/waiting \(draft\) .* user -> claude-3 {2}please look at the tests\n$/);
    expect(sent()).toEqual({ to: 'claude-3', from: 'user', state: 'waiting', limit: 5 });
  });

  it('list gives more than a page where it is asked to', async () => {
    const { messages } = room.door.house;
    messages.list = ({ limit, before = 2_501 }) =>
      Array.from({ length: Math.min(limit, before - 1) }, (_, i) => message({ sequence: before - 1 - i }));
    const count = async (...words: string[]) =>
      JSON.parse((await room.run('message', 'list', '--json', ...words)).stdout).messages.length;
    expect([await count(), await count('--limit', '1200'), await count('--limit', '9999')]).toEqual([
      ...[50, 1_200, 2_500],
    ]);
  });

  it('show tells all of one', async () => {
    room.door.house.receipt = {
      state: 'answered',
      answer: { text: 'green', source: 'screen' },
      evidence: 'native',
    };
    const { stdout, code } = await room.run('message', 'show', '7k2m9x4q1a');
    expect(stdout).toMatch(/^message {3}7k2m9x4q1a\n/);
    expect(stdout).toContain('text\n  please look at the tests\nanswer (screen)\n  green\n');
    expect(code).toBe(0);
  });

  it('cancel takes it back, which is no failure', async () => {
    expect(await room.run('message', 'cancel', '7k2m9x4q1a')).toEqual({
      ...{ stdout: '7k2m9x4q1a  cancelled\n', stderr: '', code: 0 },
    });
  });

  it('retry prints the new one', async () => {
    expect((await room.run('message', 'retry', '7k2m9x4q1a')).stdout).toMatch(/accepted\n$/);
  });

  it('wait ends like agent send --wait', async () => {
    room.door.house.receipt = { state: 'expired' };
    expect((await room.run('message', 'wait', '7k2m9x4q1a', '--until', 'answered')).code).toBe(10);
    expect(sent()).toMatchObject({ id: '7k2m9x4q1a', until: 'answered' });
  });

  it('refuses what is no id with 2', async () => {
    const { stderr, code } = await room.run('message', 'show', 'NO');
    expect(stderr).toContain('must be the id of a message');
    expect(code).toBe(2);
  });
});

describe('broadcast', () => {
  it('prints a receipt for each recipient', async () => {
    const { stdout, code } = await room.run('broadcast', '--role', 'developer', 'hello all');
    expect(stdout).toMatch(/claude-3 {2}accepted\n$/);
    expect(code).toBe(0);
    expect(sent()).toMatchObject({ role: 'developer', text: 'hello all' });
  });

  it('ends with 8 where some did not get it', async () => {
    room.door.house.receipt = { state: 'failed', detail: 'its mailbox is full' };
    const { stdout, stderr, code } = await room.run('broadcast', '--all', 'hello');
    expect(stdout).toContain('failed: its mailbox is full');
    expect(stderr).toContain('1 of 1 messages failed');
    expect(code).toBe(8);
  });

  it('ends with 4 where there is nobody', async () => {
    room.door.house.known.clear();
    expect((await room.run('broadcast', '--all', 'hello')).code).toBe(4);
  });

  it('wants to know to whom', async () => {
    expect((await room.run('broadcast', 'hello')).code).toBe(2);
    expect((await room.run('broadcast', '--all', '--team', 'web', 'hello')).code).toBe(2);
  });
});
