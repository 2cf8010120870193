import {
  appendFileSync,
  mkdirSync,
  mkdtempSync,
  realpathSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { TrustBook } from '../../src/core/trust-book.ts';
import { TrustFile } from '../../src/store/trust-file.ts';
import { FakeClock } from '../helpers/fake-clock.ts';

const UID = process.getuid?.() ?? 0;
const PERSON = { kind: 'user', name: 'user' } as const;
let base: string;
let state: string;
let path: string;

beforeEach(() => {
  base = realpathSync(mkdtempSync(join(tmpdir(), 'tmo-trust-')));
  state = join(base, 'state');
  const roles = join(base, 'project/.tmux-orchestrator/roles');
  mkdirSync(roles, { recursive: true });
  path = join(roles, 'a.md');
  writeFileSync(path, '---\nname: a\ndescription: A\nargs: [--fast]\n---\nGo.\n');
});

afterEach(() => rmSync(base, { recursive: true, force: true }));

function openBook(): TrustBook {
  return new TrustBook({ file: new TrustFile(state, UID), clock: new FakeClock(), uid: UID });
}

describe('trust', () => {
  it('holds for the file as it was, survives the worker, and ends with a change', () => {
    const entry = openBook().add(path, {}, PERSON);
    expect(entry).toMatchObject({ path, at: '1970-01-01T00:16:40.000Z' });
    const later = openBook();
    expect(later.isTrusted(path, entry.hash)).toBe(true);
    appendFileSync(path, 'One more line.\n');
    const { hash } = later.add(path, {}, PERSON);
    expect(hash).not.toBe(entry.hash);
    expect(later.isTrusted(path, entry.hash)).toBe(false);
    expect(later.list()).toHaveLength(1);
  });

  it('is written for its owner alone', () => {
    openBook().add(path, {}, PERSON);
    expect(statSync(join(state, 'trust.json')).mode & 0o777).toBe(0o600);
  });

  it('is refused for a file that is not the one that was shown', () => {
    expect(() => openBook().add(path, { hash: '0'.repeat(64) }, PERSON)).toThrow(
      'has changed since it was shown',
    );
    expect(openBook().list()).toEqual([]);
  });

  it('is not for agents to give', () => {
    expect(() => openBook().add(path, {}, { kind: 'agent', name: 'ada' })).toThrow(
      'agent ada may not trust files',
    );
  });

  it('is given to roles and teams of projects only', () => {
    const book = openBook();
    writeFileSync(join(base, 'a.md'), 'x');
    expect(() => book.add(join(base, 'a.md'), {}, PERSON)).toThrow('no role or team file of a project');
    expect(() => book.add(join(path, '../b.md'), {}, PERSON)).toThrow('there is no role file');
    writeFileSync(path, 'broken');
    expect(() => book.add(path, {}, PERSON)).toThrow('front matter is missing');
    rmSync(path);
    symlinkSync('/etc/passwd', path);
    expect(() => book.add(path, {}, PERSON)).toThrow('symbolic link');
  });

  it('can be taken back, by way of a link and after the file is gone too', () => {
    const book = openBook();
    symlinkSync(join(base, 'project'), join(base, 'link'));
    book.add(path, {}, PERSON);
    expect(book.remove(join(base, 'link/.tmux-orchestrator/roles/a.md')).path).toBe(path);
    book.add(path, {}, PERSON);
    rmSync(join(base, 'project'), { recursive: true });
    expect(book.remove(path).path).toBe(path);
    expect(openBook().list()).toEqual([]);
    expect(() => book.remove(path)).toThrow('is not trusted');
  });

  it('is not forgotten for a file that cannot be understood', () => {
    openBook();
    for (const text of ['', '{', '{"v":1,"files":[{"path":"/a"}]}']) {
      writeFileSync(join(state, 'trust.json'), text);
      expect(openBook).toThrow('trust.json cannot be understood');
    }
  });
});
