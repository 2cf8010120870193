import type { AuditRecord } from '../model/audit.ts';
import { openClient } from './client.ts';
import { layColumns } from './column-layout.ts';
import type { Context } from './context.ts';
import { showValue } from './shown-value.ts';

/** `since`: milliseconds back from now. */
export async function listAudit(
  context: Context,
  { since, limit }: { since?: number; limit?: number },
): Promise<void> {
  const { records } = await openClient(context).call('audit.list', {
    ...(limit === undefined ? {} : { limit }),
    ...(since === undefined ? {} : { since: new Date(Date.now() - since).toISOString() }),
  });
  context.output.print({ records }, () => layColumns(records.map(layRecord)));
}

function layRecord({ at, by, token, door, operation, target, result }: AuditRecord): string[] {
  const who = token === null ? by.name : `${by.name} (token ${token})`;
  return [at, who, door, operation, target === null ? '-' : showValue(target), result];
}
