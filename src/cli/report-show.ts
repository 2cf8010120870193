import { openClient } from './client.ts';
import type { ReportFormat } from './commands/report.ts';
import type { Context } from './context.ts';
import { layReport, layReportAsMarkdown } from './report-text.ts';

interface ReportRequest {
  since: string;
  team?: string;
  format: ReportFormat;
}

/** A large journal takes a while to read. Milliseconds. */
const TIMEOUT_MS = 60_000;

export async function showReport(context: Context, { since, team, format }: ReportRequest): Promise<void> {
  const { output } = context;
  const filter = { since, ...(team === undefined ? {} : { team }) };
  const report = await openClient(context).call('report.get', filter, { timeoutMs: TIMEOUT_MS });
  if (format === 'json') {
    output.raw(`${JSON.stringify(report, null, 2)}\n`);
    return;
  }
  const now = Date.now();
  output.print(report, () =>
    format === 'markdown' ? layReportAsMarkdown(report, now) : layReport(report, now),
  );
}
