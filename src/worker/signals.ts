interface SignalActions {
  onStop(signal: string): void;
  onReload(): void;
  /** What nothing else caught. */
  onUncaught(error: unknown): void;
}

/** Takes over the signals of a service, and errors that nothing caught. The returned function gives them back. */
export function handleSignals(actions: SignalActions): () => void {
  const stop = (signal: NodeJS.Signals) => actions.onStop(signal);
  const reload = () => actions.onReload();
  const uncaught = (error: unknown) => actions.onUncaught(error);
  // Node opens a debugger on SIGUSR1, which any local user could then command.
  const ignore = () => {};
  process.on('SIGTERM', stop).on('SIGINT', stop).on('SIGHUP', reload).on('SIGUSR1', ignore);
  process.on('uncaughtException', uncaught);
  return () => {
    process.off('SIGTERM', stop).off('SIGINT', stop).off('SIGHUP', reload).off('SIGUSR1', ignore);
    process.off('uncaughtException', uncaught);
  };
}
