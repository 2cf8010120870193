import { z } from 'zod';

const Percent = z.number().min(0).describe('of one core: 200 are two');
const Bytes = z.number().int().min(0);

const AgentUsageSchema = z.object({
  cpuPercent: Percent.nullable().describe('null until it was measured twice'),
  rssBytes: Bytes.describe('resident memory; what processes share is counted for each'),
  processes: z.int().describe('in its pane'),
});

/** `usage.json` in the runtime directory. Fields may be added within a version. */
export const UsageSchema = z.object({
  v: z.literal(1),
  at: z.iso.datetime(),
  machine: z.object({
    cpus: z.int(),
    load: z.array(z.number()).describe('mean over 1, 5 and 15 minutes'),
    cpuPercent: z.number().describe('of all cores together: 100 at most'),
    memory: z.object({ totalBytes: Bytes, availableBytes: Bytes }),
  }),
  worker: AgentUsageSchema,
  agents: z.record(z.string(), AgentUsageSchema),
});

export type Usage = z.infer<typeof UsageSchema>;
export type AgentUsage = z.infer<typeof AgentUsageSchema>;

/** One process as the kernel counts it. */
export interface ProcessUsage {
  pid: number;
  parent: number;
  /** Only compared for equality. */
  startTime: string;
  /** Milliseconds of CPU it has used, with those of its children that have ended. */
  cpuMs: number;
  rssBytes: number;
}

/** What a process and all below it have used so far. */
export interface TreeUsage {
  /** Names the first process for ever. */
  root: string;
  cpuMs: number;
  rssBytes: number;
  processes: number;
}

/** Sums up each tree whose first process is given. A process that is gone gives none. */
export function sumTrees<K>(
  processes: readonly ProcessUsage[],
  roots: ReadonlyMap<K, number>,
): Map<K, TreeUsage> {
  const byPid = new Map(processes.map((one) => [one.pid, one]));
  const children = new Map<number, ProcessUsage[]>();
  for (const one of processes) {
    const siblings = children.get(one.parent);
    if (siblings === undefined) children.set(one.parent, [one]);
    else siblings.push(one);
  }
  const sums = new Map<K, TreeUsage>();
  for (const [name, pid] of roots) {
    const root = byPid.get(pid);
    if (root !== undefined) sums.set(name, sumTree(root, children));
  }
  return sums;
}

/** The list was not made in one moment: by a pid that was used again meanwhile, a process could be below itself. */
function sumTree(root: ProcessUsage, children: ReadonlyMap<number, readonly ProcessUsage[]>): TreeUsage {
  const sum = { root: `${root.pid}:${root.startTime}`, cpuMs: 0, rssBytes: 0, processes: 0 };
  const seen = new Set<number>();
  for (const left = [root]; left.length > 0; ) {
    const one = left.pop();
    if (one === undefined || seen.has(one.pid)) continue;
    seen.add(one.pid);
    sum.cpuMs += one.cpuMs;
    sum.rssBytes += one.rssBytes;
    sum.processes++;
    left.push(...(children.get(one.pid) ?? []));
  }
  return sum;
}

/** What was used between two samples. A child that left its tree takes its time with it: never below zero. */
export function compareTrees(before: TreeUsage | undefined, now: TreeUsage, passedMs: number): AgentUsage {
  const { rssBytes, processes } = now;
  if (before?.root !== now.root || passedMs <= 0) return { cpuPercent: null, rssBytes, processes };
  const share = Math.max(0, now.cpuMs - before.cpuMs) / passedMs;
  return { cpuPercent: Math.round(share * 1_000) / 10, rssBytes, processes };
}
