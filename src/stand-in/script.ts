import type { Input, KeyName } from './terminal.ts';

/** One thing that a script does: send input, wait, or wait until the prompt is back. */
export type Step =
  | { do: 'send'; input: Input }
  | { do: 'wait'; ms: number }
  | { do: 'ready' }
  | { do: 'loop' };

const KEY_NAMES: readonly KeyName[] = [
  ...([
    'enter',
    'newline',
    'escape',
    'up',
    'down',
    'backspace',
    'ctrl-c',
    'ctrl-d',
    'ctrl-u',
    'ctrl-z',
  ] as const),
];
const KEYS: ReadonlySet<string> = new Set(KEY_NAMES);
const TYPING_MS = 300;

/**
 * Reads a script, one step a line: `wait SECONDS`, `type TEXT`, `paste TEXT`, `key NAME`, `submit TEXT` (typed, a moment later sent),
 * `ready` (wait for the prompt), `loop` (from the top). Blank lines and those that start with `#` say nothing.
 */
export function parseScript(text: string): Step[] {
  return text.split('\n').flatMap((line, i) => {
    const trimmed = line.trim();
    return trimmed === '' || trimmed.startsWith('#') ? [] : parseLine(trimmed, i + 1);
  });
}

function parseLine(line: string, number: number): Step[] {
  const [, word = '', rest = ''] = /^(\S+)\s*(.*)$/u.exec(line) ?? [];
  if (word === 'wait' && Number(rest) >= 0) return [{ do: 'wait', ms: Number(rest) * 1000 }];
  if (word === 'type' || word === 'paste') {
    return [{ do: 'send', input: { kind: word === 'type' ? 'text' : 'paste', text: rest } }];
  }
  if (word === 'submit') return submit(rest);
  if (word === 'key' && isKey(rest)) return [{ do: 'send', input: { kind: 'key', key: rest } }];
  if (word === 'ready' || word === 'loop') return [{ do: word }];
  throw new Error(`line ${number} of the script says ${JSON.stringify(line)}, which is no step`);
}

function submit(text: string): Step[] {
  return [
    { do: 'send', input: { kind: 'text', text } },
    { do: 'wait', ms: TYPING_MS },
    { do: 'send', input: { kind: 'key', key: 'enter' } },
  ];
}

function isKey(word: string): word is KeyName {
  return KEYS.has(word);
}

/** Each scene begins and ends at the empty prompt, so that they can be played in any order. */
const DEMO_SCENES = [
  ['wait 5', 'submit Tidy the parser and its tests', 'ready', 'wait 3', 'submit /busy 25', 'ready'],
  ['wait 6', 'submit /ask git push origin main', 'wait 20', 'key enter', 'ready'],
  ['wait 8', 'type Look at the failing', 'wait 12', 'key ctrl-u'],
  ['wait 4', 'submit /retry 4', 'ready', 'wait 4', 'submit /compact 8', 'ready'],
  ['wait 5', 'submit /limit +20', 'wait 30', 'submit Go on where you stopped', 'ready'],
  ['wait 6', 'submit /question', 'wait 18', 'key down', 'wait 1', 'key enter', 'ready'],
  ['wait 3', 'submit /busy 15', 'ready', 'submit /error', 'wait 20', 'submit Try that again', 'ready'],
];

/** An endless, gentle round through what an agent can be doing. The name decides where it begins. */
export function demoSteps(name: string): Step[] {
  const number = hash(name);
  const start = number % DEMO_SCENES.length;
  const scenes = [...DEMO_SCENES.slice(start), ...DEMO_SCENES.slice(0, start)];
  const offset: Step = { do: 'wait', ms: (number % 13) * 500 };
  return [{ do: 'ready' }, offset, ...parseScript([...scenes.flat(), 'loop'].join('\n'))];
}

function hash(name: string): number {
  let number = 7;
  for (const character of name) number = (number * 31 + (character.codePointAt(0) ?? 0)) % 1_000_003;
  return number;
}
