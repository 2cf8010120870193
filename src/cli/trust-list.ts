import { resolve } from 'node:path';
import { OrchestratorError } from '../base/errors.ts';
import { cleanLine } from '../base/text.ts';
import { inspectProjectFile, type ProjectFile } from '../store/project-file.ts';
import { openClient } from './client.ts';
import { layColumns } from './column-layout.ts';
import type { Context } from './context.ts';
import { showValue } from './shown-value.ts';

/** Shows the commands and variables of a project's file, asks, and has exactly what was shown trusted. Throws `REFUSED` for a no. */
export async function trustFile(context: Context, file: string, yes: boolean): Promise<void> {
  const shown = inspectProjectFile(resolve(file), context.uid);
  const { path, hash, sets } = shown;
  if (sets.length === 0) {
    context.output.print({ ...shown, trusted: false }, () => [
      `${showValue(path)} sets no commands or variables`,
    ]);
    context.output.note('it needs no trust');
    return;
  }
  if (!context.output.json) context.output.lines(layFile(shown));
  if (!yes) await confirm(context, shown);
  const trusted = await openClient(context).call('trust.add', { path, hash });
  context.output.print({ ...shown, at: trusted.at, trusted: true }, () => ['trusted, until it changes']);
}

function layFile({ path, noun, name, sets }: ProjectFile): string[] {
  const rows = sets.map(({ field, value }) => [`  ${field}`, showValue(value)]);
  return [`${showValue(path)} (${noun} ${name}) sets:`, ...layColumns(rows)];
}

async function confirm({ output }: Context, { path }: ProjectFile): Promise<void> {
  if (output.json || !output.isTerminal || !process.stdin.isTTY) {
    throw new OrchestratorError(
      'REFUSED',
      `${cleanLine(path, 4_096)} is not trusted: nobody can be asked here`,
      {
        hint: 'look at the file, then give --yes',
      },
    );
  }
  const { createInterface } = await import('node:readline/promises');
  const lines = createInterface({ input: process.stdin, output: process.stderr });
  // Without an answer, as at the end of input, it stays a no.
  const answer = await Promise.race([
    lines.question('Trust it as it is now? [y/N] '),
    new Promise<string>((end) => lines.once('close', () => end(''))),
  ]);
  lines.close();
  if (/^y(?:es)?$/i.test(answer.trim())) return;
  throw new OrchestratorError('REFUSED', `${cleanLine(path, 4_096)} is not trusted`, {
    hint: 'its commands and variables do not count; the rest of it does',
  });
}

export async function listTrusted(context: Context): Promise<void> {
  const { files } = await openClient(context).call('trust.list', {});
  context.output.print({ files }, () =>
    layColumns(files.map(({ path, hash, at }) => [at, hash.slice(0, 12), showValue(path)])),
  );
}

export async function removeTrust(context: Context, file: string): Promise<void> {
  const removed = await openClient(context).call('trust.remove', { path: resolve(file) });
  context.output.print(removed, () => [`${showValue(removed.path)} is trusted no longer`]);
}
