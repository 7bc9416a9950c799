import type { KnownWorker } from './types.ts';

/** The workers that have asked for jobs since the engine was created. */
export interface KnownWorkers {
  /** A worker asks for jobs of a type. Returns a function for the end of its call. */
  connect(request: { readonly type: string; readonly worker: string }): () => void;
  /** In the order in which they asked first. */
  list(): readonly KnownWorker[];
}

/** Job types can be expressions and therefore many, so only this many workers are remembered after they have left. */
const mostRemembered = 1000;

interface Entry {
  readonly type: string;
  readonly worker: string;
  calls: number;
}

/** Creates the list of workers. */
export const createKnownWorkers = (): KnownWorkers => {
  const entries = new Map<string, Entry>();

  const forget = (): void => {
    if (entries.size <= mostRemembered) return;
    for (const [id, entry] of entries) {
      if (entry.calls > 0) continue;
      entries.delete(id);
      return;
    }
  };

  return {
    connect: ({ type, worker }) => {
      const id = `${type.length}:${type}${worker}`;
      const entry = entries.get(id) ?? { type, worker, calls: 0 };
      entry.calls += 1;
      entries.set(id, entry);
      forget();
      let isOpen = true;
      return () => {
        if (isOpen) entry.calls -= 1;
        isOpen = false;
      };
    },
    list: () => [...entries.values()].map(({ type, worker, calls }) => ({ type, worker, connected: calls > 0 })),
  };
};
