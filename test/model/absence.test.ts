import { describe, expect, it } from 'vitest';
import { type AbsenceFacts, judgeAbsence } from '../../src/model/absence.ts';

type Pane = Parameters<typeof judgeAbsence>[0]['pane'];

const SERVER = { pid: 70, startTime: 1_000 };
const PANE = { bootId: 'boot-1', server: SERVER } as Pane;
const FACTS: AbsenceFacts = { bootId: 'boot-1', server: SERVER, oldServerRuns: true };

describe('an agent without its pane', () => {
  it.each<[string, ReturnType<typeof judgeAbsence>, Pane, Partial<AbsenceFacts>]>([
    ['lost its pane where its server runs', 'vanished', PANE, {}],
    [
      'lost its server where another one has its pid',
      'server',
      PANE,
      { server: { pid: 70, startTime: 2_000 } },
    ],
    ['lost its server where that runs no more', 'server', PANE, { server: undefined, oldServerRuns: false }],
    [
      'may still run where its server is there but not ours',
      'unknown',
      PANE,
      { server: { pid: 71, startTime: 5 } },
    ],
    ['may still run where we have no connection', 'unknown', PANE, { server: undefined }],
    ['lost all at a reboot, whatever has the pid now', 'rebooted', PANE, { bootId: 'boot-2' }],
    ['never had one', 'server', null, {}],
  ])('%s', (_, absence, pane, facts) => {
    expect(judgeAbsence({ pane }, { ...FACTS, ...facts })).toBe(absence);
  });
});
