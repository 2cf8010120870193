/** Time as the rest of the program sees it, so that tests can own it. Milliseconds since the epoch. */
export interface Clock {
  now(): number;
  /** Runs `action` once after `delayMs`; the returned function calls it off. Does not keep the process alive. */
  after(delayMs: number, action: () => void): () => void;
}

export const systemClock: Clock = {
  now: () => Date.now(),
  after: (delayMs, action) => {
    const timer = setTimeout(action, delayMs);
    timer.unref();
    return () => clearTimeout(timer);
  },
};
