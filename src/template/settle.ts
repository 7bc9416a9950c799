import type { Draft } from './field.ts';
import { humanise } from './label.ts';
import type { Report } from './problems.ts';
import type { Condition, Group, SimpleCondition, TemplateProperty } from './types.ts';

/** The connector's own properties in their final order, and the sections that they use. */
export interface Settled {
  readonly properties: readonly TemplateProperty[];
  readonly groups: readonly Group[];
  /** The final id by the id that the draft had. */
  readonly ids: ReadonlyMap<string, string>;
}

const groupLabel = (id: string): string => (id === 'default' ? 'Properties' : humanise(id));

const groupsOf = (drafts: readonly Draft[], declared: readonly Group[], report: Report): readonly Group[] => {
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
  return [...declared.filter(({ id }) => used.has(id)), ...others.map((id) => ({ id, label: groupLabel(id) }))];
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

/**
 * Makes properties of drafts: sorts them by section, gives them their final ids and conditions.
 *
 * @param declared the sections that the definition names, in their order
 * @param taken ids of the standard properties
 */
export const settle = (
  drafts: readonly Draft[],
  declared: readonly Group[],
  taken: ReadonlySet<string>,
  report: Report,
): Settled => {
  const groups = groupsOf(drafts, declared, report);
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
