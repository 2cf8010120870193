import { describe, expect, it } from 'vitest';
import { describeStep, type Step } from '../../../src/host/service/plan.ts';
import { launchdPlans, type Situation, SYSTEMD_PLANS } from '../../../src/host/service/service-plan.ts';

const UNIT = '/home/me/.config/systemd/user/tmux-orchestrator.service';
const PLIST = '/Users/me/Library/LaunchAgents/io.github.tmux-orchestrator.plist';
const fresh = (path: string): Situation => ({ path, before: undefined, known: false, running: false });
const told = (steps: readonly Step[]) => steps.flatMap((step) => describeStep(step)[0] ?? []);

describe('systemd is told', () => {
  it('to read the unit before it is to start at login', () => {
    expect(told(SYSTEMD_PLANS.install(fresh(UNIT), '[Unit]\n'))).toEqual([
      'mkdir -p /home/me/.config/systemd/user',
      `write ${UNIT}:`,
      'run systemctl --user daemon-reload',
      'run systemctl --user enable tmux-orchestrator',
    ]);
  });

  it('to forget the failures before every start of ours, because they count against it', () => {
    for (const steps of [SYSTEMD_PLANS.start(fresh(UNIT)), SYSTEMD_PLANS.restart(fresh(UNIT))]) {
      expect(told(steps)[0]).toBe('run systemctl --user reset-failed tmux-orchestrator');
    }
  });

  it('to stop and disable before the unit goes: without its file it would run on and its link would stay', () => {
    const steps = told(SYSTEMD_PLANS.uninstall(fresh(UNIT)));
    expect(steps[0]).toBe('run systemctl --user disable --now tmux-orchestrator');
    expect(steps.indexOf(`rm ${UNIT}`)).toBeLessThan(steps.indexOf('run systemctl --user daemon-reload'));
  });

  it('how to get back: the old file where there was one, and no link where there was none', () => {
    const before = { ...fresh(UNIT), before: 'old\n', known: true };
    const undo = (situation: Situation) =>
      SYSTEMD_PLANS.install(situation, 'new\n').flatMap((step) => step.undo ?? []);
    expect(undo(before)).toContainEqual({ do: 'write', path: UNIT, text: 'old\n' });
    expect(undo(fresh(UNIT))).toContainEqual({ do: 'remove', path: UNIT });
    expect(undo(fresh(UNIT))).toContainEqual(
      expect.objectContaining({ words: expect.arrayContaining(['disable']) }),
    );
    expect(undo(before)).not.toContainEqual(
      expect.objectContaining({ words: expect.arrayContaining(['disable']) }),
    );
  });
});

describe('launchd is told', () => {
  const plans = launchdPlans(501, '/Users/me/Library/Logs/tmux-orchestrator');
  const job = 'gui/501/io.github.tmux-orchestrator';
  const loaded = { ...fresh(PLIST), before: 'x', known: true };

  it('to load the job where it is not loaded, after it was enabled, since a switch under Login Items is remembered', () => {
    expect(told(plans.start(fresh(PLIST)))).toEqual([
      `run launchctl enable ${job}`,
      `run launchctl bootstrap gui/501 ${PLIST}`,
    ]);
  });

  it('to kick a job that is loaded, and to kill it first for a restart', () => {
    expect(told(plans.start(loaded))).toEqual([`run launchctl kickstart ${job}`]);
    expect(told(plans.restart(loaded))).toEqual([`run launchctl kickstart -k ${job}`]);
  });

  it('to load a new plist by leaving and coming again, several times, because leaving takes a while', () => {
    const steps = plans.upgrade(loaded);
    expect(told(steps)[0]).toBe(`run launchctl bootout ${job}`);
    expect(steps.at(-1)).toMatchObject({ retriesMax: 5 });
  });

  it('to make the folder of the log, without which it does not start', () => {
    expect(told(plans.install(fresh(PLIST), 'x'))).toContain(
      'mkdir -p /Users/me/Library/Logs/tmux-orchestrator',
    );
  });
});

it('a dry run quotes words for a shell and shows files whole', () => {
  expect(describeStep({ do: 'remove', path: "/a b/it's" })).toEqual([`rm '/a b/it'\\''s'`]);
  expect(describeStep({ do: 'write', path: '/x', text: 'a\n\nb\n' })).toEqual([
    'write /x:',
    '    a',
    '',
    '    b',
  ]);
});
