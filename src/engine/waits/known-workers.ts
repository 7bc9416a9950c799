import { tenantProbeType } from '../../connector/activation-names.ts';
import type { KnownWorker } from './types.ts';

/** Which jobs a worker asks for. */
type Request = Omit<KnownWorker, 'connected' | 'tenantIds'> & { readonly tenantIds?: readonly string[] | undefined };

/** The workers that have asked for jobs since the engine was created. */
export interface KnownWorkers {
  /** A worker asks for jobs of a type. Returns a function for the end of its call. */
  connect(request: Request): () => void;
  /** In the order in which they asked first. */
  list(): readonly KnownWorker[];
}

/** Job types can be expressions and therefore many, so only this many workers are remembered after they have left. */
const mostRemembered = 1000;

interface Entry {
  readonly known: Omit<KnownWorker, 'connected'>;
  calls: number;
}

/** Creates the list of workers. It leaves out the question of a runtime about its tenants. */
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
    connect: ({ type, worker, tenantIds }) => {
      if (type === tenantProbeType) return () => {};
      const id = JSON.stringify([type, worker, tenantIds]);
      const known = { type, worker, ...(tenantIds === undefined ? {} : { tenantIds }) };
      const entry = entries.get(id) ?? { known, calls: 0 };
      entry.calls += 1;
      entries.set(id, entry);
      forget();
      let isOpen = true;
      return () => {
        if (isOpen) entry.calls -= 1;
        isOpen = false;
      };
    },
    list: () => [...entries.values()].map(({ known, calls }) => ({ ...known, connected: calls > 0 })),
  };
};
