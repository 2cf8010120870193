import { describe, expect, it } from 'vitest';
import { composeBrief, findRestrictedInTeam, type Team, TeamSchema } from '../../src/model/team.ts';

const PLAIN = {
  name: 'web',
  description: 'Builds the site',
  lead: 'web-lead',
  members: [
    { name: 'web-lead', role: 'project-manager' },
    { name: 'web-dev', role: 'developer', brief: 'Do it.' },
  ],
};

function team(change: object = {}): Team {
  return TeamSchema.parse({ ...PLAIN, ...change });
}

function refusal(change: object): string {
  const result = TeamSchema.safeParse({ ...PLAIN, ...change });
  return result.success
    ? 'taken'
    : result.error.issues.map((one) => `${one.path.join('.')}: ${one.message}`).join('; ');
}

describe('a team', () => {
  it('may have a role twice, but no name', () => {
    const members = ['a', 'b'].map((name) => ({ name, role: 'developer' }));
    expect(team({ lead: 'a', members }).members).toHaveLength(2);
    expect(refusal({ lead: 'a', members: [...members, { name: 'b' }] })).toBe(
      'members.2.name: b is there twice',
    );
  });

  it('is led by one of its members', () => {
    expect(refusal({ lead: 'nobody' })).toBe('lead: must be the name of a member');
  });

  it.each([
    [{ name: '../etc' }],
    [{ members: [] }],
    [{ members: [{ name: 'Web' }] }],
    [{ session: 'a:b' }],
    [{ lead: 'a', members: [{ name: 'a', args: ['x\ny'] }] }],
    [{ lead: 'a', members: [{ name: 'a', env: { 'A B': '1' } }] }],
    [{ lead: 'a', members: [{ name: 'a', env: { A: '1\nB=2' } }] }],
    [{ lead: 'a', members: [{ name: 'a', directory: 'a\u0000b' }] }],
    [{ lead: 'a', members: [{ name: 'a', command: 'sh' }] }],
    [{ lead: 'm0', members: Array.from({ length: 51 }, (_, i) => ({ name: `m${i}` })) }],
  ])('is refused with %j', (change) => expect(refusal(change)).not.toBe('taken'));

  it('names what only a trusted file may set', () => {
    const members = [
      { name: 'a', role: 'developer', brief: 'x', directory: 'web', worktree: true, args: [], env: {} },
      { name: 'b', profile: 'codex', args: ['--yolo'], env: { A: '1' }, directory: '/srv' },
    ];
    expect(findRestrictedInTeam(team({ lead: 'a', members })).map(({ field }) => field)).toEqual([
      'members.1.profile',
      'members.1.directory',
      'members.1.args',
      'members.1.env',
    ]);
  });

  it('tells each member who leads and who else is there, before its own brief', () => {
    const whole = team();
    const [lead, developer] = whole.members;
    if (lead === undefined || developer === undefined) throw new Error('no members');
    expect(composeBrief(whole, lead)).toContain('You lead it.');
    expect(composeBrief(whole, developer).split('\n')).toEqual([
      'You are web-dev in the team web: Builds the site',
      'web-lead leads it; report to web-lead.',
      'Members:',
      '- web-lead (project-manager, lead)',
      '- web-dev (developer, you)',
      '',
      'Do it.',
    ]);
  });
});
