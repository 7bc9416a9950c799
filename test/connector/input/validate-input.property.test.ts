import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import * as v from 'valibot';
import { bindInput } from '../../../src/connector/input/validate-input.ts';

/** A value that must not appear in a problem. Every generated text that has no other meaning is such a value. */
const secret = fc.stringMatching(/^s3cret[a-z]{4}$/);

const name = fc.constantFrom('a', 'b', 'constructor', '__proto__');

const json = fc.letrec<{ value: unknown }>((tie) => ({
  value: fc.oneof(
    { maxDepth: 3, withCrossShrink: true },
    fc.constant(null),
    fc.boolean(),
    secret,
    fc.constantFrom('1', 'true', '2026-01-31', 'x', 'X'),
    fc.integer(),
    fc.double({ noNaN: true, noDefaultInfinity: true }),
    fc.bigInt({ min: 2n ** 53n, max: 2n ** 64n }),
    fc.array(tie('value'), { maxLength: 3 }),
    fc.dictionary(name, tie('value'), { maxKeys: 4, noNullPrototype: true }),
  ),
})).value;

/** A schema as data, so that a counterexample can be read. */
type Spec =
  | keyof typeof leaves
  | { readonly wrap: keyof typeof wrappers; readonly spec: Spec }
  | { readonly fields: keyof typeof objects; readonly specs: Readonly<Record<string, Spec>> }
  | { readonly rest: Spec; readonly specs: Readonly<Record<string, Spec>> }
  | { readonly pair: keyof typeof pairs; readonly specs: readonly [Spec, Spec] };

const leaves = {
  string: v.string(),
  number: v.number(),
  boolean: v.boolean(),
  bigint: v.bigint(),
  date: v.date(),
  unknown: v.unknown(),
  null: v.null(),
  literal: v.literal('x'),
  picklist: v.picklist(['x', 1, true as never]),
  email: v.pipe(v.string(), v.minLength(3), v.email()),
  digit: v.pipe(v.number(), v.integer(), v.minValue(0), v.maxValue(9)),
  custom: v.custom<string>((value) => typeof value === 'string'),
} as const;

const wrappers = {
  optional: (schema: v.GenericSchema) => v.optional(schema),
  nullable: (schema: v.GenericSchema) => v.nullable(schema),
  nullish: (schema: v.GenericSchema) => v.nullish(schema),
  undefinedable: (schema: v.GenericSchema) => v.undefinedable(schema),
  array: (schema: v.GenericSchema) => v.array(schema),
  record: (schema: v.GenericSchema) => v.record(v.string(), schema),
  lazy: (schema: v.GenericSchema) => v.lazy(() => schema),
} as const;

const objects = {
  object: (entries: v.ObjectEntries) => v.object(entries),
  looseObject: (entries: v.ObjectEntries) => v.looseObject(entries),
  strictObject: (entries: v.ObjectEntries) => v.strictObject(entries),
} as const;

const pairs = {
  tuple: (schemas: [v.GenericSchema, v.GenericSchema]) => v.tuple(schemas),
  union: (schemas: [v.GenericSchema, v.GenericSchema]) => v.union(schemas),
} as const;

const entriesOf = (specs: Readonly<Record<string, Spec>>): v.ObjectEntries =>
  Object.fromEntries(Object.entries(specs).map(([key, spec]) => [key, build(spec)]));

const build = (spec: Spec): v.GenericSchema => {
  if (typeof spec === 'string') return leaves[spec];
  if ('wrap' in spec) return wrappers[spec.wrap](build(spec.spec));
  if ('fields' in spec) return objects[spec.fields](entriesOf(spec.specs));
  if ('rest' in spec) return v.objectWithRest(entriesOf(spec.specs), build(spec.rest));
  return pairs[spec.pair]([build(spec.specs[0]), build(spec.specs[1])]);
};

const keysOf = <T extends object>(table: T): (keyof T)[] => Object.keys(table) as (keyof T)[];

const spec = fc.letrec<{ spec: Spec }>((tie) => {
  const inner = tie('spec');
  const specs = fc.dictionary(fc.constantFrom('a', 'b'), inner, { minKeys: 1, maxKeys: 2, noNullPrototype: true });
  return {
    spec: fc.oneof(
      { maxDepth: 3, withCrossShrink: true },
      fc.constantFrom(...keysOf(leaves)),
      fc.record({ wrap: fc.constantFrom(...keysOf(wrappers)), spec: inner }, { noNullPrototype: true }),
      fc.record({ fields: fc.constantFrom(...keysOf(objects)), specs }, { noNullPrototype: true }),
      fc.record({ rest: inner, specs }, { noNullPrototype: true }),
      fc.record({ pair: fc.constantFrom(...keysOf(pairs)), specs: fc.tuple(inner, inner) }, { noNullPrototype: true }),
    ),
  };
}).spec;

const rootSpec = fc.record(
  {
    fields: fc.constantFrom<keyof typeof objects>('object', 'looseObject'),
    specs: fc.dictionary(fc.constantFrom('a', 'b'), spec, { minKeys: 1, noNullPrototype: true }),
  },
  { noNullPrototype: true },
);

/** Values for the schema. It may still refuse some, e.g. if another option of a union applies. */
const exampleOf = (type: Spec): fc.Arbitrary<unknown> => {
  if (typeof type === 'string') return examples[type];
  if ('wrap' in type) return wrappedExamples[type.wrap](exampleOf(type.spec));
  if ('pair' in type) {
    const [first, second] = type.specs.map(exampleOf) as [fc.Arbitrary<unknown>, fc.Arbitrary<unknown>];
    return type.pair === 'tuple' ? fc.tuple(first, second) : fc.oneof(first, second);
  }
  const fields = Object.fromEntries(Object.entries(type.specs).map(([key, item]) => [key, exampleOf(item)]));
  return fc.record(fields, { noNullPrototype: true });
};

const examples: Record<keyof typeof leaves, fc.Arbitrary<unknown>> = {
  string: fc.oneof(secret, fc.constantFrom('1', 'true')),
  number: fc.integer(),
  boolean: fc.boolean(),
  bigint: fc.bigInt(),
  date: fc.date({ noInvalidDate: true }),
  unknown: fc.oneof(fc.integer(), secret, fc.constant(null)),
  null: fc.constant(null),
  literal: fc.constant('x'),
  picklist: fc.constantFrom('x', 1, true),
  email: fc.constant('ada@example.org'),
  digit: fc.integer({ min: 0, max: 9 }),
  custom: secret,
};

const wrappedExamples: Record<keyof typeof wrappers, (inner: fc.Arbitrary<unknown>) => fc.Arbitrary<unknown>> = {
  optional: (inner) => fc.oneof(inner, fc.constant(undefined)),
  nullable: (inner) => fc.oneof(inner, fc.constant(null)),
  nullish: (inner) => fc.oneof(inner, fc.constantFrom(null, undefined)),
  undefinedable: (inner) => fc.oneof(inner, fc.constant(undefined)),
  array: (inner) => fc.array(inner, { maxLength: 3 }),
  record: (inner) => fc.dictionary(fc.constantFrom('p', 'q'), inner, { noNullPrototype: true }),
  lazy: (inner) => inner,
};

const variables = fc.dictionary(name, json, { maxKeys: 4, noNullPrototype: true });

const runs = { numRuns: 500 };

test('validation never throws, and never changes or quotes the variables', async () => {
  await fc.assert(
    fc.asyncProperty(rootSpec, variables, fc.boolean(), async ({ specs, fields }, given, asynchronous) => {
      const type = asynchronous ? v.objectAsync(entriesOf(specs)) : objects[fields](entriesOf(specs));
      const before = structuredClone(given);
      const bound = await bindInput(type, given);
      assert.deepEqual(given, before);
      if (bound.ok) return;
      assert.ok(bound.problems.length > 0);
      assert.ok(!('cause' in bound));
      for (const problem of bound.problems) assert.doesNotMatch(problem, /s3cret/);
    }),
    runs,
  );
});

const fitting = rootSpec.chain((type) => fc.tuple(fc.constant(type), exampleOf(type)));

test('a value that the schema accepts is not converted', async () => {
  let taken = 0;
  await fc.assert(
    fc.asyncProperty(fitting, async ([type, given]) => {
      const schema = build(type);
      const plain = v.safeParse(schema, given);
      if (!plain.success) return;
      taken += 1;
      assert.deepEqual(await bindInput(schema, given as Record<string, unknown>), { ok: true, value: plain.output });
    }),
    runs,
  );
  assert.ok(taken > runs.numRuns / 2, `${taken} of ${runs.numRuns} examples fit`);
});

test('null is the same as an absent variable if null is not allowed', async () => {
  const optionalFields = fc
    .dictionary(
      fc.constantFrom('a', 'b', 'c'),
      fc.constantFrom<v.GenericSchema>(
        v.optional(v.string()),
        v.optional(v.number(), 7),
        v.exactOptional(v.boolean()),
        v.optional(v.array(v.string())),
        v.optional(v.object({ x: v.optional(v.string(), 'd') })),
        v.optional(v.pipe(v.string(), v.minLength(30))),
        v.optional(v.union([v.number(), v.object({})])),
      ),
      { minKeys: 1, noNullPrototype: true },
    )
    .map((fields) => v.object(fields));
  await fc.assert(
    fc.asyncProperty(optionalFields, fc.subarray(['a', 'b', 'c']), async (type, nulls) => {
      const given = Object.fromEntries(nulls.map((key) => [key, null]));
      const bound = await bindInput(type, given);
      assert.ok(bound.ok);
      assert.deepEqual(bound, await bindInput(type, {}));
    }),
    runs,
  );
});
