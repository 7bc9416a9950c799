import { isSchema } from '../../connector/schema.ts';
import type { Schema } from '../../connector/types.ts';
import { optionsOf } from '../controls/choices.ts';
import { humanise, labelOfValue } from '../labels.ts';
import { type Discriminator, type Discriminators, type Place, pathOf, reportName } from '../schema/field-context.ts';
import { noDefault, type Reading, readSchema } from '../schema/read-schema.ts';
import type { Choice, SimpleCondition, TemplateProperty } from '../types.ts';
import { type Draft, defaultGroup } from './field.ts';
import { type DiscriminatorValue, isOneOf, joinMembers } from './merge-members.ts';

/** Makes the fields of an object's entries. The caller passes it in, because an entry may be a variant again. */
export type DraftEntries = (
  entries: Readonly<Record<string, Schema>>,
  place: Place,
  discriminators: Discriminators,
) => readonly Draft[];

/** A value of the discriminator and the name that the schema of the literal gives it. */
export interface Tag {
  readonly value: DiscriminatorValue;
  readonly name?: string;
}

/** The values by which a variant's key chooses a member. */
export const tagsOf = (member: Reading, key: string, place: Place): readonly Tag[] => {
  const path = pathOf({ ...place, path: [...place.path, key] });
  if (member.view.type === 'variant') {
    return membersOf(member, place).flatMap((inner) => tagsOf(inner, key, place));
  }
  const schema = member.view.entries?.[key];
  if (schema === undefined) {
    place.report(path, 'a member of the variant lacks its key', `add ${key}: v.literal('…') to each member`);
    return [];
  }
  const reading = readSchema(schema, path, place.report);
  const options = optionsOf(reading, path, place.report);
  if (options === undefined || reading.conversion !== undefined) {
    place.report(
      path,
      'the key of the variant is no literal in one of its members',
      "use v.literal('…') or v.picklist",
    );
    return [];
  }
  if ((reading.optional || reading.nullable) && reading.preset.kind !== 'value') {
    place.report(
      path,
      'the key of the variant may be absent in one of its members',
      'make it required, or give it a default',
    );
  }
  return options.flatMap(({ value, name }) => {
    const fits = typeof value === 'boolean' || (typeof value === 'string' && value !== '' && !value.startsWith('='));
    if (fits) return [{ value, ...(name === undefined ? {} : { name }) }];
    const found = typeof value === 'string' ? `the text ${JSON.stringify(value)}` : `a ${typeof value}`;
    place.report(
      path,
      `the key of the variant is ${found} in one of its members`,
      'use texts that are not empty and start with no "=", or booleans',
    );
    return [];
  });
};

/** The members of a variant; what is no object is reported. */
export const membersOf = ({ view }: Reading, place: Place): readonly Reading[] =>
  (view.options ?? []).filter(isSchema).flatMap((option) => {
    const member = readSchema(option, pathOf(place), place.report);
    if (member.view.type === 'variant' || member.view.entries !== undefined) return [member];
    place.report(
      pathOf(place),
      `a member of its variant is of type "${member.view.type}"`,
      'use v.object for each member',
    );
    return [];
  });

/** Each value once. */
export const uniqueTags = (tags: readonly Tag[]): readonly Tag[] =>
  tags.filter(({ value }, index) => tags.findIndex((tag) => tag.value === value) === index);

/** The values as the field holds them. */
const written = (tags: readonly Tag[], { asText }: Discriminator): readonly Tag[] =>
  asText ? tags.map((tag) => ({ ...tag, value: String(tag.value) })) : tags;

const presetOf = ({ preset }: Place, key: string): unknown =>
  preset.kind === 'value' && typeof preset.value === 'object' && preset.value !== null
    ? (preset.value as Record<string, unknown>)[key]
    : undefined;

const listProperty = (choices: readonly Choice[], preset: unknown, place: Place): Partial<TemplateProperty> => {
  if (preset !== undefined) return { value: preset as string, type: 'Dropdown', choices };
  if (!place.mayBeUnset) return { constraints: { notEmpty: true }, type: 'Dropdown', choices };
  if (place.legacy) return { optional: true, type: 'Dropdown', choices };
  return { value: '=null', type: 'Dropdown', choices: [{ name: '(not set)', value: '=null' }, ...choices] };
};

const areBooleans = (tags: readonly Tag[]): boolean => tags.every(({ value }) => typeof value === 'boolean');

/** The field that chooses the member. */
const discriminatorDraft = (
  reading: Reading,
  key: string,
  tags: readonly Tag[],
  named: readonly Choice[],
  preset: unknown,
  place: Place,
): Draft => {
  const own: Place = { ...place, path: [...place.path, key] };
  const path = pathOf(own);
  reportName(own);
  if (preset !== undefined && !tags.some(({ value }) => value === preset)) {
    place.report(path, 'its default is not among its values', 'use one of them');
  }
  const isBoolean = areBooleans(tags);
  if (!isBoolean && tags.some(({ value }) => typeof value === 'boolean')) {
    place.report(path, 'the key of the variant mixes texts and booleans', 'use the one or the other');
  }
  const { title, description, hints } = reading;
  const { type, value, choices, constraints, optional }: Partial<TemplateProperty> = isBoolean
    ? { type: 'Boolean', value: preset === true }
    : listProperty(named, preset, place);
  const property = {
    id: path,
    label: title ?? humanise(key),
    ...(description === undefined ? {} : { description }),
    ...(hints.tooltip === undefined ? {} : { tooltip: hints.tooltip }),
    ...(optional === undefined ? {} : { optional }),
    ...(value === undefined ? {} : { value }),
    ...(constraints === undefined ? {} : { constraints }),
    // An expression would hide which member is meant, and with it the member's fields.
    ...(isBoolean ? { feel: 'static' as const } : {}),
    group: place.group ?? defaultGroup,
    binding: { type: 'zeebe:input' as const, name: path },
    type: type!,
    ...(choices === undefined ? {} : { choices }),
  };
  return { path, property, conditions: place.conditions };
};

/** A narrower condition on the same property takes the place of the wider one. */
const narrowed = (conditions: readonly SimpleCondition[], condition: SimpleCondition): readonly SimpleCondition[] => [
  ...conditions.filter(({ property }) => property !== condition.property),
  condition,
];

/**
 * Whether a checkbox as the discriminator would put the default of a member's field into a field of another member. The
 * Modeler takes a checkbox that is not written yet for a ticked one, writes the defaults of the member `true`, and keeps
 * them where the other member has a field over the same binding.
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
 * The fields of a variant: one that chooses the member, then those of every member under the condition that it is chosen.
 *
 * @param place that of the variant's inside
 * @param draftEntries makes the fields of a member
 * @param known discriminators of the variants that this one is a member of; they have their field already
 */
export const draftVariant = (
  reading: Reading,
  place: Place,
  draftEntries: DraftEntries,
  known: Discriminators = new Map(),
): readonly Draft[] => {
  const draft = (asList: boolean): readonly Draft[] => draftWith(reading, place, draftEntries, known, asList);
  const drafts = draft(place.mayBeUnset);
  const id = pathOf({ ...place, path: [...place.path, String(reading.view.key)] });
  return leaksDefault(drafts, id) ? draft(true) : drafts;
};

/** Reports values of the key that several members have, unless these are variants, which tell them apart further. */
const refuseShared = (
  read: readonly { readonly member: Reading; readonly tags: readonly Tag[] }[],
  place: Place,
): void => {
  const values = read
    .filter(({ member }) => member.view.type !== 'variant')
    .flatMap(({ tags }) => uniqueTags(tags).map(({ value }) => value));
  const shared = values.find((value, index) => values.indexOf(value) !== index);
  if (shared === undefined) return;
  place.report(
    pathOf(place),
    `several of its members have the key ${JSON.stringify(shared)}, so that nobody knows which one is meant`,
    'give each a key of its own, or put those that share one into a v.variant with a further key',
  );
};

/** @param asList show the discriminator as a list of texts, though its values are booleans */
const draftWith = (
  reading: Reading,
  place: Place,
  draftEntries: DraftEntries,
  known: Discriminators,
  asList: boolean,
): readonly Draft[] => {
  const key = String(reading.view.key);
  const read = membersOf(reading, place).map((member) => ({ member, tags: tagsOf(member, key, place) }));
  if (known.size === 0) refuseShared(read, { ...place, path: [...place.path, key] });
  const discriminator = known.get(key) ?? {
    id: pathOf({ ...place, path: [...place.path, key] }),
    // A checkbox always sends something; and the runtime takes the texts for booleans.
    asText: asList && read.every((one) => areBooleans(one.tags)),
  };
  const { id } = discriminator;
  const members = read.map((one) => ({ ...one, tags: written(one.tags, discriminator) }));
  const tags = uniqueTags(members.flatMap((one) => one.tags));
  const discriminators = new Map(known).set(key, discriminator);
  const labels = reading.hints.choices ?? {};
  const named = tags.map(({ value, name }): Choice => {
    const owner = members.find((one) => one.tags.some((tag) => tag.value === value))!;
    const title = uniqueTags(owner.tags).length === 1 ? owner.member.title : undefined;
    return { name: labels[String(value)] ?? title ?? name ?? labelOfValue(String(value)), value: String(value) };
  });

  const given = presetOf(place, key);
  const preset = discriminator.asText && typeof given === 'boolean' ? String(given) : given;
  const drafts = members.map(({ member, tags: own }) => {
    const inner: Place = {
      ...place,
      group: member.hints.group ?? place.group,
      // Once its member is chosen, an entry is as required as its schema says.
      mayBeEmpty: false,
      mayBeUnset: false,
      preset: own.some(({ value }) => value === preset) ? place.preset : noDefault,
    };
    return { label: String(own[0]?.value), drafts: draftMember(member, inner, draftEntries, discriminators) };
  });
  const values = tags.map(({ value }) => value);
  const joined = joinMembers(drafts, id, values, pathOf(place));
  return known.has(key) ? joined : [discriminatorDraft(reading, key, tags, named, preset, place), ...joined];
};

const draftMember = (
  member: Reading,
  place: Place,
  draftEntries: DraftEntries,
  discriminators: Discriminators,
): readonly Draft[] => {
  let { conditions } = place;
  for (const [key, discriminator] of discriminators) {
    const values = uniqueTags(written(tagsOf(member, key, place), discriminator)).map(({ value }) => value);
    if (values.length > 0) conditions = narrowed(conditions, isOneOf(discriminator.id, values));
  }
  const inner = { ...place, conditions };
  if (member.view.type === 'variant') return draftVariant(member, inner, draftEntries, discriminators);
  return draftEntries(member.view.entries!, inner, discriminators);
};
