import fc from 'fast-check';
import type { z } from 'zod';
import { SCOPES, type Scope } from '../../src/model/scope.ts';
import type { Operation } from '../../src/operations/operation.ts';
import { OPERATIONS } from '../../src/operations/table.ts';

export interface RandomRequest {
  operation: Operation;
  scope: Scope;
  method: string;
  target: string;
  headers: string[];
  body: string | undefined;
}

/** Words that have broken something somewhere. */
const NASTY = [
  ...[
    '',
    '..',
    'a%00b',
    '%',
    'constructor',
    '__proto__',
    'toString',
    'claude-3',
    'ada',
    '$(id)',
    '#(id)',
    ';',
    '"',
  ],
  ...[
    "'",
    '\u0000',
    '\u{1f600}',
    'ſ',
    '⁄',
    '-1',
    '1e309',
    'NaN',
    '%s',
    '\ud800',
    'x'.repeat(5_000),
    '0',
    'null',
  ],
];
const word = fc.oneof(
  fc.constantFrom(...NASTY),
  fc.string({ maxLength: 40 }),
  fc.string({ unit: 'binary', maxLength: 20 }),
);

/** Values that fields of all operations take. */
const GOOD: readonly unknown[] = [
  ...[
    'claude-3',
    'ada',
    '/tmp',
    '/',
    '%3',
    '7k2m9x4q1a',
    '0123456789ab',
    '01234567',
    'idle',
    'idle,busy',
    'read',
    'admin',
  ],
  ...[
    'x',
    true,
    false,
    'true',
    0,
    1,
    5,
    60_000,
    '5',
    [],
    ['x'],
    {},
    { A: 'x' },
    'approve',
    'ask',
    'urgent',
    'submitted',
  ],
  ...['a'.repeat(64), '2026-01-01T00:00:00Z', null, { mode: 'never' }],
];

const junk = fc.oneof(word, fc.jsonValue({ maxDepth: 6 }), fc.integer(), fc.double());

/** Which of the good values a field takes, found out once. */
function goodFor(schema: z.ZodType): readonly unknown[] {
  const taken = GOOD.filter((value) => schema.safeParse(value).success);
  return taken.length > 0 ? taken : GOOD;
}

/** Inputs near what an operation takes: most fields right, some left out, some wrong, some unknown. */
function inputOf({ input }: Operation): fc.Arbitrary<Record<string, unknown>> {
  const fields = Object.entries(input.shape).map(([name, schema]) => {
    const good = fc.constantFrom(...goodFor(schema as z.ZodType));
    const value = fc.oneof(
      { arbitrary: good, weight: 8 },
      { arbitrary: fc.constant(undefined), weight: 3 },
      { arbitrary: junk, weight: 1 },
    );
    return [name, value] as const;
  });
  const known = fc.record(Object.fromEntries(fields)) as fc.Arbitrary<Record<string, unknown>>;
  const more = fc.oneof(
    { arbitrary: fc.constant({}), weight: 9 },
    { arbitrary: fc.dictionary(word, junk, { maxKeys: 3 }), weight: 1 },
  );
  return fc.tuple(known, more).map(([some, others]) => ({ ...some, ...others }));
}

/** Not all values that JSON knows can be made a string of. */
function textOf(value: unknown): string {
  return typeof value === 'object' ? JSON.stringify(value) : String(value);
}

/** Half of the time as it should be, else as it is, short of what would end the line. */
function encode(text: string): string {
  if (text.length % 2 === 1) return text.replace(/[^\x21-\x7e]/g, '');
  return encodeURIComponent(text.replace(/\p{Cs}/gu, ''));
}

const once = <T>(value: T, other: fc.Arbitrary<T>, weight = 19) =>
  fc.oneof({ arbitrary: fc.constant(value), weight }, { arbitrary: other, weight: 1 });

/** A request for an operation, now and then bent in one way or another. */
function requestFor(operation: Operation): fc.Arbitrary<RandomRequest> {
  return fc
    .record({
      input: inputOf(operation),
      scope: fc.constantFrom(...SCOPES, 'admin', 'admin', 'admin'),
      method: once<string>(
        operation.method,
        fc.constantFrom('GET', 'POST', 'DELETE', 'PUT', 'PATCH', 'OPTIONS'),
      ),
      tail: once(
        '',
        fc.constantFrom('/', '//', '/x', '?', '?%', '?a&a=&=b', '/..;/', '?x=%ff', '?__proto__=x'),
      ),
      body: once<string | undefined>(
        undefined,
        fc.oneof(word, fc.json(), fc.constantFrom('{', '[]', 'null', '1')),
      ),
      header: once(
        '',
        fc.constantFrom(
          'Origin: x',
          'Idempotency-Key: x',
          'Idempotency-Key: ',
          'Accept: text/html',
          'Range: bytes=0-1',
          'If-Match: x',
          'TE: trailers',
          'Tmux-Orchestrator-Pid: x',
          'X-HTTP-Method-Override: PUT',
        ),
      ),
    })
    .map(({ input, scope, method, tail, body, header }) => {
      const rest = { ...input, ...(/wait$/.test(operation.name) ? { timeoutMs: 0 } : {}) } as Record<
        string,
        unknown
      >;
      const path = operation.path.replace(/\{(\w+)\}/g, (_, name: string) => {
        const value = textOf(rest[name] ?? 'x');
        delete rest[name];
        return encode(value) || 'x';
      });
      const all = Object.entries(rest).filter(([, value]) => value !== undefined);
      const query = all.map(([name, value]) => `${encode(name)}=${encode(textOf(value))}`).join('&');
      const isPost = method === 'POST';
      const content = isPost ? (body ?? JSON.stringify(Object.fromEntries(all))) : undefined;
      const target = `/v1${path}${tail}${isPost || query === '' ? '' : `${tail.includes('?') ? '&' : '?'}${query}`}`;
      return { operation, scope, method, target, headers: header === '' ? [] : [header], body: content };
    });
}

export const randomRequest: fc.Arbitrary<RandomRequest> = fc.oneof(...OPERATIONS.map(requestFor));
