import { execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import {
  appendFileSync,
  chownSync,
  linkSync,
  mkdirSync,
  mkdtempSync,
  realpathSync,
  renameSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setImmediate } from 'node:timers/promises';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { isInside, readNamedFile, useFolder } from '../../src/store/safe-read.ts';

const UID = process.getuid?.() ?? 0;
const SECRET = 'the secret of the user';
let base: string;
let root: string;
let folder: string;
let secret: string;

beforeEach(() => {
  base = realpathSync(mkdtempSync(join(tmpdir(), 'tmo-safe-')));
  root = join(base, 'project');
  folder = join(root, 'roles');
  secret = join(base, 'secret.md');
  mkdirSync(folder, { recursive: true });
  writeFileSync(secret, SECRET);
});

afterEach(() => rmSync(base, { recursive: true, force: true }));

function read(name: string, uid: number | undefined = UID): string | undefined {
  return useFolder({ folder, root, uid }, (open) => open.read(name).text);
}

describe('a file of an untrusted folder', () => {
  const file = () => join(folder, 'a.md');

  it('is read with the hash of its bytes', () => {
    writeFileSync(file(), 'abc');
    const found = useFolder({ folder, root, uid: UID }, (open) => open.read('a.md'));
    // FIPS 180-2, B.1.
    const hash = 'ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad';
    expect(found).toEqual({ text: 'abc', hash });
  });

  it('may have 256 KiB, and not a byte more', () => {
    writeFileSync(file(), 'x'.repeat(262_144));
    expect(read('a.md')).toHaveLength(262_144);
    appendFileSync(file(), 'x');
    expect(() => read('a.md')).toThrow('larger than 256 KiB');
  });

  it.each<[kind: string, make: () => void, reason: string]>([
    ['a symbolic link to a secret', () => symlinkSync(secret, file()), 'symbolic link'],
    ['a symbolic link to a device', () => symlinkSync('/dev/zero', file()), 'symbolic link'],
    ['a symbolic link to a file beside it', () => symlinkSync('b.md', file()), 'symbolic link'],
    ['a hard link to a secret', () => linkSync(secret, file()), 'hard link'],
    ['a FIFO that nobody writes to', () => void execFileSync('mkfifo', [file()]), 'a FIFO'],
    ['a directory', () => mkdirSync(file()), 'a directory'],
    ['invalid UTF-8', () => writeFileSync(file(), Buffer.from([0x61, 0xc0, 0xaf])), 'no valid UTF-8'],
    ['a lone surrogate', () => writeFileSync(file(), Buffer.from([0xed, 0xa0, 0x80])), 'no valid UTF-8'],
    ['a NUL character', () => writeFileSync(file(), 'a\0b'), 'NUL'],
    ['gone', () => undefined, 'removed just now'],
  ])('is refused when it is or holds: %s', (_, make, reason) => {
    make();
    expect(() => read('a.md')).toThrow(reason);
  });

  it('is refused when it is a socket', async () => {
    const server = createServer().listen(file());
    await new Promise((resolve) => server.once('listening', resolve));
    expect(() => read('a.md')).toThrow('a socket');
    await new Promise((resolve) => server.close(resolve));
  });

  it.skipIf(UID !== 0)('is refused when it is a device', () => {
    execFileSync('mknod', [file(), 'c', '1', '5']);
    expect(() => read('a.md')).toThrow('a device');
  });

  it('is refused when it belongs to another user', () => {
    writeFileSync(file(), 'abc');
    if (UID === 0) chownSync(file(), 4_294, 4_294);
    const other = UID === 0 ? 0 : UID + 1;
    expect(() => read('a.md', other)).toThrow('belongs to user');
  });

  it('may belong to anybody and be linked in our own package', () => {
    linkSync(secret, file());
    expect(useFolder({ folder, root, uid: undefined }, (open) => open.read('a.md').text)).toBe(SECRET);
  });
});

describe('an untrusted folder', () => {
  it('is none where there is none', () => {
    expect(useFolder({ folder: join(root, 'no'), root, uid: UID }, () => 1)).toBeUndefined();
  });

  it('lists the names that match, sorted', () => {
    for (const name of ['b.md', 'a.md', 'A.md', '.x.md', 'c.txt']) writeFileSync(join(folder, name), '');
    expect(useFolder({ folder, root, uid: UID }, (open) => open.list(/^[a-z]+\.md$/))).toEqual([
      'a.md',
      'b.md',
    ]);
  });

  it('is refused with more than a thousand files', () => {
    for (let i = 0; i <= 1_000; i++) writeFileSync(join(folder, `f${i}`), '');
    expect(() => useFolder({ folder, root, uid: UID }, (open) => open.list(/x/))).toThrow(
      'more than 1000 files',
    );
  });

  it('is refused when a symbolic link leads out of its root, also to a neighbour with the same beginning', () => {
    for (const target of [join(base, 'elsewhere'), join(base, 'project-evil')]) {
      mkdirSync(target);
      writeFileSync(join(target, 'a.md'), SECRET);
      rmSync(folder, { recursive: true });
      symlinkSync(target, folder);
      expect(() => read('a.md')).toThrow('leads out');
    }
  });

  it('is refused when it is no directory', () => {
    rmSync(folder, { recursive: true });
    execFileSync('mkfifo', [folder]);
    expect(() => read('a.md')).toThrow('no directory');
  });

  it.runIf(process.platform === 'linux')('stays the one that was opened when another takes its place', () => {
    writeFileSync(join(folder, 'a.md'), 'honest');
    mkdirSync(join(base, 'elsewhere'));
    writeFileSync(join(base, 'elsewhere/a.md'), SECRET);
    const text = useFolder({ folder, root, uid: UID }, (open) => {
      renameSync(folder, `${folder}-old`);
      symlinkSync(join(base, 'elsewhere'), folder);
      return open.read('a.md').text;
    });
    expect(text).toBe('honest');
  });
});

/** Swaps a file for a link to the secret and back, as fast as it can. */
const SWAPPER = `
const { renameSync, rmSync, symlinkSync, writeFileSync } = require('node:fs');
const [path, secret] = process.argv.slice(1);
process.stdout.write('go');
for (const end = Date.now() + 80_000; Date.now() < end; ) {
  writeFileSync(path + '.new', 'honest');
  renameSync(path + '.new', path);
  symlinkSync(secret, path + '.link');
  renameSync(path + '.link', path);
}`;

const READS_MIN = 10_000;
/** Of each kind, for the race to have been one. */
const SEEN_MIN = 100;

describe('ten thousand reads while another process swaps the file for a link', () => {
  it('never give the secret', async () => {
    const path = join(folder, 'a.md');
    const child = spawn(process.execPath, ['-e', SWAPPER, path, secret], {
      stdio: ['ignore', 'pipe', 'inherit'],
    });
    const ended = once(child, 'exit');
    const seen = new Map<string, number>();
    const isRace = () => ['honest', 'symbolic link'].every((what) => (seen.get(what) ?? 0) >= SEEN_MIN);
    try {
      await once(child.stdout, 'data');
      // Where the other process seldom has a core, it takes more of them.
      for (let i = 0; i < READS_MIN || !isRace(); i++) {
        if (i % 1_000 === 0) await setImmediate();
        if (child.exitCode !== null) throw new Error(`the other ended early: ${JSON.stringify([...seen])}`);
        const what = attempt(() => read('a.md') ?? 'no folder');
        seen.set(what, (seen.get(what) ?? 0) + 1);
      }
    } finally {
      child.kill('SIGKILL');
      await ended;
    }
    expect([...seen.keys()].filter((what) => what.includes(SECRET))).toEqual([]);
  });
});

function attempt(act: () => string): string {
  try {
    return act();
  } catch (error) {
    return /it is a (symbolic link)/.exec(String(error))?.[1] ?? String(error);
  }
}

describe('a file that the user named', () => {
  it('may be a link, but no FIFO', () => {
    symlinkSync(secret, join(base, 'link'));
    expect(readNamedFile(join(base, 'link')).text).toBe(SECRET);
    execFileSync('mkfifo', [join(base, 'fifo')]);
    expect(() => readNamedFile(join(base, 'fifo'))).toThrow('a FIFO');
    expect(() => readNamedFile(join(base, 'none'))).toThrow('there is no file');
  });
});

describe('a path', () => {
  it.each([
    ['/a/b', '/a', true],
    ['/a', '/a', true],
    ['/a/..b', '/a', true],
    ['/a-evil', '/a', false],
    ['/', '/a', false],
    ['/b/a', '/a', false],
  ])('%s lies in %s: %s', (path, outer, inside) => expect(isInside(path, outer)).toBe(inside));
});
