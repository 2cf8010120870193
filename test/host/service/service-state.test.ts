import { describe, expect, it } from 'vitest';
import { readLaunchdState, readSystemdState } from '../../../src/host/service/service-state.ts';

const RUNNING = `NRestarts=2
Result=success
ExecMainCode=0
ExecMainStatus=0
MainPID=4321
StatusText=12 agents, 2 need you, 1 limited
LoadState=loaded
ActiveState=active
UnitFileState=enabled
ActiveEnterTimestamp=Sun 2026-11-22 23:21:46 UTC
`;

describe('what systemctl shows', () => {
  it('is a running worker with what it says of itself', () => {
    expect(readSystemdState(RUNNING)).toEqual({
      ...{ activity: 'running', pid: 4321, since: '2026-11-22T23:21:46.000Z', restarts: 2, lastEnd: null },
      ...{ exitCode: null, enabled: true, loaded: true, text: '12 agents, 2 need you, 1 limited' },
    });
  });

  it.each([
    ['exit-code', '1', '78', 'exit code 78', 78],
    ['signal', '2', '9', 'killed by signal 9', null],
    ['core-dump', '3', '6', 'killed by signal 6', null],
    ['watchdog', '2', '6', 'killed by the watchdog: it did not come round any more', null],
    ['timeout', '2', '15', 'took too long to start or to stop', null],
    ['oom-kill', '2', '9', 'oom-kill', null],
  ])('is a worker that failed by %s', (result, code, status, lastEnd, exitCode) => {
    const text = `Result=${result}\nExecMainCode=${code}\nExecMainStatus=${status}\nActiveState=failed\nMainPID=0\n`;
    expect(readSystemdState(text)).toMatchObject({
      activity: 'failed',
      pid: null,
      since: null,
      lastEnd,
      exitCode,
    });
  });

  it('is a stopped worker where there is no unit', () => {
    const text = 'LoadState=not-found\nActiveState=inactive\nMainPID=0\nUnitFileState=\nResult=success\n';
    expect(readSystemdState(text)).toMatchObject({
      activity: 'stopped',
      loaded: false,
      enabled: false,
      text: null,
    });
  });
});

/** As `launchctl print` of macOS 14 writes it, shortened. */
const PRINTED = `gui/501/io.github.tmux-orchestrator = {
	active count = 1
	path = /Users/me/Library/LaunchAgents/io.github.tmux-orchestrator.plist
	type = LaunchAgent
	state = running

	program = /opt/homebrew/bin/node
	environment = {
		PATH => /usr/bin
		state = misleading
	}

	runs = 3
	pid = 4321
	last exit code = 1
}
`;

describe('what launchctl prints', () => {
  it('is a running worker that was started again', () => {
    expect(readLaunchdState(PRINTED)).toMatchObject({
      ...{ activity: 'running', pid: 4321, restarts: 2, exitCode: 1, lastEnd: 'exit code 1', loaded: true },
    });
  });

  it.each([
    ['0', 'stopped'],
    ['1', 'failed'],
    ['(never exited)', 'stopped'],
  ])('is a worker that ended with %s and so is %s', (code, activity) => {
    const text = PRINTED.replace('state = running', 'state = not running')
      .replace('\tpid = 4321\n', '')
      .replace('last exit code = 1', `last exit code = ${code}`);
    expect(readLaunchdState(text)).toMatchObject({ activity, pid: null });
  });
});
