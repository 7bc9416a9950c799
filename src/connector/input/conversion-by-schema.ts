import { setKey } from '../../common/set-key.ts';
import { isSchema, type SchemaView, viewSchema } from '../schema.ts';
import type { Schema } from '../types.ts';
import {
  type Fields,
  isFields,
  opaquePlan,
  optionPlan,
  type Plan,
  scalarPlan,
  typePlan,
  untouched,
} from './conversion.ts';
import { toBigint, toBoolean, toDateValue, toNumber, toText, withoutBigints } from './convert-value.ts';

const plans = new WeakMap<Schema, Plan>();

/** The plan of a schema. */
export const planOf = (schema: Schema): Plan => {
  const known = plans.get(schema);
  if (known !== undefined) return known;
  const plan = compile(schema, noNames);
  plans.set(schema, plan);
  return plan;
};

const noNames: ReadonlySet<string> = new Set();

const mayLack = (schema: Schema): boolean => {
  const { type } = viewSchema(schema);
  return type === 'optional' || type === 'exact_optional' || type === 'nullish';
};

/** Null where the schema takes none but takes absence: a process sends null for inputs that it did not map. */
const isAbsent = (plan: Plan, schema: Schema, value: unknown): boolean =>
  value === null && !plan.fits(null) && (mayLack(schema) || plan.fits(undefined));

/** An object with nothing but nulls in it: what empty fields such as `address.street` of a template become together. */
const isHollow = (value: unknown): boolean => {
  if (!isFields(value)) return false;
  const inside = Object.values(value);
  return inside.length > 0 && inside.every((item) => item === null || isHollow(item));
};

/** A hollow object stands for null where the schema cannot take it but can do without. */
const unlessHollow = (plan: Plan, schema: Schema, value: unknown): unknown => {
  if (!isHollow(value) || plan.fits(plan.prepare(value))) return value;
  return plan.fits(null) || isAbsent(plan, schema, null) ? null : value;
};

/** As {@link Plan.prepare}, for a place that cannot lack: an item of a list. */
const settle = (schema: Schema, value: unknown): unknown => {
  const plan = planOf(schema);
  if (value === null) return isAbsent(plan, schema, value) ? undefined : null;
  return plan.prepare(value);
};

const wrapperPlan = ({ type, wrapped }: SchemaView): Plan => {
  const inner = planOf(wrapped!);
  const takesNull = type === 'nullable' || type === 'nullish';
  const takesUndefined = type === 'optional' || type === 'undefinedable' || type === 'nullish';
  const refusesNull = type === 'non_nullable' || type === 'non_nullish';
  const refusesUndefined = type === 'non_optional' || type === 'non_nullish';
  return {
    ...(inner.quick === undefined ? {} : { quick: inner.quick }),
    fits: (value) => {
      if (value === null && (takesNull || refusesNull)) return takesNull;
      if (value === undefined && (takesUndefined || refusesUndefined)) return takesUndefined;
      return inner.fits(value);
    },
    prepare: (value) => (value === null || value === undefined ? value : settle(wrapped!, value)),
  };
};

const listPlan = ({ item }: SchemaView): Plan => ({
  fits: (value) => Array.isArray(value) && value.every((element) => planOf(item!).fits(element)),
  prepare: (value) => {
    if (Array.isArray(value)) return prepareItems(value, () => item);
    if (value === null || value === undefined) return value;
    const single = settle(item!, value);
    return planOf(item!).fits(single) ? [single] : withoutBigints(value);
  },
});

const tuplePlan = ({ items, rest, type }: SchemaView): Plan => {
  const schemaAt = (index: number): Schema | undefined => items?.[index] ?? rest;
  const length = items?.length ?? 0;
  return {
    fits: (value) =>
      Array.isArray(value) &&
      value.length >= length &&
      (type !== 'strict_tuple' || value.length === length) &&
      value.every((element, index) => {
        const schema = schemaAt(index);
        return schema === undefined || planOf(schema).fits(element);
      }),
    prepare: (value) => (Array.isArray(value) ? prepareItems(value, schemaAt) : withoutBigints(value)),
  };
};

const prepareItems = (list: readonly unknown[], schemaAt: (index: number) => Schema | undefined): unknown => {
  let copy: unknown[] | undefined;
  for (let index = 0; index < list.length; index++) {
    const schema = schemaAt(index);
    const item = schema === undefined ? withoutBigints(list[index]) : settle(schema, list[index]);
    if (item === list[index]) continue;
    copy ??= list.slice();
    copy[index] = item;
  }
  return copy ?? list;
};

/**
 * Objects of all kinds. `named` are the names that the other parts of an intersection take care of.
 *
 * The plans of the fields are made when a value first comes by, so that a schema that holds itself ends.
 */
const objectPlan = ({ type, entries = {}, rest, value: valueSchema }: SchemaView, named: ReadonlySet<string>): Plan => {
  const keys = Object.keys(entries);
  const known = new Set(keys);
  const fieldPlans: (Plan | undefined)[] = keys.map(() => undefined);
  const planAt = (index: number): Plan => {
    fieldPlans[index] ??= planOf(entries[keys[index]!]!);
    return fieldPlans[index];
  };
  const others = type === 'record' ? valueSchema : rest;
  const takesOthers = others !== undefined || type === 'loose_object';
  // valibot looks names up with `in`, so that it would find what every object inherits.
  const inherits = keys.some((key) => key in Object.prototype);

  const prepareOthers = (input: Fields, start: Record<string, unknown> | undefined): Fields => {
    let copy = start;
    for (const [key, value] of Object.entries(input)) {
      if (known.has(key) || named.has(key)) continue;
      const absent = others !== undefined && isAbsent(planOf(others), others, value);
      const prepared = absent ? undefined : others === undefined ? withoutBigints(value) : settle(others, value);
      if (prepared === value) continue;
      copy ??= { ...input };
      if (absent) delete copy[key];
      else setKey(copy, key, prepared);
    }
    return copy ?? input;
  };

  // No function is made in here: this runs for every job.
  const prepareFields = (input: Fields): Fields => {
    let copy = inherits ? Object.assign(Object.create(null) as Record<string, unknown>, input) : undefined;
    const source = copy ?? input;
    for (let index = 0; index < keys.length; index++) {
      const key = keys[index]!;
      const given = source[key];
      const plan = fieldPlans[index] ?? planAt(index);
      if (given === undefined || typeof given === plan.quick) continue;
      const schema = entries[key]!;
      const value = unlessHollow(plan, schema, given);
      const absent = value === null && isAbsent(plan, schema, value);
      const prepared = value === null ? (absent ? undefined : null) : plan.prepare(value);
      if (prepared === given) continue;
      copy ??= { ...input };
      if (absent && mayLack(schema)) delete copy[key];
      else setKey(copy, key, prepared);
    }
    return takesOthers ? prepareOthers(input, copy) : (copy ?? input);
  };

  const fitsField = (value: Fields, index: number): boolean => {
    const key = keys[index]!;
    if (Object.hasOwn(value, key)) return planAt(index).fits(value[key]);
    const schema = entries[key]!;
    return mayLack(schema) || 'fallback' in schema;
  };

  return {
    fits: (value) =>
      isFields(value) &&
      keys.every((_, index) => fitsField(value, index)) &&
      (type !== 'strict_object' || Object.keys(value).every((key) => known.has(key))) &&
      (others === undefined ||
        Object.entries(value).every(([key, item]) => known.has(key) || planOf(others).fits(item))),
    prepare: (value) => (isFields(value) ? prepareFields(value) : withoutBigints(value)),
  };
};

/** A value that fits an option is that option's, best as it is; any other goes to the first option that can make it fit. */
const unionPlan = (options: readonly Schema[]): Plan => ({
  fits: (value) => options.some((option) => planOf(option).fits(value)),
  prepare: (value) => prepareByOption(options, value),
});

const prepareByOption = (options: readonly Schema[], value: unknown): unknown => {
  const candidates = options.map((option) => ({ plan: planOf(option), prepared: planOf(option).prepare(value) }));
  const fitting = candidates.filter(({ plan }) => plan.fits(value));
  if (fitting.some(({ prepared }) => prepared === value)) return value;
  const chosen = fitting[0] ?? candidates.find(({ plan, prepared }) => plan.fits(prepared));
  return chosen === undefined ? withoutBigints(value) : chosen.prepared;
};

interface Choice {
  readonly schema: Schema;
  readonly discriminators: readonly string[];
}

const choicesOf = (options: readonly Schema[], discriminators: readonly string[]): readonly Choice[] =>
  options.flatMap((schema) => {
    const { type, key, options: inner } = viewSchema(schema);
    if (type !== 'variant') return [{ schema, discriminators }];
    return choicesOf(inner as readonly Schema[], [...discriminators, String(key)]);
  });

const variantPlan = ({ key, options }: SchemaView): Plan => {
  const choices = choicesOf(options as readonly Schema[], [String(key)]);
  const chosen = ({ schema, discriminators }: Choice, value: Fields): boolean =>
    discriminators.every((name) => {
      const discriminator = viewSchema(schema).entries?.[name];
      if (discriminator === undefined) return false;
      if (!Object.hasOwn(value, name)) return mayLack(discriminator);
      return planOf(discriminator).fits(settle(discriminator, value[name]));
    });
  return {
    fits: (value) => choices.some(({ schema }) => planOf(schema).fits(value)),
    prepare: (value) => {
      if (!isFields(value)) return withoutBigints(value);
      const matching = choices.filter((choice) => chosen(choice, value)).map(({ schema }) => schema);
      return matching.length === 1 ? planOf(matching[0]!).prepare(value) : prepareByOption(matching, value);
    },
  };
};

const namesIn = (schema: Schema): readonly string[] => {
  const { entries, options } = viewSchema(schema);
  return [...Object.keys(entries ?? {}), ...(options ?? []).filter(isSchema).flatMap(namesIn)];
};

/** Every part prepares its own fields in turn; what a part takes as "any other" leaves out what another part names. */
const intersectPlan = (options: readonly Schema[]): Plan => {
  const names = new Set(options.flatMap(namesIn));
  const parts = options.map((option) => compile(option, names));
  return {
    fits: (value) => parts.every((part) => part.fits(value)),
    prepare: (value) => parts.reduce((prepared, part) => part.prepare(prepared), value),
  };
};

const lazyPlan = ({ getter }: SchemaView): Plan => ({
  fits: (value) => planOf(getter!(value)).fits(value),
  prepare: (value) => planOf(getter!(value)).prepare(value),
});

const compile = (schema: Schema, named: ReadonlySet<string>): Plan => {
  const view = viewSchema(schema);
  switch (view.type) {
    case 'string':
      return typePlan('string', toText);
    case 'number':
      return typePlan('number', toNumber);
    case 'boolean':
      return typePlan('boolean', toBoolean);
    case 'bigint':
      return typePlan('bigint', toBigint);
    case 'date':
      return scalarPlan((value) => value instanceof Date, toDateValue);
    case 'literal':
      return optionPlan([view.literal]);
    case 'picklist':
    case 'enum':
      return optionPlan(view.options ?? []);
    case 'array':
      return listPlan(view);
    case 'tuple':
    case 'loose_tuple':
    case 'strict_tuple':
    case 'tuple_with_rest':
      return tuplePlan(view);
    case 'object':
    case 'loose_object':
    case 'strict_object':
    case 'object_with_rest':
    case 'record':
      return objectPlan(view, named);
    case 'union':
      return unionPlan(view.options as readonly Schema[]);
    case 'variant':
      return variantPlan(view);
    case 'intersect':
      return intersectPlan(view.options as readonly Schema[]);
    case 'lazy':
      return lazyPlan(view);
    case 'any':
    case 'unknown':
      return untouched;
    default:
      return view.wrapped === undefined ? opaquePlan(schema) : wrapperPlan(view);
  }
};
