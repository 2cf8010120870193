import { endWith } from './context.ts';

/** Does something that Ctrl-C may end: then `onInterrupt` tells what is left behind, the command ends with 130, and nothing is given. */
export async function untilInterrupted<T>(
  act: (signal: AbortSignal) => Promise<T>,
  onInterrupt: () => void = () => {},
): Promise<T | undefined> {
  const controller = new AbortController();
  const interrupt = () => controller.abort();
  process.once('SIGINT', interrupt);
  try {
    return await act(controller.signal);
  } catch (error) {
    if (!controller.signal.aborted) throw error;
    onInterrupt();
    endWith(130);
    return undefined;
  } finally {
    process.off('SIGINT', interrupt);
  }
}
