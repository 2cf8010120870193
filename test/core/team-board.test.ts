import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  realpathSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { OrchestratorError } from '../../src/base/errors.ts';
import { RoleShelf } from '../../src/core/role-shelf.ts';
import { type TeamAgents, TeamBoard } from '../../src/core/team-board.ts';
import type { MemberStart } from '../../src/core/team-member.ts';
import { TrustBook } from '../../src/core/trust-book.ts';
import type { Agent } from '../../src/model/agent.ts';
import type { AgentKeeper, House } from '../../src/operations/house.ts';
import { TeamRecords } from '../../src/store/team-records.ts';
import { TrustFile } from '../../src/store/trust-file.ts';
import { agentState } from '../helpers/cli-room.ts';
import { FakeClock } from '../helpers/fake-clock.ts';
import { makeRepository } from '../helpers/git-repository.ts';

const UID = process.getuid?.() ?? 0;
const PERSON = { kind: 'user', name: 'user' } as const;
let base: string;
let project: string;

beforeEach(() => {
  base = realpathSync(mkdtempSync(join(tmpdir(), 'tmo-team-')));
  project = join(base, 'project');
  for (const path of [project, join(base, 'config'), join(base, 'config/teams')]) mkdirSync(path);
});

afterEach(() => rmSync(base, { recursive: true, force: true }));

/** Agents as a keeper would have them, without any CLI. */
class FakeAgents implements TeamAgents {
  readonly agents = new Map<string, Agent>();
  readonly starts: MemberStart[] = [];
  readonly log: string[] = [];
  /** Names that cannot be started or stopped. */
  readonly broken = new Set<string>();
  starting = 0;
  startingMost = 0;

  list(): Agent[] {
    return [...this.agents.values()];
  }

  async spawn(request: MemberStart): Promise<void> {
    this.starts.push(request);
    this.startingMost = Math.max(this.startingMost, ++this.starting);
    await new Promise(setImmediate);
    this.starting--;
    if (this.broken.has(request.name))
      throw new OrchestratorError('INVALID', 'claude is not installed', { hint: 'do so' });
    this.add({ name: request.name, team: request.team, role: request.role ?? null });
  }

  async stop(name: string): Promise<void> {
    await new Promise(setImmediate);
    if (this.broken.has(name)) throw new OrchestratorError('TMUX_TIMEOUT', 'tmux does not answer');
    this.log.push(`stop ${name}`);
    this.agents.delete(name);
  }

  add(change: Partial<Agent> & { name: string }): void {
    this.agents.set(change.name, agentState({ management: 'managed', ...change }));
  }
}

function openBoard(agents = new FakeAgents()) {
  const trust = new TrustBook({
    file: new TrustFile(join(base, 'state'), UID),
    clock: new FakeClock(),
    uid: UID,
  });
  const around = {
    ...{ shipped: join(import.meta.dirname, '../../src'), config: join(base, 'config'), uid: UID },
    isTrusted: (path: string, hash: string) => trust.isTrusted(path, hash),
  };
  const board = new TeamBoard({ around, records: new TeamRecords(join(base, 'state'), UID), agents });
  // They are what operations work with; a keeper is what the board works with.
  const parts: Pick<House, 'teams' | 'roles' | 'trust'> = {
    teams: board,
    roles: new RoleShelf(around),
    trust,
  };
  const keeper = (whole: AgentKeeper): TeamAgents => whole;
  return { board, agents, ...parts, trust, keeper };
}

const WEB = `name: web
description: Builds the site
lead: boss
members:
  - { name: boss, role: project-manager }
  - { name: dev, role: developer, brief: Begin with the menu., restart: { startsMax: 2 } }
  - { name: qa, role: qa-engineer }
restart: { startsMax: 9, policy: always }
`;

function putTeam(text = WEB, folder = join(base, 'config/teams')): string {
  mkdirSync(folder, { recursive: true });
  const path = join(folder, 'web.yaml');
  writeFileSync(path, text);
  return path;
}

const UP = () => ({ directory: project, worktrees: false });

describe('a team that is started', () => {
  it('has each member started side by side, with what its file says of it', async () => {
    putTeam();
    const { board, agents } = openBoard();
    const outcomes = await board.up('web', UP(), PERSON);
    expect(outcomes.map(({ name, outcome }) => `${name} ${outcome}`)).toEqual([
      'boss started',
      'dev started',
      'qa started',
    ]);
    expect(agents.startingMost).toBe(3);
    expect(agents.starts[1]).toMatchObject({
      ...{ name: 'dev', role: 'developer', team: 'web', session: 'web', window: 'dev' },
      ...{ directory: project, project, restore: false, restart: { startsMax: 2, policy: 'always' } },
    });
    expect(agents.starts[1]?.brief).toMatch(/boss leads it; report to boss\.[\s\S]*Begin with the menu\.$/);
  });

  it('is started again only where a member is missing', async () => {
    putTeam();
    const { board, agents } = openBoard();
    await board.up('web', UP(), PERSON);
    agents.agents.delete('dev');
    const outcomes = await board.up('web', UP(), PERSON);
    expect(outcomes.map(({ outcome }) => outcome)).toEqual(['already-there', 'started', 'already-there']);
    expect(agents.starts).toHaveLength(4);
  });

  it('gives every member once when it is started twice at the same time', async () => {
    putTeam();
    const { board, agents } = openBoard();
    await Promise.all([board.up('web', UP(), PERSON), board.up('web', UP(), PERSON)]);
    expect(agents.starts.map(({ name }) => name)).toEqual(['boss', 'dev', 'qa']);
  });

  it('lets a member fail alone, and says why', async () => {
    putTeam();
    const { board, agents } = openBoard();
    agents.broken.add('boss');
    expect(await board.up('web', UP(), PERSON)).toEqual([
      { name: 'boss', outcome: 'failed', reason: 'claude is not installed (do so)' },
      { name: 'dev', outcome: 'started', reason: null },
      { name: 'qa', outcome: 'started', reason: null },
    ]);
  });

  it.each<Partial<Agent>>([{ team: null }, { team: 'other' }, { management: 'observed', team: null }])(
    'does not take an agent for its member that is not: %j',
    async (change) => {
      putTeam();
      const { board, agents } = openBoard();
      agents.add({ name: 'dev', ...change });
      const outcomes = await board.up('web', UP(), PERSON);
      expect(outcomes[1]).toMatchObject({
        outcome: 'failed',
        reason: expect.stringContaining('outside of team web'),
      });
      expect(agents.starts.map(({ name }) => name)).toEqual(['boss', 'qa']);
      await board.down('web', { force: false, worktrees: false });
      expect(agents.agents.has('dev')).toBe(true);
    },
  );

  it('is refused in a second directory while it is up in the first', async () => {
    putTeam();
    const { board } = openBoard();
    mkdirSync(join(base, 'second'));
    await board.up('web', UP(), PERSON);
    const second = { directory: join(base, 'second'), worktrees: false };
    await expect(board.up('web', second, PERSON)).rejects.toThrow(`team web is up in ${project}`);
    await board.down('web', { force: false, worktrees: false });
    expect((await board.up('web', second, PERSON))[0]?.outcome).toBe('started');
  });

  it('puts members into directories below it, and elsewhere only by an absolute path', async () => {
    mkdirSync(join(project, 'site'));
    mkdirSync(join(base, 'outside'));
    symlinkSync(join(base, 'outside'), join(project, 'link'));
    const directories = ['site', 'link', '../outside', join(base, 'outside'), 'missing'];
    const members = directories.map((directory, i) => `  - { name: m${i}, directory: ${directory} }`);
    putTeam(`name: web\ndescription: x\nlead: m0\nmembers:\n${members.join('\n')}\n`);
    const { board, agents } = openBoard();
    const outcomes = await board.up('web', UP(), PERSON);
    expect(outcomes.map(({ reason }) => reason?.split(' (')[0] ?? null)).toEqual([
      null,
      `directory link leads out of ${project}`,
      `directory ../outside leads out of ${project}`,
      null,
      `directory ${project}/missing cannot be used: it is not there`,
    ]);
    expect(agents.starts.map(({ directory }) => directory)).toEqual([
      join(project, 'site'),
      join(base, 'outside'),
    ]);
  });

  it('starts nothing for a team or directory that is not there', async () => {
    const { board } = openBoard();
    await expect(board.up('nobody', UP(), PERSON)).rejects.toThrow('there is no team nobody');
    putTeam();
    await expect(board.up('web', { directory: join(base, 'no'), worktrees: false }, PERSON)).rejects.toThrow(
      'not there',
    );
    expect(() => board.up('../web', UP(), PERSON)).toThrow('is not a name');
  });
});

describe('a team of a project that is not trusted', () => {
  const text = `${WEB.replace('qa-engineer }', 'qa-engineer, env: { NODE_ENV: test }, args: [--fast] }')}`;

  it('starts members that set no commands or variables, and names the fields and next step of the others', async () => {
    const path = putTeam(text, join(project, '.tmux-orchestrator/teams'));
    const { board, agents, trust } = openBoard();
    const outcomes = await board.up('web', UP(), PERSON);
    expect(outcomes.map(({ outcome }) => outcome)).toEqual(['started', 'started', 'failed']);
    expect(outcomes[2]?.reason).toBe(
      `${path} sets args, env of qa and is not trusted (look at it, then: tmux-orchestrator trust ${path})`,
    );
    trust.add(path, {}, PERSON);
    expect((await board.up('web', UP(), PERSON)).map(({ outcome }) => outcome)).toEqual([
      'already-there',
      'already-there',
      'started',
    ]);
    expect(agents.starts[2]).toMatchObject({ name: 'qa', args: ['--fast'], env: { NODE_ENV: 'test' } });
    writeFileSync(path, text.replace('--fast', '--faster'));
    agents.agents.delete('qa');
    expect((await board.up('web', UP(), PERSON))[2]?.outcome).toBe('failed');
  });
});

describe('a team that is stopped', () => {
  it('loses its lead last, and says who was not there', async () => {
    putTeam();
    const { board, agents } = openBoard();
    await board.up('web', UP(), PERSON);
    agents.agents.delete('qa');
    expect(
      (await board.down('web', { force: false, worktrees: false })).map(
        ({ name, outcome }) => `${name} ${outcome}`,
      ),
    ).toEqual(['dev stopped', 'boss stopped', 'qa absent']);
    expect(agents.log).toEqual(['stop dev', 'stop boss']);
  });

  it('is found by its agents when its file is gone, and forgotten when they are', async () => {
    const path = putTeam(WEB, join(project, '.tmux-orchestrator/teams'));
    const { board } = openBoard();
    await board.up('web', UP(), PERSON);
    expect(board.status('web').map(({ name, lead }) => [name, lead])).toEqual([
      ['boss', true],
      ['dev', false],
      ['qa', false],
    ]);
    rmSync(path);
    expect(board.status('web').map(({ name, agent }) => [name, agent?.state])).toEqual([
      ['boss', 'idle'],
      ['dev', 'idle'],
      ['qa', 'idle'],
    ]);
    expect(await board.down('web', { force: true, worktrees: false })).toHaveLength(3);
    await expect(board.down('web', { force: true, worktrees: false })).rejects.toThrow(
      'there is no team web',
    );
  });

  it('says which member could not be stopped', async () => {
    putTeam();
    const { board, agents } = openBoard();
    await board.up('web', UP(), PERSON);
    agents.broken.add('dev');
    const outcomes = await board.down('web', { force: false, worktrees: false });
    expect(outcomes[0]).toEqual({
      name: 'dev',
      outcome: 'failed',
      reason: expect.stringContaining('tmux does not answer'),
    });
  });
});

describe('the status of a team', () => {
  it('shows who is missing, who is somebody else, and who belongs to it without being defined', () => {
    putTeam();
    const { board, agents } = openBoard();
    agents.add({ name: 'boss', team: 'web', state: 'busy' });
    agents.add({ name: 'dev', team: null });
    agents.add({ name: 'old', team: 'web', role: 'developer' });
    expect(board.status('web').map(({ name, role, agent }) => [name, role, agent?.state ?? null])).toEqual([
      ['boss', 'project-manager', 'busy'],
      ['dev', 'developer', null],
      ['qa', 'qa-engineer', null],
      ['old', 'developer', 'idle'],
    ]);
  });
});

describe('worktrees of a team', () => {
  it('are one for each member, and go with the team unless they hold work or were there before', async () => {
    rmSync(project, { recursive: true });
    const repository = await makeRepository(project);
    const at = (name: string) => join(base, 'project-worktrees', name);
    await repository.git(['worktree', 'add', '--quiet', '-b', 'team/web/qa', at('qa')]);
    putTeam();
    const { board, agents } = openBoard();
    await board.up('web', { directory: project, worktrees: true }, PERSON);
    expect(agents.starts.map(({ directory }) => directory)).toEqual(['boss', 'dev', 'qa'].map(at));
    expect(agents.starts.every((start) => start.project === project)).toBe(true);
    repository.write('work.txt', 'work', at('dev'));
    // A new worker: what it knows of worktrees it has from the record.
    const later = openBoard(agents).board;
    const outcomes = await later.down('web', { force: false, worktrees: true });
    expect(Object.fromEntries(outcomes.map(({ name, reason }) => [name, reason]))).toEqual({
      boss: `worktree ${at('boss')} is gone`,
      dev: `worktree ${at('dev')} is kept: it holds changes that are not committed`,
      qa: null,
    });
    expect(['boss', 'dev', 'qa'].map((name) => existsSync(at(name)))).toEqual([false, true, true]);
    rmSync(join(at('dev'), 'work.txt'));
    expect(
      (await later.down('web', { force: false, worktrees: true })).map(({ reason }) => reason),
    ).toContain(`worktree ${at('dev')} is gone`);
    expect(existsSync(join(base, 'state/teams/web.json'))).toBe(false);
  });

  it('stay with a member that could not be stopped, and when nobody asked for them to go', async () => {
    rmSync(project, { recursive: true });
    await makeRepository(project);
    putTeam();
    const { board, agents } = openBoard();
    await board.up('web', { directory: project, worktrees: true }, PERSON);
    agents.broken.add('dev');
    await board.down('web', { force: false, worktrees: true });
    expect(existsSync(join(base, 'project-worktrees/dev'))).toBe(true);
    expect(existsSync(join(base, 'project-worktrees/qa'))).toBe(false);
    agents.broken.clear();
    await board.down('web', { force: false, worktrees: false });
    expect(existsSync(join(base, 'project-worktrees/dev'))).toBe(true);
    expect(readFileSync(join(base, 'state/teams/web.json'), 'utf8')).toContain('project-worktrees/dev');
  });
});
