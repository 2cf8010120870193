import { join } from 'node:path';
import type { NativeSignal } from '../model/observation.ts';
import { readClaudeSession } from './claude/session-file.ts';
import { readOpenSession } from './open-session.ts';
import { readQwenSession } from './qwen/session-file.ts';

/** How a CLI's own word about its state is found and read. */
export interface NativeSource {
  /** Where the CLI keeps its files, by the environment it was started with. */
  findDirectory(readVariable: (name: string) => string | undefined): string | undefined;
  /** Its word now, if it is about this very process. Synchronous and cheap: called at every look. */
  read(source: { configDirectory: string; pid: number; startTime: string }): NativeSignal | undefined;
}

const UUID = '[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}';
/** A conversation gets its file with its first message; before there is nothing to resume. */
const ROLLOUT = new RegExp(`/sessions/(?:\\d+/){3}rollout-[^/]*-(?<session>${UUID})\\.jsonl$`, 'u');
const COPILOT_HOLD = new RegExp(`/session-state/(?<session>${UUID})/inuse\\.\\d+\\.hold$`, 'u');

/** By the name that profiles use in `nativeReader`. */
export const NATIVE_SOURCES: Readonly<Record<string, NativeSource>> = {
  'claude-session-file': {
    findDirectory: findDirectory('CLAUDE_CONFIG_DIR', '.claude'),
    read: readClaudeSession,
  },
  'codex-open-rollout': {
    findDirectory: findDirectory('CODEX_HOME', '.codex'),
    read: (source) => readOpenSession(source, { name: 'codex-open-rollout', pattern: ROLLOUT }),
  },
  'qwen-session-file': { findDirectory: findDirectory('QWEN_HOME', '.qwen'), read: readQwenSession },
  'copilot-open-session': {
    findDirectory: findDirectory('COPILOT_HOME', '.copilot'),
    read: (source) => readOpenSession(source, { name: 'copilot-open-session', pattern: COPILOT_HOLD }),
  },
};

/** The folder that a variable names, or the usual one below the home. */
export function findDirectory(variable: string, folder: string): NativeSource['findDirectory'] {
  return (readVariable) => {
    const home = readVariable('HOME');
    return readVariable(variable) ?? (home && join(home, folder));
  };
}
