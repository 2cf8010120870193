import { describe, expect, it } from 'vitest';
import { BUILT_IN_PROFILES } from '../../src/agents/registry.ts';
import { TRANSCRIPT_SOURCES } from '../../src/agents/transcripts.ts';
import { findAgentProcess } from '../../src/model/process.ts';
import type { StartSpec } from '../../src/model/profile.ts';

const SESSION = '044ec675-2bae-4067-98c5-58ee3b2231fa';

/** All that may be started: alone, with a conversation of old, with a new id, with each kind of permissions. */
function commandLines({ program, args, resume, newSession, permissions }: StartSpec): string[][] {
  const heads = [[], resume ?? [], newSession ?? []];
  const tails = [[], ...Object.values(permissions)];
  return heads.flatMap((head) =>
    tails.map((tail) => [
      program,
      ...head.map((word) => word.replace('{session}', SESSION)),
      ...args,
      ...tail,
    ]),
  );
}

describe.each(BUILT_IN_PROFILES.map((profile) => ({ name: profile.name, profile })))(
  '$name',
  ({ profile }) => {
    const { start, delivery } = profile;

    it('can be started, written to, interrupted and told to leave', () => {
      expect(start).toBeDefined();
      expect(profile.leave).toMatch(/^\/[a-z]+$/u);
      expect(profile.interrupt.length).toBeGreaterThan(0);
      expect(Object.keys(profile.regions)).toContain(delivery?.prompt);
    });

    it('takes the id of a conversation in one place', () => {
      for (const words of [start?.resume, start?.newSession]) {
        if (words !== undefined) expect(words.join(' ').split('{session}')).toHaveLength(2);
      }
    });

    it('is known again by the command line it was started with', () => {
      if (start === undefined || start.program.startsWith('{')) return;
      for (const argv of commandLines(start)) {
        const node = { stat: 'S+', comm: '', argv, children: [] };
        expect(findAgentProcess(node, BUILT_IN_PROFILES)?.profile.name, argv.join(' ')).toBe(profile.name);
      }
    });

    it('knows its own marks of a long paste, and no other text', () => {
      for (const mark of delivery?.pastedMarks ?? []) {
        expect(mark.test('[from user · abcdefghjk] [Pasted by hand] 40 lines')).toBe(false);
      }
    });

    it('names a transcript reader that exists', () => {
      const { transcriptReader } = profile;
      if (transcriptReader !== undefined) expect(TRANSCRIPT_SOURCES[transcriptReader]).toBeDefined();
    });
  },
);

describe('the profiles', () => {
  it('take up conversations but for the stand-in', () => {
    const without = BUILT_IN_PROFILES.filter(({ start }) => start?.resume === undefined);
    expect(without.map(({ name }) => name)).toEqual(['stand-in']);
  });

  it('let messages wait in the queues of those CLIs only that have one', () => {
    const queueing = BUILT_IN_PROFILES.filter(({ delivery }) => delivery?.whileBusy === 'queues');
    expect(queueing.map(({ name }) => name)).toEqual(['claude', 'gemini', 'opencode', 'copilot', 'stand-in']);
  });

  it('press Escape twice where once only asks', () => {
    const twice = BUILT_IN_PROFILES.filter(({ interrupt }) => interrupt.length === 2);
    expect(twice.map(({ name }) => name)).toEqual(['opencode', 'copilot']);
  });
});
