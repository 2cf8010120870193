import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { NoticeBoard } from '../../src/core/notice-board.ts';
import type { Agent } from '../../src/model/agent.ts';
import type { Event } from '../../src/model/event.ts';
import type { Notice } from '../../src/model/notice.ts';
import { type NoticeConfig, NoticeConfigSchema } from '../../src/model/notice-config.ts';
import { NoticeFile } from '../../src/store/notice-file.ts';
import { agentState } from '../helpers/cli-room.ts';
import { FakeClock } from '../helpers/fake-clock.ts';

let folder: string;
let clock: FakeClock;
let agents: Map<string, Agent>;
let told: Notice[];
let config: NoticeConfig;
let board: NoticeBoard;

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'tmo-notices-'));
  clock = new FakeClock();
  agents = new Map();
  told = [];
  config = NoticeConfigSchema.parse({});
  board = openBoard();
});

afterEach(() => {
  board.close();
  rmSync(folder, { recursive: true, force: true });
});

/** What a worker that starts reads. */
function openBoard(): NoticeBoard {
  const file = new NoticeFile(folder);
  const record = file.read();
  const opened = new NoticeBoard({
    ...{ clock, record, save: () => file.write(record), settings: () => config },
    ...{ agents: () => [...agents.values()], find: (name) => agents.get(name) },
    tell: (notices) => told.push(...notices),
  });
  opened.open();
  return opened;
}

const now = () => new Date(clock.now()).toISOString();

function come(to: Agent['state'], more: Partial<Agent> = {}): void {
  const before = agents.get('dev') ?? agentState({ name: 'dev', state: 'busy', management: 'managed' });
  agents.set('dev', { ...before, state: to, since: now(), dialog: null, ...more });
  const head = { v: 1, at: now(), agent: 'dev', profile: 'claude', pane: '%1' } as const;
  board.note({ ...head, type: 'agent.state', from: before.state, to, evidence: [], reset: null });
}

const dialog = (id: string): Agent['dialog'] => ({
  ...{ id, kind: 'approval', text: 'x', options: [], approve: 1, deny: 2 },
});
const kinds = () => told.map(({ kind }) => kind);

describe('a notice', () => {
  it('is told within a tenth of a second, with since when, evidence and the command that helps', () => {
    come('approval', { team: 'web', evidence: [{ kind: 'screen', rule: 'approval', state: 'approval' }] });
    const since = now();
    clock.advance(100);
    expect(told).toMatchObject([
      {
        ...{ kind: 'approval', agent: 'dev', team: 'web', since, evidence: 'screen: approval' },
        todo: 'tmux-orchestrator agent attach dev',
      },
    ]);
  });

  it.each([
    ['approval', 'agent answer dev --dialog 01234567 --approve'],
    ['question', 'agent show dev'],
    ['setup', 'agent attach dev'],
    ['idle', 'agent send dev "What is left to be done? Go on with it."'],
  ] as const)('of %s names a command that can be given as it stands', (state, todo) => {
    come(state, {
      dialog: { ...dialog('01234567'), kind: state === 'question' ? state : 'approval' } as Agent['dialog'],
    });
    clock.advance(3_600_000);
    expect(told).toMatchObject([{ todo: `tmux-orchestrator ${todo}` }]);
  });

  it('is told once, also when a later worker finds the same state under another time', () => {
    come('approval', { dialog: dialog('aaaaaaaa') });
    clock.advance(100);
    board.close();
    clock.advance(3_600_000);
    agents.set('dev', agentState({ name: 'dev', state: 'approval', since: now(), dialog: null }));
    board = openBoard();
    clock.advance(60_000);
    expect(kinds()).toEqual(['approval']);
  });

  it('is told again for another dialog, after the cool-down', () => {
    come('approval', { dialog: dialog('aaaaaaaa') });
    clock.advance(1_000);
    come('approval', { dialog: dialog('bbbbbbbb') });
    clock.advance(50_000);
    expect(kinds()).toEqual(['approval']);
    clock.advance(20_000);
    expect(told.map((one) => one.dialog)).toEqual(['aaaaaaaa', 'bbbbbbbb']);
  });

  it('is not told any more when it is over or acknowledged before its time', () => {
    come('approval', { dialog: dialog('aaaaaaaa') });
    clock.advance(1_000);
    come('approval', { dialog: dialog('bbbbbbbb') });
    come('busy');
    clock.advance(120_000);
    expect(told).toHaveLength(1);
    expect(board.list({ all: false })).toEqual([]);
    expect(board.list({ all: true })).toHaveLength(2);
    come('question');
    const [question] = board.list({ all: false });
    board.acknowledge(question?.id ?? '');
    clock.advance(120_000);
    expect(kinds()).toEqual(['approval']);
    expect(() => board.acknowledge('00000000')).toThrow(/no notice/);
  });

  it('about a draft or rest waits for its delay; observed agents may rest', () => {
    come('idle');
    clock.advance(1_790_000);
    expect(kinds()).toEqual([]);
    clock.advance(20_000);
    expect(kinds()).toEqual(['idle']);
    agents.set('dev', agentState({ name: 'dev', state: 'idle', management: 'observed' }));
    come('idle');
    clock.advance(86_400_000);
    expect(kinds()).toEqual(['idle']);
    come('draft');
    clock.advance(310_000);
    expect(kinds()).toEqual(['idle', 'draft']);
  });

  it('is not made of a paused agent, and one of a muted team only listed', () => {
    come('approval', { paused: true });
    clock.advance(1_000);
    expect(board.list({ all: true })).toEqual([]);
    config = NoticeConfigSchema.parse({ mutedTeams: ['web'] });
    come('question', { paused: false, team: 'web' });
    clock.advance(120_000);
    expect(told).toEqual([]);
    expect(board.list({ all: false })).toMatchObject([{ kind: 'question', toldAt: null }]);
  });

  it('waits for the end of quiet hours unless its kind is exempt, over a restart too', () => {
    const quiet = { from: '00:00', to: '08:00', zone: 'UTC', except: ['held'] };
    config = NoticeConfigSchema.parse({ quiet });
    come('approval');
    board.note({
      v: 1,
      at: now(),
      agent: 'dev',
      profile: 'x',
      type: 'agent.held',
      code: 'left',
      reason: 'x',
    });
    clock.advance(100);
    expect(kinds()).toEqual(['held']);
    board.close();
    board = openBoard();
    clock.advance(8 * 3_600_000);
    expect(kinds()).toEqual(['held', 'approval']);
  });

  it('of a schedule that fails again and again is told once, until it has run or is known', () => {
    const of = { v: 1, schedule: 's', target: 'agent dev', due: now() } as const;
    const fail = (schedule = 's') => {
      board.note({ ...of, schedule, at: now(), type: 'schedule.failed', reason: 'x' });
      clock.advance(300_000);
    };
    fail();
    fail();
    fail('t');
    expect(told).toHaveLength(2);
    board.note({ ...of, at: now(), type: 'schedule.fired', messages: 1 });
    expect(board.list({ all: false }).map(({ text }) => text)).toEqual(['schedule t for agent dev failed']);
    fail();
    expect(told).toHaveLength(3);
    board.acknowledgeAll();
    fail();
    expect(told).toHaveLength(4);
  });

  it('is made of what happens to servers, schedules, mailboxes and agents', () => {
    const head = { v: 1, at: now() } as const;
    const of = { ...head, agent: 'dev', profile: 'claude' };
    const events: Event[] = [
      { ...head, type: 'server.lost', reason: 'gone\u001b[2J', agents: 3 },
      { ...head, type: 'server.lost', reason: 'gone', agents: 0 },
      { ...head, type: 'schedule.failed', schedule: 's', target: 'dev', due: now(), reason: 'x' },
      {
        ...head,
        type: 'message.blocked',
        message: 'm',
        agent: 'dev',
        from: 'user',
        reason: 'draft',
        waitingMs: 1,
      },
      { ...of, type: 'agent.ended', how: 'signal 9', tidy: false, evidence: null },
      { ...of, type: 'agent.ended', how: 'it left, a shell is left', tidy: true, evidence: null },
      { ...of, type: 'agent.started', how: 'new', restart: true },
      { ...of, type: 'agent.started', how: 'new', restart: false },
      { ...of, type: 'agent.unparked', pane: '%1', how: 'told' },
    ];
    for (const event of events) board.note(event);
    clock.advance(100);
    expect(kinds()).toEqual([
      'server-lost',
      'schedule-failed',
      'mailbox-blocked',
      'crashed',
      'restarted',
      'resumed',
    ]);
    expect(JSON.stringify(told)).not.toContain('u001b');
  });
});

describe('the file of notices', () => {
  it('that cannot be understood is put aside, and the board begins anew', () => {
    writeFileSync(join(folder, 'notices.json'), '{"v":1,');
    board = openBoard();
    come('approval');
    clock.advance(100);
    expect(new NoticeFile(folder).read().notices).toMatchObject([
      { kind: 'approval', toldAt: expect.any(String) },
    ]);
  });

  it('is bounded', () => {
    for (let i = 0; i < 600; i++) {
      const at = new Date(i).toISOString();
      board.note({ v: 1, at, type: 'schedule.failed', schedule: `s${i}`, target: 'x', due: at, reason: 'x' });
    }
    expect(board.list({ all: true })).toHaveLength(500);
  });
});
