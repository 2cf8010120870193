import { execaSync } from 'execa';
import type { ProcessNode } from '../model/observation.ts';
import type { ProcessTable } from './processes.ts';

interface Row {
  node: ProcessNode;
  parent: number;
  startedAt: number;
}

/** One listing serves all questions for this long: a round over many panes costs one process. Milliseconds. */
const LISTING_LASTS_MS = 1_000;
const LIST = ['-A', '-o', 'pid=,ppid=,stat=,lstart=,args='];
/** pid, ppid, stat, a start time of five words such as `Sun Nov 22 22:30:59 2026`, arguments. */
const ROW = /^\s*(\d+)\s+(\d+)\s+(\S+)\s+(\S+\s+\S+\s+\d+\s+[\d:]+\s+\d{4})\s(.*)$/;

/** The process table of systems without /proc (macOS, BSD), read with ps(1). Arguments come joined by spaces. */
export class PsTable implements ProcessTable {
  #listing: { at: number; rows: Map<number, Row> } = { at: 0, rows: new Map() };

  readTree(pid: number): ProcessNode | undefined {
    const rows = this.#list();
    const root = rows.get(pid)?.node;
    if (root === undefined) return undefined;
    for (const { node } of rows.values()) node.children = [];
    for (const { node, parent } of rows.values()) rows.get(parent)?.node.children.push(node);
    return root;
  }

  readNode(pid: number): ProcessNode | undefined {
    const node = this.#list().get(pid)?.node;
    return node && { ...node, children: [] };
  }

  readParent(pid: number): number | undefined {
    return this.#list().get(pid)?.parent;
  }

  startedAt(node: ProcessNode): number | undefined {
    const startedAt = Date.parse(node.startTime ?? '');
    return Number.isNaN(startedAt) ? undefined : startedAt;
  }

  /** Environments of others are not shown reliably. */
  readVariable(_pid: number, name: string): string | undefined {
    return name === 'HOME' ? process.env.HOME : undefined;
  }

  #list(): Map<number, Row> {
    const now = Date.now();
    if (now - this.#listing.at > LISTING_LASTS_MS) {
      const { stdout } = execaSync('ps', LIST, {
        env: { PATH: process.env.PATH, LC_ALL: 'C' },
        extendEnv: false,
      });
      this.#listing = { at: now, rows: new Map(stdout.split('\n').flatMap(readRow)) };
    }
    return this.#listing.rows;
  }
}

function readRow(line: string): [number, Row][] {
  const match = ROW.exec(line);
  if (match === null) return [];
  const [, pid, parent, stat = '', startTime = '', args = ''] = match;
  const node: ProcessNode = {
    pid: Number(pid),
    startTime,
    stat,
    comm: args.split(' ')[0] ?? '',
    argv: args.split(' '),
    children: [],
  };
  return [[Number(pid), { node, parent: Number(parent), startedAt: Date.parse(startTime) }]];
}
