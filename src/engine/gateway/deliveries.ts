import type { ServerWritableStream } from '@grpc/grpc-js';
import type { Drive } from '../drive.ts';
import type { Key } from '../machine/types.ts';

/** A call that jobs are sent over. */
export type JobCall<Request> = ServerWritableStream<Request, object>;

/** Sends jobs over one call. */
export interface Delivery {
  /** Sends a message that carries these jobs. `sent` is called when the connection has taken it. */
  send(keys: readonly Key[], message: object, sent?: () => void): void;
  /** Gives back every job that the connection has not taken, because the call is over. */
  returnUnsent(): void;
}

/** The deliveries of a gateway. */
export interface Deliveries {
  over<Request>(call: JobCall<Request>): Delivery;
  /** Gives back the unsent jobs of all calls. */
  returnAll(): void;
}

/**
 * Watches over jobs between their activation and the moment the connection has taken them. A call that ends in between
 * would keep them activated for a worker that never saw them.
 */
export const createDeliveries = (drive: Drive): Deliveries => {
  const unsent = new Map<Key, Set<Key>>();

  const settle = (key: Key): void => {
    unsent.get(key)?.delete(key);
    unsent.delete(key);
  };
  // Its activation is over, timed out for instance: whoever has the job next must keep it.
  drive.on((event) => {
    if (event.kind === 'job:activatable' && unsent.size > 0) settle(event.job.key);
  });

  const giveBack = (keys: readonly Key[]): void => {
    if (keys.length === 0) return;
    for (const key of keys) settle(key);
    drive.run((machine) => {
      for (const key of keys) machine.returnJob(key);
    });
  };

  const over = <Request>(call: JobCall<Request>): Delivery => {
    const mine = new Set<Key>();
    return {
      send: (keys, message, sent) => {
        for (const key of keys) {
          settle(key);
          mine.add(key);
          unsent.set(key, mine);
        }
        call.write(message, (error: Error | null | undefined) => {
          if (error) return;
          for (const key of keys) if (unsent.get(key) === mine) settle(key);
          sent?.();
        });
      },
      returnUnsent: () => giveBack([...mine]),
    };
  };

  return { over, returnAll: () => giveBack([...unsent.keys()]) };
};
