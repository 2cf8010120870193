import { request as askHttp, Agent as HttpAgent } from 'node:http';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { z } from 'zod';
import { composeTiming, type TimingWords } from '../../src/model/schedule-timing.ts';
import { Name } from '../../src/operations/fields.ts';
import type { Operation } from '../../src/operations/operation.ts';
import { OPERATIONS } from '../../src/operations/table.ts';
import { commandsTo, PATHS } from '../helpers/hostile-names.ts';
import { NetworkRoom } from '../helpers/network-room.ts';

/** What may hold anything: texts, words of a command line, paths. What becomes of them is tested on a whole worker. */
const FREE = [
  'text',
  'brief',
  'args',
  'env',
  'secretFiles',
  'directory',
  'path',
  'idempotencyKey',
  'cursor',
  'since',
  // Read as times by model/schedule-timing, which takes nothing else.
  ...['cron', 'every', 'at', 'in', 'zone'],
];
const CORPUS = [...new Set([...PATHS, ...commandsTo('/tmp/canary')])];

/** Fields of one word, of all operations. */
const FIELDS = OPERATIONS.flatMap((operation: Operation) =>
  Object.entries(operation.input.shape)
    .filter(([key, schema]) => !FREE.includes(key) && takesText(schema as z.ZodType))
    .map(([key, schema]) => [operation.name, key, schema as z.ZodType] as const),
);

/** Numbers, flags and lists of words do not count: their values are known. */
function takesText(schema: z.ZodType): boolean {
  return ['ada', '7k2m9x4q1a', '%3', '0123456789ab', '01234567', 'a'.repeat(64), '2026-01-01T00:00:00Z'].some(
    (word) => {
      const result = schema.safeParse(word);
      return result.success && result.data === word;
    },
  );
}

/** In some form it is what a name may hold: letters in circles, mathematical ones, the Kelvin sign. */
function looksAscii(character: string): boolean {
  return /[a-z0-9_-]/.test(character.normalize('NFKC').toLowerCase());
}

describe('a name', () => {
  it('is asked for in many places, and the corpus is large', () => {
    expect(FIELDS.length).toBeGreaterThan(40);
    expect(CORPUS.length).toBeGreaterThan(500);
  });

  it.each(FIELDS)('of %s, field %s, is none of the corpus', (_, key, schema) => {
    const taken = CORPUS.filter((word) => schema.safeParse(word).success);
    // The pane of an agent is a percent sign and a number.
    expect(taken.filter((word) => !(key === 'pane' && /^%\d+$/.test(word)))).toEqual([]);
  });

  it('is ASCII, whatever the character and wherever it stands', () => {
    const allowed = /^[a-z0-9_-]$/;
    const wrong: string[] = [];
    for (let code = 0; code <= 0x10ffff; code++) {
      const one = String.fromCodePoint(code);
      if (allowed.test(one) || (code > 0xffff && !looksAscii(one) && code % 31 !== 0)) continue;
      if (Name.safeParse(`a${one}`).success || Name.safeParse(one).success) wrong.push(code.toString(16));
    }
    expect(wrong).toEqual([]);
  });

  it.each(['NFC', 'NFD', 'NFKC', 'NFKD'])('that was allowed is itself in %s, and in lower case', (form) => {
    for (const word of ['a', 'a-b_c', '0', 'a'.repeat(64)]) {
      expect(Name.safeParse(word).success).toBe(true);
      expect(word.normalize(form).toLowerCase()).toBe(word);
    }
  });
});

describe('a time', () => {
  it.each(['cron', 'every', 'at', 'in'] as const)('in the field %s is none of the corpus', (field) => {
    const taken = CORPUS.filter((word) => isTiming({ [field]: word }));
    expect(taken).toEqual([]);
  });

  it('is in no zone of the corpus', () => {
    expect(isTiming({ cron: '0 9 * * *', zone: 'UTC' })).toBe(true);
    expect(CORPUS.filter((zone) => isTiming({ cron: '0 9 * * *', zone }))).toEqual([]);
  });
});

function isTiming(words: TimingWords): boolean {
  try {
    composeTiming(words, { now: 0, zone: 'UTC' });
    return true;
  } catch (error) {
    expect(error).toMatchObject({ code: 'INVALID' });
    return false;
  }
}

describe('a name in an address', () => {
  let room: NetworkRoom;
  const agent = new HttpAgent({ keepAlive: true, maxSockets: 4 });
  beforeAll(async () => {
    room = await NetworkRoom.open();
  });
  afterAll(async () => {
    agent.destroy();
    await room.close();
  });

  const ask = (method: string, path: string) =>
    new Promise<{ status: number; body: string }>((resolve, reject) => {
      const headers = {
        authorization: `Bearer ${room.tokens.admin}`,
        ...(method === 'POST' ? { 'content-type': 'application/json', 'content-length': 2 } : {}),
      };
      const request = askHttp(
        { port: room.port, host: '127.0.0.1', agent, method, path, headers },
        (answer) => {
          let body = '';
          answer.setEncoding('utf8').on('data', (part) => {
            body += part;
          });
          answer.on('end', () => resolve({ status: answer.statusCode ?? 0, body }));
        },
      );
      request.on('error', reject).end(method === 'POST' ? '{}' : undefined);
    });

  it.each([
    ['GET', '/v1/agents/NAME'],
    ['GET', '/v1/roles/NAME'],
    ['DELETE', '/v1/agents/NAME'],
    ['POST', '/v1/agents/NAME/pause'],
  ])('reaches nothing by %s %s, in whatever coding', async (method, path) => {
    const codings = CORPUS.flatMap((word) => [
      encodeURIComponent(word),
      Buffer.from(word).toString('hex').replace(/../g, '%$&'),
    ]);
    const wrong: string[] = [];
    for (let i = 0; i < codings.length; i += 4) {
      await Promise.all(
        codings.slice(i, i + 4).map(async (coded) => {
          const { status, body } = await ask(method, path.replace('NAME', coded));
          if (![400, 404, 405, 431].includes(status)) wrong.push(`${status} ${coded.slice(0, 80)}`);
          if (body.includes('root:')) wrong.push(coded);
        }),
      );
    }
    expect(wrong).toEqual([]);
    expect(room.house.calls).toEqual([]);
    expect(room.unexpected).toEqual([]);
  });
});
