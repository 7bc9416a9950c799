import type { Draft } from './fields/field.ts';
import { humanise } from './labels.ts';
import type { Condition, Group, SimpleCondition, TemplateProperty } from './types.ts';
import type { Report } from './validation/problems.ts';

/** What a template has of its own, beside the connector's inputs. */
export interface Standard {
  /** Ids of its properties. */
  readonly ids: ReadonlySet<string>;
  /** Its sections, which inputs may be in as well. */
  readonly groups: readonly Group[];
}

/** The connector's own properties in their final order, and the sections that they use. */
export interface Settled {
  readonly properties: readonly TemplateProperty[];
  readonly groups: readonly Group[];
  /** The final id by the id that the draft had. */
  readonly ids: ReadonlyMap<string, string>;
}

const groupLabel = (id: string, standard: readonly Group[]): string =>
  standard.find((group) => group.id === id)?.label ?? (id === 'default' ? 'Properties' : humanise(id));

const groupsOf = (
  drafts: readonly Draft[],
  declared: readonly Group[],
  standard: readonly Group[],
  report: Report,
): readonly Group[] => {
  const used = new Set(drafts.map(({ property }) => property.group!));
  for (const { id } of declared) {
    if (!used.has(id))
      report(
        'template.groups',
        `no field is in the group ${JSON.stringify(id)}`,
        'take the group out, or use it in hints({ group })',
      );
  }
  const others = [...used].filter((id) => !declared.some((group) => group.id === id));
  return [
    ...declared.filter(({ id }) => used.has(id)),
    ...others.map((id) => ({ id, label: groupLabel(id, standard) })),
  ];
};

const conditionOf = (conditions: readonly SimpleCondition[]): { readonly condition?: Condition } => {
  const unique = conditions.filter(
    (condition, index) =>
      conditions.findIndex((other) => JSON.stringify(other) === JSON.stringify(condition)) === index,
  );
  if (unique.length === 0) return {};
  return { condition: unique.length === 1 ? unique[0]! : { allMatch: unique } };
};

/**
 * Ids of the template's own properties are taken; an input of the same name gets another id and keeps its binding. A
 * property of the template that stands among the inputs has a `#` before its id, which no input can have.
 */
const finalId = (id: string, taken: ReadonlySet<string>): string => {
  if (id.startsWith('#')) return id.slice(1);
  return taken.has(id) ? `input.${id}` : id;
};

const noIds: ReadonlySet<string> = new Set();

/** Sections in order, each once. */
export const joinGroups = (...lists: readonly (readonly Group[])[]): readonly Group[] =>
  lists.flat().filter(({ id }, index, all) => all.findIndex((group) => group.id === id) === index);

/**
 * Makes properties of drafts: sorts them by section, gives them their final ids and conditions.
 *
 * @param declared the sections that the definition names, in their order
 */
export const settle = (
  drafts: readonly Draft[],
  declared: readonly Group[],
  { ids: taken, groups: standard }: Standard,
  report: Report,
): Settled => {
  const groups = groupsOf(drafts, declared, standard, report);
  const rank = new Map(groups.map(({ id }, index) => [id, index]));
  const sorted = [...drafts].sort((a, b) => rank.get(a.property.group!)! - rank.get(b.property.group!)!);
  const ids = new Map(drafts.map(({ property: { id } }) => [id, finalId(id, taken)]));
  // A hint may name the other field by its path, where its id is another one.
  const byPath = new Map(drafts.map(({ path, property: { id } }) => [path, finalId(id, taken)]));
  const properties = sorted.map(({ property, conditions }): TemplateProperty => {
    const { type, choices, ...rest } = property;
    return {
      ...rest,
      id: ids.get(property.id)!,
      ...conditionOf(
        conditions.map((condition) => ({
          ...condition,
          property: ids.get(condition.property) ?? byPath.get(condition.property) ?? finalId(condition.property, noIds),
        })),
      ),
      type,
      ...(choices === undefined ? {} : { choices }),
    };
  });
  return { properties, groups, ids };
};
