import {
  appendFileSync,
  chownSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  symlinkSync,
  utimesSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { TRANSCRIPT_SOURCES } from '../../src/agents/transcripts.ts';

const SESSION = '044ec675-2bae-4067-98c5-58ee3b2231fa';
const ID = 'abcdefghjk';
const TEXT = `[from user · ${ID}]\nhello there`;

let root: string;
beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), 'tmo-transcripts-'));
});
afterEach(() => rmSync(root, { recursive: true, force: true }));

function write(path: string, records: readonly unknown[]): string {
  const whole = join(root, path);
  mkdirSync(dirname(whole), { recursive: true });
  writeFileSync(whole, records.map((record) => `${JSON.stringify(record)}\n`).join(''));
  return whole;
}

function find(reader: string, change: { sessionId?: string; since?: number; messageId?: string } = {}) {
  return TRANSCRIPT_SOURCES[reader]?.find({
    configDirectory: root,
    sessionId: SESSION,
    workingDirectory: '/home/user/my.app',
    messageId: ID,
    since: Date.now() - 1_000,
    ...change,
  });
}

const submitted = { submitted: true, answer: null, done: false };
const failed = { submitted: true, answer: null, done: true };
const answered = (answer: string) => ({ submitted: true, answer, done: true });

/** By all reads of this process so far. */
const bytesRead = () => Number(/^rchar: (\d+)$/m.exec(readFileSync('/proc/self/io', 'utf8'))?.[1]);

describe('the transcript of Claude Code', () => {
  const PATH = `projects/-home-user-my-app/${SESSION}.jsonl`;
  const at = (second: number) => new Date(Date.UTC(2026, 10, 23, 2, 40, second)).toISOString();
  const user = (uuid: string, parentUuid: string | null, second: number, content: unknown, more = {}) => ({
    ...{ type: 'user', uuid, parentUuid, isSidechain: false, timestamp: at(second), ...more },
    message: { role: 'user', content },
  });
  const said = (
    uuid: string,
    parentUuid: string,
    second: number,
    text: string,
    stop_reason: string | null = 'end_turn',
    id = uuid,
  ) => ({
    ...{ type: 'assistant', uuid, parentUuid, isSidechain: false, timestamp: at(second) },
    message: { id, role: 'assistant', content: [{ type: 'text', text }], stop_reason },
  });
  const attachment = (uuid: string, parentUuid: string, second: number, content = {}) => ({
    ...{ type: 'attachment', uuid, parentUuid, isSidechain: false, timestamp: at(second) },
    attachment: { type: 'date', ...content },
  });
  const look = (records: readonly unknown[]) => {
    write(PATH, records);
    return find('claude-transcript');
  };

  it('knows nothing of a message that is not in it', () => {
    expect(look([user('u0', null, 0, 'hello'), said('a0', 'u0', 1, 'Hi.')])).toBeUndefined();
    expect(find('claude-transcript', { sessionId: 'ffffffff-2bae-4067-98c5-58ee3b2231fa' })).toBeUndefined();
  });

  it('has the message while the turn goes on', () => {
    expect(look([user('u1', null, 1, TEXT), attachment('x1', 'u1', 1)])).toEqual(submitted);
  });

  it('gives the words that ended the turn, not those before a tool', () => {
    const records = [
      user('u1', null, 1, TEXT),
      attachment('x1', 'u1', 1),
      said('a1', 'x1', 2, 'I look.', 'tool_use'),
      user('t1', 'a1', 3, [{ type: 'tool_result', content: 'x' }], { toolUseResult: {} }),
      said('a2', 't1', 4, 'First part.', null, 'm2'),
      said('a3', 'a2', 4, 'Second part.', 'end_turn', 'm2'),
    ];
    expect(look(records)).toEqual(answered('First part.\nSecond part.'));
    expect(look(records.slice(0, 4))).toEqual(submitted);
  });

  it('finds the answer that was written before its question', () => {
    const records = [said('a1', 'x1', 2, 'Hello.'), user('u1', null, 1, TEXT), attachment('x1', 'u1', 1)];
    expect(look(records)).toEqual(answered('Hello.'));
  });

  it('takes the first answer, whatever the order of the records', () => {
    const records = [
      said('a2', 'u2', 5, 'New.'),
      user('u2', 'a1', 4, 'after'),
      said('a1', 'u1', 3, 'Mine.'),
      user('u1', null, 2, TEXT),
    ];
    expect(look(records)).toEqual(answered('Mine.'));
  });

  it('takes the first answer after the message, though the conversation goes on', () => {
    const records = [
      user('u0', null, 0, 'before'),
      said('a0', 'u0', 1, 'Old.'),
      user('u1', 'a0', 2, TEXT),
      said('a1', 'u1', 3, 'Mine.'),
      user('u2', 'a1', 4, 'after'),
      said('a2', 'u2', 5, 'New.'),
    ];
    expect(look(records)).toEqual(answered('Mine.'));
  });

  it('takes no answer that belongs to another prompt, after this one was taken back', () => {
    const records = [user('u1', null, 1, TEXT), user('u2', null, 5, 'other'), said('a2', 'u2', 6, 'Other.')];
    expect(look(records)).toEqual(submitted);
  });

  it('takes no answer to the next prompt for that of a turn that broke off', () => {
    const records = [
      user('u1', null, 1, TEXT),
      said('a1', 'u1', 2, 'I am on', null),
      user('u2', 'a1', 5, 'go on'),
      said('a2', 'u2', 6, 'Other.'),
    ];
    expect(look(records)).toEqual(failed);
  });

  it('is over without an answer when it was interrupted or failed', () => {
    const interrupted = [{ type: 'text', text: '[Request interrupted by user]' }];
    expect(look([user('u1', null, 1, TEXT), user('u2', 'u1', 2, interrupted)])).toEqual(failed);
    const cut = said('a1', 'u1', 2, 'I was ab', 'stop_sequence');
    const synthetic = { ...cut, message: { ...cut.message, model: '<synthetic>' } };
    expect(look([user('u1', null, 1, TEXT), synthetic, user('u2', 'a1', 2, interrupted)])).toEqual(failed);
    const error = { ...said('a1', 'u1', 2, 'API Error: 400', 'stop_sequence'), isApiErrorMessage: true };
    expect(look([user('u1', null, 1, TEXT), error])).toEqual(failed);
  });

  it('counts a message in the queue as submitted, and follows it when it is handed over within a turn', () => {
    const queued = { type: 'queue-operation', operation: 'enqueue', timestamp: at(2), content: TEXT };
    const records = [user('u0', null, 1, 'long work'), queued];
    expect(look(records)).toEqual(submitted);
    const handed = attachment('x1', 'u0', 3, { type: 'queued_command', prompt: TEXT });
    expect(look([...records, handed, said('a1', 'x1', 4, 'Both done.')])).toEqual(answered('Both done.'));
  });

  it('knows the message among several that were handed over as one', () => {
    const both = `[from lead · zzzzzzzzzz]\nfirst\n${TEXT}`;
    expect(look([user('u1', null, 1, [{ type: 'text', text: both }]), said('a1', 'u1', 2, 'Yes.')])).toEqual(
      answered('Yes.'),
    );
  });

  it.each([
    ['in what a tool printed', [user('u1', null, 1, [{ type: 'tool_result', content: TEXT }])]],
    ['in what the model says', [user('u0', null, 0, 'x'), said('a0', 'u0', 1, TEXT)]],
    ['with a subagent', [user('u1', null, 1, TEXT, { isSidechain: true })]],
    ['within a line', [user('u1', null, 1, `what is ${TEXT}`)]],
  ])('is not misled by the same words %s', (_where, records) => {
    expect(look(records)).toBeUndefined();
  });

  it('finds the record of a session that was started in another folder', () => {
    write(`projects/-elsewhere/${SESSION}.jsonl`, [user('u1', null, 1, TEXT)]);
    expect(find('claude-transcript')).toEqual(submitted);
  });

  it('reads a line that is still being written when it is whole', () => {
    const path = write(PATH, [user('u1', null, 1, TEXT)]);
    const line = JSON.stringify(said('a1', 'u1', 2, 'Héllo.'));
    appendFileSync(path, line.slice(0, 80));
    expect(find('claude-transcript')).toEqual(submitted);
    appendFileSync(path, `${line.slice(80)}\n`);
    expect(find('claude-transcript')).toEqual(answered('Héllo.'));
  });

  it.runIf(process.platform === 'linux')('reads no more than the end of a file of 100 MB', () => {
    const path = write(PATH, []);
    const filler = `${JSON.stringify(said('old', 'older', 0, 'x'.repeat(1_000_000)))}\n`;
    for (let i = 0; i < 100; i++) appendFileSync(path, filler);
    const tail = [user('u1', 'old', 1, TEXT), said('a1', 'u1', 2, 'Found.')];
    appendFileSync(path, tail.map((record) => `${JSON.stringify(record)}\n`).join(''));
    const before = bytesRead();
    expect(find('claude-transcript')).toEqual(answered('Found.'));
    expect(bytesRead() - before).toBeLessThan(10_000_000);
  });

  it('reads no symbolic link, no file outside of its folder and none of another user', () => {
    const real = write(`elsewhere.jsonl`, [user('u1', null, 1, TEXT)]);
    mkdirSync(join(root, 'projects/-home-user-my-app'), { recursive: true });
    symlinkSync(real, join(root, PATH));
    expect(find('claude-transcript')).toBeUndefined();
    rmSync(join(root, PATH));
    const outside = mkdtempSync(join(tmpdir(), 'tmo-outside-'));
    writeFileSync(join(outside, `${SESSION}.jsonl`), `${JSON.stringify(user('u1', null, 1, TEXT))}\n`);
    symlinkSync(outside, join(root, 'projects/-linked'));
    expect(find('claude-transcript')).toBeUndefined();
    rmSync(outside, { recursive: true });
    const own = write(PATH, [user('u1', null, 1, TEXT)]);
    expect(find('claude-transcript')).toEqual(submitted);
    if (process.getuid?.() !== 0) return;
    chownSync(own, 65_534, 65_534);
    expect(find('claude-transcript')).toBeUndefined();
  });

  it('does not read a file to which nothing was written since the delivery began', () => {
    const path = write(PATH, [user('u1', null, 1, TEXT)]);
    utimesSync(path, 1_000, 1_000);
    expect(find('claude-transcript')).toBeUndefined();
    expect(find('claude-transcript', { since: 0 })).toEqual(submitted);
  });

  it.each(['../elsewhere', '../../outside', '', 'a/b', '--help-me-out', '.hidden-session'])(
    'looks for no session %j',
    (sessionId) => {
      mkdirSync(join(root, 'projects/-home-user-my-app/a'), { recursive: true });
      write(`projects/-home-user-my-app/${sessionId}.jsonl`, [user('u1', null, 1, TEXT)]);
      expect(find('claude-transcript', { sessionId })).toBeUndefined();
    },
  );
});

describe('the rollout of Codex', () => {
  /** Version 7: began 2026-11-23T02:41:00Z. */
  const THREAD = '01a20647-3960-7e72-a0ab-bcb351b7db70';
  const record = (type: string, payload: object) => ({
    timestamp: '2026-11-23T02:41:01.365Z',
    type,
    payload,
  });
  const user = (text: string) =>
    record('response_item', { type: 'message', role: 'user', content: [{ type: 'input_text', text }] });
  const complete = (last_agent_message: string | null) =>
    record('event_msg', { type: 'task_complete', last_agent_message });
  const look = (records: readonly unknown[], folder = '2026/11/23') => {
    write(`sessions/${folder}/rollout-2026-11-23T02-41-00-${THREAD}.jsonl`, records);
    return find('codex-rollout', { sessionId: THREAD });
  };

  it('follows a message from its submission to the end of its turn', () => {
    expect(look([record('event_msg', { type: 'task_started' })])).toBeUndefined();
    expect(look([user('before'), complete('Old.'), user(TEXT)])).toEqual(submitted);
    const records = [
      user('before'),
      complete('Old.'),
      user(TEXT),
      complete('Mine.'),
      user('x'),
      complete('New.'),
    ];
    expect(look(records)).toEqual(answered('Mine.'));
  });

  it('answers a message that steers a running turn by the end of that turn', () => {
    expect(look([user('first'), user(TEXT), complete('Both.')])).toEqual(answered('Both.'));
  });

  it('is over without an answer when it was interrupted or failed', () => {
    expect(look([user(TEXT), record('event_msg', { type: 'turn_aborted' })])).toEqual(failed);
    expect(look([user(TEXT), complete(null)])).toEqual(failed);
  });

  it('finds it where the local day was another one, and where the id tells no time', () => {
    expect(look([user(TEXT)], '2026/11/22')).toEqual(submitted);
    rmSync(join(root, 'sessions'), { recursive: true });
    const today = new Date().toISOString().slice(0, 10).replaceAll('-', '/');
    write(`sessions/${today}/rollout-x-${SESSION}.jsonl`, [
      record('event_msg', { type: 'user_message', message: TEXT }),
    ]);
    expect(find('codex-rollout')).toEqual(submitted);
  });

  it('takes no part of an id for the whole', () => {
    expect(look([user(TEXT)])).toEqual(submitted);
    expect(find('codex-rollout', { sessionId: 'bcb351b7db70' })).toBeUndefined();
  });

  it('is not misled by the same words elsewhere', () => {
    const printed = record('response_item', { type: 'function_call_output', output: TEXT });
    const spoken = record('response_item', {
      type: 'message',
      role: 'assistant',
      content: [{ type: 'output_text', text: TEXT }],
    });
    expect(look([printed, spoken])).toBeUndefined();
  });
});
