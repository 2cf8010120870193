import { describe, expect, it } from 'vitest';
import { SupervisorLink } from '../../src/worker/supervisor-link.ts';

const DONE = { failed: false };

/** A link whose messages are kept, on a clock that stands still until it is moved. */
function openLink({ watchdogMs }: { watchdogMs?: number | undefined } = { watchdogMs: 30_000 }) {
  const sent: string[][] = [];
  const held: (() => void)[] = [];
  const around = { status: '1 agent', nowMs: 500_000, holds: false };
  const send = (...assignments: string[]) => {
    sent.push(assignments);
    return around.holds ? new Promise<void>((resolve) => held.push(resolve)) : Promise.resolve();
  };
  const link = new SupervisorLink({
    notifier: { send },
    watchdogMs,
    describe: () => around.status,
    monotonicUs: () => BigInt(around.nowMs) * 1_000n,
  });
  /** A round ends after so much time. */
  const round = async (afterMs: number, end = DONE) => {
    around.nowMs += afterMs;
    link.noteRound(end);
    await Promise.resolve();
    await Promise.resolve();
  };
  const release = async () => {
    for (const resolve of held.splice(0)) resolve();
    await new Promise((resolve) => setImmediate(resolve));
  };
  return { link, sent, around, round, release };
}

describe('what systemd is told', () => {
  it('is nothing before the first look at tmux is complete, then that we are ready and what we see', async () => {
    const { link, sent, round } = openLink();
    await round(60_000);
    expect(sent).toEqual([]);
    await link.ready();
    expect(sent).toEqual([['READY=1', 'STATUS=1 agent']]);
  });

  it('is a sign of life for completed rounds, three times within the time that it allows', async () => {
    const { link, sent, round } = openLink();
    await link.ready();
    for (let i = 0; i < 60; i++) await round(1_000);
    const signs = sent.filter((message) => message.includes('WATCHDOG=1'));
    expect(signs).toHaveLength(6);
  });

  it('is no sign of life when rounds fail', async () => {
    const { link, sent, round } = openLink();
    await link.ready();
    for (let i = 0; i < 60; i++) await round(1_000, { failed: true });
    expect(sent).toHaveLength(1);
  });

  it('is no sign of life where there is no watchdog', async () => {
    const { link, sent, round } = openLink({});
    await link.ready();
    for (let i = 0; i < 60; i++) await round(1_000);
    expect(sent).toHaveLength(1);
    expect(link.roundEveryMs).toBe(Number.POSITIVE_INFINITY);
  });

  it('is the status when it changes, and only then', async () => {
    const { link, sent, around, round } = openLink({});
    await link.ready();
    around.status = '2 agents';
    await round(1_000);
    await round(1_000);
    expect(sent.slice(1)).toEqual([['STATUS=2 agents']]);
  });

  it('waits until the last message was read, and is then the newest status', async () => {
    const { link, sent, around, round, release } = openLink({});
    await link.ready();
    around.holds = true;
    for (const status of ['2 agents', '3 agents', '4 agents']) {
      around.status = status;
      await round(1_000);
    }
    await release();
    await round(1_000);
    expect(sent.slice(1)).toEqual([['STATUS=2 agents'], ['STATUS=4 agents']]);
  });

  it('is when we read the configuration again, by the clock that systemd goes by', async () => {
    const { link, sent } = openLink();
    await link.reloading();
    await link.reloaded();
    expect(sent, 'READY must not come before the start is complete').toEqual([]);
    await link.ready();
    await link.reloading();
    await link.reloaded();
    expect(sent.slice(1)).toEqual([['RELOADING=1', 'MONOTONIC_USEC=500000000'], ['READY=1']]);
  });

  it('is that we stop', async () => {
    const { link, sent } = openLink();
    await link.stopping();
    expect(sent).toEqual([['STOPPING=1', 'STATUS=stopping']]);
  });
});
