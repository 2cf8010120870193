#!/usr/bin/env node
import { readFileSync } from 'node:fs';
import { parseArgs } from 'node:util';
import { stripControls } from '../base/text.ts';
import type { Leaving, Session } from './model.ts';
import { demoSteps, parseScript, type Step } from './script.ts';
import { advance, nextTickAt, receive, startSession } from './session.ts';
import { type Frame, type Input, Terminal } from './terminal.ts';
import { drawFrame } from './view.ts';

const USAGE = 'usage: stand-in/main.js [--name NAME] [--script FILE|demo] [--startup-ms N]';
const SIGNALS = { SIGHUP: 129, SIGINT: 130, SIGTERM: 143 } as const;
/** How often a script asks whether the prompt is back; also the least time a round of it takes. Milliseconds. */
const SCRIPT_PACE_MS = 200;
/** A stop sent to oneself comes within this, or not at all. Milliseconds. */
const STOP_WAIT_MS = 50;

interface Options {
  name: string;
  steps: readonly Step[];
  startupMs: number;
}

/** The program: owns the session, draws it, and lets it age. */
class StandIn {
  readonly #terminal: Terminal;
  #session: Session;
  #timer: NodeJS.Timeout | undefined;
  #isDraining = false;

  constructor(terminal: Terminal, options: Options) {
    this.#terminal = terminal;
    this.#session = startSession(options.name, Date.now(), options.startupMs);
  }

  start(steps: readonly Step[]): void {
    this.#terminal.open();
    this.#terminal.onInput((inputs) => this.#take(inputs));
    this.#terminal.onResize(() => this.#show());
    for (const [signal, code] of Object.entries(SIGNALS)) {
      process.on(signal, () => this.#leave({ how: 'leave', code }));
    }
    process.on('SIGCONT', () => this.#resume());
    this.#show();
    if (steps.length > 0) this.#play(steps, 0);
  }

  #take(inputs: readonly Input[]): void {
    for (const input of inputs) this.#session = receive(this.#session, input, Date.now());
    this.#show();
  }

  #tick(): void {
    this.#session = advance(this.#session, Date.now());
    this.#show();
  }

  #show(): void {
    clearTimeout(this.#timer);
    const { leaving, phase } = this.#session;
    if (leaving !== null) {
      this.#leave(leaving);
      return;
    }
    const frame = drawFrame(this.#session, this.#terminal.size);
    if (phase.kind === 'working' && phase.work.kind === 'flooding') this.#flood(frame);
    else this.#terminal.draw(frame);
    const tickAt = nextTickAt(this.#session);
    if (tickAt !== null) this.#timer = setTimeout(() => this.#tick(), Math.max(tickAt - Date.now(), 1));
  }

  /** Draws again as soon as the terminal can take more; one such wait at a time, however many keys come meanwhile. */
  #flood(frame: Frame): void {
    if (this.#isDraining) return;
    this.#isDraining = true;
    this.#terminal.draw(frame, () => {
      this.#isDraining = false;
      this.#tick();
    });
  }

  #leave(leaving: Leaving): void {
    clearTimeout(this.#timer);
    if (leaving.how === 'crash') {
      crash(leaving.code);
      return;
    }
    this.#terminal.close();
    if (leaving.how === 'leave') process.exit(leaving.code);
    process.kill(process.pid, 'SIGTSTP');
    // Without a shell to wake it again the kernel does not stop it; then it goes on here.
    setTimeout(() => this.#resume(), STOP_WAIT_MS);
  }

  /** Back from Ctrl-Z, or woken after a stop from outside. */
  #resume(): void {
    this.#session = { ...this.#session, leaving: null };
    this.#terminal.open();
    this.#show();
  }

  #play(steps: readonly Step[], index: number): void {
    const step = steps[index];
    if (step === undefined) return;
    if (step.do === 'send') this.#take([step.input]);
    const { kind } = this.#session.phase;
    const next = step.do === 'loop' ? 0 : step.do === 'ready' && kind !== 'ready' ? index : index + 1;
    const delayMs = step.do === 'wait' ? step.ms : step.do === 'send' ? 0 : SCRIPT_PACE_MS;
    setTimeout(() => this.#play(steps, next), delayMs);
  }
}

/** Ends at once with the screen as it stands; SIGKILL is how a CLI dies that runs out of memory. */
function crash(code: number | null): void {
  if (code === null) process.kill(process.pid, 'SIGKILL');
  else process.exit(code);
}

function readOptions(): Options {
  const { values } = parseArgs({
    options: {
      name: { type: 'string', default: 'stand-in' },
      script: { type: 'string' },
      'startup-ms': { type: 'string', default: '800' },
    },
  });
  const startupMs = Number(values['startup-ms']);
  if (!(startupMs >= 0)) throw new Error('--startup-ms wants a number of milliseconds');
  const name = stripControls(values.name).slice(0, 60);
  return { name, startupMs, steps: readSteps(values.script, name) };
}

function readSteps(script: string | undefined, name: string): Step[] {
  if (script === undefined) return [];
  return script === 'demo' ? demoSteps(name) : parseScript(readFileSync(script, 'utf8'));
}

function main(): void {
  const { stdin, stdout } = process;
  try {
    if (!stdin.isTTY || !stdout.isTTY) throw new Error('stand-in needs a terminal');
    const options = readOptions();
    new StandIn(new Terminal(stdin, stdout), options).start(options.steps);
  } catch (error) {
    process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n${USAGE}\n`);
    process.exitCode = 2;
  }
}

main();
