import type { Instruction } from '../types.ts';
import type { Cluster } from './cluster.ts';
import { type InstanceItem, readInstance } from './read-items.ts';

/** The instances that a test case can mean, on a cluster that others use as well. */
export interface OwnInstances {
  /**
   * Adds an instance that the case has started.
   *
   * @param bpmnProcessId the id of its process, if it is known
   */
  add(processInstanceKey: string, bpmnProcessId?: string): void;
  /** Adds an instance that has received a message of the case, whoever has started it. */
  adopt(processInstanceKey: string): void;
  /**
   * The instances that the case has started, those that these have called, and, for a process of which there is none of them,
   * those that have started since the case began.
   */
  find(): Promise<readonly InstanceItem[]>;
  /** Those that the case has started itself, each with the time here when that was. */
  readonly started: ReadonlyMap<string, number>;
}

const path = '/process-instances/search';

/** The ids of all processes that instructions name. */
export const namedProcesses = (instructions: readonly Instruction[]): readonly string[] => {
  const found = new Set<string>();
  const visit = (value: unknown): void => {
    if (typeof value !== 'object' || value === null) return;
    for (const [name, inner] of Object.entries(value)) {
      // Variables are data of the process.
      if (name === 'variables') continue;
      if (name === 'processDefinitionId' && typeof inner === 'string') found.add(inner);
      else visit(inner);
    }
  };
  visit(instructions);
  return [...found];
};

/** What was there before the case began: the start of the latest instance, and the keys of those that started with it. */
interface Before {
  readonly since: string;
  readonly keys: ReadonlySet<string>;
}

/**
 * Begins to follow the instances of a test case.
 *
 * @param instructions of the case
 */
export const createOwnInstances = async (
  cluster: Cluster,
  instructions: readonly Instruction[],
): Promise<OwnInstances> => {
  const started = new Map<string, number>();
  const adopted = new Set<string>();
  const startedIds = new Set<string>();
  const tenant = cluster.tenantId === undefined ? {} : { tenantId: cluster.tenantId };

  const look = async (id: string): Promise<Before | undefined> => {
    const { items = [] } = (await cluster.ask('POST', path, {
      filter: { processDefinitionId: id, ...tenant },
      sort: [{ field: 'startDate', order: 'DESC' }],
      page: { limit: 1 },
    })) as { readonly items?: readonly Readonly<Record<string, unknown>>[] };
    if (items[0] === undefined) return undefined;
    const since = String(items[0].startDate);
    const same = await cluster.search(path, { processDefinitionId: id, ...tenant, startDate: { $gte: since } });
    return { since, keys: new Set(same.map((item) => readInstance(item).key)) };
  };

  const ids = namedProcesses(instructions);
  const before = new Map(await Promise.all(ids.map(async (id) => [id, await look(id)] as const)));

  const findSince = async (id: string): Promise<readonly InstanceItem[]> => {
    const known = before.get(id);
    const filter = { processDefinitionId: id, ...tenant };
    const found = await cluster.search(
      path,
      known === undefined ? filter : { ...filter, startDate: { $gte: known.since } },
    );
    return found.map(readInstance).filter(({ key }) => known?.keys.has(key) !== true);
  };

  const findCalled = async (callers: readonly InstanceItem[]): Promise<readonly InstanceItem[]> => {
    if (callers.length === 0) return [];
    const keys = callers.map(({ key }) => key);
    const found = (await cluster.search(path, { parentProcessInstanceKey: { $in: keys } })).map(readInstance);
    return [...found, ...(await findCalled(found))];
  };

  return {
    started,
    add: (key, id) => {
      started.set(key, Date.now());
      if (id !== undefined) startedIds.add(id);
    },
    adopt: (key) => {
      adopted.add(key);
    },
    find: async () => {
      const keys = [...new Set([...started.keys(), ...adopted])];
      const own =
        keys.length === 0 ? [] : (await cluster.search(path, { processInstanceKey: { $in: keys } })).map(readInstance);
      const all = [...own, ...(await findCalled(own))];
      // A search may not find yet what has just been started.
      const others = ids.filter((id) => !startedIds.has(id) && !all.some(({ bpmnProcessId }) => bpmnProcessId === id));
      const since = (await Promise.all(others.map(findSince))).flat();
      const more = [...since, ...(await findCalled(since))];
      const known = new Set(all.map(({ key }) => key));
      return [...all, ...more.filter(({ key }) => !known.has(key))];
    },
  };
};
