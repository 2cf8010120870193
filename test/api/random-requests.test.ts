import fc from 'fast-check';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { OPERATIONS } from '../../src/operations/table.ts';
import { type ControlDoor, exchangeRaw, openControlDoor, writeRaw } from '../helpers/control-door.ts';

let door: ControlDoor;
beforeAll(async () => {
  door = await openControlDoor();
});
afterAll(() => door.close());

/** Words that have broken something somewhere. */
const NASTY = [
  ...['', '..', '%2e%2e', 'a%00b', '%ff', '%', 'constructor', '__proto__', 'toString', 'claude-3', '%253'],
  ...['$(id)', '#(id)', ';', "'", '"', '\\u0000', '\u{1f600}', 'ſ', '⁄', '𝖆', '-1', '1e309', 'NaN', '%s'],
];
const word = fc.oneof(fc.constantFrom(...NASTY), fc.string({ maxLength: 80 }), fc.string({ unit: 'binary' }));
const key = fc.oneof(
  fc.constantFrom(...new Set(OPERATIONS.flatMap(({ input }) => Object.keys(input.shape)))),
  word,
);
const value = fc.oneof(
  word,
  fc.constantFrom('claude-3', '/', 'idle', true, null, 1),
  fc.jsonValue({ maxDepth: 25 }),
);
/** Some that are as they should be, so that not all ends at the schema. */
const GOOD = [
  {},
  { text: 'x' },
  { name: 'ada', directory: '/' },
  { name: 'ada' },
  { to: 'ada' },
  { all: true, text: 'x' },
];
const fields = fc.oneof(fc.constantFrom(...GOOD), fc.dictionary(key, value, { maxKeys: 8 }));

/** A place of the table with its names filled in by anything, and now and then bent. */
const request = fc
  .record({
    operation: fc.constantFrom(...OPERATIONS),
    method: fc.option(fc.constantFrom('GET', 'POST', 'DELETE', 'PUT', 'PATCH', 'OPTIONS'), {
      freq: 4,
    }),
    names: fc.array(fc.oneof(fc.constantFrom('claude-3', '7k2m9x4q1a', '%3'), word), {
      minLength: 2,
      maxLength: 2,
    }),
    fields,
    tail: fc.constantFrom(
      '',
      '',
      '',
      '',
      '',
      '',
      '',
      '',
      '/',
      '//',
      '/x',
      '?',
      '#',
      '?%',
      '?a&a=&=b',
      '/..;/',
    ),
    body: fc.oneof(
      { arbitrary: fc.constant(undefined), weight: 6 },
      { arbitrary: fc.string({ unit: 'binary' }), weight: 1 },
    ),
    header: fc.constantFrom(
      '',
      '',
      '',
      'Origin: x',
      'Tmux-Orchestrator-Pid: x',
      'Tmux-Orchestrator-Pid: 5',
      'X-HTTP-Method-Override: PUT',
    ),
  })
  .map(({ operation, method, names, fields: rest, tail, body, header }) => {
    const left = [...names];
    const path = operation.path.replace(/\{\w+\}/g, () => encode(left.pop() ?? ''));
    const used = method ?? operation.method;
    // Waits that are well formed would take their time.
    const all = Object.entries({ ...rest, ...(operation.name.endsWith('wait') ? { timeoutMs: 0 } : {}) });
    const query = all
      .map(
        ([name, one]) =>
          `${encode(name)}=${encode(typeof one === 'object' ? JSON.stringify(one) : String(one))}`,
      )
      .join('&');
    const content = used === 'POST' ? (body ?? JSON.stringify(Object.fromEntries(all))) : undefined;
    const target = `/v1${path}${tail}${used === 'POST' ? '' : `?${query}`}`;
    const type =
      content === undefined
        ? []
        : ['Content-Type: application/json', `Content-Length: ${Buffer.byteLength(content)}`];
    const headers = ['Host: localhost', 'Connection: close', ...type, ...(header === '' ? [] : [header])];
    return writeRaw({ method: used, target, headers, body: content });
  });

/** Half of the time as it should be, else as it is, short of what would end the line. */
function encode(text: string): string {
  return text.length % 2 === 0
    ? encodeURIComponent(text.replace(/\p{Cs}/gu, ''))
    : text.replace(/[\s\u0000-\u001f]/g, '');
}

it('answers 1,000 random requests, none of them with a failure of its own', async () => {
  const seen = new Map<number, number>();
  await fc.assert(
    fc.asyncProperty(request, async (bytes) => {
      const [answer] = await exchangeRaw(door.path, bytes);
      const status = answer?.status ?? 0;
      seen.set(status, (seen.get(status) ?? 0) + 1);
      expect(status).toBeGreaterThanOrEqual(200);
      expect(status).toBeLessThan(500);
    }),
    { numRuns: 1_000 },
  );
  expect(door.unexpected).toEqual([]);
  // The requests must get far enough to prove anything.
  for (const status of [200, 400, 403, 404, 405]) expect(seen.get(status)).toBeDefined();
});
