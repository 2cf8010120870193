import { ProcTable } from './proc-table.ts';
import type { ProcessTable } from './processes.ts';
import { PsTable } from './ps-table.ts';

/** The process table of this system. */
export function openProcessTable(): ProcessTable {
  return process.platform === 'linux' ? new ProcTable() : new PsTable();
}
