import { isSchema, type SchemaView } from '../../connector/schema.ts';
import type { Schema } from '../../connector/types.ts';
import { effectiveDefault } from '../controls/defaults.ts';
import { type Discriminators, type FieldContext, pathOf, reportName } from '../schema/field-context.ts';
import { type Default, noDefault, type Reading, readSchema } from '../schema/read-schema.ts';
import type { Draft } from './draft.ts';
import { draftField, hintConditions } from './field.ts';
import { draftVariant } from './from-variant.ts';

/** The default that an object's default holds for one of its fields. */
const defaultFor = (outer: Default, name: string): Default => {
  if (outer.kind !== 'value') return noDefault;
  const { value } = outer;
  const given = typeof value === 'object' && value !== null && Object.hasOwn(value, name);
  return given ? { ...outer, value: (value as Record<string, unknown>)[name] } : noDefault;
};

const orderOf = ({ hints }: Reading): number => hints.order ?? 0;

/** The fields of an object's entries, except the discriminators of the variants around it, which have their field already. */
const draftEntries = (
  entries: Readonly<Record<string, Schema>>,
  context: FieldContext,
  discriminators: Discriminators = new Map(),
): readonly Draft[] =>
  Object.entries(entries)
    .filter(([name]) => !discriminators.has(name))
    .map(([name, schema]) => {
      const inner: FieldContext = {
        ...context,
        path: [...context.path, name],
        outerDefault: defaultFor(context.outerDefault, name),
      };
      return { context: inner, reading: readSchema(schema, pathOf(inner), context.report) };
    })
    .sort((a, b) => orderOf(a.reading) - orderOf(b.reading))
    .flatMap(({ context: inner, reading }) => {
      if (reading.hints.hidden !== true) reportName(inner);
      return draftValue(reading, inner);
    });

/** The context of the fields inside an object. */
const contextInside = (reading: Reading, context: FieldContext): FieldContext => {
  const { hints, optional, nullable } = reading;
  const mayBeLeftOut = optional || nullable;
  const outerDefault = effectiveDefault(reading, context);
  return {
    ...context,
    group: hints.group ?? context.group,
    outerDefault,
    mayBeEmpty: context.mayBeEmpty || mayBeLeftOut,
    mayBeUnset: outerDefault.kind !== 'value' && (context.mayBeUnset || mayBeLeftOut),
  };
};

const intersected = (view: SchemaView, context: FieldContext): Readonly<Record<string, Schema>> | undefined => {
  const merged: Record<string, Schema> = {};
  for (const option of (view.options ?? []).filter(isSchema)) {
    const { view: part } = readSchema(option, pathOf(context), context.report);
    const entries = part.type === 'intersect' ? intersected(part, context) : part.entries;
    if (entries === undefined) return undefined;
    for (const [name, schema] of Object.entries(entries)) {
      if (Object.hasOwn(merged, name)) {
        const path = [...context.path, name].join('.');
        context.report(path, 'several parts of an intersection define it', 'define it in one of them');
      }
      merged[name] = schema;
    }
  }
  return merged;
};

const isPlainObject = ({ type }: SchemaView): boolean => type === 'object' || type === 'strict_object';

/** The fields inside an object of any kind; `undefined` if the schema is not an object with fields of its own. */
const draftInside = (reading: Reading, context: FieldContext, isRoot: boolean): readonly Draft[] | undefined => {
  const { view } = reading;
  if (view.type === 'variant') return draftVariant(reading, contextInside(reading, context), draftEntries);
  if (view.type === 'intersect') {
    const parts = (view.options ?? [])
      .filter(isSchema)
      .map((option) => readSchema(option, pathOf(context), context.report));
    if (parts.some((part) => part.view.type === 'variant')) {
      return parts.flatMap((part) => draftInside(part, contextInside(reading, context), isRoot) ?? []);
    }
    const entries = intersected(view, context);
    return entries === undefined ? undefined : draftEntries(entries, contextInside(reading, context));
  }
  const { entries } = view;
  const known = isPlainObject(view) || (isRoot && entries !== undefined);
  if (!known || entries === undefined || (!isRoot && Object.keys(entries).length === 0)) return undefined;
  return draftEntries(entries, contextInside(reading, context));
};

/** Reports hints that would leave out a value that the schema requires. */
const checkShown = (reading: Reading, context: FieldContext): void => {
  const { hints, optional } = reading;
  const mayBeAbsent = optional || effectiveDefault(reading, context).kind !== 'none' || context.mayBeEmpty;
  if (hints.condition !== undefined && !mayBeAbsent) {
    context.report(
      pathOf(context),
      'the hint "condition" can hide the field, but the schema requires a value',
      'make it v.optional with hints({ notEmpty: true }), or use v.variant',
    );
  }
  if (hints.hidden === true && !optional && reading.ownDefault.kind === 'none') {
    context.report(
      pathOf(context),
      'the hint "hidden" removes the field, but the schema requires a value',
      'make it v.optional, with a default if it has one',
    );
  }
};

/** Reports a required object whose fields may all be left out: the object itself would then be absent. */
const checkSent = (drafts: readonly Draft[], reading: Reading, context: FieldContext): void => {
  const mayBeAbsent = reading.optional && !reading.mustExist;
  if (mayBeAbsent || context.mayBeEmpty || reading.ownDefault.kind !== 'none') return;
  const isSent = ({ property, conditions }: Draft): boolean =>
    property.optional !== true &&
    property.binding.type === 'zeebe:input' &&
    conditions.length === context.conditions.length;
  if (drafts.some(isSent)) return;
  context.report(
    pathOf(context),
    context.legacy
      ? 'all of its fields may be left out (before Camunda 8.8, empty fields are), and then the object is absent'
      : 'all of its fields may be left out, and then the object is absent',
    'make it v.optional(…, {})',
  );
};

/** The fields of a value inside the input. */
export const draftValue = (given: Reading, context: FieldContext): readonly Draft[] => {
  // A default in the file would create an object that a person leaves out. If the object exists, its schema has the default.
  const reading = context.mayBeUnset ? { ...given, ownDefault: noDefault } : given;
  checkShown(given, context);
  const { hints } = reading;
  if (hints.hidden === true) return [];
  const shown: FieldContext = { ...context, conditions: [...context.conditions, ...hintConditions(hints)] };
  const isOne = hints.opaque === true || hints.feel === 'required' || reading.conversion === 'parse_json';
  let failed = false;
  const report: FieldContext['report'] = (...problem) => {
    failed = true;
    context.report(...problem);
  };
  const inside = isOne ? undefined : draftInside(reading, { ...shown, report }, false);
  if (inside !== undefined) {
    // A part without a field has been reported, and says nothing about the object.
    if (!failed) checkSent(inside, reading, shown);
    return inside;
  }
  const draft = draftField(reading, shown);
  return draft === undefined ? [] : [draft];
};

/** The fields of a whole input: where a schema becomes fields. */
export const draftInput = (schema: Schema, context: FieldContext): readonly Draft[] => {
  const reading = readSchema(schema, '(root)', context.report);
  const inside = draftInside(
    reading,
    { ...context, conditions: [...context.conditions, ...hintConditions(reading.hints)] },
    true,
  );
  if (inside !== undefined) return inside;
  const isUnion = reading.view.type === 'union';
  context.report(
    '(root)',
    isUnion
      ? 'a union of objects does not say which object is meant'
      : `a schema of type "${reading.view.type}" has no fields of its own`,
    isUnion ? 'use v.variant with a key that distinguishes them' : 'use v.object, or v.variant of objects',
  );
  return [];
};
