/** A text that systems of this kind were seen to lose, cut, merge or run. */
interface MessageCase {
  name: string;
  text: string;
  /** The agent has rested before: tmux checks its prompt by itself where looks would else. */
  rested?: boolean;
}

const LINE = 'All of this must arrive as it was written, with its blanks  and its "quotes" and $HOME.';
/** So that with its envelope a message is still typed, and not put into a file: 32 KiB. */
const LONG_CHARACTERS = 32_700;

function numberLines(count: number): string {
  return Array.from({ length: count }, (_, i) => `line ${i + 1} of ${count}: ${LINE}`).join('\n');
}

export const MESSAGE_CASES: readonly MessageCase[] = [
  { name: 'short', text: 'Say hello.' },
  { name: 'rested: short', text: 'Say hello again.', rested: true },
  { name: 'rested: @file', text: 'look at @notes.txt, then say hello', rested: true },
  { name: 'rested: /clear', text: '/clear; and #{x} $HOME "quotes"', rested: true },
  { name: '4 lines', text: numberLines(4) },
  { name: '60 lines', text: numberLines(60) },
  { name: '2.6 kB line', text: LINE.repeat(30) },
  { name: 'ends in ;', text: 'run ls -la;' },
  { name: '-x', text: '-x' },
  { name: 'Enter', text: 'Enter' },
  // The last letters are followed by marks of their own: e with acute, a with dot below and diaeresis.
  { name: 'scripts', text: 'ok ✅ ⚠️ 🇩🇪 한국어 日本語 ก็ e\u0301 a\u0323\u0308' },
  { name: 'emoji', text: 'family 👩🏽‍💻 flag 🏳️‍🌈 한국어 नमस्ते e\u0301 a\u0323\u0308' },
  { name: '/clear', text: '/clear and go on' },
  { name: '!ls', text: '!ls' },
  { name: '@file', text: '@notes.txt tells what to do' },
  { name: 'tab, indent', text: 'if (x) {\n\treturn 1;\n    }\n\n\nend' },
  { name: '32 KiB', text: numberLines(400).slice(0, LONG_CHARACTERS) },
];
