import { isInternalProcess } from '../../../connector/activation-names.ts';
import type { Engine, Key, MachineInstance, Variables } from '../../../engine/index.ts';
import type { DevSession } from '../session.ts';

/** What became of an instance: `problem` says why nothing did. */
export interface InstanceResult {
  readonly processInstanceKey: Key;
  readonly problem?: string;
}

const reasonOf = (error: unknown): string => (error instanceof Error ? error.message : String(error));

const attempt = (processInstanceKey: Key, action: () => void): InstanceResult => {
  try {
    action();
    return { processInstanceKey };
  } catch (error) {
    return { processInstanceKey, problem: reasonOf(error) };
  }
};

const latestOf = (
  engine: Engine,
  { bpmnProcessId, tenantId }: MachineInstance,
): { readonly key: Key; readonly version: number } => {
  const versions = engine
    .processes()
    .filter((each) => each.bpmnProcessId === bpmnProcessId && each.tenantId === tenantId)
    .map(({ processDefinitionKey, version }) => ({ key: processDefinitionKey, version }));
  return versions.reduce((latest, each) => (each.version > latest.version ? each : latest), { key: '', version: 0 });
};

/**
 * The running instances of older versions of processes, oldest first.
 *
 * @param processId only those of this process. Default: of all
 */
export const outdatedInstances = (engine: Engine, processId?: string): readonly MachineInstance[] =>
  engine
    .instances()
    .filter(
      (instance) =>
        instance.state === 'ACTIVE' &&
        !isInternalProcess(instance.bpmnProcessId) &&
        (processId === undefined || instance.bpmnProcessId === processId) &&
        instance.version < latestOf(engine, instance).version,
    );

/**
 * Migrates running instances to the latest version of their process: each element to the one with the same id.
 *
 * @returns what became of each
 */
export const migrateInstances = (engine: Engine, processId?: string): readonly InstanceResult[] =>
  outdatedInstances(engine, processId).map((instance) =>
    attempt(instance.key, () => {
      const ids = new Set(
        engine
          .elements(instance.key)
          .filter(({ kind }) => kind !== 'process')
          .map(({ elementId }) => elementId),
      );
      engine.migrateInstance(instance.key, {
        targetProcessDefinitionKey: latestOf(engine, instance).key,
        mappingInstructions: [...ids].map((id) => ({ sourceElementId: id, targetElementId: id })),
      });
    }),
  );

/** Remembers with which variables running instances have started. */
export interface StartVariables {
  of(processInstanceKey: Key): Variables;
  stop(): void;
}

/** Begins to remember. After a step back, instances are active again that had ended. */
export const rememberStarts = ({ engine, onRestore }: Pick<DevSession, 'engine' | 'onRestore'>): StartVariables => {
  let started = new Map<Key, Variables>();
  onRestore(
    () => new Map(started),
    (before) => {
      started = new Map(before);
    },
  );
  const stop = engine.on((event) => {
    if (event.kind === 'instance:created') started.set(event.instance.key, event.instance.variables);
    else if (event.kind === 'instance:completed' || event.kind === 'instance:terminated') {
      started.delete(event.instance.key);
    }
  });
  return { of: (key) => started.get(key) ?? {}, stop };
};

/**
 * Cancels running instances and starts each anew with its variables, in the latest version.
 *
 * @returns what became of each; the keys are those of the old ones
 */
export const startAnew = (
  engine: Engine,
  starts: StartVariables,
  instances: readonly MachineInstance[],
): readonly InstanceResult[] =>
  instances.map(({ key, bpmnProcessId, tenantId }) =>
    attempt(key, () => {
      const variables = starts.of(key);
      engine.cancelInstance(key);
      engine.createInstance({ bpmnProcessId, variables, ...(tenantId === undefined ? {} : { tenantId }) });
    }),
  );
