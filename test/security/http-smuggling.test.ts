import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { exchangeRaw } from '../helpers/control-door.ts';
import { NetworkRoom } from '../helpers/network-room.ts';

let room: NetworkRoom;
beforeAll(async () => {
  room = await NetworkRoom.open();
});
beforeEach(() => {
  room.house.calls = [];
});
afterAll(() => room.close());

const BODY = '{"text":"x"}';
const FIELDS = ['Content-Type: application/json'];

/** A message, with lines of the head and a body as given; behind it the request that is to be smuggled in. */
function write(lines: readonly string[], body: string, lineEnd = '\r\n'): string {
  const head = ['POST /v1/agents/claude-3/messages HTTP/1.1', ...room.as('admin'), ...FIELDS, ...lines];
  const inner = [
    'POST /v1/agents/claude-3/pause HTTP/1.1',
    ...room.as('admin'),
    ...FIELDS,
    'Content-Length: 2',
  ];
  return `${head.join(lineEnd)}${lineEnd}${lineEnd}${body}${inner.join('\r\n')}\r\n\r\n{}`;
}

const LENGTH = `Content-Length: ${BODY.length}`;
const CHUNKED = 'Transfer-Encoding: chunked';
const IN_CHUNKS = `c\r\n${BODY}\r\n0\r\n\r\n`;

/** What it is, lines of the head, the body, and how lines end. */
const CASES: [name: string, lines: string[], body: string, lineEnd?: string][] = [
  ['length and chunks', [LENGTH, CHUNKED], IN_CHUNKS],
  ['chunks and length', [CHUNKED, LENGTH], IN_CHUNKS],
  ['two lengths that differ', [LENGTH, 'Content-Length: 0'], BODY],
  ['two lengths that agree', [LENGTH, LENGTH], BODY],
  ['a list of lengths', [`Content-Length: ${BODY.length}, ${BODY.length}`], BODY],
  ['a negative length', ['Content-Length: -1'], BODY],
  ['a length with a sign', [`Content-Length: +${BODY.length}`], BODY],
  ['a hexadecimal length', ['Content-Length: 0xc'], BODY],
  ['a length in words', ['Content-Length: twelve'], BODY],
  ['an empty length', ['Content-Length: '], BODY],
  ['a length beyond 64 bits', ['Content-Length: 18446744073709551628'], BODY],
  ['two transfer encodings', [CHUNKED, CHUNKED], IN_CHUNKS],
  ['chunked, then identity', ['Transfer-Encoding: chunked, identity'], IN_CHUNKS],
  ['an unknown transfer encoding', ['Transfer-Encoding: xchunked'], IN_CHUNKS],
  ['a transfer encoding with a tab in front of its colon', ['Transfer-Encoding\t: chunked'], IN_CHUNKS],
  ['a transfer encoding with a blank in front of its colon', ['Transfer-Encoding : chunked'], IN_CHUNKS],
  ['a folded transfer encoding', ['Transfer-Encoding:', ' chunked'], IN_CHUNKS],
  ['a header whose line begins with a blank', ['X: y', ' Content-Length: 0', LENGTH], BODY],
  ['a header without a colon', ['Content-Length', LENGTH], BODY],
  ['a header with NUL', [LENGTH, 'X: a\u0000b'], BODY],
  ['a header with a bare carriage return', [LENGTH, 'X: a\rContent-Length: 0'], BODY],
  ['lines that end in a line feed alone', [LENGTH], BODY, '\n'],
  ['a chunk size that is none', [CHUNKED], `zz\r\n${BODY}\r\n0\r\n\r\n`],
  ['a chunk size with a sign', [CHUNKED], `+c\r\n${BODY}\r\n0\r\n\r\n`],
  ['a chunk size with 0x', [CHUNKED], `0xc\r\n${BODY}\r\n0\r\n\r\n`],
  ['a chunk size beyond 64 bits', [CHUNKED], `10000000000000000c\r\n${BODY}\r\n0\r\n\r\n`],
  ['a chunk longer than it says', [CHUNKED], `2\r\n${BODY}\r\n0\r\n\r\n`],
  ['chunks that end in a line feed alone', [CHUNKED], `c\n${BODY}\n0\n\n`],
  ['a negative chunk', [CHUNKED], `-c\r\n${BODY}\r\n0\r\n\r\n`],
];

describe('a request smuggled in behind', () => {
  it.each(CASES)('%s is never performed', async (_, lines, body, lineEnd) => {
    const answers = await exchangeRaw(room.port, write(lines, body, lineEnd), 2);
    expect(room.house.calls.map(({ name }) => name)).not.toContain('pause');
    expect(answers.length).toBeLessThanOrEqual(1);
    for (const { status } of answers) expect(status).toBe(400);
  });

  it('is none where it was sent in order: both are performed', async () => {
    const answers = await exchangeRaw(room.port, write([LENGTH], BODY), 2);
    expect(answers.map(({ status }) => status)).toEqual([200, 200]);
    expect(room.house.calls.map(({ name }) => name).sort()).toEqual(['pause', 'send']);
  });

  it('a request to read brings no content that could be taken for the next one', async () => {
    for (const lines of [['Content-Length: 2'], [CHUNKED]]) {
      for (const method of ['GET', 'DELETE', 'OPTIONS', 'HEAD']) {
        const head = [`${method} /v1/agents/claude-3 HTTP/1.1`, ...room.as('admin'), ...lines];
        const [answer] = await exchangeRaw(room.port, `${head.join('\r\n')}\r\n\r\n{}`);
        if (method !== 'HEAD') expect(answer?.status).toBe(400);
      }
    }
    expect(room.house.calls).toEqual([]);
  });

  it('a refused request is not read either: what was its body is no request', async () => {
    const inner = [
      'POST /v1/agents/claude-3/pause HTTP/1.1',
      ...room.as('admin'),
      ...FIELDS,
      'Content-Length: 2',
    ];
    const body = `${inner.join('\r\n')}\r\n\r\n{}`;
    for (const broken of [
      'Host: evil.test',
      'Origin: null',
      'Content-Type: text/plain',
      'Content-Encoding: gzip',
    ]) {
      const usual = broken.startsWith('Host') ? room.as('admin').slice(1) : room.as('admin');
      const head = [
        ...['POST /v1/agents/claude-3/messages HTTP/1.1', ...usual, broken],
        `Content-Length: ${body.length}`,
      ];
      const answers = await exchangeRaw(room.port, `${head.join('\r\n')}\r\n\r\n${body}`, 2);
      expect(answers).toHaveLength(1);
      expect(answers[0]?.headers.get('connection')).toBe('close');
    }
    expect(room.house.calls).toEqual([]);
  });
});
