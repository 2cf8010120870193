import { closeSync, constants, openSync, writeSync } from 'node:fs';
import type { PrivateTmux } from './private-tmux.ts';

/** A pane that holds a process called `claude` (a sleep) on whose terminal the test paints what it likes. */
export interface PaintedAgent {
  pane: string;
  /** The name the worker gives it. */
  name: string;
  pid: number;
  tty: string;
  paint(text: string | Uint8Array): void;
  close(): void;
}

/** Opens a window with such a pane. The process ends by itself after ten minutes. */
export async function paintAgent(
  tmux: PrivateTmux,
  { program = 'claude', target = '' }: { program?: string; target?: string } = {},
): Promise<PaintedAgent> {
  const words = ['new-window', '-d', '-P', '-F', '#{pane_id} #{pane_pid} #{pane_tty}', '-t', `${target}:`];
  const line = await tmux.run(...words, 'bash', '-c', `exec -a ${program} sleep 600`);
  const [pane = '', pid, tty = ''] = line.split(' ');
  const descriptor = openSync(tty, constants.O_WRONLY | constants.O_NOCTTY);
  return {
    ...{ pane, tty },
    pid: Number(pid),
    name: `${program}-${pane.slice(1)}`,
    paint: (text) => writeSync(descriptor, typeof text === 'string' ? Buffer.from(text) : text),
    close: () => closeSync(descriptor),
  };
}

const RULE = '─'.repeat(80);

/** Whole screens of Claude Code on 80x24. */
export const SCREENS = {
  idle: screen([
    '● Done.',
    '',
    '✻ Brewed for 12s · done 7:40 PM',
    '',
    RULE,
    '❯ ',
    RULE,
    '  ⏵⏵ auto mode on (shift+tab to cycle)',
  ]),
  busy: screen([
    '❯ go',
    '',
    '✻ Brewing… (3s · ↓ 49 tokens)',
    '',
    RULE,
    '❯ ',
    RULE,
    '  ⏵⏵ auto mode on (shift+tab to cycle) · esc to interrupt',
  ]),
  approval: screen([
    '● Bash(rm -rf build)',
    RULE,
    ' Bash command',
    '   rm -rf build',
    ' Do you want to proceed?',
    ' ❯ 1. Yes',
    '   2. No',
    '',
    ' Esc to cancel · Tab to amend',
  ]),
};

function screen(rows: string[]): string {
  const input = rows.findLastIndex((row) => row.startsWith('❯'));
  return `\u001b[2J\u001b[H${rows.join('\r\n')}\u001b[${Math.max(0, input) + 1};3H`;
}
