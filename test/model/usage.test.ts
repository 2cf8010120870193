import { describe, expect, it } from 'vitest';
import { compareTrees, type ProcessUsage, sumTrees } from '../../src/model/usage.ts';

function one(pid: number, parent: number, cpuMs = 10, startTime = 'x'): ProcessUsage {
  return { pid, parent, startTime, cpuMs, rssBytes: 1_000 };
}

describe('what a tree of processes uses', () => {
  it('is the sum of the first process and all below it', () => {
    const list = [one(1, 0), one(10, 1), one(11, 10), one(12, 11), one(20, 1)];
    expect(sumTrees(list, new Map([['ada', 10]])).get('ada')).toEqual({
      ...{ root: '10:x', cpuMs: 30, rssBytes: 3_000, processes: 3 },
    });
  });

  it('is nothing for a process that is gone, and ends where processes lie below each other', () => {
    const sums = sumTrees([one(10, 11), one(11, 10)], new Map([['ada', 10]]).set('bob', 99));
    expect([sums.get('ada')?.processes, sums.has('bob')]).toEqual([2, false]);
  });
});

describe('what was used between two samples', () => {
  const tree = (cpuMs: number, root = '10:x') => ({ root, cpuMs, rssBytes: 5, processes: 1 });

  it('is a share of one core', () => {
    expect(compareTrees(tree(1_000), tree(1_350), 10_000).cpuPercent).toBe(3.5);
    expect(compareTrees(tree(0), tree(20_000), 10_000).cpuPercent).toBe(200);
  });

  it('is not known after the first sample, or for another process', () => {
    expect(compareTrees(undefined, tree(1), 10_000).cpuPercent).toBeNull();
    expect(compareTrees(tree(1, '10:y'), tree(2), 10_000).cpuPercent).toBeNull();
    expect(compareTrees(tree(1), tree(2), 0).cpuPercent).toBeNull();
  });

  it('is never below zero where a child left with its time', () => {
    expect(compareTrees(tree(500), tree(100), 10_000).cpuPercent).toBe(0);
  });
});
