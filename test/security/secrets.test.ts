import { spawn } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { join, relative } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { askWorker, type NetworkWorker, openNetworkWorker } from '../helpers/network-room.ts';
import { ProcessSampler, type Sighting } from '../helpers/process-sampler.ts';
import { until } from '../helpers/until.ts';

const canary = (what: string) => `canary${what}${randomBytes(8).toString('hex')}`;
const TEXT = canary('text');
const SECRET = canary('secret');
const VARIABLE = canary('variable');
/** Is to be seen: the looking itself works. */
const CONTROL = canary('control');

let worker: NetworkWorker;
let agentPid: number;
let sampled: { rounds: number; found: Sighting[] };
let screen: string;

beforeAll(async () => {
  worker = await openNetworkWorker('log:\n  level: debug\n');
  const { room, tokens } = worker;
  const words = [TEXT, SECRET, VARIABLE, CONTROL, ...Object.values(tokens).map((token) => token.slice(-43))];
  const sampler = await ProcessSampler.start(words);
  const control = spawn(process.execPath, ['-e', 'setTimeout(() => {}, 60000)', CONTROL], {
    env: { X: CONTROL },
  });
  await visit();
  sampled = await sampler.stop();
  control.kill('SIGKILL');
  agentPid = room.pidOf('ada');
});
afterAll(() => worker.close());

/** Everything that secrets and texts take part in, and what goes wrong with them. */
async function visit(): Promise<void> {
  const { room, tokens } = worker;
  const key = join(room.home.path, 'key');
  writeFileSync(key, `${SECRET}\n`, { mode: 0o600 });
  await room.spawn('ada', { env: { VARIABLE }, secretFiles: { KEY: key } });
  const ask = (method: string, path: string, body?: unknown, token = tokens.admin) =>
    askWorker(worker, { method, path, token, body });
  const sent = await ask('POST', '/agents/ada/messages', { text: `${TEXT} short` });
  const { id } = JSON.parse(sent.body);
  await ask('GET', `/messages/${id}/wait?until=answered&timeoutMs=8000`);
  // Too long to be typed: it goes into a file.
  await ask('POST', '/agents/ada/messages', { text: `${TEXT} ${'long '.repeat(10_000)}` });
  await ask('POST', '/broadcast', { all: true, text: `${TEXT} to all` });
  screen = (await ask('GET', '/agents/ada/screen')).body;
  // What fails is told of, without what it was about.
  await ask('POST', '/agents/ada/messages', { text: { deep: TEXT } });
  await ask('POST', '/agents/nobody/messages', { text: TEXT });
  await ask('POST', '/agents/ada/messages', { text: TEXT }, `${tokens.admin.slice(0, -4)}AAAA`);
  await ask('POST', `/agents/ada/messages?token=${tokens.admin}`, { text: TEXT });
  await ask('POST', '/agents', {
    name: 'eve',
    directory: '/nowhere',
    brief: TEXT,
    secretFiles: { KEY: key },
  });
  await ask('POST', '/tokens', { scope: 'admin' });
  await room.client.call('token.rotate', { id: tokens.read.slice(4, 16) });
  await room.client.call('agent.restart', { name: 'ada' });
  await room.home.untilState('ada', 'idle');
}

/** Files below the home of the test that hold one of the words. */
function findFiles(word: string): string[] {
  const { path } = worker.room.home;
  return readdirSync(path, { recursive: true, encoding: 'utf8' })
    .filter((name) => statSync(join(path, name), { throwIfNoEntry: false })?.isFile())
    .filter((name) => readFileSync(join(path, name), 'latin1').includes(word))
    .map((name) => relative(path, join(path, name)));
}

const secretsOf = () => Object.values(worker.tokens).map((token) => token.slice(-43));

describe('in command lines and environments', () => {
  const seen = (word: string, kind: Sighting['kind']) =>
    sampled.found.filter((one) => one.word === word && one.kind === kind).map(({ pid }) => pid);

  it('everything is looked at, often', () => {
    expect(sampled.rounds).toBeGreaterThan(50);
    expect(seen(CONTROL, 'cmdline')).toHaveLength(1);
    expect(seen(CONTROL, 'environ')).toHaveLength(1);
  });

  it('no token, no text of a message and no secret was ever in a command line', () => {
    for (const word of [TEXT, SECRET, VARIABLE, ...secretsOf()]) expect(seen(word, 'cmdline')).toEqual([]);
  });

  it('no token and no text was ever in an environment', () => {
    for (const word of [TEXT, ...secretsOf()]) expect(seen(word, 'environ')).toEqual([]);
  });

  it('what an agent is given is in its own environment only', () => {
    const { worker: service, tmux } = worker.room;
    for (const word of [SECRET, VARIABLE]) {
      expect(seen(word, 'environ')).toContain(agentPid);
      for (const pid of [service.pid, tmux.pid]) expect(seen(word, 'environ')).not.toContain(pid);
    }
  });
});

describe('in what is written down', () => {
  it('the text of a message stands in its mailbox, and on the screens that are kept of endings', () => {
    const files = findFiles(TEXT);
    const allowed = /^state\/tmux-orchestrator\/(?:mail|mail-files|evidence\/ada)\//;
    expect(files.some((name) => name.includes('/mail/'))).toBe(true);
    expect(files.filter((name) => !allowed.test(name))).toEqual([]);
  });

  it('the value of a secret stands in its own file only', () => {
    expect(findFiles(SECRET)).toEqual(['key']);
  });

  it('a token stands nowhere, not even one that was shown wrongly', () => {
    for (const word of secretsOf()) expect(findFiles(word)).toEqual([]);
    expect(findFiles(Buffer.from(worker.tokens.admin).toString('base64'))).toEqual([]);
  });

  it('the log says that something happened, and nothing of all that', () => {
    const { output, errors } = worker.room.worker;
    expect(output.length).toBeGreaterThan(100);
    for (const word of [TEXT, SECRET, VARIABLE, ...secretsOf()]) expect(output + errors).not.toContain(word);
  });

  it('the audit log names who did what, and to whom', async () => {
    const { records } = await worker.room.client.call('audit.list', { limit: 100 });
    const operations = records.map(({ operation, result }) => `${operation} ${result}`);
    for (const one of [
      'message.send ok',
      'message.send NOT_FOUND',
      'agent.restart ok',
      'token.rotate ok',
      'token.create FORBIDDEN',
    ]) {
      expect(operations).toContain(one);
    }
    const text = JSON.stringify(records);
    for (const word of [TEXT, SECRET, VARIABLE, ...secretsOf()]) expect(text).not.toContain(word);
  });

  it('everything is for its owner only', () => {
    const { runtime, state } = worker.room.home;
    const open = [runtime, state].flatMap((folder) =>
      readdirSync(folder, { recursive: true, encoding: 'utf8' })
        .map((name) => join(folder, name))
        .filter((path) => ((statSync(path, { throwIfNoEntry: false })?.mode ?? 0) & 0o077) !== 0),
    );
    expect(open).toEqual([]);
  });
});

describe('with tmux', () => {
  it('nothing stays behind: no buffer, and no variable of ours for every pane', async () => {
    const { tmux } = worker.room;
    expect(screen).toContain(TEXT);
    expect(await tmux.run('list-buffers')).toBe('');
    const variables = await tmux.run('show-environment', '-g');
    for (const word of [TEXT, SECRET, VARIABLE, ...secretsOf()]) expect(variables).not.toContain(word);
  });
});

describe('a crash', () => {
  it('leaves no image of the memory and no report behind', async () => {
    const { room } = worker;
    const folder = process.cwd();
    const before = readdirSync(folder);
    room.worker.child.kill('SIGSEGV');
    await room.worker.exit;
    await until(() => room.worker.child.signalCode !== null);
    expect(readdirSync(folder).filter((name) => !before.includes(name))).toEqual([]);
    for (const word of [SECRET, ...secretsOf()]) {
      expect(findFiles(word).filter((name) => name !== 'key')).toEqual([]);
    }
  });
});
