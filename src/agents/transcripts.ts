import { findClaudeTurn } from './claude/transcript.ts';
import { findCodexTurn } from './codex/rollout.ts';
import { findDirectory, type NativeSource } from './natives.ts';

/** What is asked of a CLI's own record of its conversation. */
export interface TurnQuery {
  /** Where the CLI keeps its files; see `findDirectory`. */
  configDirectory: string;
  /** The CLI's own id of the conversation. */
  sessionId: string;
  /** Where the CLI was started. */
  workingDirectory: string;
  /** Stands in the first line of each message that we deliver: `[from NAME · ID]`. */
  messageId: string;
  /** When its delivery began; a record that was not written to since is not read. Milliseconds since the epoch. */
  since: number;
}

/** What became of a message, by the CLI's own record. */
export interface Turn {
  submitted: true;
  /** The text that ended its turn: untrusted. Null while the turn goes on, and where it failed or was interrupted. */
  answer: string | null;
  /** The turn is over. */
  done: boolean;
}

export interface TranscriptSource {
  findDirectory: NativeSource['findDirectory'];
  /**
   * Nothing where the record does not hold the message: not yet, or no more among its last 4 MB. Synchronous, some milliseconds at
   * most: for a few times a second and message.
   */
  find(query: TurnQuery): Turn | undefined;
}

/** By the name that profiles use in `transcriptReader`. */
export const TRANSCRIPT_SOURCES: Readonly<Record<string, TranscriptSource>> = {
  'claude-transcript': {
    findDirectory: findDirectory('CLAUDE_CONFIG_DIR', '.claude'),
    find: findClaudeTurn,
  },
  'codex-rollout': { findDirectory: findDirectory('CODEX_HOME', '.codex'), find: findCodexTurn },
};
