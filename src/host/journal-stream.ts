import { fstatSync } from 'node:fs';

/**
 * Whether a descriptor leads into the journal. Only when this very stream is its own (`JOURNAL_STREAM` holds device and inode): panes of
 * a tmux server that systemd started inherit the variable, but not the stream.
 */
export function isJournalStream(env: NodeJS.ProcessEnv, descriptor: number): boolean {
  if (!env.JOURNAL_STREAM) return false;
  try {
    const { dev, ino } = fstatSync(descriptor);
    return env.JOURNAL_STREAM === `${dev}:${ino}`;
  } catch {
    // A closed descriptor leads nowhere.
    return false;
  }
}
