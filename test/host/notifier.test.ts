import { closeSync, mkdtempSync, openSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { openNotifier } from '../../src/host/notifier.ts';

let folder: string;
let failures: unknown[];

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'tmo-notify-'));
  failures = [];
});

afterEach(() => rmSync(folder, { recursive: true }));

const onFailure = (error: unknown) => failures.push(error);

describe('a notifier', () => {
  it('writes each message into the socket that systemd opened', async () => {
    const file = join(folder, 'socket');
    const descriptor = openSync(file, 'w');
    const notifier = openNotifier({ way: { kind: 'descriptor', descriptor }, onFailure });
    await notifier.send('READY=1', 'STATUS=2 agents');
    closeSync(descriptor);
    expect(readFileSync(file, 'utf8')).toBe('READY=1\nSTATUS=2 agents');
    expect(failures).toEqual([]);
  });

  it('says once that nobody hears it, and goes on', async () => {
    for (const way of [
      { kind: 'descriptor', descriptor: 987_654 },
      { kind: 'program', socket: join(folder, 'nobody') },
    ] as const) {
      failures = [];
      const notifier = openNotifier({ way, onFailure });
      await notifier.send('READY=1');
      await notifier.send('WATCHDOG=1');
      expect(failures, way.kind).toHaveLength(1);
    }
  });

  it('is silent where nobody wants to hear', async () => {
    await openNotifier({ way: undefined, onFailure }).send('READY=1');
    expect(failures).toEqual([]);
  });
});
