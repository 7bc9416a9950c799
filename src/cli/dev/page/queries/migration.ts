import type { Engine, Key } from '../../../../engine/index.ts';
import type { ProcessModel } from '../../../../engine/model/types.ts';
import { type ElementMapping, mapElements, placeOf } from '../../actions/element-mapping.ts';
import { type MappedElement, mappedElements } from '../../actions/migration.ts';
import { latestOf, outdatedInstances } from '../../actions/versions.ts';
import type { MigratedElement, Migration } from '../contract.ts';
import type { Sources } from '../sources.ts';
import { modelOf } from './models.ts';

/** How many instances one migration moves. */
const maxInstances = 1_000;

/** Why an instance cannot be migrated now, whatever is chosen. */
const blockOf = (engine: Engine, key: Key): string | undefined => {
  const [join] = engine.joins(key);
  return join && `a token waits at ${join.elementName} for others: let them arrive, or cancel them, first`;
};

/** What is known of one element in several instances: what is refused in one of them is refused. */
const merged = (first: ElementMapping, second: ElementMapping): ElementMapping => {
  const { preset, problem = second.problem } = first;
  return {
    refusals: [...first.refusals, ...second.refusals],
    ...(preset !== undefined && preset.id === second.preset?.id ? { preset } : {}),
    ...(problem === undefined ? {} : { problem }),
  };
};

/** Each reason once, and each target only at its first reason. */
const grouped = (refusals: ElementMapping['refusals']): ElementMapping['refusals'] => {
  const seen = new Set<string>();
  const groups = new Map<string, string[]>();
  for (const { reason, targets } of refusals) {
    const fresh = targets.filter((id) => !seen.has(id));
    for (const id of fresh) seen.add(id);
    if (fresh.length > 0) groups.set(reason, [...(groups.get(reason) ?? []), ...fresh]);
  }
  return [...groups].map(([reason, targets]) => ({ reason, targets }));
};

/** What an element is, and where. */
const described = ({ id }: MappedElement, model: ProcessModel) => {
  const node = model.nodes.get(id)!;
  return { id, name: node.name ?? id, type: node.elementType, ...placeOf(node, model) };
};

/**
 * What has to be decided to migrate an instance, or all that run in older versions of a process.
 *
 * @returns `undefined` if none runs in an older version
 */
export const migration = async (
  sources: Sources,
  given: { readonly instance?: string | undefined; readonly process?: string | undefined },
): Promise<Migration | undefined> => {
  const engine = sources.engine();
  const processes = sources.processes();
  const outdated = outdatedInstances(engine, given.process).filter(
    ({ key }) => given.instance === undefined || key === given.instance,
  );
  const target = outdated[0] && latestOf(processes, outdated[0]);
  if (target === undefined) return undefined;
  // Those of another tenant have a latest version of their own.
  const instances = outdated.filter((each) => latestOf(processes, each) === target).slice(0, maxInstances);
  const targetModel = await modelOf(sources, target);
  if (targetModel === undefined) return undefined;
  const models = new Map<Key, ProcessModel | undefined>();
  const sourceOf = async (key: Key): Promise<ProcessModel | undefined> => {
    if (!models.has(key)) {
      const source = processes.find((each) => each.processDefinitionKey === key);
      models.set(key, source && (await modelOf(sources, source)));
    }
    return models.get(key);
  };
  const elements = new Map<string, MigratedElement>();
  /** Instances of one version with the same elements have the same mappings. */
  const known = new Map<string, ReadonlyMap<string, ElementMapping>>();
  const seen = new Set<ElementMapping>();
  for (const { key, processDefinitionKey } of instances) {
    const model = await sourceOf(processDefinitionKey);
    if (model === undefined) continue;
    const own = mappedElements(engine, key);
    const name = JSON.stringify([processDefinitionKey, own]);
    const mappings = known.get(name) ?? mapElements(own, model, targetModel);
    known.set(name, mappings);
    for (const element of own) {
      const mapping = mappings.get(element.id);
      if (mapping === undefined) continue;
      const before = elements.get(element.id);
      const [isEvent, count] = [element.isEvent && before?.isEvent !== false, (before?.count ?? 0) + 1];
      if (before !== undefined && seen.has(mapping)) elements.set(element.id, { ...before, isEvent, count });
      else {
        const all = before === undefined ? mapping : merged(before, mapping);
        elements.set(element.id, { ...described(element, model), ...all, isEvent, count });
      }
      seen.add(mapping);
    }
  }
  return {
    version: target.version,
    instances: instances.map(({ key, version }) => ({ key, version })),
    elements: [...elements.values()].map((element) => ({ ...element, refusals: grouped(element.refusals) })),
    targets: [...targetModel.nodes.values()].map((node) => ({
      ...{ id: node.id, name: node.name ?? node.id, type: node.elementType },
      ...placeOf(node, targetModel),
    })),
    blocked: instances.flatMap(({ key }) => {
      const reason = blockOf(engine, key);
      return reason === undefined ? [] : [{ key, reason }];
    }),
  };
};
