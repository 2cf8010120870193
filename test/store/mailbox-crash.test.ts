import { execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdirSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { Mailbox } from '../../src/store/mailbox.ts';
import { message } from '../helpers/message.ts';

const DIST = join(import.meta.dirname, '../../dist');
const UID = process.getuid?.() ?? 0;
const ROUNDS = 80;
const WRITERS = 4;
const FOLDERS = ['new', 'cur', 'done'] as const;

let root: string;

beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), 'tmo-mail-crash-'));
});

afterEach(() => rmSync(root, { recursive: true, force: true }));

const MESSAGE = JSON.stringify(message());

/** Accepts, claims, updates and finishes for ever, and says so after each step. Its ids are those of the round. */
const WRITER = `
  import { writeSync } from 'node:fs';
  import { Mailbox } from '${DIST}/store/mailbox.js';
  const [state, round, uid] = process.argv.slice(1);
  const box = new Mailbox(state, Number(uid));
  const tell = (step, one) => writeSync(1, step + ' ' + one.id + '\\n');
  tell('ready', { id: '-' });
  for (let i = 0; ; i++) {
    const id = (Number(round) * 100_000 + i).toString().padStart(10, '0');
    const one = { ...${MESSAGE}, id, sequence: i, text: id + 'x'.repeat(20_000) + id };
    box.accept(one); tell('new', one);
    if (i % 4 === 3) continue;
    box.claim(one); tell('cur', one);
    box.update({ ...one, tries: 1 });
    if (i % 4 === 2) { box.unclaim(one); tell('back', one); continue; }
    if (i % 4 === 1) continue;
    box.finish({ ...one, tries: 2 }); tell('done', one);
  }`;

/** Lets a writer take some steps, kills it in the midst of the next ones, and gives the last step it told of each message. */
async function runWriter(state: string, round: number): Promise<Map<string, string>> {
  const writer = spawn(
    process.execPath,
    ['--input-type=module', '-e', WRITER, state, String(round), String(UID)],
    { stdio: ['ignore', 'pipe', 'inherit'] },
  );
  const steps = 2 + Math.floor(Math.random() * 20);
  let told = '';
  writer.stdout.setEncoding('utf8').on('data', (chunk) => {
    told += chunk;
    if (told.split('\n').length > steps) writer.kill('SIGKILL');
  });
  await once(writer, 'close');
  const lines = told.split('\n').slice(1, -1);
  return new Map(lines.map((line) => [line.split(' ')[1] ?? '', line.split(' ')[0] ?? '']));
}

/** What a message may lie in once this step was told: the one after it may have been under way. */
const MAY_LIE_IN: Readonly<Record<string, readonly string[]>> = {
  new: ['new', 'cur'],
  cur: ['cur', 'new', 'done'],
  back: ['new'],
  done: ['done'],
};

describe('a mailbox whose worker is killed', () => {
  it(`keeps every message that it acknowledged exactly once and whole, in ${ROUNDS} rounds`, async () => {
    // All of them end before a failure is told: none goes on in a folder that was removed.
    const ends = await Promise.allSettled(
      Array.from({ length: WRITERS }, (_, i) => runRounds(join(root, String(i)), ROUNDS / WRITERS)),
    );
    for (const end of ends) if (end.status === 'rejected') throw end.reason;
    const acknowledged = ends.reduce((sum, end) => sum + (end.status === 'fulfilled' ? end.value : 0), 0);
    expect(acknowledged).toBeGreaterThan(ROUNDS);
  }, 300_000);
});

async function runRounds(state: string, rounds: number): Promise<number> {
  mkdirSync(state);
  let acknowledged = 0;
  for (let round = 1; round <= rounds; round++) {
    const told = await runWriter(state, round);
    acknowledged += told.size;
    checkRound(state, told);
    rmSync(join(state, 'mail/ada'), { recursive: true, force: true });
  }
  return acknowledged;
}

function checkRound(state: string, told: Map<string, string>): void {
  const box = new Mailbox(state, UID);
  const loaded = box.load();
  expect(box.takeBroken()).toEqual([]);
  const ids = loaded.map((one) => one.id);
  expect(new Set(ids).size).toBe(ids.length);
  // The one that was being accepted may be there, although nobody was told.
  expect(ids.length - told.size).toBeLessThanOrEqual(1);
  for (const one of loaded) expect(one.text).toBe(`${one.id}${'x'.repeat(20_000)}${one.id}`);
  const places = new Map(loaded.map((one) => [one.id, box.stageOf(one) ?? 'nowhere']));
  for (const [id, step] of told) expect(MAY_LIE_IN[step]).toContain(places.get(id) ?? 'nowhere');
  if (!box.agents().includes('ada')) return;
  const lying = FOLDERS.flatMap((folder) => readdirSync(join(state, 'mail/ada', folder)));
  expect(lying.length).toBe(ids.length);
  expect(readdirSync(join(state, 'mail/ada/tmp'))).toEqual([]);
}

const MOUNT = ['unshare', '--user', '--map-root-user', '--mount', 'bash', '-c'] as const;

function canMount(): boolean {
  try {
    execFileSync(MOUNT[0], [...MOUNT.slice(1), 'mount -t tmpfs none /mnt'], { stdio: 'ignore' });
    return true;
  } catch {
    return false;
  }
}

/** Does what `acts` says on a disk of 256 KiB that `trouble` befalls after the first message. Prints errors, then what lies where. */
const ON_DISK = `
  import { execSync } from 'node:child_process';
  import { readdirSync } from 'node:fs';
  import { Mailbox } from '${DIST}/store/mailbox.js';
  const [state, trouble] = process.argv.slice(2);
  const box = new Mailbox(state, 0);
  const one = { ...${MESSAGE}, id: '0000000001' };
  const two = { ...one, id: '0000000002', text: 'x'.repeat(100_000) };
  box.accept(one);
  execSync(trouble, { cwd: state });
  const errors = [() => box.accept(two), () => box.update({ ...two, id: one.id }), () => box.finish({ ...two, id: one.id })]
    .map((act) => { try { act(); return 'done'; } catch (error) { return error.code + ' ' + error.message + '; ' + error.hint; } });
  const files = ['tmp', 'new', 'cur', 'done', 'broken'].flatMap((f) => readdirSync(state + '/mail/ada/' + f).map((n) => f + '/' + n));
  console.log(JSON.stringify({ errors, files, texts: new Mailbox(state, 0).load().map((m) => m.text) }));`;

describe.skipIf(!canMount())('a disk', () => {
  it.each([
    [
      'that is full',
      'head -c 300000 /dev/zero >filler || true',
      /^FAILED message \w+ to ada could not be written: ENOSPC.*; make room on/,
    ],
    [
      'that can only be read',
      'mount -o remount,ro "$PWD"',
      /^FAILED message \w+ to ada could not be written: EROFS/,
    ],
  ])('%s refuses a message with nothing half-done', (_, trouble, expected) => {
    const script = join(root, 'script.mjs');
    writeFileSync(script, ON_DISK);
    const disk = join(root, 'disk');
    mkdirSync(disk);
    const line = `mount -t tmpfs -o size=256k,mode=0700 small ${disk} && exec '${process.execPath}' ${script} ${disk} '${trouble}'`;
    const output = execFileSync(MOUNT[0], [...MOUNT.slice(1), line], { encoding: 'utf8', stdio: 'pipe' });
    const { errors, files, texts } = JSON.parse(output) as Record<string, string[]>;
    expect(errors).toEqual([1, 2, 3].map(() => expect.stringMatching(expected)));
    expect([files, texts]).toEqual([['new/0000000001.json'], ['please look at the tests']]);
  });
});
