import { fault } from '../../common/fault.ts';
import { reject as rejection } from '../machine/rejection.ts';
import type { EngineEvent, Key, MachineInstance } from '../machine/types.ts';
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

type EndEvent = Extract<EngineEvent, { kind: 'instance:completed' | 'instance:terminated' }>;

/** Creates promises of events. */
export const createEventWaiter = (host: MachineHost): EventWaiter => {
  const pending = new Set<(reason: unknown) => void>();

  const wait = (test: (event: EngineEvent) => boolean, { signal }: WaitOptions): Promise<EngineEvent> =>
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
      const stopListening = host.on((event) => {
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
    const ends = (event: EngineEvent): event is EndEvent =>
      (event.kind === 'instance:completed' || event.kind === 'instance:terminated') && event.instance.key === key;
    return ((await wait(ends, options)) as EndEvent).instance;
  };

  return {
    next: (test, options = {}) => ignoreRejection(wait(test, options)),
    ended: (key, options = {}) => ignoreRejection(untilEnd(key, options)),
    close: () => {
      for (const fail of [...pending]) {
        fail(fault('rejection', { what: 'The embedded engine has stopped before the awaited event.' }));
      }
    },
  };
};
