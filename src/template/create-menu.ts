import type { Schema } from '../connector/types.ts';
import { membersOf, tagsOf, uniqueTags } from './fields/from-variant.ts';
import type { DiscriminatorValue } from './fields/merge-members.ts';
import { labelOfValue } from './labels.ts';
import type { FieldContext } from './schema/field-context.ts';
import { readSchema } from './schema/read-schema.ts';
import type { Preset, Step } from './types.ts';

/** Entries of the Modeler's create menu, each with the values that it sets. */
export interface Menu {
  readonly steps: readonly Step[];
  readonly presets: readonly Preset[];
}

interface Leaf {
  readonly chosen: Readonly<Record<string, string>>;
  readonly names: readonly string[];
  readonly description?: string;
  readonly keywords?: readonly string[];
}

const isText = (value: DiscriminatorValue): value is string => typeof value === 'string';

const leavesOf = (
  schema: Schema,
  chosen: Leaf['chosen'],
  names: readonly string[],
  context: FieldContext,
): readonly Leaf[] => {
  const reading = readSchema(schema, '(root)', context.report);
  const key = String(reading.view.key);
  return membersOf(reading, context).flatMap((member) => {
    const tags = uniqueTags(tagsOf(member, key, context)).filter(
      ({ value }) => chosen[key] === undefined || chosen[key] === value,
    );
    return tags.flatMap(({ value, name }): readonly Leaf[] => {
      // A checkbox does not select an operation.
      if (!isText(value)) return [];
      const own = (tags.length === 1 ? member.title : undefined) ?? name ?? labelOfValue(value);
      const next = { ...chosen, [key]: value };
      const path = chosen[key] === value ? names : [...names, own];
      if (member.view.type === 'variant') return leavesOf(member.core, next, path, context);
      const { description, hints } = member;
      return [
        {
          chosen: next,
          names: path,
          ...(description === undefined ? {} : { description }),
          ...(hints.keywords === undefined ? {} : { keywords: hints.keywords }),
        },
      ];
    });
  });
};

/**
 * The menu for an input that is a variant, with one entry for each member; `undefined` for any other input.
 *
 * @param ids the final ids of the discriminators by their paths
 */
export const menuOf = (schema: Schema, ids: ReadonlyMap<string, string>, context: FieldContext): Menu | undefined => {
  if (readSchema(schema, '(root)', context.report).view.type !== 'variant') return undefined;
  const leaves = leavesOf(schema, {}, [], context);
  if (leaves.length < 2) return undefined;
  const entries = leaves.map(({ chosen, names, description, keywords }) => {
    const name = names.join(': ');
    const id = Object.values(chosen).join('.');
    const step: Step = {
      name,
      ...(description === undefined ? {} : { description }),
      keywords: keywords ?? [name.toLowerCase()],
      presetId: id,
    };
    const properties = Object.fromEntries(Object.entries(chosen).map(([key, value]) => [ids.get(key) ?? key, value]));
    return { step, preset: { id, properties } };
  });
  return { steps: entries.map(({ step }) => step), presets: entries.map(({ preset }) => preset) };
};
