import type { HostEvent } from '../session.ts';

/** Listeners to what a host emits. */
export interface HostListeners {
  readonly emit: (event: HostEvent) => void;
  readonly on: (listener: (event: HostEvent) => void) => () => void;
}

/** Creates a list of listeners. */
export const createHostListeners = (): HostListeners => {
  const listeners = new Set<(event: HostEvent) => void>();
  return {
    emit: (event) => {
      for (const listener of [...listeners]) listener(event);
    },
    on: (listener) => {
      listeners.add(listener);
      return () => {
        listeners.delete(listener);
      };
    },
  };
};
