import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { execa } from 'execa';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { ControlRoom } from '../helpers/control-room.ts';
import { until } from '../helpers/until.ts';

let room: ControlRoom;

/** The server goes, the worker stays. */
beforeEach(async () => {
  room = await ControlRoom.open();
  await room.tmux.run('kill-server');
  await until(() => room.home.events().some((event) => event.type === 'server.lost'));
});

afterEach(() => room.close());

/** A tmux command to whatever server there is now. */
async function tmux(...words: string[]): Promise<string> {
  return (await execa('tmux', ['-N', '-L', room.tmux.name, ...words], { reject: false })).stdout;
}

describe('where no tmux server runs', () => {
  it('one is started with the first agent, and nothing else on it', async () => {
    await room.spawn('ada', { session: 'crew' });
    expect(
      await tmux('list-panes', '-a', '-F', '#{session_name} #{window_name} #{@tmux_orchestrator_agent}'),
    ).toBe('crew ada ada');
    expect(room.home.agent('ada').state).toBe('idle');
  });

  it('several agents at once get one', async () => {
    await Promise.all(['a', 'b', 'c', 'd'].map((name) => room.spawn(name)));
    expect(
      (await tmux('list-panes', '-a', '-F', '#{session_name}:#{window_name}')).split('\n').sort(),
    ).toEqual(['a', 'b', 'c', 'd'].map((name) => `agents:${name}`));
  });

  it('it learns no secret of the agent and none of the service, nor does any command line', async () => {
    const key = join(room.home.path, 'key');
    writeFileSync(key, 'canary-of-file\n', { mode: 0o600 });
    const seen = watchCommandLines('canary-of');
    await room.spawn('ada', { env: { OWN: 'canary-of-env' }, secretFiles: { KEY: key } });
    expect(seen.stop()).toEqual([]);
    expect(await tmux('show-environment', '-g')).not.toMatch(/canary|TMUX_ORCHESTRATOR|NOTIFY_SOCKET/);
    expect(readFileSync(`/proc/${room.pidOf('ada')}/environ`, 'utf8')).toContain('OWN=canary-of-env');
  });
});

/** Looks at all command lines every few milliseconds. */
function watchCommandLines(word: string): { stop(): string[] } {
  const found = new Set<string>();
  const look = () => {
    for (const pid of readdirSync('/proc').filter((name) => /^\d+$/.test(name))) {
      try {
        const line = readFileSync(`/proc/${pid}/cmdline`, 'utf8');
        if (line.includes(word)) found.add(line);
      } catch {
        // It has ended.
      }
    }
  };
  const timer = setInterval(look, 5);
  return {
    stop() {
      clearInterval(timer);
      return [...found];
    },
  };
}
