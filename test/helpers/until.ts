const POLL_MS = 50;

/**
 * How long something may take that comes about by itself, milliseconds: no test hangs, and none fails because its machine is busy with
 * other things. How long it takes is for the benchmark to say.
 */
export const PATIENCE_MS = 30_000;

/**
 * Asks again and again until the predicate gives something true, and gives that. Fails with the last answer or error when the time
 * is up, so that a test says what it saw instead.
 */
export async function until<T>(
  predicate: () => T | Promise<T>,
  {
    timeoutMs = PATIENCE_MS,
    describe = String,
  }: { timeoutMs?: number; describe?: (last: unknown) => string } = {},
): Promise<NonNullable<T>> {
  const deadline = Date.now() + timeoutMs;
  for (;;) {
    let last: unknown;
    try {
      const value = await predicate();
      if (value) return value;
      last = value;
    } catch (error) {
      last = error;
    }
    if (Date.now() > deadline)
      throw new Error(`not so within ${timeoutMs} ms; last: ${describe(last)}`, { cause: last });
    await new Promise((resolve) => setTimeout(resolve, POLL_MS));
  }
}
