import { labelOfName } from '../labels.ts';
import type { Condition, Group, SimpleCondition, TemplateProperty } from '../types.ts';
import type { Report } from '../validation/problems.ts';
import type { Draft } from './draft.ts';

/** What a template has in addition to the connector's inputs. */
export interface TemplateOwn {
  /** The ids of its own properties. */
  readonly ids: ReadonlySet<string>;
  /** Its own sections, which may also contain inputs. */
  readonly groups: readonly Group[];
}

/** The properties of the connector's inputs in their final order, and the sections that they use. */
export interface FinishedProperties {
  readonly properties: readonly TemplateProperty[];
  readonly groups: readonly Group[];
  /** Writes conditions that name the other fields by their paths. */
  readonly conditionOf: (conditions: readonly SimpleCondition[]) => { readonly condition?: Condition };
}

const groupLabel = (id: string, standard: readonly Group[]): string =>
  standard.find((group) => group.id === id)?.label ?? (id === 'default' ? 'Properties' : labelOfName(id));

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
        'remove the group, or use it in hints({ group })',
      );
  }
  const others = [...used].filter((id) => !declared.some((group) => group.id === id));
  return [
    ...declared.filter(({ id }) => used.has(id)),
    ...others.map((id) => ({ id, label: groupLabel(id, standard) })),
  ];
};

const allOf = (conditions: readonly SimpleCondition[]): { readonly condition?: Condition } => {
  const unique = conditions.filter(
    (condition, index) =>
      conditions.findIndex((other) => JSON.stringify(other) === JSON.stringify(condition)) === index,
  );
  if (unique.length === 0) return {};
  return { condition: unique.length === 1 ? unique[0]! : { allMatch: unique } };
};

/**
 * The final id of a property. An input with the id of one of the template's own properties gets another id, and keeps its
 * binding. One of the template's own properties among the inputs has a `#` before its id, which no input can have.
 */
const finalId = (id: string, taken: ReadonlySet<string>): string => {
  if (id.startsWith('#')) return id.slice(1);
  return taken.has(id) ? `input.${id}` : id;
};

const noIds: ReadonlySet<string> = new Set();

/** Reports ids of hints that cannot stay as they are. */
const checkOwnIds = (drafts: readonly Draft[], taken: ReadonlySet<string>, report: Report): void => {
  for (const { path, property, ownId } of drafts) {
    if (ownId !== true || !(taken.has(property.id) || property.id.startsWith('#'))) continue;
    const why = taken.has(property.id) ? "is the id of one of the template's own fields" : 'must not start with "#"';
    report(path, `the hint "id" ${why}`, 'use a different id');
  }
};

/** The sections in order, without duplicates. */
export const joinGroups = (...lists: readonly (readonly Group[])[]): readonly Group[] =>
  lists.flat().filter(({ id }, index, all) => all.findIndex((group) => group.id === id) === index);

/**
 * Turns drafts into properties: sorts them by section, and sets their final ids and conditions.
 *
 * @param declared the sections that the definition names, in their order
 */
export const finishProperties = (
  drafts: readonly Draft[],
  declared: readonly Group[],
  { ids: taken, groups: standard }: TemplateOwn,
  report: Report,
): FinishedProperties => {
  checkOwnIds(drafts, taken, report);
  const groups = groupsOf(drafts, declared, standard, report);
  const rank = new Map(groups.map(({ id }, index) => [id, index]));
  const sorted = [...drafts].sort((a, b) => rank.get(a.property.group!)! - rank.get(b.property.group!)!);
  const ids = new Map(drafts.map(({ property: { id } }) => [id, finalId(id, taken)]));
  // A hint may name the other field by its path instead of its id.
  const byPath = new Map(drafts.map(({ path, property: { id } }) => [path, finalId(id, taken)]));
  const conditionOf: FinishedProperties['conditionOf'] = (conditions) =>
    allOf(
      conditions.map((condition) => ({
        ...condition,
        property: ids.get(condition.property) ?? byPath.get(condition.property) ?? finalId(condition.property, noIds),
      })),
    );
  const properties = sorted.map(({ property, conditions }): TemplateProperty => {
    const { type, choices, ...rest } = property;
    return {
      ...rest,
      id: ids.get(property.id)!,
      ...conditionOf(conditions),
      type,
      ...(choices === undefined ? {} : { choices }),
    };
  });
  return { properties, groups, conditionOf };
};
