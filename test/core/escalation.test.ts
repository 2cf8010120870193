import { beforeEach, describe, expect, it } from 'vitest';
import { Escalation } from '../../src/core/escalation.ts';
import type { Agent } from '../../src/model/agent.ts';
import type { NewNotice } from '../../src/model/notice.ts';
import { type Team, TeamSchema } from '../../src/model/team.ts';
import type { NoticeRecord } from '../../src/store/notice-file.ts';
import { agentState } from '../helpers/cli-room.ts';
import { FakeClock } from '../helpers/fake-clock.ts';

const MINUTE = 60_000;
let clock: FakeClock;
let agents: Map<string, Agent>;
let saved: string | undefined;
let record: NoticeRecord;
let texts: string[];
let persons: NewNotice[];
let restarted: string[];
let team: Team;
let escalation: Escalation;

beforeEach(() => {
  clock = new FakeClock();
  agents = new Map();
  saved = undefined;
  texts = [];
  persons = [];
  restarted = [];
  record = { v: 1, notices: [], lastTold: {}, unsent: {}, done: {}, episodes: {} };
  team = define({});
  for (const name of ['lead', 'dev']) set(name, 'idle');
  start();
});

function define(escalation: object): Team {
  const members = [{ name: 'lead' }, { name: 'dev' }];
  return TeamSchema.parse({
    ...{ name: 'web', description: 'x', lead: 'lead', members },
    escalation: { enabled: true, ...escalation },
  });
}

/** A worker that starts, with what the last one wrote. */
function start(): void {
  escalation?.close();
  if (saved !== undefined) record = JSON.parse(saved);
  escalation = new Escalation({
    ...{ clock, record, agents: () => [...agents.values()], findTeam: () => team },
    save: () => {
      saved = JSON.stringify(record);
    },
    tellLead: async (lead, text) => texts.push(`${lead}: ${text}`),
    tellPerson: (notice) => persons.push(notice),
    restart: async (lead) => restarted.push(lead),
    onFailure: (_, reason) => {
      throw reason;
    },
  });
  escalation.open();
}

function set(name: string, state: Agent['state'], more: Partial<Agent> = {}): void {
  const since = new Date(clock.now()).toISOString();
  agents.set(name, agentState({ name, state, since, team: 'web', management: 'managed', ...more }));
}

describe('an idle team', () => {
  it('has its lead told at 3 and 5 minutes, in full, and a person at 8; then there is silence', () => {
    clock.advance(2.9 * MINUTE);
    expect(texts).toEqual([]);
    clock.advance(0.3 * MINUTE);
    expect(texts).toHaveLength(1);
    expect(texts[0]).toMatch(
      /^lead: Your team web has been idle for 3 min: lead, dev\.\n[\s\S]*team done web$/,
    );
    clock.advance(2 * MINUTE);
    expect(texts).toHaveLength(2);
    expect(texts[1]).toContain('5 min');
    expect(persons).toEqual([]);
    clock.advance(3 * MINUTE);
    expect(persons).toMatchObject([
      { kind: 'team-idle', team: 'web', todo: 'tmux-orchestrator team status web' },
    ]);
    clock.advance(600 * MINUTE);
    expect([texts.length, persons.length, restarted.length]).toEqual([2, 1, 0]);
  });

  it('that is finished is left alone for ever', () => {
    team = define({ restartLeadMs: 10 * MINUTE });
    clock.advance(4 * MINUTE);
    record.done.web = { at: new Date().toISOString(), by: 'lead' };
    clock.advance(600 * MINUTE);
    expect([texts.length, persons.length, restarted.length]).toEqual([1, 0, 0]);
    delete record.done.web;
    clock.advance(4 * MINUTE);
    expect(texts).toHaveLength(1);
  });

  it('has its lead started again only where that is configured', () => {
    team = define({ tellLeadMs: [MINUTE], tellPersonMs: null, restartLeadMs: 2 * MINUTE });
    clock.advance(60 * MINUTE);
    expect([texts.length, persons.length]).toEqual([1, 0]);
    expect(restarted).toEqual(['lead']);
  });

  it('is left alone where escalation is switched off', () => {
    team = define({ enabled: false });
    clock.advance(60 * MINUTE);
    expect([texts, persons, restarted]).toEqual([[], [], []]);
  });

  it.each(['busy', 'approval', 'limited', 'unknown'] as const)('is none while a member is %s', (state) => {
    set('dev', state);
    clock.advance(60 * MINUTE);
    expect([texts, persons]).toEqual([[], []]);
  });

  it('begins anew when a member works, and goes on when only the lead read what it was told', () => {
    clock.advance(3.2 * MINUTE);
    set('lead', 'busy');
    clock.advance(MINUTE);
    set('lead', 'idle');
    clock.advance(1.2 * MINUTE);
    expect(texts).toHaveLength(2);
    set('dev', 'busy');
    clock.advance(MINUTE);
    set('dev', 'idle');
    clock.advance(2.9 * MINUTE);
    expect(texts).toHaveLength(2);
    clock.advance(0.4 * MINUTE);
    expect(texts).toHaveLength(3);
    expect(persons).toEqual([]);
  });

  it('begins anew when its lead works on for minutes', () => {
    clock.advance(3.2 * MINUTE);
    set('lead', 'busy');
    clock.advance(3 * MINUTE);
    set('lead', 'idle');
    clock.advance(2.9 * MINUTE);
    expect(texts).toHaveLength(1);
  });

  it('is told nothing twice by a worker that starts again', () => {
    clock.advance(3.2 * MINUTE);
    start();
    clock.advance(MINUTE);
    expect(texts).toHaveLength(1);
    clock.advance(5 * MINUTE);
    expect([texts.length, persons.length]).toEqual([2, 1]);
  });

  it('is left alone while a member is paused', () => {
    set('dev', 'idle', { paused: true });
    clock.advance(60 * MINUTE);
    expect(texts).toEqual([]);
  });
});
