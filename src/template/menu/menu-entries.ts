import { isSchema, viewSchema } from '../../connector/schema.ts';
import type { Schema } from '../../connector/types.ts';
import { membersOf, type Tag, tagsOf, uniqueTags } from '../fields/from-variant.ts';
import { labelOfMember } from '../fields/member-labels.ts';
import { type FieldContext, pathOf } from '../schema/field-context.ts';
import { ownHints, type Reading, readSchema } from '../schema/read-schema.ts';

/** A choice that an entry of the menu makes: a value for the key of a variant. */
export interface MenuChoice {
  /** The path of the key, which is also the name of its input. */
  readonly path: string;
  readonly value: string;
}

/** An entry of the create menu. It has entries of its own, or makes all the choices that lead to it. */
export interface MenuEntry {
  readonly name: string;
  readonly description?: string;
  readonly keywords?: readonly string[];
  readonly choices: readonly MenuChoice[];
  readonly entries: readonly MenuEntry[];
  /** The hint that asks for the entry, and the path of its schema. */
  readonly askedBy?: { readonly hint: 'keywords' | 'menu'; readonly path: string };
}

/** What is chosen already, by the names of the keys of the variants directly around a member. */
type Chosen = ReadonlyMap<string, string>;

const inside = (context: FieldContext, name: string): FieldContext => ({ ...context, path: [...context.path, name] });

/** Whether the value has a single field, so that nothing inside it can be chosen. */
const isWhole = ({ hints, conversion }: Reading): boolean =>
  hints.hidden === true || hints.opaque === true || hints.feel === 'required' || conversion === 'parse_json';

const entriesOfView = (reading: Reading): readonly (readonly [string, Schema])[] => {
  if (reading.view.type === 'intersect') return [];
  return Object.entries(reading.view.entries ?? {});
};

/** Whether a member has words of its own for the menu. */
const hasKeywords = (schema: Schema): boolean => {
  const { type, options } = viewSchema(schema);
  if (ownHints(schema).keywords !== undefined) return true;
  return type === 'variant' && (options ?? []).filter(isSchema).some(hasKeywords);
};

interface Found {
  readonly reading: Reading;
  readonly context: FieldContext;
}

/** The variants inside a value whose members are entries of the menu, the outermost of each branch. */
const variantsIn = (reading: Reading, context: FieldContext): readonly Found[] => {
  if (isWhole(reading)) return [];
  if (reading.view.type === 'variant') {
    if (isInMenu(reading, context)) return [{ reading, context }];
    refuseOutside(reading, context);
    return [];
  }
  const parts = reading.view.type === 'intersect' ? (reading.view.options ?? []).filter(isSchema) : [];
  return [
    ...parts.flatMap((part) => variantsIn(readSchema(part, pathOf(context), context.report), context)),
    ...entriesOfView(reading).flatMap(([name, schema]) => {
      const own = inside(context, name);
      return variantsIn(readSchema(schema, pathOf(own), own.report), own);
    }),
  ];
};

/** Whether the members of a variant are entries of the menu: because of a hint, or of something inside that is one. */
const isInMenu = (reading: Reading, context: FieldContext): boolean => {
  const { hints, view } = reading;
  if (hints.menu !== undefined) return hints.menu;
  if ((view.options ?? []).filter(isSchema).some(hasKeywords)) return true;
  return membersOf(reading, context).some((member) => entriesWithin(member, context).length > 0);
};

/** The variants of the menu in the entries of a member. */
const entriesWithin = (member: Reading, context: FieldContext): readonly Found[] => {
  if (member.view.type === 'variant') {
    return membersOf(member, context).flatMap((inner) => entriesWithin(inner, context));
  }
  return entriesOfView(member).flatMap(([name, schema]) => {
    const own = inside(context, name);
    return variantsIn(readSchema(schema, pathOf(own), own.report), own);
  });
};

const refuseKeywords = (member: Reading, why: string, context: FieldContext): void => {
  if (member.hints.keywords === undefined) return;
  context.report(pathOf(context) || '(root)', `the hint "keywords" has no effect on a member ${why}`, 'leave it out');
};

/** Reports keywords of members that are not in the menu. */
const refuseOutside = (variant: Reading, context: FieldContext): void => {
  for (const member of membersOf(variant, context)) {
    if (member.view.type === 'variant') refuseOutside(member, context);
    else refuseKeywords(member, 'of a variant outside the menu', context);
  }
};

/** Entries for one variant at most: the menu cannot ask two questions at once. */
const entriesOfOne = (
  found: readonly Found[],
  choices: readonly MenuChoice[],
  context: FieldContext,
): readonly MenuEntry[] => {
  const [first, second] = found;
  if (first === undefined) return [];
  if (second !== undefined) {
    context.report(
      pathOf(second.context),
      `another variant, ${JSON.stringify(pathOf(first.context))}, has entries in the create menu already`,
      'remove the keywords, or add hints({ menu: false })',
    );
  }
  return entriesOfVariant(first.reading, first.context, choices, new Map());
};

const entriesOfMember = (
  member: Reading,
  { value, name }: Tag,
  isOnly: boolean,
  variant: Reading,
  choices: readonly MenuChoice[],
  chosen: Chosen,
  context: FieldContext,
): readonly MenuEntry[] => {
  // A checkbox does not select an operation.
  if (typeof value !== 'string') {
    refuseKeywords(member, 'with a boolean key', context);
    return [];
  }
  const key = String(variant.view.key);
  const isKnown = chosen.get(key) === value;
  const made = isKnown ? choices : [...choices, { path: pathOf(inside(context, key)), value }];
  const entries =
    member.view.type === 'variant'
      ? entriesOfVariant(member, context, made, new Map(chosen).set(key, value))
      : entriesOfOne(entriesWithin(member, context), made, context);
  // A variant with the same key only adds members.
  if (member.view.type === 'variant' && member.view.key === variant.view.key) return entries;
  const { description, hints } = member;
  const own = {
    name: labelOfMember(variant, member, value, name, isOnly),
    ...(description === undefined ? {} : { description }),
    choices: made,
  };
  if (entries.length === 0) {
    const { keywords } = hints;
    const path = pathOf(context) || '(root)';
    const hint = keywords !== undefined ? 'keywords' : variant.hints.menu === true ? 'menu' : undefined;
    return [
      {
        ...own,
        ...(keywords === undefined ? {} : { keywords }),
        entries,
        ...(hint === undefined ? {} : { askedBy: { hint, path } }),
      },
    ];
  }
  if (member.view.type !== 'variant') refuseKeywords(member, 'that has entries of its own in the menu', context);
  return [{ ...own, entries }];
};

const entriesOfVariant = (
  variant: Reading,
  context: FieldContext,
  choices: readonly MenuChoice[],
  chosen: Chosen,
): readonly MenuEntry[] => {
  const key = String(variant.view.key);
  const wanted = chosen.get(key);
  return membersOf(variant, context).flatMap((member) => {
    const tags = uniqueTags(tagsOf(member, key, context));
    return tags
      .filter(({ value }) => wanted === undefined || value === wanted)
      .flatMap((tag) => entriesOfMember(member, tag, tags.length === 1, variant, choices, chosen, context));
  });
};

/**
 * The entries of the create menu that an input has: those of the variant that is the input, or of the one that hints put there.
 *
 * @param isWholeInput the members of an input that is a variant itself are entries without a hint
 * @param choices what is chosen before, e.g. an operation
 */
export const menuEntries = (
  schema: Schema,
  context: FieldContext,
  isWholeInput: boolean,
  choices: readonly MenuChoice[] = [],
): readonly MenuEntry[] => {
  const reading = readSchema(schema, '(root)', context.report);
  if (reading.view.type === 'variant') {
    const shown = (isWholeInput && reading.hints.menu !== false) || isInMenu(reading, context);
    if (shown) return entriesOfVariant(reading, context, choices, new Map());
    refuseOutside(reading, context);
    return [];
  }
  return entriesOfOne(variantsIn(reading, context), choices, context);
};
