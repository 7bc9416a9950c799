import { isObject } from '../../common/is-object.ts';
import { setKey } from '../../common/set-key.ts';
import { isDocument } from '../document.ts';
import { entryNames, type SchemaView, viewSchema } from '../schema.ts';
import type { Schema } from '../types.ts';
import {
  anyConversion,
  type Conversion,
  optionConversion,
  scalarConversion,
  typeConversion,
  unknownConversion,
} from './conversion.ts';
import { toBigint, toBoolean, toDateValue, toNumber, toText, withoutBigints } from './convert-value.ts';

type Fields = Readonly<Record<string, unknown>>;

const conversions = new WeakMap<Schema, Conversion>();

/** The conversion for a schema. */
export const conversionOf = (schema: Schema): Conversion => {
  const known = conversions.get(schema);
  if (known !== undefined) return known;
  const conversion = compile(schema, noNames);
  conversions.set(schema, conversion);
  return conversion;
};

const noNames: ReadonlySet<string> = new Set();

/** Whether the schema accepts that its key is missing. */
const mayBeMissing = (schema: Schema): boolean => {
  const { type } = viewSchema(schema);
  return type === 'optional' || type === 'exact_optional' || type === 'nullish';
};

/** Whether null stands for an absent value: a process sends null for inputs that it does not map. */
const isAbsent = (conversion: Conversion, schema: Schema, value: unknown): boolean =>
  value === null && !conversion.fits(null) && (mayBeMissing(schema) || conversion.fits(undefined));

/** Whether an object contains only nulls, as when all fields of an object such as `address.street` are empty. */
const isHollow = (value: unknown): boolean => {
  if (!isObject(value)) return false;
  const inside = Object.values(value);
  return inside.length > 0 && inside.every((item) => item === null || isHollow(item));
};

/** Replaces a hollow object by null if the schema refuses the object but accepts its absence. */
const unlessHollow = (conversion: Conversion, schema: Schema, value: unknown): unknown => {
  if (!isHollow(value) || conversion.fits(conversion.convert(value))) return value;
  return conversion.fits(null) || isAbsent(conversion, schema, null) ? null : value;
};

/** As {@link Conversion.convert}, for a value that cannot be missing, such as an item of a list. */
const convertItem = (schema: Schema, value: unknown): unknown => {
  const conversion = conversionOf(schema);
  if (value === null) return isAbsent(conversion, schema, value) ? undefined : null;
  return conversion.convert(value);
};

const wrapperConversion = ({ type, wrapped }: SchemaView): Conversion => {
  const inner = conversionOf(wrapped!);
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
    convert: (value) => (value === null || value === undefined ? value : convertItem(wrapped!, value)),
  };
};

const listConversion = ({ item }: SchemaView): Conversion => ({
  fits: (value) => Array.isArray(value) && value.every((element) => conversionOf(item!).fits(element)),
  convert: (value) => {
    if (Array.isArray(value)) return convertItems(value, () => item);
    if (value === null || value === undefined) return value;
    const single = convertItem(item!, value);
    return conversionOf(item!).fits(single) ? [single] : withoutBigints(value);
  },
});

const tupleConversion = ({ items, rest, type }: SchemaView): Conversion => {
  const schemaAt = (index: number): Schema | undefined => items?.[index] ?? rest;
  const length = items?.length ?? 0;
  return {
    fits: (value) =>
      Array.isArray(value) &&
      value.length >= length &&
      (type !== 'strict_tuple' || value.length === length) &&
      value.every((element, index) => {
        const schema = schemaAt(index);
        return schema === undefined || conversionOf(schema).fits(element);
      }),
    convert: (value) => (Array.isArray(value) ? convertItems(value, schemaAt) : withoutBigints(value)),
  };
};

const convertItems = (list: readonly unknown[], schemaAt: (index: number) => Schema | undefined): unknown => {
  let copy: unknown[] | undefined;
  for (let index = 0; index < list.length; index++) {
    const schema = schemaAt(index);
    const item = schema === undefined ? withoutBigints(list[index]) : convertItem(schema, list[index]);
    if (item === list[index]) continue;
    copy ??= list.slice();
    copy[index] = item;
  }
  return copy ?? list;
};

/**
 * For objects of all kinds. The conversions of the fields are made with the first value, so that recursive schemas work.
 *
 * @param named the names that the other parts of an intersection convert
 */
const objectConversion = (
  { type, entries = {}, rest, value: valueSchema }: SchemaView,
  named: ReadonlySet<string>,
): Conversion => {
  const keys = Object.keys(entries);
  const known = new Set(keys);
  const fieldConversions: (Conversion | undefined)[] = keys.map(() => undefined);
  const conversionAt = (index: number): Conversion => {
    fieldConversions[index] ??= conversionOf(entries[keys[index]!]!);
    return fieldConversions[index];
  };
  const others = type === 'record' ? valueSchema : rest;
  const takesOthers = others !== undefined || type === 'loose_object';
  // valibot looks names up with `in`, so it would find properties that every object inherits.
  const inherits = keys.some((key) => key in Object.prototype);

  const convertOthers = (input: Fields, start: Record<string, unknown> | undefined): Fields => {
    let copy = start;
    for (const [key, value] of Object.entries(input)) {
      if (known.has(key) || named.has(key)) continue;
      const absent = others !== undefined && isAbsent(conversionOf(others), others, value);
      const converted = absent ? undefined : others === undefined ? withoutBigints(value) : convertItem(others, value);
      if (converted === value) continue;
      copy ??= { ...input };
      if (absent) delete copy[key];
      else setKey(copy, key, converted);
    }
    return copy ?? input;
  };

  // Creates no functions, because it runs for every job.
  const convertFields = (input: Fields): Fields => {
    let copy = inherits ? Object.assign(Object.create(null) as Record<string, unknown>, input) : undefined;
    const source = copy ?? input;
    for (let index = 0; index < keys.length; index++) {
      const key = keys[index]!;
      const given = source[key];
      const conversion = fieldConversions[index] ?? conversionAt(index);
      if (given === undefined || typeof given === conversion.quick) continue;
      const schema = entries[key]!;
      const value = unlessHollow(conversion, schema, given);
      const absent = value === null && isAbsent(conversion, schema, value);
      const converted = value === null ? (absent ? undefined : null) : conversion.convert(value);
      if (converted === given) continue;
      copy ??= { ...input };
      if (absent && mayBeMissing(schema)) delete copy[key];
      else setKey(copy, key, converted);
    }
    return takesOthers ? convertOthers(input, copy) : (copy ?? input);
  };

  const fitsField = (value: Fields, index: number): boolean => {
    const key = keys[index]!;
    if (Object.hasOwn(value, key)) return conversionAt(index).fits(value[key]);
    const schema = entries[key]!;
    return mayBeMissing(schema) || 'fallback' in schema;
  };

  return {
    fits: (value) =>
      isObject(value) &&
      keys.every((_, index) => fitsField(value, index)) &&
      (type !== 'strict_object' || Object.keys(value).every((key) => known.has(key))) &&
      (others === undefined ||
        Object.entries(value).every(([key, item]) => known.has(key) || conversionOf(others).fits(item))),
    convert: (value) => (isObject(value) ? convertFields(value) : withoutBigints(value)),
  };
};

/** A value that fits an option without conversion stays as it is; otherwise the first option that can convert it applies. */
const unionConversion = (options: readonly Schema[]): Conversion => ({
  fits: (value) => options.some((option) => conversionOf(option).fits(value)),
  convert: (value) => convertByOption(options, value),
});

const convertByOption = (options: readonly Schema[], value: unknown): unknown => {
  const candidates = options.map((option) => ({
    conversion: conversionOf(option),
    converted: conversionOf(option).convert(value),
  }));
  const fitting = candidates.filter(({ conversion }) => conversion.fits(value));
  if (fitting.some(({ converted }) => converted === value)) return value;
  const chosen = fitting[0] ?? candidates.find(({ conversion, converted }) => conversion.fits(converted));
  return chosen === undefined ? withoutBigints(value) : chosen.converted;
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

const variantConversion = ({ key, options }: SchemaView): Conversion => {
  const choices = choicesOf(options as readonly Schema[], [String(key)]);
  const chosen = ({ schema, discriminators }: Choice, value: Fields): boolean =>
    discriminators.every((name) => {
      const discriminator = viewSchema(schema).entries?.[name];
      if (discriminator === undefined) return false;
      if (!Object.hasOwn(value, name)) return mayBeMissing(discriminator);
      return conversionOf(discriminator).fits(convertItem(discriminator, value[name]));
    });
  return {
    fits: (value) => choices.some(({ schema }) => conversionOf(schema).fits(value)),
    convert: (value) => {
      if (!isObject(value)) return withoutBigints(value);
      const matching = choices.filter((choice) => chosen(choice, value)).map(({ schema }) => schema);
      return matching.length === 1 ? conversionOf(matching[0]!).convert(value) : convertByOption(matching, value);
    },
  };
};

/** Each part converts its own fields in turn. A part that accepts any other name ignores the names of the other parts. */
const intersectionConversion = (options: readonly Schema[]): Conversion => {
  const names = new Set(options.flatMap(entryNames));
  const parts = options.map((option) => compile(option, names));
  return {
    fits: (value) => parts.every((part) => part.fits(value)),
    convert: (value) => parts.reduce((converted, part) => part.convert(converted), value),
  };
};

const lazyConversion = ({ getter }: SchemaView): Conversion => ({
  fits: (value) => conversionOf(getter!(value)).fits(value),
  convert: (value) => conversionOf(getter!(value)).convert(value),
});

const compile = (schema: Schema, named: ReadonlySet<string>): Conversion => {
  const view = viewSchema(schema);
  switch (view.type) {
    case 'string':
      return typeConversion('string', toText);
    case 'number':
      return typeConversion('number', toNumber);
    case 'boolean':
      return typeConversion('boolean', toBoolean);
    case 'bigint':
      return typeConversion('bigint', toBigint);
    case 'date':
      return scalarConversion((value) => value instanceof Date, toDateValue);
    case 'literal':
      return optionConversion([view.literal]);
    case 'picklist':
    case 'enum':
      return optionConversion(view.options ?? []);
    case 'array':
      return listConversion(view);
    case 'tuple':
    case 'loose_tuple':
    case 'strict_tuple':
    case 'tuple_with_rest':
      return tupleConversion(view);
    case 'object':
    case 'loose_object':
    case 'strict_object':
    case 'object_with_rest':
    case 'record':
      return objectConversion(view, named);
    case 'union':
      return unionConversion(view.options as readonly Schema[]);
    case 'variant':
      return variantConversion(view);
    case 'intersect':
      return intersectionConversion(view.options as readonly Schema[]);
    case 'lazy':
      return lazyConversion(view);
    // The runtime has opened it already. It must not be copied.
    case 'document':
      return { fits: isDocument, convert: (value) => (isDocument(value) ? value : withoutBigints(value)) };
    case 'any':
    case 'unknown':
      return anyConversion;
    default:
      return view.wrapped === undefined ? unknownConversion(schema) : wrapperConversion(view);
  }
};
