import type { AgentUsage, Usage } from '../model/usage.ts';
import { readUsage } from '../store/state-files.ts';

/** An older sample tells of another time: its worker has ended. Milliseconds. */
const FRESH_MS = 30_000;

/** The last sample of what agents use, unless it is old. */
export function readFreshUsage(runtime: string, now: number): Usage | undefined {
  const usage = readUsage(runtime);
  return usage !== undefined && now - Date.parse(usage.at) < FRESH_MS ? usage : undefined;
}

export function describeMachine({ machine, worker }: Usage): string {
  const { cpus, load, memory } = machine;
  const free = `${formatBytes(memory.availableBytes)} of ${formatBytes(memory.totalBytes)} free`;
  const own = [describeCpu(worker), describeMemory(worker)].filter((one) => one !== '').join(' and ');
  return `load ${load.join(' ')} on ${cpus} cores · memory ${free} · the worker uses ${own}`;
}

/** Of one core: `3.5%`. */
export function describeCpu(usage: AgentUsage | undefined): string {
  const percent = usage?.cpuPercent ?? null;
  if (percent === null) return '';
  return `${percent >= 10 ? Math.round(percent) : percent}%`;
}

export function describeMemory(usage: AgentUsage | undefined): string {
  return usage === undefined ? '' : formatBytes(usage.rssBytes);
}

const UNITS = ['KiB', 'MiB', 'GiB', 'TiB'] as const;

function formatBytes(bytes: number): string {
  let value = bytes / 1_024;
  let unit = 0;
  for (; value >= 1_000 && unit < UNITS.length - 1; unit++) value /= 1_024;
  return `${value >= 10 || unit === 0 ? Math.round(value) : Math.round(value * 10) / 10} ${UNITS[unit]}`;
}
