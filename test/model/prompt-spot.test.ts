import { describe, expect, it } from 'vitest';
import { BUILT_IN_PROFILES } from '../../src/agents/registry.ts';
import type { Profile } from '../../src/model/profile.ts';
import { findPromptSpot, hasLeftPrompt, layOut, type PromptSpot } from '../../src/model/prompt-spot.ts';
import { observe, readRecordings } from '../helpers/recordings.ts';

function profileOf(agent: string): Profile {
  const profile = BUILT_IN_PROFILES.find(({ name }) => name === agent);
  if (profile === undefined) throw new Error(`no profile ${agent}`);
  return profile;
}

const recordings = readRecordings();
/** The newest recorded version of each CLI, and what stands left of the cursor; that of old ones is parked elsewhere. */
const NEWEST = [
  ['claude-2.1.330', /^❯\s$/u],
  ['codex-0.169.0', /^› $/u],
  ['gemini-0.61.0', /^ [>*] $/u],
  ['qwen-0.24.4', /^[>*] $/u],
  ['opencode-1.18.33', /^ +┃ {2}$/u],
  ['copilot-1.0.102', /^❯ $/u],
  ['pi-0.87.1', /^$/u],
] as const;

function spotsOf(version: string, state: string) {
  return recordings
    .filter(([path, recording]) => path.startsWith(`${version}/`) && recording.state === state)
    .map(([path, recording]) => {
      const { screen } = observe(recording);
      return { path, spot: findPromptSpot(screen, profileOf(recording.agent)) };
    });
}

describe('the spot where an empty prompt takes a text', () => {
  it.each(NEWEST)('is behind the prompt glyph, in %s', (version, left) => {
    const idle = spotsOf(version, 'idle');
    const found = idle.flatMap(({ spot }) => spot ?? []);
    expect(found.length).toBeGreaterThan(2);
    // In one of all recordings the cursor was caught elsewhere.
    expect(idle.length - found.length).toBeLessThanOrEqual(1);
    for (const spot of found) {
      expect(spot.left).toMatch(left);
      expect(spot.left).toHaveLength(spot.cursor[0]);
    }
  });

  it.each(NEWEST)('is nowhere where the cursor stands behind a text, in %s', (version) => {
    const drafts = spotsOf(version, 'draft');
    expect(drafts.length).toBeGreaterThan(1);
    expect(drafts.filter(({ spot }) => spot !== null).map(({ path }) => path)).toEqual([]);
  });
});

describe('a text of one line', () => {
  const spot: PromptSpot = { cursor: [2, 10], left: '> ', columns: 40 };

  it('takes one row, and its envelope the one above', () => {
    expect(layOut('[from user · 0123456789]\nrun `make`; then #{x}', spot)).toEqual([
      '[from user · 0123456789]',
      'run `make`; then #{x}',
    ]);
  });

  it.each([
    ['has more lines', 'one\ntwo\nthree'],
    ['has an empty line', 'one\n'],
    ['may reach the end of the row', `one\n${'x'.repeat(35)}`],
    ['has an envelope that may', `${'x'.repeat(35)}\none`],
    ['has a tab', 'one\n\ttwo'],
    ['has characters of which nobody knows how wide they are drawn', 'one\n日本'],
    ['has combining marks', 'one\ne\u0301'],
  ])('is laid out by looks where it %s', (_, text) => {
    expect(layOut(text, spot)).toBeNull();
  });

  it('fits where the row has one column more', () => {
    expect(layOut(`one\n${'x'.repeat(34)}`, spot)).not.toBeNull();
  });
});

describe('a text that was sent', () => {
  const spot: PromptSpot = { cursor: [2, 10], left: '> ', columns: 80 };

  it('stands in the conversation, and the prompt begins anew below', () => {
    expect(hasLeftPrompt({ cursor: [2, 13], row: 10 }, spot)).toBe(true);
    expect(hasLeftPrompt({ cursor: [2, 30], row: 4 }, spot)).toBe(true);
  });

  it.each([
    ['still stands in the prompt', { cursor: [12, 11], row: 10 }],
    ['got a further line from the Enter', { cursor: [2, 12], row: 10 }],
    ['was erased', { cursor: [2, 10], row: null }],
    ['led to something with a cursor elsewhere', { cursor: [0, 20], row: 4 }],
    ['stands below the prompt', { cursor: [2, 4], row: 20 }],
  ] as const)('is not known to be so where it %s', (_, place) => {
    expect(hasLeftPrompt(place, spot)).toBe(false);
  });
});
