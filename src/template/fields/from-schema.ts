import { isSchema, type SchemaView } from '../../connector/schema.ts';
import type { Schema } from '../../connector/types.ts';
import { type Discriminators, type Place, pathOf, reportName } from '../schema/field-context.ts';
import { type Default, noDefault, type Reading, readSchema } from '../schema/read-schema.ts';
import { type Draft, draftField, hintConditions } from './field.ts';
import { draftVariant } from './from-variant.ts';

/** The default of an object's field, where the object has one. */
const presetFor = (preset: Default, name: string): Default => {
  if (preset.kind !== 'value') return noDefault;
  const { value } = preset;
  const given = typeof value === 'object' && value !== null && Object.hasOwn(value, name);
  return given ? { ...preset, value: (value as Record<string, unknown>)[name] } : noDefault;
};

const orderOf = ({ hints }: Reading): number => hints.order ?? 0;

/** The fields of an object. `discriminators` are the names that a variant around has taken care of. */
const draftEntries = (
  entries: Readonly<Record<string, Schema>>,
  place: Place,
  discriminators: Discriminators = new Map(),
): readonly Draft[] =>
  Object.entries(entries)
    .filter(([name]) => !discriminators.has(name))
    .map(([name, schema]) => {
      const inner: Place = { ...place, path: [...place.path, name], preset: presetFor(place.preset, name) };
      return { place: inner, reading: readSchema(schema, pathOf(inner), place.report) };
    })
    .sort((a, b) => orderOf(a.reading) - orderOf(b.reading))
    .flatMap(({ place: inner, reading }) => {
      if (reading.hints.hidden !== true) reportName(inner);
      return draftValue(reading, inner);
    });

const hasDefault = ({ preset, hints }: Reading, place: Place): boolean =>
  preset.kind !== 'none' || place.preset.kind !== 'none' || hints.default !== undefined;

/** The place of what is inside of an object that has fields of its own. */
const placeInside = (reading: Reading, place: Place): Place => {
  const { hints, optional, nullable } = reading;
  const mayBeLeftOut = optional || nullable;
  const preset: Default =
    hints.default !== undefined
      ? { kind: 'value', value: hints.default, unchecked: true }
      : place.preset.kind === 'none'
        ? reading.preset
        : place.preset;
  return {
    ...place,
    group: hints.group ?? place.group,
    preset,
    mayBeEmpty: place.mayBeEmpty || mayBeLeftOut,
    mayBeUnset: preset.kind !== 'value' && (place.mayBeUnset || mayBeLeftOut),
  };
};

const intersected = (view: SchemaView, place: Place): Readonly<Record<string, Schema>> | undefined => {
  const merged: Record<string, Schema> = {};
  for (const option of (view.options ?? []).filter(isSchema)) {
    const { view: part } = readSchema(option, pathOf(place), place.report);
    const entries = part.type === 'intersect' ? intersected(part, place) : part.entries;
    if (entries === undefined) return undefined;
    for (const [name, schema] of Object.entries(entries)) {
      if (Object.hasOwn(merged, name)) {
        const path = [...place.path, name].join('.');
        place.report(path, 'several parts of an intersection define it', 'define it in one of them');
      }
      merged[name] = schema;
    }
  }
  return merged;
};

const isPlainObject = ({ type }: SchemaView): boolean => type === 'object' || type === 'strict_object';

/** Fields of an object of any kind; `undefined` where it is no object with fields of its own. */
const draftInside = (reading: Reading, place: Place, isRoot: boolean): readonly Draft[] | undefined => {
  const { view } = reading;
  if (view.type === 'variant') return draftVariant(reading, placeInside(reading, place), draftEntries);
  if (view.type === 'intersect') {
    const parts = (view.options ?? [])
      .filter(isSchema)
      .map((option) => readSchema(option, pathOf(place), place.report));
    if (parts.some((part) => part.view.type === 'variant')) {
      return parts.flatMap((part) => draftInside(part, placeInside(reading, place), isRoot) ?? []);
    }
    const entries = intersected(view, place);
    return entries === undefined ? undefined : draftEntries(entries, placeInside(reading, place));
  }
  const { entries } = view;
  const known = isPlainObject(view) || (isRoot && entries !== undefined);
  if (!known || entries === undefined || (!isRoot && Object.keys(entries).length === 0)) return undefined;
  return draftEntries(entries, placeInside(reading, place));
};

/** Reports what would leave a value out that the schema wants. */
const checkShown = (reading: Reading, place: Place): void => {
  const { hints, optional } = reading;
  const mayLack = optional || hasDefault(reading, place) || place.mayBeEmpty;
  if (hints.condition !== undefined && !mayLack) {
    place.report(
      pathOf(place),
      'the hint "condition" can hide it, but the schema requires it',
      'make it v.optional with hints({ notEmpty: true }), or use v.variant',
    );
  }
  if (hints.hidden === true && !optional && reading.preset.kind === 'none') {
    place.report(
      pathOf(place),
      'the hint "hidden" leaves it out, but the schema requires it',
      'make it v.optional, with a default if it has one',
    );
  }
};

/** An object of which no field is sent for sure does not come at all, where the schema may want at least an empty one. */
const checkSent = (drafts: readonly Draft[], reading: Reading, place: Place): void => {
  const mayBeAbsent = reading.optional && !reading.mustExist;
  if (mayBeAbsent || place.mayBeEmpty || reading.preset.kind !== 'none') return;
  const isSent = ({ property, conditions }: Draft): boolean =>
    property.optional !== true &&
    property.binding.type === 'zeebe:input' &&
    conditions.length === place.conditions.length;
  if (drafts.some(isSent)) return;
  place.report(
    pathOf(place),
    place.legacy
      ? 'all its fields may be left out (before Camunda 8.8 an empty field is), and the object with them'
      : 'all its fields may be left out, and the object with them',
    'make it v.optional(…, {})',
  );
};

/** The fields of any value that is not the whole input. */
export const draftValue = (given: Reading, place: Place): readonly Draft[] => {
  // A default in the file would keep an object alive that a person leaves out; the schema has it where the object is there.
  const reading = place.mayBeUnset ? { ...given, preset: noDefault } : given;
  checkShown(given, place);
  const { hints } = reading;
  if (hints.hidden === true) return [];
  const shown: Place = { ...place, conditions: [...place.conditions, ...hintConditions(hints)] };
  const isOne = hints.opaque === true || hints.feel === 'required' || reading.conversion === 'parse_json';
  let failed = false;
  const report: Place['report'] = (...problem) => {
    failed = true;
    place.report(...problem);
  };
  const inside = isOne ? undefined : draftInside(reading, { ...shown, report }, false);
  if (inside !== undefined) {
    // What has no field was reported already, and says nothing about the object.
    if (!failed) checkSent(inside, reading, shown);
    return inside;
  }
  const draft = draftField(reading, shown);
  return draft === undefined ? [] : [draft];
};

/** The fields of a whole input. */
export const draftInput = (schema: Schema, place: Place): readonly Draft[] => {
  const reading = readSchema(schema, '(root)', place.report);
  const inside = draftInside(
    reading,
    { ...place, conditions: [...place.conditions, ...hintConditions(reading.hints)] },
    true,
  );
  if (inside !== undefined) return inside;
  const isUnion = reading.view.type === 'union';
  place.report(
    '(root)',
    isUnion
      ? 'a union of objects tells nobody which one is meant'
      : `a schema of type "${reading.view.type}" has no fields of its own`,
    isUnion ? 'use v.variant with a key that tells them apart' : 'use v.object, or v.variant of objects',
  );
  return [];
};
