const handled = ['SIGINT', 'SIGTERM'] as const;

type Handled = (typeof handled)[number];

/** What to call for the process's signals. */
export interface SignalHandlers {
  /** Called for the first signal. */
  readonly stop: (signal: Handled) => void;
  /** Called for every further signal. */
  readonly force: (signal: Handled) => void;
}

/** The part of `process` that is needed. */
export interface SignalSource {
  on(signal: Handled, listener: () => void): unknown;
  off(signal: Handled, listener: () => void): unknown;
}

/** Adds listeners for SIGINT and SIGTERM; returns a function that removes them. */
export const onSignals = ({ stop, force }: SignalHandlers, source: SignalSource = process): (() => void) => {
  let received = 0;
  const listeners = handled.map((signal) => {
    const listener = (): void => (received++ === 0 ? stop(signal) : force(signal));
    source.on(signal, listener);
    return () => source.off(signal, listener);
  });
  return () => {
    for (const remove of listeners) remove();
  };
};
