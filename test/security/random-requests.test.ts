import fc from 'fast-check';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { z } from 'zod';
import type { Operation } from '../../src/operations/operation.ts';
import { OPERATIONS } from '../../src/operations/table.ts';
import { type RawAnswer, writeRaw } from '../helpers/control-door.ts';
import { KeptConnection } from '../helpers/kept-connection.ts';
import { NetworkRoom } from '../helpers/network-room.ts';
import { type RandomRequest, randomRequest } from '../helpers/random-request.ts';

const REQUESTS = 100_000;
const BATCH = 4_000;
const LANES = 8;
/** Of the whole run; with it the same requests are made again. */
const SEED = Number(process.env.TMO_SEED ?? Date.now() % 2 ** 31);

const Problem = z.strictObject({
  type: z.literal('about:blank'),
  title: z.string().min(1),
  status: z.int().min(400).max(499),
  detail: z.string().min(1),
  code: z.string().min(1),
  hint: z.string().optional(),
  errors: z.array(z.strictObject({ pointer: z.string().startsWith('#'), detail: z.string() })).optional(),
});

let room: NetworkRoom;
beforeAll(async () => {
  room = await NetworkRoom.open();
});
afterAll(() => room.close());

const write = ({ scope, method, target, headers, body }: RandomRequest) => {
  const content = body?.toString() ?? undefined;
  const length =
    content === undefined
      ? []
      : ['Content-Type: application/json', `Content-Length: ${Buffer.byteLength(content)}`];
  return writeRaw({ method, target, headers: room.as(scope, ...headers, ...length), body: content });
};

/** What is wrong with an answer, if anything is. */
function findFault(request: RandomRequest, answer: RawAnswer | undefined): string | undefined {
  if (answer === undefined) return 'no answer';
  const { status, headers, body } = answer;
  if (headers.get('x-content-type-options') !== 'nosniff') return 'security headers are missing';
  const value = JSON.parse(body);
  if (status !== 200) {
    const isProblem =
      headers.get('content-type') === 'application/problem+json' && Problem.safeParse(value).success;
    return isProblem && value.status === status ? undefined : `${status} without a problem document: ${body}`;
  }
  // What was bent may have become a request for another operation.
  const candidates = [request.operation, ...OPERATIONS.filter(({ method }) => method === request.method)];
  const fits = candidates.some((operation: Operation) => operation.output.safeParse(value).success);
  return fits ? undefined : `the output is none of ${request.operation.name}: ${body.slice(0, 300)}`;
}

it(`answers 100,000 random requests (seed ${SEED}), none of them with a failure of its own`, async () => {
  const lanes = Array.from({ length: LANES }, () => new KeptConnection(room.port));
  const seen = new Map<number, number>();
  const reached = new Set<string>();
  for (let done = 0; done < REQUESTS; done += BATCH) {
    const requests = fc.sample(randomRequest, { numRuns: BATCH, seed: SEED + done });
    let next = 0;
    await Promise.all(
      lanes.map(async (lane) => {
        while (next < requests.length) {
          const request = requests[next++];
          if (request === undefined) continue;
          const answer = await lane.ask(write(request));
          const fault = findFault(request, answer);
          if (fault !== undefined)
            expect.fail(`${fault}\n${JSON.stringify({ ...request, operation: request.operation.name })}`);
          const status = answer?.status ?? 0;
          seen.set(status, (seen.get(status) ?? 0) + 1);
          if (status === 200) reached.add(request.operation.name);
        }
      }),
    );
    room.house.calls.length = 0;
    room.audited.length = 0;
    room.house.known.delete('ada');
  }
  for (const lane of lanes) lane.close();
  expect(room.unexpected).toEqual([]);
  expect([...seen.values()].reduce((sum, count) => sum + count, 0)).toBe(REQUESTS);
  // The requests must get far enough to prove anything: nearly all that a token may ask for was performed.
  for (const status of [200, 400, 403, 404, 405, 409]) expect(seen.get(status)).toBeGreaterThan(10);
  const open = OPERATIONS.filter((operation: Operation) => !operation.socketOnly).map(({ name }) => name);
  expect(open.filter((name) => reached.has(name)).length).toBeGreaterThan(0.8 * open.length);
}, 600_000);
