import { describe, expect, it } from 'vitest';
import { readSupervision, takeSupervision } from '../../src/host/supervisor.ts';

const PID = 4_000;
const UNIT = {
  NOTIFY_SOCKET: '/run/user/1000/systemd/notify',
  INVOCATION_ID: 'd1f0',
  SYSTEMD_EXEC_PID: '4000',
  WATCHDOG_USEC: '30000000',
  WATCHDOG_PID: '4000',
};
const PASSED = { LISTEN_PID: '4000', LISTEN_FDS: '2', LISTEN_FDNAMES: 'other:notify' };

describe('the supervisor', () => {
  it('is systemd when that started this very process', () => {
    expect(readSupervision('auto', UNIT, PID)).toEqual({
      kind: 'systemd',
      notify: { kind: 'program', socket: UNIT.NOTIFY_SOCKET },
      watchdogMs: 30_000,
    });
  });

  it('is none for a process that only inherited what a service was told', () => {
    const none = { kind: 'none', notify: undefined, watchdogMs: undefined };
    expect(readSupervision('auto', UNIT, PID + 1)).toEqual(none);
    expect(readSupervision('auto', { INVOCATION_ID: 'd1f0' }, PID)).toEqual(none);
    expect(readSupervision('auto', { XPC_SERVICE_NAME: '0' }, PID)).toEqual(none);
    expect(readSupervision('auto', {}, PID)).toEqual(none);
  });

  it('is launchd in the job of our name', () => {
    const env = { XPC_SERVICE_NAME: 'io.github.tmux-orchestrator' };
    expect(readSupervision('auto', env, PID).kind).toBe('launchd');
  });

  it('is whatever the command line says', () => {
    expect(readSupervision('none', UNIT, PID)).toEqual({
      kind: 'none',
      notify: undefined,
      watchdogMs: undefined,
    });
    expect(readSupervision('launchd', {}, PID).kind).toBe('launchd');
    expect(readSupervision('systemd', {}, PID)).toEqual({
      kind: 'systemd',
      notify: undefined,
      watchdogMs: undefined,
    });
  });

  it('is told by the socket that it opened for this process, before all', () => {
    const read = (env: object) => readSupervision('systemd', { ...UNIT, ...PASSED, ...env }, PID).notify;
    expect(read({})).toEqual({ kind: 'descriptor', descriptor: 4 });
    expect(read({ LISTEN_PID: '3999' })).toMatchObject({ kind: 'program' });
    expect(read({ LISTEN_FDNAMES: 'other' })).toMatchObject({ kind: 'program' });
  });

  it('has no watchdog that is off, damaged or set for another process', () => {
    for (const env of [{ WATCHDOG_USEC: '0' }, { WATCHDOG_USEC: 'soon' }, { WATCHDOG_PID: '1' }]) {
      expect(readSupervision('systemd', { ...UNIT, ...env }, PID).watchdogMs).toBeUndefined();
    }
    const { WATCHDOG_PID: _, ...anyProcess } = UNIT;
    expect(readSupervision('systemd', anyProcess, PID).watchdogMs).toBe(30_000);
  });

  it('leaves nothing of what it said in the environment', () => {
    const env = { ...UNIT, ...PASSED, JOURNAL_STREAM: '8:1', MANAGERPID: '9', PATH: '/bin', HOME: '/root' };
    expect(takeSupervision('auto', env, PID).kind).toBe('systemd');
    expect(env).toEqual({ PATH: '/bin', HOME: '/root' });
  });
});
