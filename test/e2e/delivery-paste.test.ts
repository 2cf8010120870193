import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { pressKeyIf } from '../../src/tmux/keys.ts';
import type { PaneCondition } from '../../src/tmux/pane-condition.ts';
import { readPaneSigns } from '../../src/tmux/pane-signs.ts';
import { pasteIf } from '../../src/tmux/paste.ts';
import { readPaneId } from '../../src/tmux/quoting.ts';
import { TmuxServer } from '../../src/tmux/server.ts';
import { type PrivateTmux, privateTmux } from '../helpers/private-tmux.ts';
import { until } from '../helpers/until.ts';

const PANE = readPaneId('%0');
let tmux: PrivateTmux;
let server: TmuxServer;

beforeEach(async () => {
  tmux = await privateTmux({ command: ['cat'] });
  const address = { arguments: ['-L', tmux.name], path: tmux.socketPath, source: 'flag' } as const;
  server = await TmuxServer.connect(
    { program: 'tmux', address },
    { onStructure: () => {}, onLost: () => {} },
  );
});

afterEach(async () => {
  await server.close();
  await tmux.close();
});

/** The pane as it is now. */
async function see() {
  const line = await tmux.run('display-message', '-p', '-t', PANE, '#{cursor_x} #{cursor_y} #{pane_pid}');
  const [x = 0, y = 0, pid] = line.split(' ').map(Number);
  return { cursor: [x, y] as const, pid };
}

const screen = () => tmux.run('capture-pane', '-p', '-t', PANE);

function paste(condition: PaneCondition, text = 'pasted'): Promise<boolean> {
  return pasteIf(server, PANE, condition, { id: 'abcdefghjk', text });
}

describe('a paste and an Enter', () => {
  it('arrive where the pane is as it was seen', async () => {
    expect(await paste(await see(), '-x; #(id) "$HOME" \\n ✓')).toBe(true);
    await until(async () => (await screen()).includes('-x; #(id) "$HOME" \\n ✓'));
    expect(await pressKeyIf(server, PANE, { ...(await see()), shows: 'HOME'.toLowerCase() }, 'Enter')).toBe(
      false,
    );
    expect(await pressKeyIf(server, PANE, { ...(await see()), shows: 'id' }, 'Enter')).toBe(true);
    await until(async () => (await screen()).split('✓').length === 3);
  });

  it.each([
    ['the cursor has moved', ['send-keys', '-l', 'x']],
    ['the pane is in copy mode', ['copy-mode']],
    ['its input is off', ['select-pane', '-d']],
    ['it is synchronised with others', ['set-option', '-w', 'synchronize-panes', 'on']],
    ['its process has ended', ['respawn-pane', '-k', 'true']],
    ['another process runs in it', ['respawn-pane', '-k', 'cat', '-u']],
  ])('do not happen where %s', async (_, [name = '', ...words]) => {
    const before = await see();
    await tmux.run(name, '-t', PANE, ...words);
    await until(async () => name !== 'send-keys' || (await see()).cursor[0] === 1);
    await until(
      async () =>
        words.at(-1) !== 'true' || (await tmux.run('display-message', '-p', '#{pane_dead}')) === '1',
    );
    expect(await paste(before)).toBe(false);
    expect(await pressKeyIf(server, PANE, before, 'Enter')).toBe(false);
    expect(await screen()).not.toContain('pasted');
  });

  it('do not happen in a pane that has gone, and the connection goes on', async () => {
    await tmux.run('new-window', '-d', 'cat');
    const before = await see();
    await tmux.run('kill-pane', '-t', PANE);
    expect(await paste(before).catch(() => false)).toBe(false);
    expect(await pressKeyIf(server, PANE, before, 'Enter').catch(() => false)).toBe(false);
    await expect(readPaneSigns(server, PANE)).rejects.toMatchObject({ code: 'NOT_FOUND' });
    expect(await readPaneSigns(server, readPaneId('%1'))).toMatchObject({ inMode: false, tag: '' });
  });

  it('leave no buffer behind, whether they happen or not', async () => {
    await paste(await see());
    await paste({ cursor: [70, 20] });
    expect(await tmux.run('list-buffers')).toBe('');
  });
});

describe('the signs of a pane', () => {
  it('tell its modes and its tag', async () => {
    expect(await readPaneSigns(server, PANE)).toEqual({
      ...{ inMode: false, inputOff: false, synchronized: false, tag: '', humanActiveAt: null },
    });
    await tmux.run('set-option', '-p', '-t', PANE, '@tmux_orchestrator_agent', 'a b\n%end');
    await tmux.run('copy-mode', '-t', PANE);
    expect(await readPaneSigns(server, PANE)).toMatchObject({ inMode: true, tag: 'a b?%end' });
  });
});
