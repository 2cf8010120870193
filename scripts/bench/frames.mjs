/** Screens of a 120x40 agent as Claude Code draws them. */
export const COLUMNS = 120;
export const ROWS = 40;

const RULE = '─'.repeat(COLUMNS);
const transcript = (rows) =>
  Array.from({ length: rows }, (_, i) => `● Line ${i} of an answer that the agent gave some time ago.`);
const BOX = ['', RULE, '❯ ', RULE, '  ⏵⏵ auto mode on (shift+tab to cycle) · ← for agents'];

const idleRows = [...transcript(ROWS - BOX.length - 1), '✻ Brewed for 12s · done 7:40 PM', ...BOX];
const dialogRows = [
  ...transcript(20),
  '● Bash(rm -rf build)',
  RULE,
  ' Bash command',
  '   rm -rf build',
  ' Do you want to proceed?',
  ' ❯ 1. Yes',
  '   2. No',
  '',
  ' Esc to cancel · Tab to amend',
];

/** Paints a whole screen and puts the cursor where the input is. */
function paint(rows, cursor) {
  const lines = rows.map((row, i) => `\x1b[${i + 1};1H${row}\x1b[K`).join('');
  return `\x1b[?25l${lines}\x1b[J\x1b[${cursor}H`;
}

export const idleFrame = paint(idleRows, `${ROWS - 2};3`);
export const dialogFrame = paint(dialogRows, `${dialogRows.length};2`);
export const busyFrame = (n) => {
  const glyph = '·✢✳✶✻✽'[n % 6];
  return `\x1b[${ROWS - BOX.length};1H${glyph} Brewing… (${Math.floor(n / 10)}s · ↓ 49 tokens)\x1b[K\x1b[${ROWS - 2};3H`;
};
