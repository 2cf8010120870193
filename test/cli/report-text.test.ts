import { describe, expect, it } from 'vitest';
import { layReport, layReportAsMarkdown } from '../../src/cli/report-text.ts';
import type { AgentReport, Report } from '../../src/model/report.ts';

const NOW = Date.parse('2026-11-23T12:00:00Z');
const MINUTE = 60_000;

function report(change: Partial<Report> = {}, agent: Partial<AgentReport> = {}): Report {
  const counts = { starts: 1, restarts: 2, endings: 2, holds: 1, limits: 1 };
  const times = { limitedMs: 30 * MINUTE, longestWaitMs: 12 * MINUTE };
  const states = { idle: 20 * MINUTE, busy: 400 * MINUTE, draft: 10 };
  const messages = { accepted: 3, answered: 2 };
  return {
    since: new Date(NOW - 480 * MINUTE).toISOString(),
    until: new Date(NOW).toISOString(),
    from: new Date(NOW - 1000 * MINUTE).toISOString(),
    unwatchedMs: 0,
    agents: [{ name: 'ada', profile: 'claude', states, messages, ...counts, ...times, ...agent }],
    ...change,
  };
}

describe('a report', () => {
  it('is a table for people, the longest state first', () => {
    expect(layReport(report(), NOW).at(-1)).toBe(
      'ada    claude  busy 6 h 40 min, idle 20 min  12 min                3 accepted, 2 answered  2 ended, 2 restarted, 1 held  1 (30 min)',
    );
  });

  it('says what is not known: an earlier time than the journal tells of, and time without a worker', () => {
    const lines = layReport(report({ from: new Date(NOW - MINUTE).toISOString(), unwatchedMs: MINUTE }), NOW);
    expect(lines.slice(1, 3)).toEqual([
      expect.stringMatching(/^The journal begins at \d\d:\d\d\.$/),
      'No worker ran for 1 min of it.',
    ]);
  });

  it('says that there was nothing', () => {
    expect(layReport(report({ agents: [] }), NOW).at(-1)).toBe('no agent did anything in that time');
  });

  it('is Markdown in which nothing of a name is a sign', () => {
    const lines = layReportAsMarkdown(report({}, { name: 'a_b|c\u001b[31m', profile: '<x>' }), NOW);
    expect(lines[0]).toMatch(/^# Agents from/);
    expect(lines.at(-1)).toMatch(/^\| a\\_b\\\|c\S* \| \\<x\\> \| busy 6 h 40 min, idle 20 min \|/);
    expect(lines.join('')).not.toContain('\u001b');
  });
});
