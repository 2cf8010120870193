import { OrchestratorError } from '../../base/errors.ts';
import { readSeal } from './seal.ts';
import type { Program } from './service-text.ts';

/** A service file as it was found. */
export type FoundFile =
  | { kind: 'absent' }
  | { kind: 'link'; target: string }
  | { kind: 'file'; text: string; program: Program | undefined };

/**
 * What a found file is to us. `edited`: ours, changed by hand since. `foreign`: somebody else's (no seal, or a link to elsewhere).
 */
export type FileStatus = 'absent' | 'current' | 'outdated' | 'edited' | 'foreign';

/** Compares what is there with what would be written. */
export function judgeFile(found: FoundFile, wanted: string): FileStatus {
  if (found.kind === 'absent') return 'absent';
  if (found.kind === 'link') return 'foreign';
  if (found.text === wanted) return 'current';
  const seal = readSeal(found.text);
  if (seal === undefined) return 'foreign';
  return seal.intact ? 'outdated' : 'edited';
}

/** Another copy of the program, which the found file runs. */
export interface OtherCopy {
  main: string;
  version: string;
}

interface Question {
  path: string;
  found: FoundFile;
  wanted: string;
  force: boolean;
  /** This copy. */
  own: OtherCopy;
  /** The copy the found file runs, where that is another one and still there. */
  other: OtherCopy | undefined;
}

/** Whether the file must be written. Throws `CONFIG` rather than destroy somebody's work or switch copies behind their back. */
export function decideWrite({ path, found, wanted, force, own, other }: Question): boolean {
  const status = judgeFile(found, wanted);
  if (status === 'current') return false;
  if (force) return true;
  if (status === 'edited') throw refuse(`${path} was changed by hand and is left as it is`, KEEP_EDITS);
  if (found.kind === 'link') throw refuse(`${path} ${describeLink(found.target)}`, UNLINK);
  if (status === 'foreign') {
    throw refuse(
      `${path} is not from tmux-orchestrator and is left as it is`,
      `look at it: cat ${path}; ${FORCE}`,
    );
  }
  if (other !== undefined) throw refuse(describeCopies(own, other), SWITCH);
  return true;
}

/** Whether the file may be removed. Throws like `decideWrite`. */
export function decideRemoval({ path, found, force }: Pick<Question, 'path' | 'found' | 'force'>): boolean {
  if (found.kind === 'absent') return false;
  if (force) return true;
  const status = judgeFile(found, '');
  if (status === 'outdated') return true;
  const why = status === 'edited' ? 'was changed by hand' : 'is not from tmux-orchestrator';
  throw refuse(`${path} ${why} and is left as it is`, 'keep a copy of it, then repeat with: --force');
}

const FORCE = 'to replace it repeat with: --force';
const KEEP_EDITS = `keep your changes in a drop-in (systemctl --user edit tmux-orchestrator), then repeat with: --force`;
const UNLINK = `unmask or unlink it first, or ${FORCE}`;
const SWITCH = `to let the service run this copy repeat with: --force`;

function describeLink(target: string): string {
  return target === '/dev/null' ? 'is masked (a link to /dev/null)' : `is a link to ${target}`;
}

function describeCopies(own: OtherCopy, other: OtherCopy): string {
  return `two copies are installed: the service runs ${other.version} (${other.main}), this is ${own.version} (${own.main})`;
}

function refuse(message: string, hint: string): OrchestratorError {
  return new OrchestratorError('CONFIG', message, { hint });
}
