import { join } from 'node:path';
import type { NativeSignal } from '../model/observation.ts';
import { readClaudeSession } from './claude/session-file.ts';

/** How a CLI's own word about its state is found and read. */
export interface NativeSource {
  /** Where the CLI keeps its files, by the environment it was started with. */
  findDirectory(readVariable: (name: string) => string | undefined): string | undefined;
  /** Its word now, if it is about this very process. Synchronous and cheap: called at every look. */
  read(source: { configDirectory: string; pid: number; startTime: string }): NativeSignal | undefined;
}

/** By the name that profiles use in `nativeReader`. */
export const NATIVE_SOURCES: Readonly<Record<string, NativeSource>> = {
  'claude-session-file': {
    findDirectory: (readVariable) => {
      const home = readVariable('HOME');
      return readVariable('CLAUDE_CONFIG_DIR') ?? (home && join(home, '.claude'));
    },
    read: readClaudeSession,
  },
};
