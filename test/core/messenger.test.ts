import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { OrchestratorError } from '../../src/base/errors.ts';
import { Fleet } from '../../src/core/fleet.ts';
import type { Ground } from '../../src/core/ground.ts';
import { Messenger } from '../../src/core/messenger.ts';
import { PaneTurns } from '../../src/core/pane-turns.ts';
import { Roster } from '../../src/core/roster.ts';
import type { NewEvent } from '../../src/model/event.ts';
import type { Sender } from '../../src/model/message.ts';
import { AgentSpecFiles } from '../../src/store/agent-spec-files.ts';
import { loadConfig } from '../../src/store/config-file.ts';
import { Mailbox } from '../../src/store/mailbox.ts';
import { agentSpec } from '../helpers/agent-spec.ts';
import { FakeClock } from '../helpers/fake-clock.ts';

const USER: Sender = { kind: 'user', name: 'user' };
const BOB: Sender = { kind: 'agent', name: 'bob' };
const NOBODY = new AbortController().signal;

let folder: string;
let clock: FakeClock;
let events: NewEvent[];
let messenger: Messenger;
let fleet: Fleet;

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'tmo-messenger-'));
  clock = new FakeClock();
  events = [];
  open({});
  for (const name of ['ada', 'bob', 'eve'])
    fleet.put(agentSpec({ name, team: name === 'eve' ? null : 'core' }));
});

afterEach(async () => {
  await messenger.close();
  rmSync(folder, { recursive: true, force: true });
});

/** The messenger of a worker that has no tmux server: everything waits. */
function open(config: Record<string, unknown>): void {
  const uid = process.getuid?.() ?? 0;
  fleet = new Fleet(new AgentSpecFiles(folder, uid));
  const loaded = loadConfig({ directory: folder, env: {}, flags: config });
  const emit = (event: NewEvent) => events.push(event);
  const files = { writeAgent: () => {}, removeAgent: () => {}, keepOnly: () => {} };
  const absent = () => {
    throw new OrchestratorError('TMUX_GONE', 'there is no connection to tmux');
  };
  const ground: Ground = {
    ...{ clock, fleet, emit, turns: new PaneTurns(), settings: () => loaded, profiles: () => [] },
    tmux: { program: 'tmux', address: { arguments: ['-L', 'none'], path: '', source: 'flag' } },
    roster: new Roster({ worker: { pid: 1, startedAt: '' }, fleet, emit, files }),
    ...{ server: absent, observer: absent, request: () => {}, refresh: async () => {}, awaitServer: absent },
  };
  const onFatal = (error: unknown) => {
    throw error;
  };
  messenger = new Messenger({
    ground,
    mailbox: new Mailbox(folder, uid),
    findInRecord: () => undefined,
    onFatal,
  });
  messenger.open();
}

function send(text: string, more: object = {}, from = USER) {
  return messenger.send('ada', { text, ...more }, from);
}

function stored(id: string) {
  for (const stage of readdirSync(join(folder, 'mail/ada'))) {
    const file = readdirSync(join(folder, 'mail/ada', stage)).find((name) => name === `${id}.json`);
    if (file !== undefined)
      return { stage, ...JSON.parse(readFileSync(join(folder, 'mail/ada', stage, file), 'utf8')) };
  }
  return undefined;
}

describe('sending', () => {
  it('has the message on the disk when it comes back, and told without its text', async () => {
    const { id } = await send('a secret');
    expect(stored(id)).toMatchObject({ stage: 'new', text: 'a secret', from: USER });
    expect(events[0]).toMatchObject({
      type: 'message.receipt',
      state: 'accepted',
      message: id,
      agent: 'ada',
    });
    expect(JSON.stringify(events)).not.toContain('secret');
  });

  it('knows no agent that is not managed', async () => {
    await expect(messenger.send('zoe', { text: 'hi' }, USER)).rejects.toMatchObject({ code: 'NOT_FOUND' });
  });

  it('gives the same message for the same key of the same sender, and refuses another text for it', async () => {
    const first = await send('one', { idempotencyKey: 'k' });
    expect((await send('one', { idempotencyKey: 'k' })).id).toBe(first.id);
    expect((await send('one', { idempotencyKey: 'k' }, BOB)).id).not.toBe(first.id);
    await expect(send('two', { idempotencyKey: 'k' })).rejects.toMatchObject({
      code: 'CONFLICT',
      field: 'idempotencyKey',
    });
  });

  it('lists the newest first, and only those before one where that is asked', async () => {
    const [one, two, three] = [await send('one'), await send('two'), await send('three')];
    const list = (before?: number) => messenger.list({ limit: 2, before }).map(({ id }) => id);
    expect(list()).toEqual([three.id, two.id]);
    expect(list(two.sequence)).toEqual([one.id]);
  });

  it('remembers keys and the order of messages over a restart', async () => {
    const first = await send('one', { idempotencyKey: 'k' });
    await messenger.close();
    open({});
    expect((await send('one', { idempotencyKey: 'k' })).id).toBe(first.id);
    expect((await send('two')).sequence).toBeGreaterThan(first.sequence);
  });

  it('refuses more than a mailbox holds', async () => {
    await messenger.close();
    open({ 'mail.depthMax': 2 });
    await send('one');
    await send('two');
    await expect(send('three')).rejects.toMatchObject({ code: 'LIMIT', field: 'to' });
  });

  it('refuses an agent that says the same again while it waits; a person may', async () => {
    await send('hello', {}, BOB);
    await expect(send('hello', {}, BOB)).rejects.toMatchObject({ code: 'CONFLICT', field: 'text' });
    await send('hello', { idempotencyKey: 'again' }, BOB);
    await send('hello');
    await send('hello');
    clock.advance(61_000);
    await send('hello', {}, BOB);
  });
});

describe('what waits', () => {
  it('says for what', async () => {
    const { id } = await send('one');
    await settle();
    expect(messenger.get(id).receipt).toMatchObject({ state: 'waiting', reason: 'server' });
    fleet.update('bob', { paused: { since: new Date().toISOString() } });
    const other = await messenger.send('bob', { text: 'two' }, USER);
    await settle();
    expect(messenger.get(other.id).receipt).toMatchObject({ state: 'waiting', reason: 'paused' });
  });

  it('says which message goes first', async () => {
    const first = await send('one');
    await settle();
    const second = await send('two');
    await settle();
    expect(messenger.get(second.id).receipt).toMatchObject({
      ...{ state: 'waiting', reason: 'turn', detail: `message ${first.id} goes first` },
    });
    await messenger.cancel(first.id);
    await settle();
    expect(messenger.get(second.id).receipt).toMatchObject({ state: 'waiting', reason: 'server' });
  });

  it('is told of once when it waits long for what a person must do', async () => {
    fleet.update('ada', { held: { since: new Date().toISOString(), code: 'left', reason: 'it left' } });
    const { id } = await send('one');
    const told = () => events.filter(({ type }) => type === 'message.blocked');
    for (let passedMs = 0; passedMs < 290_000; passedMs += 10_000) await pass(10_000);
    expect(told()).toEqual([]);
    for (let passedMs = 0; passedMs < 700_000; passedMs += 10_000) await pass(10_000);
    expect(told()).toMatchObject([{ message: id, agent: 'ada', from: 'user', reason: 'held' }]);
  });

  it('expires when its time is up, and not before', async () => {
    const { id } = await send('one', { expireAfterMs: 5_000 });
    const kept = await send('two', { expireAfterMs: null });
    await settle();
    clock.advance(4_000);
    expect(messenger.get(id).receipt.state).toBe('waiting');
    clock.advance(2_000);
    expect(messenger.get(id).receipt).toMatchObject({ state: 'expired', reason: 'server' });
    expect(stored(id)).toMatchObject({ stage: 'done' });
    clock.advance(999_999_999);
    expect(messenger.get(kept.id).receipt.state).not.toBe('expired');
  });

  it('has ended even where the disk does not take it, and is written when it does', async () => {
    const { id } = await send('one', { expireAfterMs: 5_000 });
    await settle();
    // A file in the place of the folder: nothing can be written there, whoever we are.
    const done = join(folder, 'mail/ada/done');
    rmSync(done, { recursive: true });
    writeFileSync(done, '');
    clock.advance(6_000);
    expect(messenger.get(id).receipt.state).toBe('expired');
    await expect(send('two')).rejects.toBeInstanceOf(OrchestratorError);
    rmSync(done);
    mkdirSync(done, { mode: 0o700 });
    clock.advance(1_000);
    expect(stored(id)).toMatchObject({ stage: 'done', receipt: { state: 'expired' } });
  });

  it('can be taken back once, and sent anew under another id', async () => {
    const { id } = await send('one');
    expect((await messenger.cancel(id)).receipt.state).toBe('cancelled');
    await expect(messenger.cancel(id)).rejects.toMatchObject({ code: 'CONFLICT' });
    const again = await messenger.retry(id);
    expect(again).toMatchObject({ text: 'one', to: 'ada' });
    expect(again.id).not.toBe(id);
    await expect(messenger.retry(again.id)).rejects.toMatchObject({ code: 'CONFLICT' });
  });

  it('fails with its recipient, but for what may have been submitted', async () => {
    const { id } = await send('one');
    messenger.failAll('ada', 'asked to');
    expect(messenger.get(id).receipt).toMatchObject({ state: 'failed', reason: 'stopped' });
  });

  it('goes with its recipient to another name', async () => {
    const { id } = await send('one');
    fleet.rename('ada', 'amy');
    messenger.renameMailbox('ada', 'amy');
    expect(messenger.get(id).to).toBe('amy');
    expect(messenger.list({ to: 'amy', limit: 9 })).toHaveLength(1);
    expect(messenger.list({ to: 'ada', limit: 9 })).toEqual([]);
    expect((await messenger.cancel(id)).receipt.state).toBe('cancelled');
  });

  it('is one standing brief at most: a new one takes the place of the old', () => {
    const first = messenger.sendStanding('ada', 'you are a reviewer');
    const second = messenger.sendStanding('ada', 'you are a tester');
    expect(messenger.get(first.id).receipt.state).toBe('cancelled');
    expect(second).toMatchObject({ standing: true, expiresAt: null, from: { kind: 'service' } });
  });
});

describe('waiting for a receipt', () => {
  it('comes back with the end, with the time, or with who waits', async () => {
    const { id } = await send('one', { expireAfterMs: 5_000 });
    const early = messenger.wait(id, { until: 'answered', timeoutMs: 1_500, signal: NOBODY });
    const late = messenger.wait(id, { until: 'submitted', timeoutMs: 60_000, signal: NOBODY });
    await settle();
    clock.advance(2_000);
    expect((await early).receipt.state).toBe('waiting');
    clock.advance(5_000);
    expect((await late).receipt.state).toBe('expired');
    const controller = new AbortController();
    const other = await send('two');
    const abandoned = messenger.wait(other.id, {
      until: 'submitted',
      timeoutMs: 60_000,
      signal: controller.signal,
    });
    controller.abort();
    expect((await abandoned).id).toBe(other.id);
  });
});

describe('a broadcast', () => {
  it('reaches the team without its sender, each with a receipt of its own', async () => {
    const messages = await messenger.broadcast({ team: 'core' }, { text: 'hello' }, BOB);
    expect(messages.map(({ to }) => to)).toEqual(['ada']);
    const all = await messenger.broadcast({ all: true }, { text: 'hello' }, USER);
    expect(all.map(({ to }) => to)).toEqual(['ada', 'bob', 'eve']);
    expect(new Set(all.map(({ broadcast }) => broadcast)).size).toBe(1);
    expect(new Set(all.map(({ id }) => id)).size).toBe(3);
    await expect(messenger.broadcast({ role: 'none' }, { text: 'x' }, USER)).rejects.toMatchObject({
      field: 'role',
    });
  });

  it('fails for the full mailbox alone', async () => {
    await messenger.close();
    open({ 'mail.depthMax': 1 });
    await send('one');
    const [ada, bob] = await messenger.broadcast({ team: 'core' }, { text: 'hello' }, USER);
    expect(ada?.receipt).toMatchObject({ state: 'failed', reason: 'mailbox-full' });
    expect(bob?.receipt.state).toBe('accepted');
  });
});

async function pass(ms: number): Promise<void> {
  await settle();
  clock.advance(ms);
  await settle();
}

/** Lets what was begun come to its next wait. */
async function settle(): Promise<void> {
  for (let i = 0; i < 20; i++) await Promise.resolve();
}
