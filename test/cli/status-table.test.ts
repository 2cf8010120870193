import { stripVTControlCharacters } from 'node:util';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { widthOf } from '../../src/base/columns.ts';
import { renderStatus, type StatusView } from '../../src/cli/status-table.ts';
import type { Agent } from '../../src/model/agent.ts';
import { AGENT_STATES } from '../../src/model/state.ts';
import { agentState, workerState } from '../helpers/cli-room.ts';

const now = new Date(2026, 10, 22, 12, 50).getTime();
const before = (seconds: number) => new Date(now - seconds * 1_000).toISOString();
const plain = { columns: Number.POSITIVE_INFINITY, now, colour: false, home: '/home/alice' };

function view(...agents: Agent[]): StatusView {
  const worker = workerState({ startedAt: before(7_800), heartbeatAt: before(1), panes: 9 });
  return { worker, liveness: { status: 'up' }, agents };
}

const busy = agentState({ name: 'codex-2', state: 'busy', since: before(65) });
const asking = agentState({ name: 'claude-10', state: 'approval', since: before(3) });

describe('the table of agents', () => {
  it('counts in its head', () => {
    const limited = agentState({ name: 'pi-1', state: 'limited' });
    expect(renderStatus(view(busy, asking, limited), plain).slice(0, 2)).toEqual([
      'worker 1.2.3 up since 10:40 (2 h 10 min) · tmux 3.3a at /tmp/tmux-0/x',
      '3 agents in 9 panes · 1 needs you · 1 limited',
    ]);
  });

  it('shows who needs a person first', () => {
    const names = renderStatus(view(busy, asking), plain)
      .slice(4)
      .map((line) => line.split(' ')[0]);
    expect(names).toEqual(['claude-10', 'codex-2']);
  });

  it('shows name, state, age, place, directory and note', () => {
    const agent = { ...asking, place: { ...asking.place, directory: '/home/alice/src' } };
    expect(renderStatus(view(agent), plain).at(-1)).toBe(
      'claude-10  approval  3 s    work:1.0  ~/src      asks leave to use a tool',
    );
  });

  it('does not take a directory that only begins like the home directory for it', () => {
    const agent = { ...busy, place: { ...busy.place, directory: '/home/alice2/src' } };
    expect(renderStatus(view(agent), plain).at(-1)).toContain('/home/alice2/src');
  });

  it.each([
    [{ text: '3pm', at: new Date(2026, 10, 22, 15, 0).toISOString() }, 'until 15:00 (2 h 10 min)'],
    [{ text: '3pm', at: new Date(2026, 10, 22, 12, 0).toISOString() }, 'limit ended at 12:00'],
    [{ text: 'next moon', at: null }, 'until: next moon'],
    [null, 'usage limit'],
  ])('says of a limit %o: %s', (reset, note) => {
    const limited = agentState({ name: 'pi-1', state: 'limited', reset });
    expect(renderStatus(view(limited), plain).at(-1)).toMatch(new RegExp(`${note.replace(/[()]/g, '.')}$`));
  });

  it('says how a pane died', () => {
    const evidence = [{ kind: 'pane', rule: 'pane-dead-signal-9', state: 'dead' }] as const;
    const dead = agentState({ name: 'pi-1', state: 'dead', evidence: [...evidence] });
    expect(renderStatus(view(dead), plain).at(-1)).toMatch(/its pane is dead \(signal 9\)$/);
  });

  it('says why the last look failed', () => {
    const failing = agentState({ name: 'pi-1', failure: 'no such thing' });
    expect(renderStatus(view(failing), plain).at(-1)).toMatch(/last look failed: no such thing$/);
  });

  it('writes the state as a word whether or not it has a colour', () => {
    const lines = renderStatus(view(asking), { ...plain, colour: true });
    expect(lines.at(-1)).toContain('\u001b[');
    expect(lines.map(stripVTControlCharacters)).toEqual(renderStatus(view(asking), plain));
  });

  it('counts the agents that do not fit the height', () => {
    const agents = Array.from({ length: 30 }, (_, i) => agentState({ name: `pi-${i}` }));
    const lines = renderStatus(view(...agents), { ...plain, rows: 10 });
    expect(lines).toHaveLength(10);
    expect(lines.at(-1)).toBe('… and 25 more');
  });

  it('says what to do where there is no agent', () => {
    expect(renderStatus(view(), plain).at(-1)).toMatch(/^no agents yet/);
  });

  it('keeps showing the last known state of a worker that is down', () => {
    const down = { ...view(busy), liveness: { status: 'gone', since: before(60) } as const };
    const [head, ...rest] = renderStatus(down, plain);
    expect(head).toMatch(/^worker is down: it vanished, last heartbeat 1 min ago, at 12:49/);
    expect(rest.at(-1)).toContain('codex-2');
  });
});

describe('a table for any terminal', () => {
  const hostile = fc.string({ unit: 'binary', maxLength: 80 });
  const agents = fc.record({
    directory: hostile,
    session: hostile,
    state: fc.constantFrom(...AGENT_STATES),
    failure: fc.option(hostile),
  });

  it('has no line wider than the terminal, and no control character in it', () => {
    fc.assert(
      fc.property(fc.array(agents, { maxLength: 4 }), fc.integer({ min: 20, max: 200 }), (parts, columns) => {
        const all = parts.map(({ directory, session, state, failure }, i) =>
          agentState({
            name: `claude-${i}`,
            ...{ state, failure },
            place: { ...asking.place, directory: `/${directory}`, session },
          }),
        );
        for (const line of renderStatus(view(...all), { ...plain, columns })) {
          expect(widthOf(line)).toBeLessThanOrEqual(columns);
          expect(line).not.toMatch(/[\u0000-\u001f\u007f-\u009f]/);
        }
      }),
    );
  });

  it('keeps name and state to the last', () => {
    const line = renderStatus(view(asking), { ...plain, columns: 22 }).at(-1);
    expect(line).toMatch(/^claude-10 +approval/);
  });
});
