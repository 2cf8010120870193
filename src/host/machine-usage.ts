import { loadavg } from 'node:os';
import type { Usage } from '../model/usage.ts';

/** Load and memory of the machine. The first call tells of the CPU since boot, every other since the one before. */
export async function readMachineUsage(): Promise<Usage['machine']> {
  // Late: it is large, and nothing needs it before the first sample.
  const { default: systeminformation } = await import('systeminformation');
  const [load, memory] = await Promise.all([systeminformation.currentLoad(), systeminformation.mem()]);
  return {
    cpus: load.cpus.length,
    load: loadavg().map((one) => Math.round(one * 100) / 100),
    cpuPercent: Math.round(load.currentLoad * 10) / 10,
    memory: { totalBytes: memory.total, availableBytes: memory.available },
  };
}
