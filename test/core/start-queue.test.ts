import { describe, expect, it } from 'vitest';
import { StartQueue } from '../../src/core/start-queue.ts';
import { FakeClock } from '../helpers/fake-clock.ts';

const TIMEOUT_MS = 30_000;

function queueOf(startingMax: number) {
  const clock = new FakeClock();
  const started: string[] = [];
  const start = async (name: string) => void started.push(name);
  const queue = new StartQueue({
    clock,
    startingMax: () => startingMax,
    start,
    timeoutMsOf: () => TIMEOUT_MS,
  });
  return { clock, started, queue };
}

/** Lets the starts that were begun come to their end. */
const settle = () => new Promise((resolve) => setImmediate(resolve));

describe('agents that are brought back', () => {
  it('start few at a time, in the order they came', async () => {
    const { queue, started } = queueOf(2);
    for (const name of ['a', 'b', 'c', 'd']) queue.add(name);
    await settle();
    expect(started).toEqual(['a', 'b']);
    queue.done('b');
    expect(started).toEqual(['a', 'b', 'c']);
    queue.done('a');
    expect(started).toEqual(['a', 'b', 'c', 'd']);
  });

  it('start once, however often they are asked for', async () => {
    const { queue, started } = queueOf(1);
    for (const name of ['a', 'a', 'a', 'b', 'b', 'b']) queue.add(name);
    await settle();
    queue.done('a');
    queue.done('b');
    expect(started).toEqual(['a', 'b']);
    expect(queue.has('b')).toBe(false);
  });

  it('make room for the next when they take too long', async () => {
    const { queue, started, clock } = queueOf(1);
    queue.add('a');
    queue.add('b');
    await settle();
    clock.advance(TIMEOUT_MS - 1);
    expect(started).toEqual(['a']);
    clock.advance(1);
    expect(started).toEqual(['a', 'b']);
  });

  it('are not ended by the time limit of an earlier start', async () => {
    const { queue, clock } = queueOf(1);
    queue.add('a');
    await settle();
    clock.advance(TIMEOUT_MS - 1);
    queue.done('a');
    queue.add('a');
    await settle();
    clock.advance(1);
    expect(queue.has('a')).toBe(true);
  });

  it('keep their own time limit when an earlier start of theirs comes to its end late', async () => {
    const clock = new FakeClock();
    const ends: (() => void)[] = [];
    const start = () => new Promise<void>((end) => ends.push(end));
    const queue = new StartQueue({ clock, startingMax: () => 1, start, timeoutMsOf: () => TIMEOUT_MS });
    queue.add('a');
    queue.done('a');
    queue.add('a');
    ends[0]?.();
    await settle();
    clock.advance(TIMEOUT_MS);
    expect(queue.has('a')).toBe(true);
    ends[1]?.();
    await settle();
    clock.advance(TIMEOUT_MS);
    expect(queue.has('a')).toBe(false);
  });

  it('do not start any more when they are done before their turn', async () => {
    const { queue, started } = queueOf(1);
    for (const name of ['a', 'b', 'c']) queue.add(name);
    queue.done('b');
    await settle();
    queue.done('a');
    expect(started).toEqual(['a', 'c']);
  });

  it('are out of the queue when they are done while they are being started', async () => {
    const { queue } = queueOf(1);
    queue.add('a');
    queue.done('a');
    await settle();
    expect(queue.has('a')).toBe(false);
  });

  it('do not start after the end', async () => {
    const { queue, started, clock } = queueOf(1);
    queue.add('a');
    queue.add('b');
    await settle();
    queue.close();
    clock.advance(TIMEOUT_MS);
    expect(queue.has('a')).toBe(true);
    queue.done('a');
    expect(started).toEqual(['a']);
  });
});
