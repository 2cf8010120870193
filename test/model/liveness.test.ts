import { describe, expect, it } from 'vitest';
import { describeLiveness, judgeLiveness } from '../../src/model/liveness.ts';
import { workerState } from '../helpers/cli-room.ts';

const now = Date.parse('2026-11-22T12:00:00.000Z');
const secondsAgo = (seconds: number) => new Date(now - seconds * 1_000).toISOString();

describe('the worker', () => {
  it('is up while its process is there and its heartbeat is young', () => {
    const worker = workerState({ heartbeatAt: secondsAgo(19) });
    expect(judgeLiveness(worker, { alive: true, now })).toEqual({ status: 'up' });
  });

  it('has never run where it left no file', () => {
    const liveness = judgeLiveness(undefined, { alive: false, now });
    expect(describeLiveness(liveness, now)).toBe('worker has not run yet');
  });

  it('is gone when its process is, however young the heartbeat', () => {
    const worker = workerState({ heartbeatAt: secondsAgo(1) });
    expect(judgeLiveness(worker, { alive: false, now })).toEqual({ status: 'gone', since: secondsAgo(1) });
  });

  it('does not answer when its process is there and its heartbeat is old', () => {
    const worker = workerState({ heartbeatAt: secondsAgo(45) });
    const liveness = judgeLiveness(worker, { alive: true, now });
    expect(describeLiveness(liveness, now)).toBe('worker does not answer (last heartbeat 45 s ago)');
  });

  it('was stopped when it says so, even where another process has its number by now', () => {
    const worker = workerState({ stoppedAt: secondsAgo(120), heartbeatAt: secondsAgo(120) });
    const liveness = judgeLiveness(worker, { alive: true, now });
    expect(describeLiveness(liveness, now)).toMatch(
      /^worker is down: it was stopped 2 min ago, at \d\d:\d\d$/,
    );
  });
});
