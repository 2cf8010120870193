import { readFileSync } from 'node:fs';
import { parseArgs } from 'node:util';
import { stripControls } from '../base/text.ts';
import { type Behaviour, PLAIN_BEHAVIOUR } from './model.ts';
import { PROMPT_KINDS } from './prompt-kind.ts';
import { demoSteps, parseScript, type Step } from './script.ts';

export interface Options {
  name: string;
  steps: readonly Step[];
  startupMs: number;
  behaviour: Behaviour;
  /** File that gets one JSON object a line for each prompt that was sent, and each input to a dialog. */
  log: string | undefined;
}

export const USAGE = `usage: stand-in/main.js [--name NAME] [--script FILE|demo] [--startup-ms N] [--answer-ms N] [--log FILE]
  [--prompt ${[...PROMPT_KINDS.keys()].join('|')}]
  [--swallow-enters N] [--enter-newline-ms N] [--ask-on-paste | --die-on-paste] [--paste-fault-ms N]`;

const OPTIONS = {
  name: { type: 'string', default: 'stand-in' },
  script: { type: 'string' },
  log: { type: 'string' },
  prompt: { type: 'string', default: 'plain' },
  'startup-ms': { type: 'string', default: '800' },
  'answer-ms': { type: 'string', default: String(PLAIN_BEHAVIOUR.answerMs) },
  'swallow-enters': { type: 'string', default: '0' },
  'enter-newline-ms': { type: 'string', default: '0' },
  'ask-on-paste': { type: 'boolean', default: false },
  'die-on-paste': { type: 'boolean', default: false },
  'paste-fault-ms': { type: 'string', default: '0' },
} as const;

/** Throws for what cannot be understood. */
export function readOptions(words: readonly string[]): Options {
  const { values } = parseArgs({ args: [...words], options: OPTIONS });
  const number = (name: keyof typeof values) => readNumber(`--${name}`, String(values[name]));
  const kind = PROMPT_KINDS.get(values.prompt);
  if (kind === undefined) throw new Error(`--prompt ${JSON.stringify(values.prompt)} is not known`);
  const name = stripControls(values.name).slice(0, 60);
  return {
    name,
    startupMs: number('startup-ms'),
    steps: readSteps(values.script, name),
    log: values.log,
    behaviour: {
      kind,
      swallowEnters: number('swallow-enters'),
      enterNewlineMs: Math.max(kind.enterNewlineMs, number('enter-newline-ms')),
      onPaste: values['ask-on-paste'] ? 'ask' : values['die-on-paste'] ? 'die' : null,
      pasteFaultMs: number('paste-fault-ms'),
      answerMs: number('answer-ms'),
    },
  };
}

function readNumber(option: string, text: string): number {
  const number = Number(text);
  if (text.trim() !== '' && number >= 0 && Number.isFinite(number)) return number;
  throw new Error(`${option} wants a number`);
}

function readSteps(script: string | undefined, name: string): Step[] {
  if (script === undefined) return [];
  return script === 'demo' ? demoSteps(name) : parseScript(readFileSync(script, 'utf8'));
}
