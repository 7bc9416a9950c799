const handled = ['SIGINT', 'SIGTERM'] as const;

type Handled = (typeof handled)[number];

/** What the process's signals ask for. */
export interface SignalHandlers {
  /** The first signal. */
  readonly stop: (signal: Handled) => void;
  /** Every further one. */
  readonly force: (signal: Handled) => void;
}

/** The part of `process` that this needs. */
export interface SignalSource {
  on(signal: Handled, listener: () => void): unknown;
  off(signal: Handled, listener: () => void): unknown;
}

/** Listens to SIGINT and SIGTERM; returns the way to stop listening. */
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
