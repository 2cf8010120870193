import { describe, expect, it } from 'vitest';
import type { NativeSource } from '../../src/agents/natives.ts';
import { Observer } from '../../src/core/observer.ts';
import type { WatchedAgent } from '../../src/core/watched-agent.ts';
import type { ProcessTable } from '../../src/host/processes.ts';
import type { NativeSignal, ProcessNode } from '../../src/model/observation.ts';

const NODE: ProcessNode = { pid: 7, stat: 'S+', comm: 'x', startTime: '70', argv: [], children: [] };
const SIGNAL: NativeSignal = { source: 'claude-session-file', status: 'idle', version: '1', sessionId: 's' };

/** What is said of an agent whose process was number 7, and that said itself that it is idle. */
function ask({ node = NODE, signal = SIGNAL }: { node?: ProcessNode | null; signal?: NativeSignal | null }) {
  const processes = { readNode: () => node ?? undefined } as unknown as ProcessTable;
  const source = { read: () => signal ?? undefined } as unknown as NativeSource;
  const observer = new Observer({
    ...{ profiles: [], processes, natives: { 'claude-session-file': source } },
    clock: { now: () => 0, after: () => () => {} },
  });
  const agent = {
    process: { pid: 7, startTime: '70', startedAt: undefined },
    profile: { nativeReader: 'claude-session-file' },
    nativeDirectory: '/nowhere',
    native: { ...SIGNAL },
  } as unknown as WatchedAgent;
  return [observer.hasTerminal(agent), observer.isUnchanged(agent)];
}

describe('an agent that was looked at before', () => {
  it('is unchanged while its process has the terminal and says the same', () => {
    expect(ask({})).toEqual([true, true]);
    expect(ask({ node: { ...NODE, stat: 'R+' } })).toEqual([true, true]);
  });

  it.each<[string, ProcessNode | null]>([
    ['has ended', null],
    ['is a zombie', { ...NODE, stat: 'Z+' }],
    ['is suspended', { ...NODE, stat: 'T+' }],
    ['is in the background', { ...NODE, stat: 'S' }],
    ['is another one with its number', { ...NODE, startTime: '71' }],
  ])('has not the terminal where its process %s', (_, node) => {
    expect(ask({ node })).toEqual([false, false]);
  });

  it.each<[string, NativeSignal | null]>([
    ['that it works', { ...SIGNAL, status: 'busy' }],
    ['that it is in another conversation', { ...SIGNAL, sessionId: 't' }],
    ['nothing any more', null],
  ])('has changed where it says %s', (_, signal) => {
    expect(ask({ signal })).toEqual([true, false]);
  });
});
