#!/usr/bin/env node
import { appendFileSync } from 'node:fs';
import type { Leaving, LogEntry, Session } from './model.ts';
import { type Options, readOptions, USAGE } from './options.ts';
import type { Step } from './script.ts';
import { advance, nextTickAt, receive, startSession } from './session.ts';
import { type Frame, type Input, Terminal } from './terminal.ts';
import { drawFrame } from './view.ts';

const SIGNALS = { SIGHUP: 129, SIGINT: 130, SIGTERM: 143 } as const;
/** How often a script asks whether the prompt is back; also the least time a round of it takes. Milliseconds. */
const SCRIPT_PACE_MS = 200;
/** A stop sent to oneself comes within this, or not at all. Milliseconds. */
const STOP_WAIT_MS = 50;

/** The program: owns the session, draws it, and lets it age. */
class StandIn {
  readonly #terminal: Terminal;
  readonly #log: string | undefined;
  #session: Session;
  #timer: NodeJS.Timeout | undefined;
  #isDraining = false;

  constructor(terminal: Terminal, options: Options) {
    this.#terminal = terminal;
    this.#log = options.log;
    this.#session = startSession(options.name, Date.now(), options.startupMs, options.behaviour);
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
    if (this.#log !== undefined) writeLog(this.#log, this.#session.log);
    this.#session = { ...this.#session, log: [] };
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

/** On the disk of the system before anything is shown: whoever sees an empty prompt finds the text in the log. */
function writeLog(file: string, entries: readonly LogEntry[]): void {
  const at = new Date().toISOString();
  const lines = entries.map((entry) => `${JSON.stringify({ at, ...entry })}\n`);
  if (lines.length > 0) appendFileSync(file, lines.join(''), { mode: 0o600 });
}

/** Ends at once with the screen as it stands; SIGKILL is how a CLI dies that runs out of memory. */
function crash(code: number | null): void {
  if (code === null) process.kill(process.pid, 'SIGKILL');
  else process.exit(code);
}

function main(): void {
  const { stdin, stdout } = process;
  try {
    if (!stdin.isTTY || !stdout.isTTY) throw new Error('stand-in needs a terminal');
    const options = readOptions(process.argv.slice(2));
    new StandIn(new Terminal(stdin, stdout), options).start(options.steps);
  } catch (error) {
    process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n${USAGE}\n`);
    process.exitCode = 2;
  }
}

main();
