import { closeSync, openSync, readFileSync, readSync } from 'node:fs';
import { readdir } from 'node:fs/promises';
import { setImmediate } from 'node:timers/promises';
import { execa } from 'execa';
import { hasErrorCode } from '../base/errors.ts';
import type { ProcessUsage } from '../model/usage.ts';

/** Processes read between two turns of the event loop: less than a millisecond. */
const CHUNK = 50;
/** A machine with more processes is in trouble of another kind; the rest is left out. */
const PROCESSES_MAX = 20_000;
/** Linux shows times in units of 1/100 s to programs (proc(5), USER_HZ). */
const MS_PER_TICK = 10;
const LOST_OR_FORBIDDEN = ['ENOENT', 'ESRCH', 'EACCES', 'EPERM'];

/** What all processes of the machine have used so far. One read each on Linux, without starting a process; elsewhere one ps(1). */
export function listProcessUsage(): Promise<ProcessUsage[]> {
  return process.platform === 'linux' ? listFromProc() : listFromPs();
}

async function listFromProc(): Promise<ProcessUsage[]> {
  const pids = (await readdir('/proc')).filter((name) => /^\d+$/.test(name)).slice(0, PROCESSES_MAX);
  const pageBytes = readPageBytes();
  const buffer = Buffer.alloc(4_096);
  const found: ProcessUsage[] = [];
  for (let i = 0; i < pids.length; i += CHUNK) {
    for (const pid of pids.slice(i, i + CHUNK)) {
      const line = readStat(pid, buffer);
      if (line !== undefined) found.push(parseStat(Number(pid), line, pageBytes));
    }
    await setImmediate();
  }
  return found;
}

function readStat(pid: string, buffer: Buffer): string | undefined {
  let file: number | undefined;
  try {
    file = openSync(`/proc/${pid}/stat`, 'r');
    return buffer.toString('latin1', 0, readSync(file, buffer));
  } catch (error) {
    if (hasErrorCode(error, ...LOST_OR_FORBIDDEN)) return undefined;
    throw error;
  } finally {
    if (file !== undefined) closeSync(file);
  }
}

/** proc(5). The name stands in brackets and may hold anything: what counts begins behind the last one. */
export function parseStat(pid: number, line: string, pageBytes: number): ProcessUsage {
  const fields = line.slice(line.lastIndexOf(')') + 2).split(' ');
  const number = (field: number) => Number(fields[field - 3] ?? 0);
  return {
    pid,
    parent: number(4),
    startTime: fields[19] ?? '',
    cpuMs: (number(14) + number(15) + number(16) + number(17)) * MS_PER_TICK,
    rssBytes: Math.max(0, number(24)) * pageBytes,
  };
}

const AT_PAGESZ = 6n;

/** From the auxiliary vector of this process: pairs of words, see getauxval(3). */
function readPageBytes(): number {
  const words = readFileSync('/proc/self/auxv');
  for (let i = 0; i + 16 <= words.length; i += 16) {
    if (words.readBigUInt64LE(i) === AT_PAGESZ) return Number(words.readBigUInt64LE(i + 8));
  }
  return 4_096;
}

const LIST = ['-A', '-o', 'pid=,ppid=,time=,rss=,lstart='];
const ROW = /^\s*(\d+)\s+(\d+)\s+(?:(\d+)-)?(?:(\d+):)?(\d+):(\d+(?:\.\d+)?)\s+(\d+)\s+(.*)$/;

async function listFromPs(): Promise<ProcessUsage[]> {
  const env = { PATH: process.env.PATH, LC_ALL: 'C' };
  const { stdout } = await execa('ps', LIST, { env, extendEnv: false, timeout: 5_000 });
  return stdout.split('\n').flatMap(parsePsRow);
}

/** `  12   1   1:02.50  10240 Mon Nov 23 05:00:00 2026`: pid, parent, CPU time, KiB, start. */
export function parsePsRow(row: string): ProcessUsage[] {
  const match = ROW.exec(row);
  if (match === null) return [];
  const [, pid, parent, days = 0, hours = 0, minutes, seconds, kilobytes, startTime = ''] = match;
  const wholeMinutes = (Number(days) * 24 + Number(hours)) * 60 + Number(minutes);
  const cpuMs = Math.round(wholeMinutes * 60_000 + Number(seconds) * 1_000);
  const rssBytes = Number(kilobytes) * 1_024;
  return [{ pid: Number(pid), parent: Number(parent), startTime: startTime.trim(), cpuMs, rssBytes }];
}
