import { describe, expect, it } from 'vitest';
import { BUILT_IN_PROFILES } from '../../src/agents/registry.ts';
import type { Profile } from '../../src/model/profile.ts';
import { readPrompt } from '../../src/model/prompt-text.ts';
import type { Recording } from '../../src/model/recording.ts';
import { observe, readRecordings } from '../helpers/recordings.ts';

const MENU = /^[│┃ ]*[❯●›] ?\d\. /u;

function profileOf({ agent }: Recording): Profile {
  const profile = BUILT_IN_PROFILES.find(({ name }) => name === agent);
  if (profile === undefined) throw new Error(`no profile ${agent}`);
  return profile;
}

function rowsOf(recording: Recording): string[] {
  return observe(recording).screen.rows.filter((row) => row.trim() !== '');
}

function endOf(recording: Recording): string {
  return rowsOf(recording).slice(-12).join(' ').replace(/\s+/g, ' ');
}

const recordings = readRecordings();
const limits = recordings.filter(([, { state }]) => state === 'limited');
const menus = limits.filter(([, one]) =>
  rowsOf(one)
    .slice(-12)
    .some((row) => MENU.test(row)),
);

describe('a recorded limit', () => {
  it('stands under a menu in some', () => expect(menus.length).toBeGreaterThan(5));

  it.each(menus)('under a menu shows no empty prompt to say something in: %s', (_path, recording) => {
    expect(readPrompt(observe(recording).screen, profileOf(recording))?.trim()).not.toBe('');
  });

  it('ends by itself only where the screen says so', () => {
    const own = limits.filter(([, one]) => profileOf(one).resumesByItself?.test(endOf(one)));
    expect(own.map(([path]) => path)).toEqual([
      'claude-2.1.330/usage-limit-5h-60x20-1.json',
      'claude-2.1.330/usage-limit-5h-80x24-1.json',
    ]);
  });
});

describe('a recorded error', () => {
  const isFault = (one: Recording) => {
    const { apiFaults, authenticationErrors } = profileOf(one);
    return apiFaults.test(endOf(one)) && !authenticationErrors.test(endOf(one));
  };
  const errors = recordings.filter(([, { state }]) => state === 'error');

  it.each(errors.filter(([path]) => /error-40[13]/u.test(path)))(
    'of a login is never taken for a fault that may pass: %s',
    (_path, recording) => expect(isFault(recording)).toBe(false),
  );

  it('is taken for one in most of those that a server or the network made', () => {
    const faults = errors.filter(([path]) => /error-5\d\d|-drop|overload/u.test(path));
    expect(faults.length).toBeGreaterThan(10);
    expect(faults.filter(([, one]) => isFault(one)).length / faults.length).toBeGreaterThan(0.7);
  });
});
