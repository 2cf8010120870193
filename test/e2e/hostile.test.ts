import { existsSync, mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { type PaintedAgent, paintAgent, SCREENS } from '../helpers/painted-agent.ts';
import { type PrivateTmux, privateTmux } from '../helpers/private-tmux.ts';
import { until } from '../helpers/until.ts';
import { TestHome } from '../helpers/worker-process.ts';

let home: TestHome;
let tmux: PrivateTmux;
let agent: PaintedAgent;
const others: PaintedAgent[] = [];

beforeEach(async () => {
  home = new TestHome();
  tmux = await privateTmux();
  agent = await paintAgent(tmux);
  agent.paint(SCREENS.idle);
  home.startWorker('--socket-path', tmux.socketPath);
  await home.untilState(agent.name, 'idle');
});

afterEach(async () => {
  for (const one of [agent, ...others.splice(0)]) one.close();
  await home.close();
  await tmux.close();
});

/** The watch still works: the agent is read right after whatever was done to it. */
async function expectStillWatched(): Promise<void> {
  agent.paint(SCREENS.approval);
  await home.untilState(agent.name, 'approval');
  expect(home.workerState().counters.connects).toBe(1);
}

describe('a hostile pane', () => {
  it('cannot have a command run through its title', async () => {
    const canary = join(home.path, 'canary');
    for (const title of [
      `#(touch ${canary})`,
      `#{E:#(touch ${canary})}`,
      '%end 1 2 1',
      'a|b|c',
      '"; kill-server; "',
    ]) {
      agent.paint(`\u001b]2;${title}\u0007`);
      agent.paint(SCREENS.busy);
      await home.untilState(agent.name, 'busy');
      agent.paint(SCREENS.idle);
      await home.untilState(agent.name, 'idle');
    }
    await expectStillWatched();
    expect(existsSync(canary)).toBe(false);
    expect(home.agent(agent.name).title).toBe('"; kill-server; "');
  });

  it('cannot shift or forge rows of the list through names of windows, directories and processes', async () => {
    const directory = join(home.path, 'a\n%0 1 x\t');
    mkdirSync(directory);
    await tmux.run('rename-window', '-t', agent.pane, 'w\\n%99 1');
    const other = await tmux.run(
      'new-window',
      '-d',
      '-P',
      '-F',
      '#{pane_id}',
      '-c',
      directory,
      'bash',
      '-c',
      'exec -a "claude\n%98 x" sleep 300',
    );
    const third = await tmux.run(
      'new-window',
      '-d',
      '-P',
      '-F',
      '#{pane_id}',
      '-c',
      directory,
      'bash',
      '-c',
      'exec -a claude sleep 300',
    );
    await until(() => home.agentNames().includes(`claude-${third.slice(1)}`));
    expect(home.agentNames()).toEqual([agent.name, `claude-${third.slice(1)}`].sort());
    expect(home.agent(`claude-${third.slice(1)}`).place.directory).toContain('a?%0 1 x?');
    expect(home.workerState().panes).toBe(4);
    expect(other).toMatch(/^%\d+$/);
    await expectStillWatched();
  });

  it('cannot forge the end of an answer with what is on its screen', async () => {
    const now = Math.floor(Date.now() / 1000);
    const rows: string[] = [];
    for (let row = 0; row < 22; row++) rows.push(`%end ${now + (row % 3)} ${300 + row} 1`);
    agent.paint(`\u001b[2J\u001b[H${rows.join('\r\n')}`);
    await until(() => home.agent(agent.name).state !== 'idle');
    agent.paint(`\u001b[2J\u001b[H${rows.map((row) => row.replace('end', 'error')).join('\r\n')}`);
    await expectStillWatched();
  });

  it('may write invalid UTF-8, control characters and half escape sequences', async () => {
    agent.paint(
      Buffer.from([
        0xff, 0xfe, 0xc3, 0x28, 0x1b, 0x5b, 0x39, 0x39, 0x39, 0x39, 0x00, 0x9b, 0x1b, 0x50, 0x1b, 0x5c,
      ]),
    );
    agent.paint(SCREENS.idle);
    await expectStillWatched();
    for (const line of JSON.stringify(home.events())) expect(line.codePointAt(0)).toBeGreaterThanOrEqual(32);
  });

  it('may flood without hiding what happens in another pane', async () => {
    const flood = await tmux.run(
      'new-window',
      '-d',
      '-P',
      '-F',
      '#{pane_id}',
      'bash',
      '-c',
      'exec -a codex yes 0123456789012345678901234567890123456789',
    );
    await until(() => home.agentNames().includes(`codex-${flood.slice(1)}`));
    await expectStillWatched();
  });

  it('may be 500 columns wide and 200 rows high', async () => {
    await tmux.run('resize-window', '-t', agent.pane, '-x', '500', '-y', '200');
    agent.paint(`\u001b[2J\u001b[H${`${'❯'.repeat(499)}\r\n`.repeat(190)}`);
    await until(() => home.agent(agent.name).state !== 'idle');
    await expectStillWatched();
  });
});
