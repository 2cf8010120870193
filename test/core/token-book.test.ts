import { mkdirSync, mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { TokenBook } from '../../src/core/token-book.ts';
import { TokenFile } from '../../src/store/token-file.ts';
import { FakeClock } from '../helpers/fake-clock.ts';

const DAY_MS = 86_400_000;
let state: string;
let clock: FakeClock;

beforeEach(() => {
  state = mkdtempSync(join(tmpdir(), 'tmo-tokens-'));
  clock = new FakeClock();
});

afterEach(() => rmSync(state, { recursive: true, force: true }));

const open = () => new TokenBook({ clock, file: new TokenFile(state) });
const create = (book: TokenBook, ttlMs = DAY_MS) => book.create({ scope: 'message', agent: 'ada', ttlMs });

describe('a token', () => {
  it('counts until its end, also for the next worker', () => {
    const { secret } = create(open());
    const book = open();
    expect(book.judge(secret)).toMatchObject({ ok: true, token: { scope: 'message', agent: 'ada' } });
    clock.advance(DAY_MS);
    expect(book.judge(secret)).toEqual({ ok: false, reason: 'expired' });
  });

  it('has 256 bits that are written down nowhere', () => {
    const { secret, token } = create(open());
    const bits = secret.slice(`tmo_${token.id}_`.length);
    expect(Buffer.from(bits, 'base64url')).toHaveLength(32);
    const file = join(state, 'tokens.json');
    expect(readFileSync(file, 'utf8')).not.toContain(bits);
    expect(statSync(file).mode & 0o777).toBe(0o600);
  });

  it('does not count once it is revoked, and stays so', () => {
    const book = open();
    const { secret, token } = create(book);
    book.revoke(token.id);
    const reason = { ok: false, reason: 'revoked' };
    expect(book.judge(secret)).toEqual(reason);
    expect(open().judge(secret)).toEqual(reason);
    expect(book.countValid()).toBe(0);
  });

  it('is replaced by one with the same rights and the same end', () => {
    const book = open();
    const old = create(book);
    clock.advance(1_000);
    const fresh = book.rotate(old.token.id);
    expect(book.judge(old.secret)).toEqual({ ok: false, reason: 'revoked' });
    const { scope, agent, expiresAt } = old.token;
    expect(book.judge(fresh.secret)).toMatchObject({ ok: true, token: { scope, agent, expiresAt } });
  });

  it.each([
    [
      'with one character changed',
      (secret: string) => secret.slice(0, -1) + (secret.endsWith('A') ? 'B' : 'A'),
    ],
    ['with the id of another', (secret: string) => secret.replace(/_[0-9a-f]{12}_/, '_000000000000_')],
  ])('is unknown %s', (_, change) => {
    const book = open();
    expect(book.judge(change(create(book).secret))).toEqual({ ok: false, reason: 'unknown' });
  });

  it.each(['', 'undefined', 'tmo_', 'tmo_000000000000_', `tmo_000000000000_${'a'.repeat(44)}`])(
    'cannot look like %j',
    (presented) => expect(open().judge(presented)).toEqual({ ok: false, reason: 'malformed' }),
  );
});

describe('a book of tokens', () => {
  it('does not start with a file that it cannot understand: a revocation could be forgotten', () => {
    mkdirSync(state, { recursive: true });
    writeFileSync(join(state, 'tokens.json'), '{"v":1,"tokens":[{"id":"x"}]}');
    expect(open).toThrow(expect.objectContaining({ code: 'CONFIG' }));
  });

  it('names the next step for an id that it does not know', () => {
    expect(() => open().revoke('000000000000')).toThrow(
      expect.objectContaining({ code: 'NOT_FOUND', field: 'id' }),
    );
  });
});
