import { describe, expect, it } from 'vitest';
import type { NativeSource } from '../../src/agents/natives.ts';
import { BUILT_IN_PROFILES } from '../../src/agents/registry.ts';
import { Observer } from '../../src/core/observer.ts';
import type { WatchedAgent } from '../../src/core/watched-agent.ts';
import type { ProcessTable } from '../../src/host/processes.ts';
import type { NativeSignal, ProcessNode } from '../../src/model/observation.ts';
import type { TmuxServer } from '../../src/tmux/server.ts';
import { readRecordings } from '../helpers/recordings.ts';

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

describe('a prompt of which only colours tell that it is empty', () => {
  const suggestion = readRecordings().find(([path]) =>
    path.endsWith('qwen-0.24.4/idle-suggestion-100x30-1.json'),
  )?.[1];
  const NOW = 1_795_000_000_500;

  /** Looks twice at the same text, which is painted otherwise the second time; `activity` says when something was written last. */
  async function lookTwice(activity: number) {
    let [ansi, now] = [suggestion?.ansi ?? '', NOW];
    const rows = (text = '') => Array.from({ length: 30 }, (_, i) => text.split('\n')[i] ?? '');
    const head = '%1 100 30 2 26 1 1 0 0 ||Qwen - project';
    const run = async (commands: unknown[]) => {
      const screen = [[head], [], rows(suggestion?.text)];
      return commands.length > 4 ? [...screen, [], rows(ansi), []] : [...screen, []];
    };
    const node = { ...NODE, comm: 'node', argv: ['qwen'] };
    const processes = { readNode: () => node, readTree: () => node, startedAt: () => 0 };
    const observer = new Observer({
      ...{ profiles: BUILT_IN_PROFILES, processes: processes as unknown as ProcessTable, natives: {} },
      clock: { now: () => now, after: () => () => {} },
    });
    const agent = {
      profile: BUILT_IN_PROFILES.find(({ name }) => name === 'qwen'),
      pane: { id: '%1', pid: 7, activity },
      ...{ process: null, native: null, nativeDirectory: null, last: null, launchedAt: null },
    } as unknown as WatchedAgent;
    const server = { run } as unknown as TmuxServer;
    const first = await observer.look(agent, server);
    expect([first.verdict.state, agent.last?.spot?.cursor, agent.last?.at]).toEqual(['idle', [2, 26], NOW]);
    // A person took the suggestion over, and went back to its start.
    ansi = suggestion?.text ?? '';
    now += 10_000;
    const second = await observer.look(agent, server);
    return [second.verdict.state, agent.last?.spot?.cursor, agent.last?.at];
  }

  it('is judged by them again when something was written since', async () => {
    const second = Math.floor(NOW / 1_000);
    expect(await lookTwice(second + 5)).toEqual(['draft', undefined, NOW + 10_000]);
    expect(await lookTwice(second)).toEqual(['draft', undefined, NOW + 10_000]);
  });

  it('stays what it was where nothing was, and as old as that look', async () => {
    expect(await lookTwice(Math.floor(NOW / 1_000) - 1)).toEqual(['idle', [2, 26], NOW]);
  });
});
