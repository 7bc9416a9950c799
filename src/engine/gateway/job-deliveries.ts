import type { MachineHost } from '../host/machine-host.ts';
import type { Key } from '../machine/types.ts';

/** Writes a message to a client. Calls `written` when the connection has accepted it, or with an error. */
export type WriteJobs<Message> = (message: Message, written: (error?: Error | null) => void) => void;

/** Sends jobs over one call. */
export interface JobDelivery<Message> {
  /** Sends a message with these jobs. Calls `sent` when the connection has accepted it. */
  send(keys: readonly Key[], message: Message, sent?: () => void): void;
  /** The call has ended: returns all jobs that the connection has not accepted. */
  returnUnsent(): void;
}

/** Sends jobs over all calls of all gateways. */
export interface JobDeliveries {
  over<Message>(write: WriteJobs<Message>): JobDelivery<Message>;
  /** Returns the unsent jobs of all calls. */
  returnAll(): void;
}

/**
 * Tracks jobs from their activation until the connection has accepted them. If the call ends before that, the jobs become
 * activatable again, because no worker has received them.
 */
export const createJobDeliveries = (host: MachineHost): JobDeliveries => {
  const unsent = new Map<Key, Set<Key>>();

  const settle = (key: Key): void => {
    unsent.get(key)?.delete(key);
    unsent.delete(key);
  };
  // The activation has ended, e.g. by a timeout, so the job must not be returned when another worker has it.
  host.onWork((event) => {
    if (event.kind === 'job:activatable' && unsent.size > 0) settle(event.job.key);
  });

  const returnJobs = (keys: readonly Key[]): void => {
    if (keys.length === 0) return;
    for (const key of keys) settle(key);
    host.run((machine) => {
      for (const key of keys) machine.returnJob(key);
    });
  };

  const over = <Message>(write: WriteJobs<Message>): JobDelivery<Message> => {
    const ofCall = new Set<Key>();
    return {
      send: (keys, message, sent) => {
        for (const key of keys) {
          settle(key);
          ofCall.add(key);
          unsent.set(key, ofCall);
        }
        write(message, (error) => {
          if (error) return;
          for (const key of keys) if (unsent.get(key) === ofCall) settle(key);
          sent?.();
        });
      },
      returnUnsent: () => returnJobs([...ofCall]),
    };
  };

  return { over, returnAll: () => returnJobs([...unsent.keys()]) };
};
