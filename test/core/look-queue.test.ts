import { describe, expect, it } from 'vitest';
import { LookQueue } from '../../src/core/look-queue.ts';
import type { PaneId } from '../../src/tmux/quoting.ts';
import { FakeClock } from '../helpers/fake-clock.ts';

function makeQueue() {
  const clock = new FakeClock();
  const looks: [PaneId, number][] = [];
  const finish: (() => void)[] = [];
  const queue = new LookQueue({
    clock,
    look: (pane) => {
      looks.push([pane, clock.now()]);
      return new Promise((resolve) => finish.push(resolve));
    },
  });
  /** Ends the looks under way. */
  const settle = async () => {
    for (const one of finish.splice(0)) one();
    await Promise.resolve();
    await Promise.resolve();
  };
  return { clock, queue, looks, settle };
}

describe('the queue of looks', () => {
  it('looks at a quiet pane that stirs within a few milliseconds', () => {
    const { clock, queue, looks } = makeQueue();
    clock.advance(10_000);
    queue.request('%1');
    clock.advance(20);
    expect(looks).toHaveLength(1);
  });

  it('looks at a pane that writes all the time no more often than every 400 ms', async () => {
    const { clock, queue, looks, settle } = makeQueue();
    for (let i = 0; i < 1_000; i++) {
      queue.request('%1');
      clock.advance(10);
      await settle();
    }
    expect(looks.length).toBeGreaterThan(20);
    expect(looks.length).toBeLessThanOrEqual(26);
  });

  it('looks less often at each of many busy panes, but never less than twice a second', async () => {
    const { clock, queue, looks, settle } = makeQueue();
    const panes = Array.from({ length: 20 * 24 }, (_, i) => `%${i}` as PaneId);
    for (let i = 0; i < 500; i++) {
      for (const pane of panes) queue.request(pane);
      clock.advance(10);
      for (let n = 0; n < 25; n++) await settle();
    }
    const ofOne = looks.filter(([pane]) => pane === '%5').map(([, at]) => at);
    const gaps = ofOne.slice(6).map((at, i) => at - (ofOne[i + 5] ?? 0));
    expect(Math.min(...gaps)).toBeGreaterThanOrEqual(500);
    expect(Math.max(...gaps)).toBeLessThan(600);
  });

  it('looks once more when something was written during a look', async () => {
    const { clock, queue, looks, settle } = makeQueue();
    queue.request('%1');
    clock.advance(20);
    queue.request('%1');
    expect(looks).toHaveLength(1);
    await settle();
    clock.advance(500);
    expect(looks).toHaveLength(2);
  });

  it('brings a later look forward when the pane stirs before', () => {
    const { clock, queue, looks } = makeQueue();
    clock.advance(10_000);
    queue.request('%1', 300);
    queue.request('%1');
    clock.advance(20);
    expect(looks).toHaveLength(1);
    clock.advance(400);
    expect(looks).toHaveLength(1);
  });

  it('forgets a pane that is gone', () => {
    const { clock, queue, looks } = makeQueue();
    queue.request('%1');
    queue.forget('%1');
    clock.advance(1_000);
    expect(looks).toEqual([]);
  });
});
