import { fault } from '../../common/fault.ts';
import { reject as rejection } from '../machine/rejection.ts';
import type { EngineEvent, Key, MachineInstance, WorkEvent } from '../machine/types.ts';
import type { MachineHost } from './machine-host.ts';

interface WaitOptions {
  readonly signal?: AbortSignal;
}

/** Waits for events. */
export interface EventWaiter {
  /** Resolves with the first future event that passes the test. Rejects when aborted or closed. */
  next(test: (event: EngineEvent) => boolean, options?: WaitOptions): Promise<EngineEvent>;
  /** Resolves when the instance ends, or at once if it has ended. */
  ended(key: Key, options?: WaitOptions): Promise<MachineInstance>;
  /** Rejects all pending promises. */
  close(): void;
}

/** Without this, the rejection of a promise that nobody awaits any more would end the process. */
const ignoreRejection = <T>(promise: Promise<T>): Promise<T> => {
  promise.catch(() => {});
  return promise;
};

type EndEvent = Extract<WorkEvent, { kind: 'instance:completed' | 'instance:terminated' }>;

/** Creates promises of events. */
export const createEventWaiter = (host: MachineHost): EventWaiter => {
  const pending = new Set<(reason: unknown) => void>();

  const wait = <Event>(
    subscribe: (listener: (event: Event) => void) => () => void,
    test: (event: Event) => boolean,
    { signal }: WaitOptions,
  ): Promise<Event> =>
    new Promise((resolve, reject) => {
      if (signal?.aborted === true) {
        reject(signal.reason);
        return;
      }
      const leave = (): void => {
        pending.delete(fail);
        signal?.removeEventListener('abort', abort);
        stopListening();
      };
      const fail = (reason: unknown): void => {
        leave();
        reject(reason);
      };
      const abort = (): void => fail(signal?.reason);
      const stopListening = subscribe((event) => {
        try {
          if (!test(event)) return;
          leave();
          resolve(event);
        } catch (error) {
          fail(error);
        }
      });
      pending.add(fail);
      signal?.addEventListener('abort', abort, { once: true });
    });

  const untilEnd = async (key: Key, options: WaitOptions): Promise<MachineInstance> => {
    const instance = host.read((machine) => machine.instance(key));
    if (instance === undefined) throw rejection('NOT_FOUND', 'AWAIT', `There is no process instance with key ${key}.`);
    if (instance.state !== 'ACTIVE') return instance;
    const ends = (event: WorkEvent): event is EndEvent =>
      (event.kind === 'instance:completed' || event.kind === 'instance:terminated') && event.instance.key === key;
    return ((await wait(host.onWork, ends, options)) as EndEvent).instance;
  };

  return {
    next: (test, options = {}) => ignoreRejection(wait(host.on, test, options)),
    ended: (key, options = {}) => ignoreRejection(untilEnd(key, options)),
    close: () => {
      for (const fail of [...pending]) {
        fail(fault('rejection', { what: 'The embedded engine has stopped before the awaited event.' }));
      }
    },
  };
};
