import { counterpartOf, mappedElements } from '../../actions/migration.ts';
import { latestOf, outdatedInstances } from '../../actions/versions.ts';
import type { MigratedElement, Migration } from '../contract.ts';
import type { Sources } from '../sources.ts';

/** How many instances one migration moves. */
const maxInstances = 1_000;

/**
 * What has to be decided to migrate an instance, or all that run in older versions of a process.
 *
 * @returns `undefined` if none runs in an older version
 */
export const migration = (
  sources: Sources,
  given: { readonly instance?: string | undefined; readonly process?: string | undefined },
): Migration | undefined => {
  const engine = sources.engine();
  const processes = sources.processes();
  const outdated = outdatedInstances(engine, given.process).filter(
    ({ key }) => given.instance === undefined || key === given.instance,
  );
  const target = outdated[0] && latestOf(processes, outdated[0]);
  if (target === undefined) return undefined;
  // Those of another tenant have a latest version of their own.
  const instances = outdated.filter((each) => latestOf(processes, each) === target).slice(0, maxInstances);
  const elements = new Map<string, MigratedElement>();
  for (const { key, processDefinitionKey } of instances) {
    const source = processes.find((each) => each.processDefinitionKey === processDefinitionKey);
    for (const { id, isEvent } of mappedElements(engine, key)) {
      const found = source?.elements.find((each) => each.id === id);
      const same = counterpartOf(id, source, target);
      const known = elements.get(id);
      elements.set(id, {
        ...{ id, name: found?.name ?? id, type: found?.type ?? '', isEvent: isEvent && known?.isEvent !== false },
        count: (known?.count ?? 0) + 1,
        ...(same === undefined ? {} : { same }),
      });
    }
  }
  return {
    version: target.version,
    instances: instances.map(({ key, version }) => ({ key, version })),
    elements: [...elements.values()],
    targets: target.elements.map(({ id, name, type }) => ({ id, name, type })),
  };
};
