import { describe, expect, it } from 'vitest';
import { ProfileSchema } from '../../src/model/profile.ts';
import { composeStart } from '../../src/model/start-words.ts';

function start(change: Record<string, unknown>) {
  const profile = ProfileSchema.parse({
    name: 'x',
    title: 'X',
    processes: [{ program: /^x$/u }],
    start: { program: 'x', ...change },
  });
  if (profile.start === undefined) throw new Error('no start');
  return profile.start;
}

const REQUEST = { resume: null, fresh: 'new-id', roleArgs: ['--role'], args: ['--own', '; rm -rf /'] };

describe('the words of a start', () => {
  it('are those of the profile, then of the role, then its own, each as it is', () => {
    const { words } = composeStart(start({ args: ['--quiet'] }), REQUEST);
    expect(words).toEqual(['--quiet', '--role', '--own', '; rm -rf /']);
  });

  it('begin a new conversation under an id that is known beforehand, where the CLI takes one', () => {
    const spec = start({ newSession: ['--session-id', '{session}'], resume: ['--resume', '{session}'] });
    expect(composeStart(spec, REQUEST)).toEqual({
      words: ['--session-id', 'new-id', '--role', '--own', '; rm -rf /'],
      ...{ session: 'new-id', resumed: false },
    });
  });

  it('take up a conversation before everything else, as some CLIs have a subcommand for it', () => {
    const spec = start({ args: ['--quiet'], resume: ['resume', '{session}'] });
    expect(composeStart(spec, { ...REQUEST, resume: 'old-id', roleArgs: [], args: [] })).toEqual({
      words: ['resume', 'old-id', '--quiet'],
      ...{ session: 'old-id', resumed: true },
    });
  });

  it('begin a new conversation where the CLI cannot take one up', () => {
    const words = composeStart(start({}), { ...REQUEST, resume: 'old-id' });
    expect(words).toMatchObject({ session: null, resumed: false });
  });
});
