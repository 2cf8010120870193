import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import type { Ground } from '../../src/core/ground.ts';
import { NoticeOffice } from '../../src/core/notice-office.ts';
import { ConfigSchema } from '../../src/model/config.ts';
import { TeamSchema } from '../../src/model/team.ts';
import { NoticeFile } from '../../src/store/notice-file.ts';
import { agentState } from '../helpers/cli-room.ts';
import { FakeClock } from '../helpers/fake-clock.ts';

it('lets the lead and the user say that a team is done, and no other agent', () => {
  const folder = mkdtempSync(join(tmpdir(), 'tmo-office-'));
  const agents = ['boss', 'dev'].map((name) => agentState({ name, team: 'web', management: 'managed' }));
  const members = [{ name: 'boss' }, { name: 'dev' }];
  const team = TeamSchema.parse({ name: 'web', description: 'x', lead: 'boss', members });
  const roster = {
    describeAll: () => agents,
    describe: (name: string) => agents.find((one) => one.name === name),
  };
  const settings = () => ({ config: ConfigSchema.parse({}) });
  const office = new NoticeOffice({
    ground: { clock: new FakeClock(), roster, settings } as unknown as Ground,
    ...{ file: new NoticeFile(folder), uid: 0, findTeam: () => team },
    ...{ sendMail: async () => {}, restart: async () => {}, onFailure: () => {} },
  });
  const say = (kind: 'agent' | 'user', name: string) => office.finishTeam('web', { kind, name });
  expect(() => say('agent', 'dev')).toThrow('dev does not lead team web');
  expect(new NoticeFile(folder).read().done).toEqual({});
  const { at } = say('agent', 'boss');
  expect(say('user', 'user')).toEqual({ team: 'web', at });
  expect(new NoticeFile(folder).read().done).toEqual({ web: { at, by: 'user' } });
  office.reopenTeam('web');
  expect(new NoticeFile(folder).read().done).toEqual({});
  rmSync(folder, { recursive: true, force: true });
});
