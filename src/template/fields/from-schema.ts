import { isSchema, type SchemaView } from '../../connector/schema.ts';
import type { Schema } from '../../connector/types.ts';
import { effectiveDefault } from '../controls/defaults.ts';
import { type Discriminators, type FieldContext, pathOf, reportName } from '../schema/field-context.ts';
import { noDefault, type Reading, readSchema } from '../schema/read-schema.ts';
import { refuseHintsInside } from '../schema/unsupported.ts';
import { refuseHints } from '../validation/hint-places.ts';
import { contextInside, defaultFor } from './context-inside.ts';
import { draftCredential } from './credential.ts';
import type { Draft } from './draft.ts';
import { draftField, hintConditions } from './field.ts';
import { draftVariant } from './from-variant.ts';
import { checkInside } from './inside-hints.ts';

const orderOf = ({ hints }: Reading): number => hints.order ?? 0;

/** An entry of an object, and the context of the object that contains it. */
interface Entry {
  readonly name: string;
  readonly schema: Schema;
  readonly around: FieldContext;
}

const entriesOf = (entries: Readonly<Record<string, Schema>>, around: FieldContext): readonly Entry[] =>
  Object.entries(entries).map(([name, schema]) => ({ name, schema, around }));

const draftAll = (entries: readonly Entry[]): readonly Draft[] =>
  entries
    .map(({ name, schema, around }) => {
      const inner: FieldContext = {
        ...around,
        path: [...around.path, name],
        outerDefault: defaultFor(around.outerDefault, name),
      };
      return { context: inner, reading: readSchema(schema, pathOf(inner), around.report) };
    })
    .sort((a, b) => orderOf(a.reading) - orderOf(b.reading))
    .flatMap(({ context: inner, reading }) => {
      if (reading.hints.hidden !== true) reportName(inner);
      return draftValue(reading, inner);
    });

/** The fields of an object's entries, except the discriminators of the variants around it, which have their field already. */
const draftEntries = (
  entries: Readonly<Record<string, Schema>>,
  context: FieldContext,
  discriminators: Discriminators,
): readonly Draft[] => draftAll(entriesOf(entries, context).filter(({ name }) => !discriminators.has(name)));

const isPlainObject = ({ type }: SchemaView): boolean => type === 'object' || type === 'strict_object';

interface Part {
  readonly reading: Reading;
  readonly context: FieldContext;
}

/** The parts of an intersection, with those of the intersections inside it. */
const partsOf = (reading: Reading, context: FieldContext): readonly Part[] =>
  (reading.view.options ?? []).filter(isSchema).flatMap((option): readonly Part[] => {
    const part = readSchema(option, pathOf(context), context.report);
    refuseHints(part.hints, part.view.type === 'variant' ? 'variantPart' : 'part', pathOf(context), context.report);
    refuseHintsInside(part.later, 'converted', pathOf(context), context.report);
    const inside = contextInside(part, context);
    return part.view.type === 'intersect' ? partsOf(part, inside) : [{ reading: part, context: inside }];
  });

/** The fields of an intersection; `undefined` if one of its parts has no fields of its own. */
const draftIntersection = (reading: Reading, context: FieldContext): readonly Draft[] | undefined => {
  const parts = partsOf(reading, context);
  const variants = parts.filter(({ reading: { view } }) => view.type === 'variant');
  const objects = parts.filter(({ reading: { view } }) => view.entries !== undefined);
  if (variants.length + objects.length < parts.length) return undefined;
  const entries = objects.flatMap((part) => entriesOf(part.reading.view.entries!, part.context));
  const seen = new Set<string>();
  for (const { name } of entries) {
    if (seen.size === seen.add(name).size) {
      const path = [...context.path, name].join('.');
      context.report(path, 'several parts of an intersection define it', 'define it in one of them');
    }
  }
  const drafts =
    variants.length === 0
      ? draftAll(entries)
      : parts.flatMap((part) =>
          part.reading.view.type === 'variant'
            ? draftVariant(part.reading, part.context, draftEntries)
            : draftAll(entriesOf(part.reading.view.entries!, part.context)),
        );
  for (const part of parts)
    checkInside(
      part.reading.hints.group === undefined ? {} : { group: part.reading.hints.group },
      drafts,
      pathOf(context),
      context.report,
    );
  return drafts;
};

/** The fields inside an object of any kind; `undefined` if the schema is not an object with fields of its own. */
const draftInside = (reading: Reading, context: FieldContext, isRoot: boolean): readonly Draft[] | undefined => {
  const { view } = reading;
  if (view.type === 'variant') return draftVariant(reading, contextInside(reading, context), draftEntries);
  if (view.type === 'intersect') return draftIntersection(reading, contextInside(reading, context));
  const { entries } = view;
  const known = isPlainObject(view) || (isRoot && entries !== undefined);
  if (!known || entries === undefined || (!isRoot && Object.keys(entries).length === 0)) return undefined;
  return draftAll(entriesOf(entries, contextInside(reading, context)));
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
    (property.binding.type === 'zeebe:input' || property.constraints?.notEmpty === true) &&
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

/** Reports a default of the surrounding object that another default replaces, or that nobody reads. */
const checkOuterDefault = ({ hints }: Reading, { outerDefault, ...context }: FieldContext): void => {
  if (outerDefault.kind !== 'value' || outerDefault.unchecked !== true) return;
  const path = context.path.join('.');
  if (hints.hidden === true) {
    context.report(path, 'the default around it has no effect, because the entry is left out', 'remove one of them');
  } else if (hints.default !== undefined) {
    context.report(path, 'both its own hint and a hint around it set a default', 'remove one of them');
  }
};

/** The fields of a value inside the input. */
export const draftValue = (given: Reading, context: FieldContext): readonly Draft[] => {
  // A default in the file would create an object that a person leaves out. If the object exists, its schema has the default.
  const reading = context.mayBeUnset ? { ...given, ownDefault: noDefault } : given;
  const path = pathOf(context);
  checkShown(given, context);
  checkOuterDefault(given, context);
  const { hints } = reading;
  if (context.stored && reading.mustExist && (reading.nullable || reading.optional)) {
    context.report(
      path,
      'a credential leaves out an empty field, but the schema requires the entry',
      'use v.optional or v.nullish',
    );
  }
  if (hints.hidden === true) {
    refuseHints(hints, 'hidden', path, context.report);
    return [];
  }
  refuseHintsInside(reading.later, 'converted', path, context.report);
  if (hints.credential !== undefined) return draftCredential(reading, hints.credential, context, draftInput);
  const shown: FieldContext = { ...context, conditions: [...context.conditions, ...hintConditions(hints)] };
  const isOne = hints.opaque === true || hints.feel === 'required' || reading.conversion === 'parse_json';
  let failed = false;
  const report: FieldContext['report'] = (...problem) => {
    failed = true;
    context.report(...problem);
  };
  const inside = isOne ? undefined : draftInside(reading, { ...shown, report }, false);
  if (inside !== undefined) {
    refuseHints(hints, reading.view.type === 'variant' ? 'variant' : 'object', path, context.report);
    // A part without a field has been reported, and says nothing about the object.
    if (failed) return inside;
    checkInside(hints, inside, path, context.report);
    checkSent(inside, reading, shown);
    return inside;
  }
  const draft = draftField(reading, shown);
  return draft === undefined ? [] : [draft];
};

/**
 * The fields of a whole input: where a schema becomes fields.
 *
 * @param isOperation it is the input of one of several operations, each of which has an entry in the create menu
 */
export const draftInput = (schema: Schema, context: FieldContext, isOperation = false): readonly Draft[] => {
  const reading = readSchema(schema, '(root)', context.report);
  const { keywords: _keywords, ...others } = reading.hints;
  const hints = isOperation ? others : reading.hints;
  refuseHints(hints, reading.view.type === 'variant' ? 'variantInput' : 'input', '(root)', context.report);
  refuseHintsInside(reading.later, 'converted', '(root)', context.report);
  const inside = draftInside(reading, context, true);
  if (inside !== undefined) {
    checkInside(reading.hints, inside, '(root)', context.report);
    return inside;
  }
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
