import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { pressKeyIf } from '../../src/tmux/keys.ts';
import type { PaneCondition } from '../../src/tmux/pane-condition.ts';
import { readPaneSigns } from '../../src/tmux/pane-signs.ts';
import { pasteIf } from '../../src/tmux/paste.ts';
import { readPaneId } from '../../src/tmux/quoting.ts';
import { findText } from '../../src/tmux/search.ts';
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

describe('a pane that is typed into without a fresh look', () => {
  const ask = async (format: string) => Number(await tmux.run('display-message', '-p', '-t', PANE, format));
  /** tmux tells whole seconds: until the present one is a later one. */
  const rest = (format: string) => until(async () => (await ask(format)) + 2 < Date.now() / 1_000);

  it('takes a paste where nothing was written since the last look', async () => {
    await rest('#{window_activity}');
    const before = { ...(await see()), unwrittenSince: Date.now() };
    expect(await paste(before, 'one')).toBe(true);
    await until(async () => (await see()).cursor[0] === 3);
    await tmux.run('send-keys', '-t', PANE, 'C-u');
    await until(async () => (await see()).cursor[0] === 0);
    // It looks as it did before.
    expect(await paste(before, 'two')).toBe(false);
    await rest('#{window_activity}');
    expect(await paste({ ...before, unwrittenSince: Date.now() }, 'three')).toBe(true);
  });

  it('takes none while a person presses keys in its session', async () => {
    const attach = `TMUX= tmux -L ${tmux.name} attach -t 0`;
    await tmux.run('new-session', '-d', '-s', 'terminal', '-x', '80', '-y', '26', attach);
    await until(async () => (await tmux.run('list-clients', '-F', '#{client_control_mode}')).includes('0'));
    await rest('#{session_activity}');
    const since = Date.now();
    expect(await paste({ ...(await see()), untouchedSince: since }, 'one')).toBe(true);
    await tmux.run('send-keys', '-t', 'terminal:', 'x');
    await until(async () => (await see()).cursor[0] === 4);
    expect(await paste({ ...(await see()), untouchedSince: since }, 'two')).toBe(false);
    await rest('#{session_activity}');
    expect(await paste({ ...(await see()), untouchedSince: Date.now() }, 'three')).toBe(true);
  });

  it.each([
    [
      'linked into another session',
      ['new-session', '-d', '-s', 'other', ';', 'link-window', '-s', '0:0', '-t', 'other:5'],
    ],
    ['in a group of sessions', ['new-session', '-d', '-s', 'other', '-t', '0']],
  ])('takes none where it is %s, whose keys nobody asks for', async (_, words) => {
    const before = { ...(await see()), untouchedSince: Date.now() + 60_000 };
    expect(await paste(before, 'one')).toBe(true);
    await tmux.run(...words);
    expect(await paste({ ...(await see()), untouchedSince: before.untouchedSince }, 'two')).toBe(false);
  });

  it('takes none where it is not tagged with the name', async () => {
    const before = await see();
    expect(await paste({ ...before, tag: 'ada' })).toBe(false);
    await tmux.run('set-option', '-p', '-t', PANE, '@tmux_orchestrator_agent', 'ada');
    expect(await paste({ ...before, tag: 'ad' })).toBe(false);
    await expect(paste({ ...before, tag: '#{pane_id}' })).rejects.toThrow('cannot be a name');
    expect(await paste({ ...before, tag: 'ada' })).toBe(true);
  });
});

describe('an Enter behind a text of two lines', () => {
  const LINES = ['[from bob · 0123]', 'run `x`; #{pane_id} #(id) a,b}c -- "$HOME" [.] *?+|\\\\'] as const;
  const [FIRST, LAST] = LINES;
  const behind = (lines: readonly [string, string] = LINES, left = '» ') =>
    pressKeyIf(server, PANE, { cursor: { lines, left } }, 'Enter');

  /** Shows what is typed, and nothing else; then the cursor goes to its column in the second row. */
  async function show(text: string): Promise<void> {
    await tmux.run('respawn-pane', '-k', '-t', PANE, 'stty raw -echo; printf ready; exec cat');
    await until(async () => (await screen()).includes('ready'));
    const place = `\u001b[2;${'» '.length + LAST.length + 1}H`;
    await tmux.run('send-keys', '-t', PANE, '-l', `\u001b[2J\u001b[H${text}${place}`);
    await until(async () => {
      const { cursor } = await see();
      return cursor[0] === '» '.length + LAST.length && cursor[1] === 1;
    });
  }

  it('is pressed where they fill their rows, whatever is in them', async () => {
    await show(`» ${FIRST}\r\n  ${LAST}`);
    expect(await behind()).toBe(true);
  });

  it('is pressed where the blank behind the glyph is one that does not break', async () => {
    await show(`»\u00a0${FIRST}\r\n  ${LAST}`);
    expect(await behind()).toBe(true);
  });

  it('is pressed where a frame is around them', async () => {
    await show(`» ${FIRST}   │\r\n│ ${LAST}   │`);
    expect(await behind()).toBe(true);
  });

  it.each([
    ['the first one is another', `» [from eve · 4567]\r\n  ${LAST}`],
    ['the second one is another', `» ${FIRST}\r\n  ${LAST.replace('run', 'ran')}`],
    ['something stands before the first one', `» rm ${FIRST}\r\n  ${LAST}`],
    ['something stands behind the first one', `» ${FIRST} no\r\n  ${LAST}`],
    ['something stands before the second one', `» ${FIRST}\r\nno${LAST}`],
    ['something stands behind the cursor', `» ${FIRST}\r\n  ${LAST}no`],
    ['another row has the prompt glyph', `  ${FIRST}\r\n  ${LAST}`],
    ['a row lies between', `» ${FIRST}\r\n\r\n  ${LAST}`],
    ['they stand above the cursor too', `» ${FIRST}\r\n  ${LAST}\u001b[24;1H\r\n\u001b[1;1H  said ${FIRST}`],
  ])('is not pressed where %s', async (_, text) => {
    await show(text);
    expect(await behind()).toBe(false);
  });

  it('is not pressed where the cursor has moved', async () => {
    await show(`» ${FIRST}\r\n  ${LAST}`);
    await tmux.run('send-keys', '-t', PANE, '-l', '\u001b[D');
    await until(async () => (await see()).cursor[0] === '» '.length + LAST.length - 1);
    expect(await behind()).toBe(false);
  });
});

describe('a text on a screen', () => {
  it('is found with the cursor, or not', async () => {
    await paste(await see(), 'one\ntwo [0123]\n');
    await until(async () => (await screen()).split('0123').length === 3);
    const { cursor } = await see();
    expect(await findText(server, PANE, 'two [0123]')).toEqual({ cursor, row: 1 });
    expect(await findText(server, PANE, '4567')).toEqual({ cursor, row: null });
    await expect(findText(server, readPaneId('%77'), 'x')).rejects.toMatchObject({ code: 'NOT_FOUND' });
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
