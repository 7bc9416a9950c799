import type { Readable } from 'node:stream';
import { anyAborted, onAbort } from '../../common/abort.ts';
import { type StartTimer, startTimer } from '../../common/timer.ts';

/** What ends a stream before its end. */
export interface StreamLimits {
  /** Milliseconds in which a part must arrive, and be taken. */
  readonly milliseconds: number;
  readonly signals: readonly (AbortSignal | undefined)[];
  /** Default: the timers of this process. */
  readonly startTimer?: StartTimer;
}

/** Why a stream has ended: a limit, a signal, or the error of a lost connection. */
export type EndOfStream = 'late' | 'aborted' | NodeJS.ErrnoException;

/**
 * Reads a stream part by part. It ends with an error when a signal fires, when the connection is lost, and when no part has
 * arrived or was taken within the limit: who reads slowly may read for long, but nobody keeps a connection for nothing.
 *
 * @param faultOf makes the error
 */
export const partsWithin = (
  stream: Readable,
  { milliseconds, signals, startTimer: start = startTimer }: StreamLimits,
  faultOf: (end: EndOfStream) => Error,
): AsyncIterable<Uint8Array> => {
  let fault: Error | undefined;
  const end = (why: EndOfStream): void => {
    fault ??= faultOf(why);
    stream.destroy();
  };
  const startLimit = (): (() => void) => start(milliseconds, () => end('late'));
  let cancel = startLimit();
  /** A part has arrived, or was taken. */
  const restart = (): void => {
    cancel();
    if (!stream.destroyed) cancel = startLimit();
  };
  const unsubscribe = onAbort(signals, () => end('aborted'));
  stream.once('close', () => {
    cancel();
    unsubscribe();
  });
  // Nobody may listen yet.
  stream.on('error', () => undefined);
  if (anyAborted(signals)) end('aborted');
  return {
    async *[Symbol.asyncIterator]() {
      try {
        restart();
        for await (const part of stream) {
          restart();
          yield part as Uint8Array;
          restart();
        }
      } catch (error) {
        throw fault ?? faultOf(anyAborted(signals) ? 'aborted' : (error as NodeJS.ErrnoException));
      }
    },
  };
};
