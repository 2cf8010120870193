import { setImmediate } from 'node:timers/promises';
import { beforeEach, describe, expect, it } from 'vitest';
import { OrchestratorError } from '../../src/base/errors.ts';
import type { Asker, NewSchedule } from '../../src/core/schedule-request.ts';
import type { Event } from '../../src/model/event.ts';
import { FakeClock } from '../helpers/fake-clock.ts';
import { ScheduleDesk, ScheduleDisk } from '../helpers/schedule-desk.ts';

const MINUTE = 60_000;
const user: Asker = { sender: { kind: 'user', name: 'user' }, isUser: true };
const ada: Asker = { sender: { kind: 'agent', name: 'ada' }, isUser: false };
const gate = { command: ['true'], directory: '/', timeoutMs: 1_000 };

let clock: FakeClock;
let disk: ScheduleDisk;
let desk: ScheduleDesk;

beforeEach(() => {
  clock = new FakeClock();
  disk = new ScheduleDisk();
  begin();
});

/** A worker, or the next one. */
function begin(): void {
  desk = new ScheduleDesk(clock, disk);
  desk.scheduler.open();
}

function add(change: Partial<NewSchedule> = {}, asker = user) {
  const target = { kind: 'agent', name: 'ada' } as const;
  const words = change.in || change.at || change.cron ? {} : { every: '10m' };
  return desk.scheduler.add(
    { name: 'watch', text: 'go on', target, gate: null, missed: 'catch-up', ...words, ...change },
    asker,
  );
}

async function pass(ms: number): Promise<void> {
  const step = 10_000;
  for (let left = ms; left > 0; left -= step) {
    clock.advance(Math.min(step, left));
    await setImmediate();
  }
}

const last = (name = 'watch') => desk.scheduler.get(name).last;

describe('a schedule', () => {
  it('writes to its agent each time, in its own name, and tells what came of it', async () => {
    add();
    await pass(20 * MINUTE);
    expect(desk.sent.map(({ to, text, from }) => [to, text, from])).toEqual([
      ['ada', 'go on', 'schedule.watch'],
      ['ada', 'go on', 'schedule.watch'],
    ]);
    expect(desk.events.map((event) => event.type)).toEqual(['schedule.fired', 'schedule.fired']);
    expect(last()).toMatchObject({ outcome: 'fired', due: last()?.at, messages: [expect.any(String)] });
  });

  it('is over when it has happened once, and forgotten a week later', async () => {
    add({ in: '5s' });
    await pass(MINUTE);
    expect(desk.sent).toHaveLength(1);
    expect(desk.scheduler.get('watch').next).toBe(null);
    await pass(8 * 86_400_000);
    expect(desk.scheduler.list()).toEqual([]);
    expect(disk.files.size).toBe(0);
  });

  it('writes to all of a team or role, to each the check-in of its role where it has no text', async () => {
    add({ target: { kind: 'team', name: 'web' }, text: null });
    await pass(10 * MINUTE);
    expect(desk.sent.map(({ to, text }) => [to, text])).toEqual([
      ['ada', expect.stringContaining('Check-in: look at what you were given to do')],
      ['bob', 'Run the tests.'],
    ]);
  });

  it('leaves a run out for whom its message before still waits, not for the others', async () => {
    add({ target: { kind: 'team', name: 'web' } });
    desk.waiting.add('ada');
    await pass(10 * MINUTE);
    expect(desk.sent.map(({ to }) => to)).toEqual(['bob']);
    desk.waiting.add('bob');
    await pass(10 * MINUTE);
    expect(desk.sent).toHaveLength(1);
    expect(last()).toMatchObject({
      outcome: 'skipped',
      reason: 'its message before waits for ada, bob still',
    });
  });

  it('fails with its reason where nobody is there or a mailbox is full, and goes on', async () => {
    add({ target: { kind: 'team', name: 'web' } });
    desk.full.add('ada');
    await pass(10 * MINUTE);
    expect(last()).toMatchObject({
      outcome: 'failed',
      reason: 'mailbox of ada is full',
      messages: [expect.any(String)],
    });
    desk.specs.length = 0;
    await pass(10 * MINUTE);
    expect(last()).toMatchObject({ outcome: 'failed', reason: 'there is no managed agent of team web' });
    expect(desk.events.map((event) => event.type)).toEqual(['schedule.failed', 'schedule.failed']);
    expect(desk.fatal).toBeUndefined();
  });

  it('asks its gate first, and wakes nobody where that says so, fails, or is not done', async () => {
    let asked = 0;
    let answer: (worth: boolean) => void = () => {};
    desk.gate = () => {
      asked++;
      return new Promise((resolve) => {
        answer = resolve;
      });
    };
    add({ gate });
    await pass(25 * MINUTE);
    expect([asked, desk.sent]).toEqual([1, []]);
    answer(false);
    await setImmediate();
    expect(last()).toMatchObject({ outcome: 'skipped', reason: 'its gate says that there is nothing to do' });
    await pass(10 * MINUTE);
    answer(true);
    await setImmediate();
    expect(desk.sent).toHaveLength(1);
  });

  it('can be done now, beside its times, paused or not, but not twice at once', async () => {
    const { next } = add();
    desk.scheduler.pause('watch', user.sender);
    expect(await desk.scheduler.run('watch', user.sender)).toMatchObject({ outcome: 'fired' });
    expect(desk.scheduler.get('watch')).toMatchObject({ next, paused: true });
    desk.gate = () => new Promise(() => {});
    add({ name: 'slow', gate });
    void desk.scheduler.run('slow', user.sender);
    await expect(desk.scheduler.run('slow', user.sender)).rejects.toMatchObject({ code: 'CONFLICT' });
  });

  it('rests while it is paused and makes up for nothing when it is resumed', async () => {
    add();
    desk.scheduler.pause('watch', user.sender);
    await pass(35 * MINUTE);
    desk.scheduler.resume('watch', user.sender);
    expect(desk.sent).toEqual([]);
    await pass(5 * MINUTE);
    expect(desk.sent).toHaveLength(1);
  });

  it('cannot be resumed when its one time has passed', async () => {
    add({ in: '5m' });
    desk.scheduler.pause('watch', user.sender);
    await pass(6 * MINUTE);
    expect(() => desk.scheduler.resume('watch', user.sender)).toThrow(
      'the time of schedule watch has passed',
    );
  });

  it('follows the name of its agent, and goes with the agent whose own it is', async () => {
    add();
    add({ name: 'own' }, ada);
    const renamed = { type: 'agent.renamed', from: 'ada', agent: 'eve', profile: 'x', v: 1, at: '' } as Event;
    desk.scheduler.note(renamed);
    expect(desk.scheduler.get('watch').target.name).toBe('eve');
    expect(disk.files.get('own')).toMatchObject({ by: { name: 'eve' }, target: { name: 'eve' } });
    desk.scheduler.note({
      type: 'agent.unmanaged',
      how: 'stopped',
      agent: 'eve',
      profile: 'x',
      v: 1,
      at: '',
    });
    expect([...disk.files.keys()]).toEqual(['watch']);
  });
});

describe('what is asked for', () => {
  it.each([
    [{ target: { kind: 'agent', name: 'adda' } }, 'NOT_FOUND', 'agent', 'there is no managed agent adda'],
    [{ target: { kind: 'role', name: 'nobody' } }, 'NOT_FOUND', 'role', 'there is no role nobody'],
    [{ target: { kind: 'team', name: 'nobody' } }, 'NOT_FOUND', 'team', 'there is no team nobody'],
    [{ text: '\u0000' }, 'INVALID', 'text', 'text is empty'],
    [{ name: '../x' }, 'INVALID', 'name', 'name "../x" is not a name'],
    [{ every: '5s' }, 'INVALID', 'every', 'every "5s" is shorter than a minute'],
  ] as const)('%j is refused', (change, code, field, text) => {
    expect(() => add(change)).toThrow(expect.objectContaining({ code, field, message: text }));
    expect(disk.files.size).toBe(0);
  });

  it('may be for a role or team that has nobody yet', () => {
    expect(add({ target: { kind: 'role', name: 'idle-role' } }).target.name).toBe('idle-role');
  });

  it('is refused where the name is taken, there are too many, or the disk is full', () => {
    add();
    expect(() => add()).toThrow('there is a schedule called "watch" already');
    disk.failure = Object.assign(new Error('no space'), { code: 'ENOSPC' });
    expect(() => add({ name: 'b' })).toThrow('the schedule cannot be written to the disk');
    expect(desk.scheduler.list().map(({ name }) => name)).toEqual(['watch']);
    desk = new ScheduleDesk(clock, disk, { config: { max: 1 } });
    expect(() => add({ name: 'b' })).toThrow('there are 1 schedules already');
  });

  it('lets an agent wake itself only, so often at a time, and run no command', async () => {
    desk = new ScheduleDesk(clock, disk, { config: { perAgentMax: 2 } });
    desk.scheduler.open();
    expect(add({ name: 'a', in: '1m' }, ada).by).toEqual({ kind: 'agent', name: 'ada' });
    add({ name: 'b' }, ada);
    expect(() => add({ name: 'c' }, ada)).toThrow('ada has 2 check-ins to come already');
    await pass(2 * MINUTE);
    add({ name: 'c' }, ada);
    for (const target of [
      { kind: 'agent', name: 'bob' },
      { kind: 'team', name: 'web' },
    ] as const) {
      expect(() => add({ name: 'd', target }, ada)).toThrow(`ada may schedule nothing for ${target.kind}`);
    }
    expect(() => add({ name: 'd', gate }, ada)).toThrow(
      'only the user of this machine may have a command run',
    );
    expect(() => add({ name: 'd', gate }, { ...user, isUser: false })).toThrow(
      'only the user of this machine',
    );
  });

  it('lets an agent change nothing but its own', async () => {
    add();
    add({ name: 'own' }, ada);
    const { scheduler } = desk;
    for (const act of ['pause', 'resume', 'remove'] as const) {
      expect(() => scheduler[act]('watch', ada.sender)).toThrow('schedule watch is not one of ada');
    }
    await expect(scheduler.run('watch', ada.sender)).rejects.toThrow('not one of ada');
    expect(scheduler.remove('own', ada.sender).name).toBe('own');
  });
});

describe('time', () => {
  it('that was slept through is noticed, and one run made up for', async () => {
    add();
    await pass(MINUTE);
    clock.jump(3_600_000);
    await pass(31_000);
    expect(desk.sent).toHaveLength(1);
    await pass(10 * MINUTE);
    expect(desk.sent).toHaveLength(2);
  });

  it('that was slept through is told of where nothing is made up for', async () => {
    add({ missed: 'skip' });
    await pass(MINUTE);
    clock.jump(3_600_000 - 3 * MINUTE);
    await pass(31_000);
    expect(last()).toMatchObject({ outcome: 'skipped', reason: 'its time was missed' });
    expect(desk.sent).toEqual([]);
  });

  it('that is set back stops no rhythm and repeats nothing of the day', async () => {
    clock.jump(Date.parse('2026-11-23T08:59:00Z') - clock.now());
    begin();
    add({ name: 'rhythm' });
    add({ name: 'daily', cron: '0 9 * * *' });
    await pass(2 * MINUTE);
    clock.jump(-3_600_000);
    await pass(62 * MINUTE);
    expect(desk.sent.filter(({ from }) => from === 'schedule.daily')).toHaveLength(1);
    expect(desk.sent.filter(({ from }) => from === 'schedule.rhythm')).toHaveLength(6);
  });
});

describe('a worker that ends', () => {
  it('between the mailbox and its own record leads to no second message', async () => {
    add({ in: '5s' });
    disk.failure = new Error('killed');
    await pass(6_000);
    expect([desk.sent.length, desk.fatal]).toEqual([1, expect.objectContaining({ message: 'killed' })]);
    expect(disk.files.get('watch')?.next).not.toBe(null);
    begin();
    await pass(1_000);
    expect(desk.sent).toEqual([]);
    expect(disk.mail.size).toBe(1);
    expect(last()).toMatchObject({ outcome: 'fired' });
  });

  it('while a gate is asked lets the next one ask it again', async () => {
    desk.gate = (_, signal) =>
      new Promise((_, reject) =>
        signal.addEventListener('abort', () => reject(new OrchestratorError('FAILED', 'over'))),
      );
    add({ in: '5s', gate });
    await pass(6_000);
    await desk.scheduler.close();
    expect(disk.files.get('watch')).toMatchObject({ last: null });
    begin();
    await pass(1_000);
    expect(desk.sent).toHaveLength(1);
  });

  it('on a full disk writes what happened when it has room again', async () => {
    add();
    disk.failure = Object.assign(new Error('no space'), { code: 'ENOSPC' });
    await pass(10 * MINUTE);
    expect(last()).toMatchObject({ outcome: 'fired' });
    await pass(MINUTE);
    expect(disk.files.get('watch')).toMatchObject({ last: { outcome: 'fired' } });
    expect(desk.fatal).toBeUndefined();
  });
});
