import { describe, expect, it } from 'vitest';
import { decideTurn, listRuns, rearrange } from '../../src/model/schedule-turn.ts';
import { schedule } from '../helpers/schedule.ts';

const DAY = 86_400_000;
const at = (time: string) => Date.parse(`2026-11-23T${time}Z`);
const cron = { kind: 'cron', cron: '0 9 * * *', zone: 'UTC' } as const;

describe('the turn of a schedule', () => {
  it('is to wait until it is due', () => {
    expect(decideTurn(schedule(), at('08:09:59.999'))).toEqual({ do: 'wait' });
    expect(decideTurn(schedule({ paused: true }), at('09:00'))).toEqual({ do: 'wait' });
    expect(decideTurn(schedule({ next: null }), at('09:00'))).toEqual({ do: 'wait' });
  });

  it('is to run when it is due, and a minute late at most', () => {
    const turn = { do: 'run', due: at('08:10'), next: at('08:20') };
    for (const missed of ['catch-up', 'skip'] as const) {
      expect(decideTurn(schedule({ missed }), at('08:10'))).toEqual(turn);
      expect(decideTurn(schedule({ missed }), at('08:11'))).toEqual(turn);
    }
  });

  it('makes up for the last of the runs that were missed, or for none', () => {
    const turn = { due: at('11:40'), next: at('11:50') };
    expect(decideTurn(schedule(), at('11:45'))).toEqual({ do: 'run', ...turn });
    expect(decideTurn(schedule({ missed: 'skip' }), at('11:45'))).toEqual({ do: 'skip', ...turn });
  });

  it('runs in time though others were missed before it', () => {
    expect(decideTurn(schedule({ missed: 'skip' }), at('11:50:30'))).toMatchObject({
      ...{ do: 'run', due: at('11:50') },
    });
  });

  it('is found at once after years', () => {
    const minutely = schedule({ timing: { ...cron, cron: '* * * * *' } });
    expect(decideTurn(minutely, at('08:10') + 3_000 * DAY)).toMatchObject({ due: at('08:10') + 3_000 * DAY });
    const yearly = schedule({ timing: { ...cron, cron: '0 0 1 1 *' }, next: '2027-01-01T00:00:00.000Z' });
    expect(decideTurn(yearly, Date.parse('2029-12-31T00:00Z'))).toMatchObject({
      due: Date.parse('2029-01-01T00:00Z'),
    });
  });

  it('has nothing behind it where it happens once', () => {
    const once = schedule({ timing: { kind: 'at', at: '2026-11-23T08:10:00.000Z' } });
    expect(decideTurn(once, at('12:00'))).toEqual({ do: 'run', due: at('08:10'), next: null });
  });
});

describe('a clock that was set back', () => {
  it('lets a rhythm go on from now', () => {
    expect(rearrange(schedule(), at('07:00'), 3_600_000)).toEqual({
      timing: { kind: 'every', everyMs: 600_000, from: '2026-11-23T07:00:00.000Z' },
      next: '2026-11-23T07:10:00.000Z',
    });
    expect(rearrange(schedule(), at('08:05'), 60_000)).toBe(null);
  });

  it('does nothing of the day twice', () => {
    const daily = schedule({ timing: cron, next: '2026-11-24T09:00:00.000Z' });
    expect(rearrange(daily, at('08:30'), 3_600_000)).toBe(null);
    expect(rearrange(daily, at('08:30') - 100 * DAY, 101 * DAY)).toEqual({
      timing: cron,
      next: new Date(at('09:00') - 100 * DAY).toISOString(),
    });
  });

  it('leaves an instant where it is', () => {
    const once = schedule({ timing: { kind: 'at', at: '2026-11-23T08:10:00.000Z' } });
    expect(rearrange(once, at('08:00') - 9 * DAY, 9 * DAY)).toBe(null);
  });
});

it('lists the next runs of several in their order', () => {
  const daily = schedule({ name: 'daily', timing: cron, next: '2026-11-23T09:00:00.000Z' });
  const asleep = schedule({ name: 'asleep', paused: true });
  const runs = listRuns([daily, schedule(), asleep], 7, at('23:00'));
  expect(runs.map((run) => `${run.name} ${new Date(run.at).toISOString().slice(11, 16)}`)).toEqual([
    ...['watch 08:10', 'watch 08:20', 'watch 08:30', 'watch 08:40', 'watch 08:50'],
    ...['watch 09:00', 'daily 09:00'],
  ]);
  expect(listRuns([daily], 9, at('23:00'))).toHaveLength(1);
});
