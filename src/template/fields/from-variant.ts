import { isObject } from '../../common/is-object.ts';
import { entryNames, isSchema } from '../../connector/schema.ts';
import type { Schema } from '../../connector/types.ts';
import { optionsOf } from '../controls/choices.ts';
import { labelOfName } from '../labels.ts';
import {
  type Discriminator,
  type Discriminators,
  type FieldContext,
  pathOf,
  reportName,
} from '../schema/field-context.ts';
import { type Default, noDefault, type Reading, readSchema } from '../schema/read-schema.ts';
import { refuseHintsInside } from '../schema/unsupported.ts';
import type { Choice, SimpleCondition, TemplateProperty } from '../types.ts';
import { refuseHints } from '../validation/hint-places.ts';
import { contextInside } from './context-inside.ts';
import { type Draft, defaultGroup } from './draft.ts';
import { descriptionOf } from './field.ts';
import { checkInside } from './inside-hints.ts';
import { labelOfMember } from './member-labels.ts';
import { type DiscriminatorValue, isOneOf, mergeMembers } from './merge-members.ts';

/** Makes the fields of an object's entries. The caller passes it in, because an entry may be a variant again. */
export type DraftEntries = (
  entries: Readonly<Record<string, Schema>>,
  context: FieldContext,
  discriminators: Discriminators,
) => readonly Draft[];

/** A value of the discriminator, and the label that the schema of the literal gives it. */
export interface Tag {
  readonly value: DiscriminatorValue;
  readonly name?: string;
}

/** The values of the variant's key that select a member. */
export const tagsOf = (member: Reading, key: string, context: FieldContext): readonly Tag[] => {
  const path = pathOf({ ...context, path: [...context.path, key] });
  if (member.view.type === 'variant') {
    return membersOf(member, context).flatMap((inner) => tagsOf(inner, key, context));
  }
  const schema = member.view.entries?.[key];
  if (schema === undefined) {
    context.report(path, 'a member of the variant does not have its key', `add ${key}: v.literal('…') to each member`);
    return [];
  }
  const reading = readSchema(schema, path, context.report);
  refuseHints(reading.hints, 'key', path, context.report);
  const options = optionsOf(reading, path, context.report);
  if (options === undefined || reading.conversion !== undefined) {
    context.report(
      path,
      'the key of the variant is not a literal in one of its members',
      "use v.literal('…') or v.picklist",
    );
    return [];
  }
  if ((reading.optional || reading.nullable) && reading.ownDefault.kind !== 'value') {
    context.report(
      path,
      'the key of the variant may be absent in one of its members',
      'make it required, or give it a default',
    );
  }
  return options.flatMap(({ value, name }) => {
    const fits = typeof value === 'boolean' || (typeof value === 'string' && value !== '' && !value.startsWith('='));
    if (fits) return [{ value, ...(name === undefined ? {} : { name }) }];
    const found = typeof value === 'string' ? `the text ${JSON.stringify(value)}` : `a ${typeof value}`;
    context.report(
      path,
      `the key of the variant is ${found} in one of its members`,
      'use booleans, or texts that are not empty and do not start with "="',
    );
    return [];
  });
};

/** The members of a variant. Reports a member that is not an object. */
export const membersOf = ({ view }: Reading, context: FieldContext): readonly Reading[] =>
  (view.options ?? []).filter(isSchema).flatMap((option) => {
    const member = readSchema(option, pathOf(context), context.report);
    if (member.view.type === 'variant' || member.view.entries !== undefined) return [member];
    context.report(
      pathOf(context),
      `a member of its variant has the type "${member.view.type}"`,
      'use v.object for each member',
    );
    return [];
  });

/** The tags without duplicate values. */
export const uniqueTags = (tags: readonly Tag[]): readonly Tag[] => {
  const byValue = new Map<DiscriminatorValue, Tag>();
  for (const tag of tags) if (!byValue.has(tag.value)) byValue.set(tag.value, tag);
  return [...byValue.values()];
};

/** The tags with their values as the field holds them. */
const written = (tags: readonly Tag[], { asText }: Discriminator): readonly Tag[] =>
  asText ? tags.map((tag) => ({ ...tag, value: String(tag.value) })) : tags;

const keyDefault = ({ outerDefault }: FieldContext, key: string): unknown =>
  outerDefault.kind === 'value' && isObject(outerDefault.value) ? outerDefault.value[key] : undefined;

const listProperty = (
  choices: readonly Choice[],
  defaultValue: unknown,
  { hints }: Reading,
  context: FieldContext,
): Partial<TemplateProperty> => {
  if (defaultValue !== undefined) {
    const constraints = hints.notEmpty === true ? { constraints: { notEmpty: true } } : {};
    return { value: defaultValue as string, ...constraints, type: 'Dropdown', choices };
  }
  if (!context.mayBeUnset) return { constraints: { notEmpty: true }, type: 'Dropdown', choices };
  if (context.legacy) return { optional: true, type: 'Dropdown', choices };
  return { value: '=null', type: 'Dropdown', choices: [{ name: '(not set)', value: '=null' }, ...choices] };
};

const areBooleans = (tags: readonly Tag[]): boolean => tags.every(({ value }) => typeof value === 'boolean');

/** The id of the field that selects the member. */
const discriminatorId = ({ hints, view }: Reading, context: FieldContext): string =>
  hints.id ?? pathOf({ ...context, path: [...context.path, String(view.key)] });

/** The field that selects the member. */
const discriminatorDraft = (
  reading: Reading,
  key: string,
  tags: readonly Tag[],
  named: readonly Choice[],
  defaultValue: unknown,
  context: FieldContext,
): Draft => {
  const own: FieldContext = { ...context, path: [...context.path, key] };
  const path = pathOf(own);
  reportName(own);
  if (defaultValue !== undefined && !tags.some(({ value }) => value === defaultValue)) {
    context.report(path, 'its default is not one of its values', 'use one of them');
  }
  const isBoolean = areBooleans(tags);
  if (!isBoolean && tags.some(({ value }) => typeof value === 'boolean')) {
    context.report(path, 'the key of the variant mixes texts and booleans', 'use only one kind');
  }
  const { title, hints } = reading;
  const description = descriptionOf(reading, undefined);
  if (isBoolean && hints.choices !== undefined) {
    context.report(path, 'the hint "choices" has no effect on a checkbox', 'leave it out');
  }
  const { type, value, choices, constraints, optional }: Partial<TemplateProperty> = isBoolean
    ? { type: 'Boolean', value: defaultValue === true }
    : listProperty(named, defaultValue, reading, context);
  const property = {
    id: discriminatorId(reading, context),
    label: title ?? labelOfName(key),
    ...(description === undefined ? {} : { description }),
    ...(hints.tooltip === undefined ? {} : { tooltip: hints.tooltip }),
    ...(optional === undefined ? {} : { optional }),
    ...(value === undefined ? {} : { value }),
    ...(constraints === undefined ? {} : { constraints }),
    // With an expression the Modeler would not know the member, and would hide its fields.
    ...(isBoolean ? { feel: 'static' as const } : {}),
    group: context.group ?? defaultGroup,
    binding: { type: 'zeebe:input' as const, name: path },
    type: type!,
    ...(choices === undefined ? {} : { choices }),
  };
  const ownId = hints.id === undefined ? {} : { ownId: true };
  return { path, property, conditions: context.conditions, ...ownId };
};

/** Adds a condition, in place of a wider one on the same property. */
const narrowed = (conditions: readonly SimpleCondition[], condition: SimpleCondition): readonly SimpleCondition[] => [
  ...conditions.filter(({ property }) => property !== condition.property),
  condition,
];

/**
 * Whether a checkbox as the discriminator would copy the default of one member's field into a field of another member.
 * The Modeler treats a checkbox without a value as ticked, writes the defaults of the member `true`, and keeps them when
 * the other member has a field with the same binding.
 */
const leaksDefault = (drafts: readonly Draft[], id: string): boolean => {
  const isTicked = ({ conditions }: Draft): boolean =>
    conditions.some((one) => one.property === id && 'equals' in one && one.equals === true);
  const others = drafts.filter((draft) => !isTicked(draft));
  return drafts.some(
    (draft) =>
      draft.property.value !== undefined && isTicked(draft) && others.some((other) => other.path === draft.path),
  );
};

/**
 * The fields of a variant: one that selects the member, then those of each member, shown while it is selected.
 *
 * @param context the context inside the variant
 * @param draftEntries makes the fields of a member
 * @param known the discriminators of the variants around this one, which have their field already
 */
export const draftVariant = (
  reading: Reading,
  context: FieldContext,
  draftEntries: DraftEntries,
  known: Discriminators = new Map(),
): readonly Draft[] => {
  const draft = (asList: boolean): readonly Draft[] => draftWith(reading, context, draftEntries, known, asList);
  const drafts = draft(context.mayBeUnset);
  const id = discriminatorId(reading, context);
  return leaksDefault(drafts, id) ? draft(true) : drafts;
};

/** Reports a value of the key that several members share, unless they are variants, whose own key distinguishes them. */
const refuseShared = (
  read: readonly { readonly member: Reading; readonly tags: readonly Tag[] }[],
  context: FieldContext,
): void => {
  const values = read
    .filter(({ member }) => member.view.type !== 'variant')
    .flatMap(({ tags }) => uniqueTags(tags).map(({ value }) => value));
  const seen = new Set<DiscriminatorValue>();
  const shared = values.find((value) => seen.size === seen.add(value).size);
  if (shared === undefined) return;
  context.report(
    pathOf(context),
    `several of its members have the key ${JSON.stringify(shared)}, so it does not say which one is meant`,
    'give each member its own key, or put those that share one into a v.variant with a second key',
  );
};

/** Reports labels for values that the list does not have. */
const refuseLabels = (
  labels: Readonly<Record<string, string>>,
  choices: readonly Choice[],
  context: FieldContext,
): void => {
  const values = new Set(choices.map(({ value }) => value));
  for (const label of Object.keys(labels)) {
    if (values.has(label)) continue;
    context.report(
      pathOf(context),
      `the hint "choices" labels ${JSON.stringify(label)}, which is not a value of the list`,
      'correct the value',
    );
  }
};

const isHint = (found: Default): boolean => found.kind === 'value' && found.unchecked === true;

/** Reports a default of a hint that does not say which member it is for, or has entries of another member. */
const checkVariantDefault = (
  members: readonly { readonly member: Reading; readonly tags: readonly Tag[] }[],
  key: string,
  known: Discriminators,
  context: FieldContext,
): void => {
  const { outerDefault } = context;
  if (outerDefault.kind !== 'value' || !isHint(outerDefault) || !isObject(outerDefault.value)) return;
  const { value } = outerDefault;
  // A member that is selected already needs no further key.
  if (!Object.hasOwn(value, key) && known.has(key)) return;
  if (!Object.hasOwn(value, key)) {
    if (Object.keys(value).some((name) => !known.has(name))) {
      context.report(
        pathOf(context) || '(root)',
        `its default does not have the key ${JSON.stringify(key)}, so it does not say which member it is for`,
        'add the key',
      );
    }
    return;
  }
  const chosen = members.filter(({ tags }) => tags.some((tag) => tag.value === value[key]));
  const names = new Set([...known.keys(), ...chosen.flatMap(({ member }) => entryNames(member.core))]);
  if (chosen.length === 0) return;
  for (const name of Object.keys(value).filter((one) => !names.has(one))) {
    context.report(
      pathOf(context) || '(root)',
      `its default has ${JSON.stringify(name)}, which the member ${JSON.stringify(value[key])} does not have`,
      'remove it, or select another member',
    );
  }
};

/** @param asList show the discriminator as a list of texts, even if its values are booleans */
const draftWith = (
  reading: Reading,
  context: FieldContext,
  draftEntries: DraftEntries,
  known: Discriminators,
  asList: boolean,
): readonly Draft[] => {
  const key = String(reading.view.key);
  const read = membersOf(reading, context).map((member) => ({ member, tags: tagsOf(member, key, context) }));
  if (known.size === 0) refuseShared(read, { ...context, path: [...context.path, key] });
  const discriminator = known.get(key) ?? {
    id: discriminatorId(reading, context),
    // A checkbox always sends a value. The runtime converts the texts of a list to booleans.
    asText: asList && read.every((one) => areBooleans(one.tags)),
  };
  const { id } = discriminator;
  const members = read.map((one) => ({ ...one, tags: written(one.tags, discriminator) }));
  const tags = uniqueTags(members.flatMap((one) => one.tags));
  const discriminators = new Map(known).set(key, discriminator);
  const labels = reading.hints.choices ?? {};
  const owners = new Map(members.toReversed().flatMap((one) => one.tags.map(({ value }) => [value, one] as const)));
  const named = tags.map(({ value, name }): Choice => {
    const { member, tags: own } = owners.get(value)!;
    const isOnly = uniqueTags(own).length === 1;
    return { name: labelOfMember(reading, member, String(value), name, isOnly), value: String(value) };
  });
  refuseLabels(labels, named, { ...context, path: [...context.path, key] });

  const given = keyDefault(context, key);
  const defaultValue = discriminator.asText && typeof given === 'boolean' ? String(given) : given;
  checkVariantDefault(read, key, known, context);
  const drafts = members.map(({ member, tags: own }) => {
    const inner: FieldContext = {
      ...context,
      group: member.hints.group ?? context.group,
      // Once its member is selected, the schema alone decides whether an entry is required.
      mayBeEmpty: false,
      mayBeUnset: false,
      outerDefault: own.some(({ value }) => value === defaultValue) ? context.outerDefault : noDefault,
    };
    return { label: String(own[0]?.value), drafts: draftMember(member, inner, draftEntries, discriminators) };
  });
  const values = tags.map(({ value }) => value);
  const joined = mergeMembers(drafts, id, values, pathOf(context));
  return known.has(key) ? joined : [discriminatorDraft(reading, key, tags, named, defaultValue, context), ...joined];
};

const draftMember = (
  member: Reading,
  context: FieldContext,
  draftEntries: DraftEntries,
  discriminators: Discriminators,
): readonly Draft[] => {
  const isVariant = member.view.type === 'variant';
  const path = pathOf(context) || '(root)';
  refuseHints(member.hints, isVariant ? 'variantMember' : 'member', path, context.report);
  refuseHintsInside(member.later, 'converted', path, context.report);
  const ownDefault: unknown = member.hints.default;
  if (ownDefault !== undefined && isHint(context.outerDefault)) {
    context.report(path, 'both a member and a hint around it set a default', 'remove one of them');
  }
  let { conditions } = context;
  for (const [key, discriminator] of discriminators) {
    const tags = uniqueTags(tagsOf(member, key, context));
    const values = written(tags, discriminator).map(({ value }) => value);
    if (values.length > 0) conditions = narrowed(conditions, isOneOf(discriminator.id, values));
    if (!isObject(ownDefault) || !Object.hasOwn(ownDefault, key)) continue;
    if (!tags.some(({ value }) => value === ownDefault[key])) {
      context.report(path, `the default of a member sets ${JSON.stringify(key)} for another member`, 'remove the key');
    }
  }
  const inner = { ...contextInside(member, context), conditions };
  const drafts = isVariant
    ? draftVariant(member, inner, draftEntries, discriminators)
    : draftEntries(member.view.entries!, inner, discriminators);
  checkInside(member.hints, drafts, path, context.report);
  return drafts;
};
