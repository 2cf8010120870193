import { type ChildProcess, spawn } from 'node:child_process';
import { mkdtempSync, readdirSync, readFileSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { until } from '../helpers/until.ts';
import { Room, type StandIn, type Worker } from './delivery/room.mjs';
import { REST_MS } from './delivery/scenarios.mjs';

let room: Room;
let worker: Worker;
let ada: StandIn;

beforeEach(async () => {
  room = await Room.open();
});

afterEach(() => room.close());

/** Starts the stand-in called ada and a worker. */
async function start(options: Parameters<Room['addStandIn']>[1] = {}): Promise<void> {
  ada = await room.addStandIn('ada', options);
  worker = await room.startWorker();
  await worker.untilState('ada', 'idle');
}

async function untilWaiting(id: string, reason: string): Promise<void> {
  await until(async () => (await worker.ask('get', { id })).receipt.reason === reason);
}

describe('a message', () => {
  it('is answered with what stands on the screen since', async () => {
    await start();
    const { id } = await worker.send('ada', 'what is new?');
    const { receipt, submittedAt, stateBefore } = await worker.wait(id, 'answered');
    expect(receipt).toMatchObject({ state: 'answered', answer: { source: 'screen' } });
    expect(receipt.answer?.text).toMatch(/^● This is where an answer would stand/);
    expect(receipt.answer?.text).not.toContain('what is new?');
    expect([submittedAt === null, stateBefore]).toEqual([false, 'idle']);
  });

  it('costs three round trips and six commands to an agent that has rested', async () => {
    await room.close();
    room = await Room.open({ config: { 'mail.humanQuietMs': 500 } });
    await start();
    await worker.ask('costs');
    await new Promise((resolve) => setTimeout(resolve, REST_MS));
    const { id } = await worker.send('ada', 'short text; with `#{x}`, "quotes" and $HOME');
    expect((await worker.wait(id)).receipt).toMatchObject({ state: 'submitted', evidence: 'screen' });
    expect(room.submitted(ada)).toHaveLength(1);
    expect(await worker.ask('costs')).toMatchObject([{ lines: 3, commands: 6 }]);
  });

  it('waits for one that has rested and was suspended since, which writes nothing', async () => {
    await room.close();
    room = await Room.open({ config: { 'mail.humanQuietMs': 500 } });
    ada = await room.addStandIn('ada');
    // tmux itself wakes its own children, not theirs.
    const wrapped = ['sh', '-c', '"$@"; true', 'sh', ...ada.command];
    await room.tmux('respawn-pane', '-k', '-t', ada.pane, '--', ...wrapped);
    worker = await room.startWorker();
    await worker.untilState('ada', 'idle');
    await new Promise((resolve) => setTimeout(resolve, REST_MS));
    const { pid } = (await worker.ask('agent', { name: 'ada' }))?.process ?? {};
    process.kill(pid ?? 0, 'SIGSTOP');
    const { id } = await worker.send('ada', 'wake up');
    await untilWaiting(id, 'suspended');
    expect((await worker.ask('get', { id })).step).toBe('none');
    process.kill(pid ?? 0, 'SIGCONT');
    await worker.wait(id);
    expect(room.submitted(ada)).toHaveLength(1);
  });

  it('costs six round trips to one that has not', async () => {
    await start();
    for (let i = 0; i < 5; i++) {
      const { id } = await worker.send('ada', `short text ${i}`);
      await worker.wait(id, 'answered');
    }
    const costs = await worker.ask('costs');
    // Where the agent draws late, it is looked at once more.
    expect(Math.min(...costs.map(({ lines }) => lines))).toBeLessThanOrEqual(6);
  });

  it('gets its Enter late enough for a CLI that takes an early one for a line break, so that one is enough', async () => {
    await start({ kind: 'gemini' });
    const { id } = await worker.send('ada', 'short text');
    expect((await worker.wait(id)).receipt.state).toBe('submitted');
    const [cost] = await worker.ask('costs');
    expect(cost?.lines).toBeLessThanOrEqual(7);
  });

  it('that is too long to be typed goes into a file that only its owner reads', async () => {
    await start();
    const text = 'all of it. '.repeat(4_000);
    const { id } = await worker.send('ada', text);
    await worker.wait(id);
    const [entry] = room.submitted(ada);
    const path = /from this file before you do anything else: (\S+)$/.exec(entry?.text ?? '')?.[1] ?? '';
    expect(readFileSync(path, 'utf8')).toBe(text.trimEnd());
    expect(statSync(path).mode & 0o777).toBe(0o600);
  });

  it('waits for rest, or is queued by a CLI that queues where its sender says so', async () => {
    await start({ words: ['--answer-ms', '3000'] });
    const first = await worker.send('ada', 'take your time');
    await worker.wait(first.id);
    await worker.untilState('ada', 'busy');
    const waiting = await worker.send('ada', 'when you have done that');
    const queued = await worker.send('ada', 'along with it', { whileBusy: true, priority: 'urgent' });
    await worker.wait(queued.id);
    expect(room.submitted(ada).at(-1)).toMatchObject({
      how: 'queued',
      text: expect.stringContaining('along with it'),
    });
    expect((await worker.ask('get', { id: waiting.id })).receipt.state).not.toBe('submitted');
    await worker.wait(waiting.id);
    expect(room.submitted(ada).map(({ how }) => how)).toEqual(['sent', 'queued', 'sent']);
  });

  it('is not queued beside what a person types while the agent works', async () => {
    await start({ words: ['--answer-ms', '5000'] });
    const first = await worker.send('ada', 'take your time');
    await worker.wait(first.id);
    await worker.untilState('ada', 'busy');
    await room.tmux('send-keys', '-t', ada.pane, '-l', 'half a thought');
    await until(async () => (await room.screenOf(ada)).includes('half a thought'));
    const { id } = await worker.send('ada', 'along with it', { whileBusy: true });
    await untilWaiting(id, 'draft');
    expect(await room.screenOf(ada)).not.toContain('along with it');
    await room.tmux('send-keys', '-t', ada.pane, 'C-u');
    await worker.wait(id);
    expect(room.submitted(ada).map(({ text }) => text?.split('\n')[1])).toEqual([
      'take your time',
      'along with it',
    ]);
  });

  it('interrupts what the agent does where its sender says so, and only then', async () => {
    await start({ words: ['--answer-ms', '60000'] });
    const first = await worker.send('ada', 'never end');
    await worker.wait(first.id);
    await worker.untilState('ada', 'busy');
    const patient = await worker.send('ada', 'I can wait');
    await untilWaiting(patient.id, 'busy');
    const urgent = await worker.send('ada', 'stop that', { interrupt: true, priority: 'urgent' });
    await worker.wait(urgent.id);
    expect(room.submitted(ada).map(({ text }) => text?.split('\n')[1])).toEqual(['never end', 'stop that']);
  });

  it('is not delivered to an agent that is paused, or whose pane lost its tag', async () => {
    await start();
    await worker.ask('spec', { name: 'ada', change: { paused: { since: new Date().toISOString() } } });
    const { id } = await worker.send('ada', 'one');
    await untilWaiting(id, 'paused');
    await room.tmux('set-option', '-pu', '-t', ada.pane, '@tmux_orchestrator_agent');
    await worker.ask('spec', { name: 'ada', change: { paused: null } });
    await worker.ask('cancel', { id });
    const other = await worker.send('ada', 'two');
    await untilWaiting(other.id, 'not-managed');
    expect(room.submitted(ada)).toEqual([]);
  });
});

describe('a person', () => {
  let terminal: ChildProcess | undefined;

  afterEach(() => {
    terminal?.kill('SIGKILL');
    terminal = undefined;
  });

  it('at the keyboard of the pane holds messages up until the keys rest', async () => {
    await room.close();
    room = await Room.open({ config: { 'mail.humanQuietMs': 2_500 } });
    await start();
    await room.tmux('select-window', '-t', ada.pane);
    const attach = `TERM=xterm tmux -L ${room.name} attach`;
    terminal = spawn('script', ['-qfc', attach, '/dev/null'], { stdio: ['pipe', 'ignore', 'ignore'] });
    await until(async () => (await room.tmux('list-clients')).includes('xterm'));
    terminal.stdin?.write('x\u007f');
    const begunAt = Date.now();
    const { id } = await worker.send('ada', 'after you');
    await untilWaiting(id, 'human-typing');
    await worker.wait(id);
    expect(Date.now() - begunAt).toBeGreaterThan(1_500);
    expect(room.submitted(ada)).toHaveLength(1);
  });
});

describe('the text of a message', () => {
  it('stands in no command line, no log and no journal, and no process is started for it', async () => {
    const names = ['ada', 'bea', 'cyd', 'dan'];
    for (const name of names) await room.addStandIn(name, { words: ['--answer-ms', '0'] });
    worker = await room.startWorker();
    for (const name of names) await worker.untilState(name, 'idle');
    const sampler = sampleProcesses(worker.child.pid, 'xyzzy');
    const sent = await Promise.all(
      Array.from({ length: 40 }, (_, i) => worker.send(names[i % names.length] ?? '', `xyzzy number ${i}`)),
    );
    for (const { id } of sent) await worker.wait(id, 'submitted', 60_000);
    const { samples, hits, children } = sampler.end();
    expect(samples).toBeGreaterThan(20);
    expect(hits).toEqual([]);
    expect(children).toBe(1);
    const kept = [join(room.folder, 'log'), join(room.folder, 'state/events.jsonl')].map((path) =>
      readFileSync(path, 'utf8'),
    );
    for (const text of kept) {
      expect(text).toContain('message');
      expect(text).not.toContain('xyzzy');
    }
  });

  it('is seen by the sampler where it does stand in a command line', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'tmo-sampler-'));
    const sampler = sampleProcesses(process.pid, 'plugh');
    const child = spawn('sleep', ['1.5'], { argv0: 'plugh', cwd: folder });
    await new Promise((resolve) => child.once('close', resolve));
    rmSync(folder, { recursive: true });
    expect(sampler.end().hits.length).toBeGreaterThan(0);
  });
});

const SAMPLE_MS = 4;

/** Reads the command lines of all processes again and again, and counts the children that one of them had at most. */
function sampleProcesses(parent: number, word: string) {
  const found = { samples: 0, hits: [] as string[], children: 0 };
  const sample = () => {
    found.samples++;
    const pids = readdirSync('/proc').filter((name) => /^\d+$/.test(name));
    const lines = pids.map((pid) => read(`/proc/${pid}/cmdline`));
    found.hits.push(...lines.filter((line) => line.includes(word)));
    const children = read(`/proc/${parent}/task/${parent}/children`)
      .trim()
      .split(' ')
      .filter((pid) => pid !== '');
    found.children = Math.max(found.children, children.length);
  };
  const timer = setInterval(sample, SAMPLE_MS);
  return {
    end: () => {
      clearInterval(timer);
      return found;
    },
  };
}

function read(path: string): string {
  try {
    return readFileSync(path, 'utf8');
  } catch {
    return '';
  }
}
