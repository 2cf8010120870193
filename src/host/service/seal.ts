import { createHash } from 'node:crypto';

/** The two languages that are sealed; they differ in how a comment is written. */
export type SealedForm = 'unit' | 'plist';

export interface Seal {
  /** Version of the program that wrote the file. */
  version: string;
  /** Nobody has changed the file since. */
  intact: boolean;
}

const SEAL = /^(?:#|<!--) tmux-orchestrator (\S+) sha256:([0-9a-f]{64})\b[^\n]*\n/m;

/**
 * Puts a line into a file that tells who wrote it and what it held, so that a later install can tell its own work from somebody's
 * careful edits. The line is a comment to systemd and launchd.
 */
export function sealText(body: string, { version, form }: { version: string; form: SealedForm }): string {
  const seal = `tmux-orchestrator ${version} sha256:${hashOf(body)}`;
  if (form === 'unit') return `# ${seal}. ${DROP_IN_ADVICE}\n${body}`;
  // Nothing may stand before the XML declaration, and a comment may hold no double hyphen.
  const [declaration = '', ...rest] = body.split('\n');
  return [declaration, `<!-- ${seal}. Written by: tmux-orchestrator service install -->`, ...rest].join('\n');
}

const DROP_IN_ADVICE =
  'Written by: tmux-orchestrator service install. Changes belong in a drop-in: systemctl --user edit tmux-orchestrator';

/** The seal of a file; nothing where it has none and so is not ours. */
export function readSeal(text: string): Seal | undefined {
  const match = SEAL.exec(text);
  if (match === null) return undefined;
  const [line, version = '', hash] = match;
  return { version, intact: hashOf(text.replace(line, '')) === hash };
}

function hashOf(text: string): string {
  return createHash('sha256').update(text).digest('hex');
}
