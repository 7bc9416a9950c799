import { type Fault, isFault } from '../../../common/fault.ts';
import { isInternalProcess } from '../../../connector/activation-names.ts';
import type { Engine, Key, MachineInstance, MachineProcess, Variables } from '../../../engine/index.ts';
import type { DevSession, StartVariables } from '../session.ts';
import { type Mapping, migrate } from './migration.ts';
import { checkStart } from './starts.ts';

/** What became of an instance: `problem` says why nothing did. */
export interface InstanceResult {
  readonly processInstanceKey: Key;
  readonly problem?: string;
  /** The instance that has been started instead. */
  readonly startedKey?: Key;
}

/** Why nothing became of an instance: of a rejection only the reason, because the command that it names is not the user's. */
const reasonOf = (error: unknown): string => {
  if (isFault(error, 'rejection')) return (error as Fault & { readonly reason?: string }).reason ?? error.message;
  return error instanceof Error ? error.message : String(error);
};

const attempt = (processInstanceKey: Key, action: () => Pick<InstanceResult, 'startedKey'>): InstanceResult => {
  try {
    return { processInstanceKey, ...action() };
  } catch (error) {
    return { processInstanceKey, problem: reasonOf(error) };
  }
};

/**
 * The latest version of the process of an instance, in its tenant.
 */
export const latestOf = (
  processes: readonly MachineProcess[],
  { bpmnProcessId, tenantId }: Pick<MachineInstance, 'bpmnProcessId' | 'tenantId'>,
): MachineProcess | undefined =>
  processes
    .filter((each) => each.bpmnProcessId === bpmnProcessId && each.tenantId === tenantId && each.deleted !== true)
    .reduce<MachineProcess | undefined>(
      (latest, each) => (latest === undefined || each.version > latest.version ? each : latest),
      undefined,
    );

/**
 * The running instances of older versions of processes, oldest first.
 *
 * @param processId only those of this process. Default: of all
 */
export const outdatedInstances = (engine: Engine, processId?: string): readonly MachineInstance[] => {
  const processes = engine.processes();
  const latest = new Map<string, number>();
  const latestVersion = (instance: MachineInstance): number => {
    const name = JSON.stringify([instance.bpmnProcessId, instance.tenantId]);
    const known = latest.get(name) ?? latestOf(processes, instance)?.version ?? 0;
    latest.set(name, known);
    return known;
  };
  return engine
    .instances()
    .filter(
      (instance) =>
        instance.state === 'ACTIVE' &&
        !isInternalProcess(instance.bpmnProcessId) &&
        (processId === undefined || instance.bpmnProcessId === processId) &&
        instance.version < latestVersion(instance),
    );
};

/**
 * Migrates instances to the latest version of their process: each element to the one with the same id, unless the mapping names
 * another one.
 *
 * @param mapping ids of target elements by those of source elements; `undefined`: an event that stops waiting
 * @returns what became of each
 */
export const migrateInstances = (
  engine: Engine,
  instances: readonly MachineInstance[],
  mapping: Mapping = {},
): readonly InstanceResult[] => {
  const processes = engine.processes();
  return instances.map((instance) =>
    attempt(instance.key, () => {
      const target = latestOf(processes, instance);
      if (target !== undefined) migrate(engine, instance, target, mapping);
      return {};
    }),
  );
};

/** Begins to remember. After a step back, instances are active again that had ended. */
export const rememberStarts = ({ engine, onRestore }: Pick<DevSession, 'engine' | 'onRestore'>): StartVariables => {
  let started = new Map<Key, Variables>();
  onRestore(
    () => new Map(started),
    (before) => {
      started = new Map(before);
    },
  );
  let created: Key | undefined;
  const stop = engine.on((event) => {
    // An instance that a message starts has the variables of the message.
    if (event.kind === 'message:correlated' && event.processInstanceKey === created) {
      started.set(event.processInstanceKey, event.message.variables);
    }
    created = event.kind === 'instance:created' ? event.instance.key : undefined;
    if (event.kind === 'instance:created') started.set(event.instance.key, event.instance.variables);
    else if (event.kind === 'instance:completed' || event.kind === 'instance:terminated') {
      started.delete(event.instance.key);
    }
  });
  return { of: (key) => started.get(key) ?? {}, stop };
};

/**
 * Starts each of these instances anew with its variables, in the latest version, and cancels the old one. One whose process cannot be
 * started stays.
 *
 * @returns what became of each; the keys are those of the old ones
 */
export const startAnew = (
  engine: Engine,
  starts: StartVariables,
  instances: readonly MachineInstance[],
): readonly InstanceResult[] => {
  const processes = engine.processes();
  return instances.map(({ key, bpmnProcessId, tenantId }) =>
    attempt(key, () => {
      const latest = latestOf(processes, { bpmnProcessId, ...(tenantId === undefined ? {} : { tenantId }) });
      checkStart(latest, [], 'migrate the instance instead; for another one, ');
      const place = tenantId === undefined ? {} : { tenantId };
      const { processInstanceKey } = engine.createInstance({ bpmnProcessId, variables: starts.of(key), ...place });
      engine.cancelInstance(key);
      return { startedKey: processInstanceKey };
    }),
  );
};
