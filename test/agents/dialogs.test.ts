import { describe, expect, it } from 'vitest';
import type { Dialog } from '../../src/model/dialog.ts';
import { readDialog } from '../../src/model/dialog-reading.ts';
import type { Recording } from '../../src/model/recording.ts';
import type { Screen } from '../../src/model/screen.ts';
import { damageObservation } from '../helpers/damage.ts';
import { DIALOG_STATES, dialogOf, profileOf } from '../helpers/dialogs.ts';
import { observe, readRecordings } from '../helpers/recordings.ts';
import { EXPECTED } from './dialogs-by-hand.ts';

const recordings = readRecordings();
const dialogs = recordings.filter(([, { state }]) => isDialogState(state));
const readable = dialogs.flatMap(([path, recording]) => {
  const dialog = dialogOf(recording);
  return dialog === null ? [] : [{ path, recording, dialog }];
});

function isDialogState(state: string): boolean {
  return DIALOG_STATES.some((one) => one === state);
}

describe('the share of recorded dialogs that are read', () => {
  // The others have no options, or none of which Enter takes one: forms, settings, boxes to tick, options out of sight.
  const leastByAgent: [agent: string, state: string, least: number][] = [
    ['claude', 'approval', 11 / 11],
    ['claude', 'question', 15 / 20],
    ['claude', 'setup', 15 / 18],
    ['codex', 'approval', 17 / 17],
    ['codex', 'question', 8 / 8],
    ['codex', 'setup', 9 / 13],
    ['copilot', 'approval', 11 / 11],
    ['copilot', 'question', 3 / 4],
    ['copilot', 'setup', 9 / 9],
    ['gemini', 'approval', 35 / 35],
    ['gemini', 'question', 9 / 22],
    ['gemini', 'setup', 15 / 15],
    ['opencode', 'approval', 12 / 12],
    ['opencode', 'question', 5 / 10],
    ['pi', 'approval', 4 / 4],
    ['pi', 'question', 2 / 8],
    ['pi', 'setup', 6 / 7],
    ['qwen', 'approval', 21 / 21],
    ['qwen', 'question', 9 / 20],
    ['qwen', 'setup', 8 / 13],
  ];

  it.each(leastByAgent)('is for %s, %s at least %d', (agent, state, least) => {
    const all = dialogs.filter(([, recording]) => recording.agent === agent && recording.state === state);
    const read = all.filter(([, recording]) => dialogOf(recording) !== null);
    expect(read.length / all.length).toBeGreaterThanOrEqual(least);
  });
});

describe.each(readable)('$path', ({ recording, dialog }) => {
  it('has options with labels in order, exactly one of them selected', () => {
    expect(dialog.options.map(({ number }) => number)).toEqual(dialog.options.map((_, i) => i + 1));
    expect(dialog.options.filter(({ selected }) => selected)).toHaveLength(1);
    expect(dialog.options.filter(({ label }) => label.trim() === '')).toEqual([]);
    expect(dialog.kind).toBe(recording.state);
  });

  it('is never approved for more than this once, nor denied by a yes', () => {
    const label = (number: number | null) =>
      dialog.options.find((option) => option.number === number)?.label ?? '';
    expect(label(dialog.approve)).not.toMatch(
      /always|again|for this session$|all |remember|parent|auto|no\b/iu,
    );
    expect(label(dialog.deny)).toMatch(/^(?:No|Reject|Don't|Do not|Continue without|$)/u);
    if (recording.state === 'question') expect([dialog.approve, dialog.deny]).toEqual([null, null]);
  });
});

describe('what a person reads', () => {
  it.each(Object.entries(EXPECTED))('%s', (path, expected) => {
    const recording = recordings.find(([one]) => one === path)?.[1];
    if (recording === undefined) throw new Error(`no recording ${path}`);
    const dialog = dialogOf(recording);
    const marked = dialog?.options.map(({ label, selected }) => (selected ? `> ${label}` : label));
    expect(dialog && { options: marked, approve: dialog.approve, deny: dialog.deny }).toEqual(
      expected && { options: expected[0], approve: expected[1], deny: expected[2] },
    );
  });

  it('names in every approval what is asked for', () => {
    const named = readable.filter(({ recording }) => recording.state === 'approval');
    // A long command pushes its own start off the screen.
    const asked =
      /npm test|python3|rm -rf|new\.txt|example\.com|echo line|AskUser|Permission|following patterns|quoted line/u;
    expect(named.filter(({ dialog }) => !asked.test(dialog.text)).map(({ path }) => path)).toEqual([]);
  });
});

describe('a screen without a dialog', () => {
  // An answered usage limit has a list of its own; a screen that was left standing belongs to nobody.
  const others = recordings.filter(
    ([, { state }]) => !isDialogState(state) && !['limited', 'exited', 'dead', 'suspended'].includes(state),
  );

  it.each(DIALOG_STATES)('has none, even where it quotes one and the state is taken for %s', (state) => {
    const found = others.filter(
      ([, recording]) =>
        readDialog(observe(recording).screen, profileOf(recording.agent), state, 'seed') !== null,
    );
    expect(others.length).toBeGreaterThan(800);
    expect(found.map(([path]) => path)).toEqual([]);
  });

  it('has none in any other state, whatever it shows', () => {
    const found = readable.filter(
      ({ recording }) =>
        readDialog(observe(recording).screen, profileOf(recording.agent), 'idle', 'seed') !== null,
    );
    expect(found).toEqual([]);
  });
});

describe('a damaged dialog', () => {
  it('never shows another option selected', () => {
    const wrong = dialogs.flatMap(([path, recording]) => {
      const dialog = dialogOf(recording);
      return damagedScreens(recording)
        .map(([damage, screen]) => ({ damage, found: dialogOf(recording, screen) }))
        .filter(({ found }) => found !== null && !showsSameSelected(dialog, found))
        .map(({ damage }) => `${path}: ${damage}`);
    });
    expect(wrong).toEqual([]);
  });

  it('is none at all once the mark of the selected option is gone', () => {
    const marks = /[❯›●»→]\ufe0e?/gu;
    const found = readable.filter(({ recording }) => {
      const { cells: _, ...screen } = observe(recording).screen;
      const rows = screen.rows.map((row) => row.replace(marks, ' '));
      return dialogOf(recording, { ...screen, rows }) !== null;
    });
    expect(found.map(({ path }) => path)).toEqual([]);
  });
});

function damagedScreens(recording: Recording): [damage: string, screen: Screen][] {
  const observation = observe(recording);
  const { screen } = observation;
  const known = [...damageObservation(observation)].map(
    ({ damage, observation: damaged }): [string, Screen] => [damage, damaged.screen],
  );
  const cut = Array.from({ length: 12 }, (_, i): [string, Screen] => [
    `${i + 1} lowest rows cut`,
    slice(screen, 0, screen.rows.length - 1 - i),
  ]);
  const shifted = Array.from({ length: 12 }, (_, i): [string, Screen] => [
    `${i + 1} uppermost rows cut`,
    slice(screen, screen.rows.length - 4 - i, screen.rows.length),
  ]);
  return [...known, ...cut, ...shifted, ...[1, 2, 3].map((by) => shift(screen, by))];
}

function slice(screen: Screen, from: number, to: number): Screen {
  const start = Math.max(from, 0);
  const rows = screen.rows.slice(start, Math.max(to, 0));
  const { cells, ...others } = screen;
  const rest = { ...others, cursor: [screen.cursor[0], screen.cursor[1] - start] as const };
  return { ...rest, rows, ...(cells === undefined ? {} : { cells: cells.slice(start, Math.max(to, 0)) }) };
}

/** Moves every row to the right. */
function shift(screen: Screen, by: number): [damage: string, screen: Screen] {
  const blank = { character: ' ', dim: false, italic: false, reverse: false, underline: false };
  const { cells, ...rest } = screen;
  const moved = { ...rest, rows: screen.rows.map((row) => ' '.repeat(by) + row) };
  const colours = cells?.map((row) => [...Array.from({ length: by }, () => blank), ...row]);
  return [`shifted right by ${by}`, colours === undefined ? moved : { ...moved, cells: colours }];
}

/** Letters may be missing from a damaged label, and a foreign glyph be added; the option must be the same. */
function showsSameSelected(before: Dialog | null, found: Dialog): boolean {
  const selected = found.options.filter((option) => option.selected);
  const original = before?.options.find((option) => option.selected);
  if (selected.length !== 1 || original === undefined) return false;
  let at = 0;
  return [...(selected[0]?.label ?? '').replace(/ ?◈/gu, '')].every((letter) => {
    at = original.label.indexOf(letter, at) + 1;
    return at > 0;
  });
}
