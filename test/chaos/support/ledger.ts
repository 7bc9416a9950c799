import type { Engine, EngineEvent } from '../../../src/engine/index.ts';

/** Counts what happened on engines, by what it happened to. */
export interface Ledger {
  /** Goes on with this engine: the first one, or the one that took over its state. */
  watch(engine: Engine): void;
  /** Completions by instance. */
  readonly completed: ReadonlyMap<string, number>;
  /** Messages that the engine took, by correlation key. */
  readonly published: ReadonlyMap<string, number>;
  /** Messages that reached an instance, by instance. */
  readonly correlated: ReadonlyMap<string, number>;
  /** How often a job of the tested process was activated, by job key. */
  readonly activated: ReadonlyMap<string, number>;
  /** How often the time of such a job ran out, by job key. */
  readonly timedOut: ReadonlyMap<string, number>;
  /** Jobs of a type completed, by worker. */
  completedBy(type: string): ReadonlyMap<string, number>;
}

const increase = (map: Map<string, number>, key: string): void => {
  map.set(key, (map.get(key) ?? 0) + 1);
};

/**
 * Makes a ledger.
 *
 * @param process id of the process whose instances count
 * @param message name of the message that counts
 * @param now the engines' time
 */
export const createLedger = (process: string, message: string, now: () => number, changed: () => void): Ledger => {
  const completed = new Map<string, number>();
  const published = new Map<string, number>();
  const correlated = new Map<string, number>();
  const activated = new Map<string, number>();
  const timedOut = new Map<string, number>();
  const deadlines = new Map<string, number>();
  const byType = new Map<string, Map<string, number>>();

  const note = (event: EngineEvent): void => {
    if (event.kind === 'instance:completed' && event.instance.bpmnProcessId === process) {
      increase(completed, event.instance.key);
    } else if (event.kind === 'message:published' && event.message.name === message) {
      increase(published, event.message.correlationKey);
    } else if (event.kind === 'message:correlated' && event.message.name === message) {
      increase(correlated, event.processInstanceKey);
    } else if (event.kind === 'job:activated' && event.job.bpmnProcessId === process) {
      increase(activated, event.job.key);
      deadlines.set(event.job.key, event.job.deadline);
    } else if (event.kind === 'job:activatable' && deadlines.has(event.job.key)) {
      if (now() >= deadlines.get(event.job.key)!) increase(timedOut, event.job.key);
    } else if (event.kind === 'job:completed') {
      const { type, worker } = event.job;
      const kind = type.startsWith('_subscription:') ? 'subscription' : type;
      const workers = byType.get(kind) ?? new Map<string, number>();
      byType.set(kind, workers);
      increase(workers, worker);
    }
  };

  return {
    watch: (engine) => {
      engine.on((event) => {
        note(event);
        changed();
      });
    },
    completed,
    published,
    correlated,
    activated,
    timedOut,
    completedBy: (type) => byType.get(type) ?? new Map(),
  };
};
