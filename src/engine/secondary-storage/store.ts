import type { InstanceState, Json, Key } from '../machine/types.ts';
import type {
  Stored,
  StoredCorrelation,
  StoredDecision,
  StoredDecisionInstance,
  StoredElement,
  StoredFile,
  StoredForm,
  StoredIncident,
  StoredInstance,
  StoredJob,
  StoredProcess,
  StoredRequirements,
  StoredSubscription,
  StoredUserTask,
  StoredVariable,
  Tables,
} from './records.ts';
import { createRing, type Ring } from './ring.ts';
import { append, none } from './short-lists.ts';
import { createTable, type WritableTable } from './table.ts';

/** The kinds of records in a process instance, with their tables. */
interface Parts {
  readonly elements: StoredElement;
  readonly variables: StoredVariable;
  readonly incidents: StoredIncident;
  readonly jobs: StoredJob;
  readonly userTasks: StoredUserTask;
  readonly subscriptions: StoredSubscription;
  readonly correlations: StoredCorrelation;
  readonly decisions: StoredDecisionInstance;
}

/**
 * How many ended parts of each kind are kept for each ended instance that is kept: an instance can run without an end.
 */
const partsPerInstance = 50;

/** The records, and how they change. */
export interface Store {
  readonly tables: Tables;
  addProcess(process: StoredProcess): void;
  addDecision(decision: StoredDecision): void;
  addRequirements(requirements: StoredRequirements): void;
  addForm(form: StoredForm): void;
  addFile(file: StoredFile): void;
  /** Removes a form, another file or a DMN file with its decisions; marks a process as deleted. */
  deleteResource(key: Key): void;
  addInstance(instance: StoredInstance): void;
  /** The instance has ended. Beyond the limit, the one that ended first is removed with everything in it. */
  endInstance(instance: StoredInstance, state: InstanceState, at: number): void;
  /** Removes an instance with everything in it. */
  removeInstance(instance: StoredInstance): void;
  /** Adds a part to an instance; without one, only to the table. */
  add<Kind extends keyof Parts>(kind: Kind, part: Parts[Kind]): void;
  /** Nothing will happen to the part any more. Beyond the limit, the part that ended first is removed. */
  end<Kind extends keyof Parts>(kind: Kind, part: Parts[Kind]): void;
  /** Sets a variable of a scope. */
  setVariable(instance: StoredInstance, scopeKey: Key, name: string, value: Json): void;
  /** The variables of a scope keep their values from now on. */
  endScope(scopeKey: Key): void;
  /** A new key for something that has none in the machine. It is that of another partition, so no key exists twice. */
  nextKey(): Pick<Stored, 'key' | 'order'>;
}

/** The keys of the second partition. */
const ownKeys = 2 ** 52;

/**
 * Creates an empty store.
 *
 * @param keepEnded how many ended instances are kept; at least 1
 */
export const createStore = (keepEnded: number): Store => {
  const processes = new Map<Key, StoredProcess>();
  const decisions = new Map<Key, StoredDecision>();
  const requirements = new Map<Key, StoredRequirements>();
  const forms = new Map<Key, StoredForm>();
  const files = new Map<Key, StoredFile>();
  const instances = createTable<StoredInstance>();
  const tables: { readonly [Kind in keyof Parts]: WritableTable<Parts[Kind]> } = {
    elements: createTable(),
    variables: createTable(),
    incidents: createTable(),
    jobs: createTable(),
    userTasks: createTable(),
    subscriptions: createTable(),
    correlations: createTable(),
    decisions: createTable(),
  };
  const kinds = Object.keys(tables) as readonly (keyof Parts)[];
  /** The variables of scopes that have not ended, by scope and name. */
  const scopes = new Map<Key, readonly StoredVariable[]>();
  let lastKey = 0;

  const removeInstance = (instance: StoredInstance): void => {
    instances.delete(instance.key);
    for (const kind of kinds) for (const { key } of instance[kind]) tables[kind].delete(key);
  };

  const removePart = (kind: keyof Parts, part: Parts[keyof Parts]): void => {
    tables[kind].delete(part.key);
    const list: readonly Stored[] = part.instance?.[kind] ?? none;
    const index = list.indexOf(part);
    if (index >= 0) (list as Stored[]).splice(index, 1);
  };

  const endedInstances = createRing<StoredInstance>(keepEnded, removeInstance);
  const endedParts = Object.fromEntries(
    kinds.map((kind) => [
      kind,
      createRing<Parts[keyof Parts]>(keepEnded * partsPerInstance, (part) => removePart(kind, part)),
    ]),
  ) as Readonly<Record<keyof Parts, Ring<Parts[keyof Parts]>>>;

  const nextKey: Store['nextKey'] = () => {
    lastKey += 1;
    return { key: String(ownKeys + lastKey), order: ownKeys + lastKey };
  };

  const add: Store['add'] = (kind, part) => {
    tables[kind].add(part);
    const { instance } = part;
    if (instance === undefined) return;
    const lists: Record<keyof Parts, readonly Stored[]> = instance;
    lists[kind] = append(lists[kind], part);
  };

  const end: Store['end'] = (kind, part) => {
    tables[kind].end(part);
    endedParts[kind].add(part);
  };

  const endScope = (scopeKey: Key): void => {
    for (const variable of scopes.get(scopeKey) ?? none) end('variables', variable);
    scopes.delete(scopeKey);
  };

  return {
    tables: {
      ...tables,
      processes,
      requirements,
      forms,
      files,
      instances,
      decisions,
      decisionInstances: tables.decisions,
    },
    addProcess: (process) => void processes.set(process.key, process),
    addDecision: (decision) => void decisions.set(decision.key, decision),
    addRequirements: (file) => void requirements.set(file.key, file),
    addForm: (form) => void forms.set(form.key, form),
    addFile: (file) => void files.set(file.key, file),
    deleteResource: (key) => {
      const process = processes.get(key);
      if (process !== undefined) process.isDeleted = true;
      forms.delete(key);
      files.delete(key);
      const file = requirements.get(key);
      if (file === undefined) return;
      requirements.delete(key);
      for (const decision of decisions.values()) if (decision.requirements === file) decisions.delete(decision.key);
    },
    addInstance: (instance) => instances.add(instance),
    endInstance: (instance, state, at) => {
      instance.state = state;
      instance.endDate = at;
      instances.end(instance);
      endScope(instance.key);
      endedInstances.add(instance);
    },
    removeInstance,
    add,
    end,
    setVariable: (instance, scopeKey, name, value) => {
      const scope = scopes.get(scopeKey) ?? none;
      const known = scope.find((variable) => variable.name === name);
      if (known !== undefined) {
        known.value = value;
        return;
      }
      // One text for all records that have the key.
      const ownScope = scopeKey === instance.key ? instance.key : (scope[0]?.scopeKey ?? scopeKey);
      const { key, order } = nextKey();
      const variable: StoredVariable = { key, order, instance, name, value, scopeKey: ownScope };
      scopes.set(ownScope, append(scope, variable));
      add('variables', variable);
    },
    endScope,
    nextKey,
  };
};
