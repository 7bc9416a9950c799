import { fault } from '../common/fault.ts';
import type { Drive } from './drive.ts';
import { reject as rejection } from './machine/rejection.ts';
import type { EngineEvent, Key, MachineInstance } from './machine/types.ts';

interface WaitOptions {
  readonly signal?: AbortSignal;
}

/** Waits for events. */
export interface Watch {
  /** Resolves with the first event that the test accepts, from now on; rejects when aborted or closed. */
  next(test: (event: EngineEvent) => boolean, options?: WaitOptions): Promise<EngineEvent>;
  /** Resolves when the instance has ended, at once if it has already. */
  ended(key: Key, options?: WaitOptions): Promise<MachineInstance>;
  /** Rejects everything that still waits. */
  close(): void;
}

/** Whoever awaits the promise still sees its rejection; one that was given up on must not end the process. */
const forgivable = <T>(promise: Promise<T>): Promise<T> => {
  promise.catch(() => {});
  return promise;
};

type EndEvent = Extract<EngineEvent, { kind: 'instance:completed' | 'instance:terminated' }>;

/** Makes promises of events. */
export const createWatch = (drive: Drive): Watch => {
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
      const stopListening = drive.on((event) => {
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
    const instance = drive.read((machine) => machine.instance(key));
    if (instance === undefined) throw rejection('NOT_FOUND', 'AWAIT', `There is no process instance with key ${key}.`);
    if (instance.state !== 'ACTIVE') return instance;
    const ends = (event: EngineEvent): event is EndEvent =>
      (event.kind === 'instance:completed' || event.kind === 'instance:terminated') && event.instance.key === key;
    return ((await wait(ends, options)) as EndEvent).instance;
  };

  return {
    next: (test, options = {}) => forgivable(wait(test, options)),
    ended: (key, options = {}) => forgivable(untilEnd(key, options)),
    close: () => {
      for (const fail of [...pending]) {
        fail(fault('rejection', { what: 'The embedded engine was stopped before the awaited event came.' }));
      }
    },
  };
};
