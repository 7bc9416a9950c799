import type { Engine } from '../../../engine/index.ts';

/** A version of something that is deployed. */
interface Version {
  readonly kind: 'process' | 'form' | 'decision' | 'file';
  readonly id: string;
  readonly version: number;
  readonly tenantId?: string;
  readonly resourceName: string | undefined;
}

const versionsOf = (engine: Engine): readonly Version[] => {
  const names = new Map(
    [...new Set(engine.decisions().map(({ decisionRequirementsKey }) => decisionRequirementsKey))].map((key) => [
      key,
      engine.resource(key)?.name,
    ]),
  );
  return [
    ...engine
      .processes()
      .filter(({ deleted }) => !deleted)
      .map((each): Version => ({ ...each, kind: 'process', id: each.bpmnProcessId })),
    ...engine.forms().map((each): Version => ({ ...each, kind: 'form', id: each.formId })),
    ...engine.decisions().map(
      (each): Version => ({
        ...each,
        ...{ kind: 'decision', id: each.dmnDecisionId, resourceName: names.get(each.decisionRequirementsKey) },
      }),
    ),
    ...engine.files().map((each): Version => ({ ...each, kind: 'file', id: each.resourceId })),
  ];
};

/**
 * What the engine still has of files: the ids of the processes, forms, decisions and other files whose latest version comes from each.
 * A file whose content comes from another file now has none, and neither has one that was never deployed.
 *
 * @param names the names of files, without folders
 */
export const deployedBy = (engine: Engine, names: readonly string[]): ReadonlyMap<string, readonly string[]> => {
  const latest = new Map<string, Version>();
  for (const each of versionsOf(engine)) {
    const key = JSON.stringify([each.kind, each.id, each.tenantId]);
    if (each.version > (latest.get(key)?.version ?? 0)) latest.set(key, each);
  }
  const idsOf = (name: string): readonly string[] =>
    [...latest.values()].filter(({ resourceName }) => resourceName === name).map(({ id }) => id);
  return new Map(names.map((name) => [name, [...new Set(idsOf(name))]]));
};
