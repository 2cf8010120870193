/** launchd starts a failing job again for ever, so the worker counts its own starts there, as systemd's `StartLimit*` would. */
export interface StartCount {
  /** Starts without a clean end or ten healthy minutes after them. Milliseconds since the epoch, oldest first. */
  startedAt: readonly number[];
}

export const STARTS_MAX = 6;
/** Starts further back do not count; and a worker that has run for so long is healthy. */
export const START_WINDOW_MS = 10 * 60_000;

export interface StartDecision {
  /** The count to keep. */
  count: StartCount;
  /** Too many starts lately: this one must not be carried out. */
  giveUp: boolean;
}

/**
 * Counts one more start. Giving up clears the count: it is launchd that now leaves the job alone, and the next start is a person's
 * or a login's. Times to come, from before the clock was set back, do not count.
 */
export function countStart({ startedAt }: StartCount, now: number): StartDecision {
  const recent = startedAt.filter((at) => at <= now && now - at < START_WINDOW_MS);
  if (recent.length >= STARTS_MAX) return { count: { startedAt: [] }, giveUp: true };
  return { count: { startedAt: [...recent, now] }, giveUp: false };
}
