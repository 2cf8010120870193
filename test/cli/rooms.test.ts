import { mkdirSync, readFileSync, realpathSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { RoleShelf } from '../../src/core/role-shelf.ts';
import { TeamBoard } from '../../src/core/team-board.ts';
import { TrustBook } from '../../src/core/trust-book.ts';
import type { AgentState } from '../../src/model/state.ts';
import { TeamRecords } from '../../src/store/team-records.ts';
import { TrustFile } from '../../src/store/trust-file.ts';
import { agentState, CLI } from '../helpers/cli-room.ts';
import { FakeClock } from '../helpers/fake-clock.ts';
import { privateTmux } from '../helpers/private-tmux.ts';
import { openServedRoom, type ServedRoom } from '../helpers/served-room.ts';
import { until } from '../helpers/until.ts';

const UID = process.getuid?.() ?? 0;
let room: ServedRoom;
let project: string;
let states: Map<string, AgentState>;

/** The real shelves behind the socket; agents are only written down. */
beforeEach(async () => {
  room = await openServedRoom();
  states = new Map();
  project = join(realpathSync(room.folder), 'project');
  mkdirSync(join(project, '.tmux-orchestrator/teams'), { recursive: true });
  const state = join(room.folder, 'state/tmux-orchestrator');
  const trust = new TrustBook({ file: new TrustFile(state, UID), clock: new FakeClock(), uid: UID });
  const around = {
    ...{ shipped: join(import.meta.dirname, '../../src'), config: room.config, uid: UID },
    isTrusted: (path: string, hash: string) => trust.isTrusted(path, hash),
  };
  const { house } = room.door;
  house.trust = trust;
  house.roles = new RoleShelf(around);
  house.teams = new TeamBoard({
    ...{ around, records: new TeamRecords(state, UID) },
    agents: {
      list: () => [...house.known.values()],
      spawn: async ({ name, team, role = null }) => {
        const now = states.get(name) ?? 'idle';
        house.known.set(name, agentState({ name, team, role, management: 'managed', state: now }));
      },
      stop: async (name) => void house.known.delete(name),
    },
  });
});

afterEach(() => room.close());

const HOSTILE = `name: web
description: Builds
lead: boss
members:
  - { name: boss, role: project-manager }
  - { name: dev, role: developer, args: ["--yolo", "a b\\u202e"], env: { A: "1" } }
`;

function putTeam(text = HOSTILE): string {
  const path = join(project, '.tmux-orchestrator/teams/web.yaml');
  writeFileSync(path, text);
  return path;
}

describe('role', () => {
  it('lists what there is, shows one, and copies it', async () => {
    const list = await room.run('role', 'list');
    expect(list.stdout).toMatch(/^developer +shipped +Builds and mends/m);
    const copy = await room.run('role', 'new', 'mine', '--from', 'reviewer');
    expect(copy).toMatchObject({ code: 0, stdout: `${room.config}/roles/mine.md\n` });
    const shown = await room.run('role', 'show', 'mine');
    expect(shown.stdout).toContain('# Reviewer');
    const { entry } = JSON.parse((await room.run('role', 'show', 'mine', '--json')).stdout);
    expect(entry).toMatchObject({ name: 'mine', source: 'user', trusted: true });
    expect((await room.run('role', 'new', 'mine')).code).toBe(5);
  });

  it('says what was probably meant, and what is no name', async () => {
    const near = await room.run('role', 'show', 'develper');
    expect(near).toMatchObject({ code: 4, stderr: expect.stringContaining('did you mean developer?') });
    expect((await room.run('role', 'show', '../../etc/passwd')).code).toBe(2);
  });
});

describe('team up', () => {
  it('prints a line for each member when it is ready or waits for a person', async () => {
    states.set('review-code', 'setup');
    const up = await room.run('team', 'up', 'review', '--directory', project);
    expect(up.code).toBe(0);
    expect(up.stdout.split('\n').sort()).toEqual([
      '',
      'review-code  started  setup  waits at a start dialog',
      'review-lead  started  idle',
      'review-tests  started  idle',
    ]);
    expect(up.stderr).toContain('review-code waits for a person: tmux-orchestrator agent attach review-code');
    const again = await room.run('team', 'up', 'review', '--directory', project, '--json');
    expect(JSON.parse(again.stdout).members[0]).toEqual({
      ...{ name: 'review-lead', outcome: 'already-there', reason: null, settled: true, state: 'idle' },
    });
    const status = await room.run('team', 'status', 'review');
    expect(status.stdout).toMatch(/^review-lead \(lead\) +reviewer +idle/m);
    expect((await room.run('team', 'down', 'review')).stdout).toMatch(/^review-code +stopped\n/);
  });

  it('ends with 7 while a member is not ready, and with 8 where one could not be started', async () => {
    states.set('review-code', 'starting');
    const late = await room.run('team', 'up', 'review', '--directory', project, '--timeout', '1s');
    expect(late).toMatchObject({
      code: 7,
      stderr: expect.stringContaining('not ready after 1 s: review-code'),
    });
    putTeam();
    const failed = await room.run('team', 'up', 'web', '--directory', project);
    expect(failed.code).toBe(8);
    expect(failed.stdout).toMatch(/dev {2}failed .*sets args, env of dev and is not trusted/);
    expect(failed.stdout).toContain('boss  started  idle');
  });

  it('refuses a second directory', async () => {
    await room.run('team', 'up', 'review', '--directory', project);
    expect(await room.run('team', 'up', 'review', '--directory', room.folder)).toMatchObject({
      ...{ code: 5, stderr: expect.stringContaining(`team review is up in ${project}`) },
    });
  });
});

describe('team validate', () => {
  it('needs no worker, and names file, line and field', async () => {
    await room.door.close();
    const path = putTeam();
    expect(await room.run('team', 'validate', path)).toMatchObject({
      code: 0,
      stdout: expect.stringMatching(/^team +web\n/),
    });
    putTeam(HOSTILE.replace('lead: boss', 'lead: nobody'));
    const wrong = await room.run('team', 'validate', path, '--json');
    expect(JSON.parse(wrong.stderr)).toMatchObject({
      ...{ exitCode: 2, error: { message: `${path}:3: lead: must be the name of a member` } },
    });
    expect((await room.run('team', 'list')).code).toBe(3);
  });
});

describe('trust', () => {
  it('shows all of what it lets happen, also what shows nothing, before it is given', async () => {
    const path = putTeam();
    const unasked = await room.run('trust', path);
    expect(unasked).toMatchObject({ code: 5, stderr: expect.stringContaining('nobody can be asked here') });
    expect(unasked.stdout).toBe(
      `${path} (team web) sets:\n  members.1.args  --yolo "a b\\\\u{202e}"\n  members.1.env   A=1\n`,
    );
    expect((await room.run('trust', 'list')).stdout).toBe('');
    expect(await room.run('trust', path, '--yes')).toMatchObject({
      code: 0,
      stdout: expect.stringContaining('trusted'),
    });
    expect((await room.run('trust', 'list')).stdout).toContain(path);
    expect((await room.run('team', 'up', 'web', '--directory', project)).code).toBe(0);
    expect((await room.run('trust', 'remove', path)).code).toBe(0);
    expect((await room.run('trust', 'remove', path)).code).toBe(4);
  });

  it('is asked for on a terminal', async () => {
    const path = putTeam();
    const tmux = await privateTmux({
      ...{
        command: [
          'env',
          ...Object.entries(room.env).map(([name, value]) => `${name}=${value}`),
          process.execPath,
          CLI,
          'trust',
          path,
        ],
      },
      ...{ columns: 200 },
    });
    try {
      const read = () => tmux.run('capture-pane', '-p');
      await until(async () => (await read()).includes('Trust it as it is now? [y/N]'), { describe: String });
      expect(await read()).toContain('--yolo');
      await tmux.run('send-keys', 'y', 'Enter');
      await until(async () => (await read()).includes('trusted, until it changes'));
      const file = join(room.folder, 'state/tmux-orchestrator/trust.json');
      expect(readFileSync(file, 'utf8')).toContain(path);
    } finally {
      await tmux.close();
    }
  });

  it('is not needed by a file that sets nothing', async () => {
    const path = putTeam('name: web\ndescription: x\nlead: a\nmembers: [{ name: a }]\n');
    expect(await room.run('trust', path)).toMatchObject({ code: 0, stderr: 'it needs no trust\n' });
  });
});
