import { cleanLine } from '../base/text.ts';
import { formatDuration, formatLocalTime } from '../base/time-text.ts';
import type { AgentReport, Report } from '../model/report.ts';
import { layColumns } from './column-layout.ts';

/** A report for a terminal, as lines. */
export function layReport(report: Report, now: number): string[] {
  if (report.agents.length === 0) return [...head(report, now), 'no agent did anything in that time'];
  return [...head(report, now), '', ...layColumns([HEADING, ...report.agents.map(cellsOf)])];
}

/** The same as a Markdown document. */
export function layReportAsMarkdown(report: Report, now: number): string[] {
  const [title = '', ...notes] = head(report, now);
  const top = [`# ${title}`, '', ...notes.flatMap((note) => [note, ''])];
  if (report.agents.length === 0) return [...top, 'No agent did anything in that time.'];
  const rows = [HEADING, HEADING.map(() => '---'), ...report.agents.map(cellsOf)];
  return [...top, ...rows.map((row) => `| ${row.map(escapeCell).join(' | ')} |`)];
}

const HEADING = [
  'AGENT',
  'CLI',
  'TIME IN EACH STATE',
  'LONGEST WAIT FOR YOU',
  'MESSAGES',
  'ENDINGS',
  'LIMITS',
];

function head({ since, from, unwatchedMs, until }: Report, now: number): string[] {
  const span = `${formatLocalTime(Date.parse(since), now)} to ${formatLocalTime(Date.parse(until), now)}`;
  const late = from === null || from > since;
  return [
    `Agents from ${span}`,
    ...(from !== null && late ? [`The journal begins at ${formatLocalTime(Date.parse(from), now)}.`] : []),
    ...(unwatchedMs >= 1_000 ? [`No worker ran for ${formatDuration(unwatchedMs)} of it.`] : []),
  ];
}

function cellsOf(agent: AgentReport): string[] {
  return [
    cleanLine(agent.name, 64),
    cleanLine(agent.profile, 32),
    describeStates(agent),
    agent.longestWaitMs < 1_000 ? '-' : formatDuration(agent.longestWaitMs),
    describeMessages(agent),
    describeEndings(agent),
    agent.limits === 0 ? '-' : `${agent.limits} (${formatDuration(agent.limitedMs)})`,
  ];
}

/** The longest first. */
function describeStates({ states }: AgentReport): string {
  const shown = Object.entries(states)
    .filter(([, durationMs]) => durationMs >= 1_000)
    .sort(([, a], [, b]) => b - a)
    .map(([state, durationMs]) => `${cleanLine(state, 12)} ${formatDuration(durationMs)}`);
  return shown.length === 0 ? '-' : shown.join(', ');
}

function describeMessages({ messages }: AgentReport): string {
  const shown = Object.entries(messages).map(([receipt, count]) => `${count} ${cleanLine(receipt, 12)}`);
  return shown.length === 0 ? '-' : shown.join(', ');
}

function describeEndings({ endings, restarts, holds }: AgentReport): string {
  const parts = [
    ...(endings > 0 ? [`${endings} ended`] : []),
    ...(restarts > 0 ? [`${restarts} restarted`] : []),
    ...(holds > 0 ? [`${holds} held`] : []),
  ];
  return parts.length === 0 ? '-' : parts.join(', ');
}

function escapeCell(text: string): string {
  return text.replace(/[\\|`*_<>[\]]/g, (sign) => `\\${sign}`);
}
