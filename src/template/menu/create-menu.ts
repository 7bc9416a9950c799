import type { Preset, Step, TemplateProperty } from '../types.ts';
import { allowedBy, partsOf } from '../validation/conditions.ts';
import type { Report } from '../validation/problems.ts';
import type { MenuChoice, MenuEntry } from './menu-entries.ts';

/** Entries of the Modeler's create menu, each with the values that it sets. */
export interface Menu {
  readonly steps: readonly Step[];
  readonly presets: readonly Preset[];
}

type Values = Readonly<Record<string, string>>;

const isShown = ({ condition }: TemplateProperty, values: Values): boolean =>
  partsOf(condition).every((part) => {
    const value = values[part.property];
    return value === undefined || (allowedBy(part)?.includes(value) ?? true);
  });

const leavesOf = ({ entries }: { readonly entries: readonly MenuEntry[] }): readonly MenuEntry[] =>
  entries.flatMap((entry) => (entry.entries.length === 0 ? [entry] : leavesOf(entry)));

const idOf = ({ choices }: MenuEntry): string => choices.map(({ value }) => value).join('.');

/**
 * Makes the menu of a template.
 *
 * @param entries the entries, from {@link MenuEntry}
 * @param properties the finished properties. A preset names them by id, and members of a variant may have a property of the
 *   same path each, with an id of its own
 * @returns the menu; `undefined` if there are less than two entries to choose from
 */
export const createMenu = (
  entries: readonly MenuEntry[],
  properties: readonly TemplateProperty[],
  report: Report,
): Menu | undefined => {
  const leaves = leavesOf({ entries });
  if (leaves.length < 2) {
    for (const { askedBy } of leaves) {
      if (askedBy === undefined) continue;
      const { hint, path } = askedBy;
      report(path, `the create menu has a single entry, so the hint "${hint}" has no effect`, 'leave it out');
    }
    return undefined;
  }
  const lists = new Map<string, TemplateProperty[]>();
  for (const property of properties) {
    const { binding, type } = property;
    if (type !== 'Dropdown') continue;
    const path = binding.type === 'zeebe:input' ? binding.name : binding.type === 'zeebe:taskHeader' ? binding.key : '';
    lists.set(path, [...(lists.get(path) ?? []), property]);
  }
  const valuesOf = (choices: readonly MenuChoice[]): Values => {
    const values: Record<string, string> = {};
    for (const { path, value } of choices) {
      const property = lists.get(path)?.find((one) => isShown(one, values));
      if (property?.id !== undefined) values[property.id] = value;
    }
    return values;
  };
  const ids = new Map<MenuEntry, string>();
  const taken = new Set<string>();
  for (const leaf of leaves) {
    let id = idOf(leaf);
    while (taken.has(id)) id = `${id}-2`;
    taken.add(id);
    ids.set(leaf, id);
  }
  const stepOf = (entry: MenuEntry): Step => {
    const { name, description, keywords } = entry;
    const texts = { name, ...(description === undefined ? {} : { description }) };
    return entry.entries.length > 0
      ? { ...texts, steps: entry.entries.map(stepOf) }
      : { ...texts, keywords: keywords ?? [name.toLowerCase()], presetId: ids.get(entry)! };
  };
  return {
    steps: entries.map(stepOf),
    presets: leaves.map((leaf) => ({ id: ids.get(leaf)!, properties: valuesOf(leaf.choices) })),
  };
};
