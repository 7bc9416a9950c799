import type { JobStream } from './port.ts';

/** A stream of jobs that opens later, because a connection or a token comes first. */
export interface DeferredStream {
  /** For the caller. Pausing and closing take effect as soon as the stream is open. */
  readonly stream: JobStream;
  /** Fires when the caller closes the stream. */
  readonly closed: AbortSignal;
  /** Passes the open stream on. */
  open(stream: JobStream): void;
}

/** Prepares a stream of jobs that opens later. */
export const createDeferredStream = (): DeferredStream => {
  const closing = new AbortController();
  let target: JobStream | undefined;
  let paused = false;
  return {
    closed: closing.signal,
    open: (stream) => {
      target = stream;
      if (closing.signal.aborted) stream.close();
      else if (paused) stream.pause();
    },
    stream: {
      pause: () => {
        paused = true;
        target?.pause();
      },
      resume: () => {
        paused = false;
        target?.resume();
      },
      close: () => {
        closing.abort();
        target?.close();
      },
    },
  };
};
