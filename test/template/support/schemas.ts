/** Random schemas of everything that a template can be made of, with what a person enters into each field. */
import fc from 'fast-check';
import * as v from 'valibot';
import {
  feelDate,
  feelDateTime,
  feelDaysTimeDuration,
  feelTime,
  feelYearsMonthsDuration,
} from '../../../src/connector/values/temporal.ts';
import type { Entry } from './modeler.ts';

/** A schema as data, so that a counterexample can be read. */
export type Spec =
  | { readonly leaf: keyof typeof leaves }
  | { readonly wrap: keyof typeof wrappers; readonly of: Spec }
  | { readonly strict: boolean; readonly fields: Fields }
  | { readonly key: string; readonly members: readonly Member[] };

export type Fields = Readonly<Record<string, Spec>>;

/** The discriminator's literal, and the fields of the member. */
export type Member = readonly [literal: string | boolean, fields: Fields];

interface Leaf {
  readonly schema: () => v.GenericSchema;
  /** What a person types or chooses. */
  readonly entry: Entry;
  /** A default in the schema's own terms. */
  readonly value: unknown;
}

const leaves = {
  text: { schema: () => v.string(), entry: 'abc', value: 'preset' },
  length: { schema: () => v.pipe(v.string(), v.minLength(2), v.maxLength(5)), entry: 'four', value: 'abcde' },
  filled: { schema: () => v.pipe(v.string(), v.trim(), v.nonEmpty('say it')), entry: 'x', value: 'y' },
  digits: { schema: () => v.pipe(v.string(), v.regex(/^\d+$/, 'digits only')), entry: '012', value: '7' },
  two: { schema: () => v.pipe(v.string(), v.regex(/a/), v.regex(/b/)), entry: 'xbay', value: 'ab' },
  email: { schema: () => v.pipe(v.string(), v.email()), entry: 'a@b.co', value: 'c@d.org' },
  url: { schema: () => v.pipe(v.string(), v.url()), entry: 'https://example.org/x', value: 'urn:x:y' },
  isoDate: { schema: () => v.pipe(v.string(), v.isoDate()), entry: '2026-01-31', value: '2026-02-28' },
  instant: {
    schema: () =>
      v.pipe(
        v.string(),
        v.isoTimestamp(),
        v.transform((text) => new Date(text)),
      ),
    entry: '2026-01-31T13:05:30.000Z',
    value: '2026-02-28T00:00:00.000Z',
  },
  later: { schema: () => v.lazy(() => v.string()), entry: 'later', value: 'soon' },
  number: { schema: () => v.number(), entry: 2.5, value: -1 },
  whole: { schema: () => v.pipe(v.number(), v.integer(), v.minValue(-5), v.maxValue(120)), entry: 17, value: 0 },
  step: { schema: () => v.pipe(v.number(), v.gtValue(0), v.multipleOf(5)), entry: 10, value: 5 },
  boolean: { schema: () => v.boolean(), entry: '=true', value: true },
  picklist: { schema: () => v.picklist(['a', 'b c']), entry: 'b c', value: 'a' },
  sizes: { schema: () => v.picklist([1, 20]), entry: '=20', value: 1 },
  enumeration: { schema: () => v.enum({ Low: 'l', VeryHigh: 'h' }), entry: 'h', value: 'l' },
  literals: {
    schema: () => v.union([v.pipe(v.literal('a'), v.title('Alpha')), v.literal('b')]),
    entry: 'a',
    value: 'b',
  },
  fixed: { schema: () => v.literal('x'), entry: 'x', value: 'x' },
  fixedNumber: { schema: () => v.literal(5), entry: '=5', value: 5 },
  list: { schema: () => v.array(v.string()), entry: '=["x", "y"]', value: ['z'] },
  numbers: { schema: () => v.array(v.number()), entry: '=[1, 2.5]', value: [] },
  tuple: { schema: () => v.tuple([v.string(), v.number()]), entry: '=["x", 1]', value: ['a', 2] },
  record: { schema: () => v.record(v.string(), v.number()), entry: '={a: 1}', value: { b: 2 } },
  unknown: { schema: () => v.unknown(), entry: '={a: [null]}', value: { x: true } },
  mixed: { schema: () => v.union([v.string(), v.number()]), entry: '=1 + 1', value: 'one' },
  day: { schema: () => feelDate(), entry: '2026-01-31', value: '2026-02-28' },
  hour: { schema: () => feelTime(), entry: '13:05:30+01:00', value: '00:00:00' },
  dayHour: { schema: () => feelDateTime(), entry: '2026-01-31T13:05:30', value: '2026-01-31T13:05:30Z' },
  wait: { schema: () => feelDaysTimeDuration(), entry: 'PT1H', value: 'P1DT2H' },
  age: { schema: () => feelYearsMonthsDuration(), entry: 'P1Y', value: '-P3M' },
  dayByFeel: { schema: () => feelDate(), entry: '=date("2026-01-31") + duration("P1D")', value: '2026-02-28' },
} satisfies Readonly<Record<string, Leaf>>;

const wrappers = {
  optional: (schema: v.GenericSchema) => v.optional(schema),
  exactOptional: (schema: v.GenericSchema) => v.exactOptional(schema),
  nullish: (schema: v.GenericSchema) => v.nullish(schema),
  nullable: (schema: v.GenericSchema) => v.nullable(schema),
  titled: (schema: v.GenericSchema) => v.pipe(schema, v.title('A title'), v.description('What it is for.')),
  withDefault: (schema: v.GenericSchema, value: unknown) => v.optional(schema, value as never),
  nullishDefault: (schema: v.GenericSchema, value: unknown) => v.nullish(schema, value as never),
  functionDefault: (schema: v.GenericSchema, value: unknown) => v.optional(schema, (() => value) as never),
} satisfies Readonly<Record<string, (schema: v.GenericSchema, value: unknown) => v.GenericSchema>>;

/** A value in the schema's own terms. */
const sampleOf = (spec: Spec): unknown => {
  if ('leaf' in spec) return leaves[spec.leaf].value;
  if ('wrap' in spec) return sampleOf(spec.of);
  if ('fields' in spec) return mapFields(spec.fields, sampleOf);
  const [literal = '', fields = {}] = spec.members[0] ?? [];
  return { [spec.key]: literal, ...mapFields(fields, sampleOf) };
};

const mapFields = <T>(fields: Fields, map: (spec: Spec) => T): Record<string, T> =>
  Object.fromEntries(Object.entries(fields).map(([name, spec]) => [name, map(spec)]));

/** The schema that a spec describes. */
export const build = (spec: Spec): v.GenericSchema => {
  if ('leaf' in spec) return leaves[spec.leaf].schema();
  if ('wrap' in spec) {
    const wrapper: (schema: v.GenericSchema, value: unknown) => v.GenericSchema = wrappers[spec.wrap];
    return wrapper(build(spec.of), sampleOf(spec.of));
  }
  if ('fields' in spec) {
    const entries = mapFields(spec.fields, build);
    return spec.strict ? v.strictObject(entries) : v.object(entries);
  }
  const members = spec.members.map(([literal, fields]) =>
    v.object({ [spec.key]: v.literal(literal), ...mapFields(fields, build) }),
  );
  return v.variant(spec.key, members as never);
};

/** What a person enters, by dotted name. Members of a variant that share a name must agree on it. */
export const entriesOf = (spec: Spec, path = ''): Readonly<Record<string, Entry>> => {
  if ('leaf' in spec) return { [path]: leaves[spec.leaf].entry };
  if ('wrap' in spec) return entriesOf(spec.of, path);
  const below = (fields: Fields): Readonly<Record<string, Entry>> =>
    Object.assign(
      {},
      ...Object.entries(fields).map(([name, inner]) => entriesOf(inner, path === '' ? name : `${path}.${name}`)),
    );
  return 'fields' in spec ? below(spec.fields) : Object.assign({}, ...spec.members.map(([, fields]) => below(fields)));
};

const leafSpec = fc.constantFrom(...(Object.keys(leaves) as (keyof typeof leaves)[])).map((leaf): Spec => ({ leaf }));

const wrap = fc.constantFrom(...(Object.keys(wrappers) as (keyof typeof wrappers)[]));

/** Names that a template uses itself are among them. */
const name = fc.constantFrom(
  'a',
  'b',
  'userName',
  'baseURL',
  'x1',
  '_y',
  'id',
  'version',
  'retryCount',
  'resultVariable',
);

const fieldsOf = (spec: fc.Arbitrary<Spec>): fc.Arbitrary<Fields> =>
  fc.dictionary(name, spec, { minKeys: 1, maxKeys: 3, noNullPrototype: true });

/** Each member has names of its own, so that one list of entries serves them all, and perhaps one that all have. */
const variantOf = (spec: fc.Arbitrary<Spec>): fc.Arbitrary<Spec> =>
  fc
    .record({
      key: fc.constantFrom('type', 'kind'),
      literals: fc.constantFrom(['m0'], ['m0', 'm1'], ['m0', 'm1', 'm2'], [true, false], [false, true]),
      own: fc.array(fieldsOf(spec), { minLength: 3, maxLength: 3 }),
      shared: fc.option(leafSpec, { nil: undefined }),
    })
    .map(({ key, literals, own, shared }) => ({
      key,
      members: literals.map((literal, index): Member => {
        const fields = Object.entries(own[index] ?? {}).map(([field, inner]) => [`${field}${index}`, inner] as const);
        return [literal, { ...(shared === undefined ? {} : { shared }), ...Object.fromEntries(fields) }];
      }),
    }));

const { spec: anySpec } = fc.letrec<{ spec: Spec; object: Spec; variant: Spec; wrapped: Spec }>((tie) => ({
  spec: fc.oneof(
    { maxDepth: 3 },
    { weight: 4, arbitrary: leafSpec },
    { weight: 2, arbitrary: tie('wrapped') },
    { weight: 1, arbitrary: tie('object') },
    { weight: 1, arbitrary: tie('variant') },
  ),
  wrapped: fc.record({ wrap, of: fc.oneof({ maxDepth: 2 }, leafSpec, tie('object'), tie('variant')) }),
  object: fc.record({ strict: fc.boolean(), fields: fieldsOf(tie('spec')) }),
  variant: variantOf(tie('spec')),
}));

/** An input: an object or a variant of them. */
export const inputSpec: fc.Arbitrary<Spec> = fc.oneof(
  { weight: 4, arbitrary: fc.record({ strict: fc.boolean(), fields: fieldsOf(anySpec) }) },
  { weight: 1, arbitrary: variantOf(anySpec) },
);
