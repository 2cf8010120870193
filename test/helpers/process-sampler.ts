import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';

/** Reads the words from stdin, so that they stand in no command line of its own. Says what it has found when stdin ends. */
const SAMPLER = `
const { readdirSync, readFileSync } = require('node:fs');
const found = new Map();
let words, rounds = 0;
function look() {
  for (const pid of readdirSync('/proc')) {
    if (!/^\\d+$/.test(pid)) continue;
    for (const kind of ['cmdline', 'environ']) {
      let text;
      try { text = readFileSync('/proc/' + pid + '/' + kind, 'latin1'); } catch { continue; }
      for (const word of words) if (text.includes(word)) found.set(kind + pid + word, { kind, pid: Number(pid), word });
    }
  }
  rounds++;
  setTimeout(look, 2);
}
process.stdin.once('data', (text) => { words = JSON.parse(text); look(); process.stdout.write('ready'); });
process.stdin.on('end', () => { process.stdout.write(JSON.stringify({ rounds, found: [...found.values()] })); process.exit(); });`;

export interface Sighting {
  kind: 'cmdline' | 'environ';
  pid: number;
  word: string;
}

/** Looks every few milliseconds at the command line and the environment of every process of the machine. Linux. */
export class ProcessSampler {
  readonly #child: ChildProcess;

  private constructor(child: ChildProcess) {
    this.#child = child;
  }

  static async start(words: readonly string[]): Promise<ProcessSampler> {
    const child = spawn(process.execPath, ['-e', SAMPLER], { stdio: ['pipe', 'pipe', 'inherit'] });
    child.stdin?.write(JSON.stringify(words));
    if (child.stdout !== null) await once(child.stdout, 'data');
    return new ProcessSampler(child);
  }

  /** What was seen, and how often it was looked. */
  async stop(): Promise<{ rounds: number; found: Sighting[] }> {
    const { stdin, stdout } = this.#child;
    let text = '';
    stdout?.setEncoding('utf8').on('data', (part) => {
      text += part;
    });
    stdin?.end();
    await once(this.#child, 'close');
    return JSON.parse(text);
  }
}
