import { describe, expect, it } from 'vitest';
import type { Recording } from '../../src/model/recording.ts';
import { type Damaged, damageObservation } from '../helpers/damage.ts';
import { judgeObservation, observe, readRecordings } from '../helpers/recordings.ts';

/** States in which a message that is delivered would answer a question, run in a shell, or be lost. */
const NEVER_IDLE = ['approval', 'question', 'limited', 'exited', 'dead', 'setup'];

const recordings = readRecordings();

function readDamaged(recording: Recording): (Damaged & { state: string })[] {
  return [...damageObservation(observe(recording))].map((damaged) => ({
    ...damaged,
    state: judgeObservation(damaged.observation, recording.agent).state,
  }));
}

describe.each(recordings.filter(([, { state }]) => NEVER_IDLE.includes(state)))('%s', (_path, recording) => {
  it(`(${recording.state}) never reads as idle, however it is damaged`, () => {
    const idle = readDamaged(recording).filter(({ state }) => state === 'idle');
    expect(idle.map(({ damage }) => damage)).toEqual([]);
  });
});

describe('the damage', () => {
  const path = 'opencode-1.18.33/idle-answered-80x24-1.json';
  const recording = recordings.find(([one]) => one === path)?.[1];
  if (recording === undefined) throw new Error(`no recording ${path}`);

  it('takes an idle screen that reads as idle for unknown, once what it is known by is gone', () => {
    const states = new Map(readDamaged(recording).map(({ damage, state }) => [damage, state]));
    expect(judgeObservation(observe(recording), recording.agent).state).toBe('idle');
    expect(states.get('every ╹ removed')).toBe('unknown');
    expect(states.get('title emptied')).toBe('idle');
  });

  it('changes the observation each time', () => {
    const original = observe(recording);
    const unchanged = readDamaged(recording).filter(({ observation: { screen, title, native } }) => {
      const rows = screen.rows.join('\n') === original.screen.rows.join('\n');
      return rows && title === original.title && native === original.native && screen.cells !== undefined;
    });
    expect(unchanged).toEqual([]);
  });

  it('does to the colours what it does to the text', () => {
    const differing = readDamaged(recording).filter(({ observation: { screen } }) =>
      screen.cells?.some((row, i) => textOf(row) !== (screen.rows[i] ?? '')),
    );
    expect(differing).toEqual([]);
  });
});

function textOf(cells: readonly { character: string }[]): string {
  return cells
    .map(({ character }) => character)
    .join('')
    .trimEnd();
}
