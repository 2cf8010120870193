import { describe, expect, it } from 'vitest';
import {
  chooseSupervisor,
  chooseUnitTemplate,
  type SupervisorSigns,
} from '../../../src/host/service/supervisor-choice.ts';

const FOLDER = '/home/me/.config/systemd/user';
const SYSTEMD: SupervisorSigns = {
  platform: 'linux',
  uid: 1000,
  systemdBooted: true,
  runtimeDirectory: '/run/user/1000',
  answer: {
    version: '252.38-1~deb12u1',
    unitFolders: ['/home/me/.config/systemd/user.control', FOLDER, '/etc/systemd/user'],
  },
};

describe('the supervisor', () => {
  it('is systemd, with its version and the folder of the user own units', () => {
    expect(chooseSupervisor(SYSTEMD)).toEqual({ kind: 'systemd', version: 252, unitFolder: FOLDER });
  });

  it('is launchd on macOS', () => {
    const signs: SupervisorSigns = {
      ...SYSTEMD,
      platform: 'darwin',
      systemdBooted: false,
      answer: undefined,
    };
    expect(chooseSupervisor(signs)).toEqual({ kind: 'launchd' });
  });

  it.each([
    ['another init', { systemdBooted: false, answer: undefined }],
    ['no systemctl', { answer: undefined }],
    ['another system', { platform: 'freebsd' as const }],
  ])('is nobody with %s, and then it is said how to run by hand or in a container', (_, change) => {
    expect(() => chooseSupervisor({ ...SYSTEMD, ...change })).toThrowError(
      expect.objectContaining({
        exitCode: 78,
        message: expect.stringContaining('neither systemd nor launchd'),
        hint: expect.stringMatching(/tmux-orchestrator run;.*container/),
      }),
    );
  });

  it('cannot be found without a runtime directory, and the command that mends it is told', () => {
    expect(() => chooseSupervisor({ ...SYSTEMD, runtimeDirectory: undefined })).toThrowError(
      expect.objectContaining({
        exitCode: 78,
        hint: expect.stringContaining('export XDG_RUNTIME_DIR=/run/user/1000'),
      }),
    );
  });

  it('is refused in the words of systemctl where that gets no answer', () => {
    const answer = { refusal: 'Failed to connect to bus: No medium found' };
    expect(() => chooseSupervisor({ ...SYSTEMD, answer })).toThrow(/No medium found/);
  });

  it.each([
    [249, 'tmux-orchestrator-v252.service'],
    [252, 'tmux-orchestrator-v252.service'],
    [253, 'tmux-orchestrator-v252.service'],
    [254, 'tmux-orchestrator.service'],
    [257, 'tmux-orchestrator.service'],
  ])('gets the unit that systemd %i understands', (version, name) => {
    expect(chooseUnitTemplate(version)).toBe(name);
  });
});
