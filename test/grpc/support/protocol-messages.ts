import assert from 'node:assert/strict';
import fc from 'fast-check';
import { enums, messages } from '../../../src/grpc/protocol/description.ts';
import type { Field } from '../../../src/grpc/protocol/types.ts';

const int64 = fc.bigInt({ min: -(2n ** 63n), max: 2n ** 63n - 1n }).map(String);

/** Values of the scalar types by their names. */
export const scalars: Readonly<Record<string, fc.Arbitrary<unknown>>> = {
  string: fc.string({ unit: 'grapheme' }),
  bytes: fc.uint8Array({ maxLength: 20 }).map((bytes) => Buffer.from(bytes)),
  bool: fc.boolean(),
  int32: fc.integer({ min: -(2 ** 31), max: 2 ** 31 - 1 }),
  int64,
  uint64: fc.bigInt({ min: 0n, max: 2n ** 64n - 1n }).map(String),
};

const arbitraryOf = (type: string): fc.Arbitrary<unknown> => {
  const scalar = scalars[type];
  if (scalar !== undefined) return scalar;
  const values = enums[type];
  return values === undefined ? messageOf(type) : fc.constantFrom(...values);
};

/** Random messages of a type of the protocol. */
export const messageOf = (name: string): fc.Arbitrary<object> => {
  const fields = Object.entries(messages[name] ?? assert.fail(`no message ${name}`));
  const oneofs = new Set(fields.flatMap(([, [, , rule]]) => (typeof rule === 'object' ? [rule.oneof] : [])));
  const choices = [...oneofs].map((oneof) =>
    fc.option(fc.constantFrom(...fields.filter(([, field]) => isIn(field, oneof)).map(([field]) => field)), {
      nil: undefined,
    }),
  );
  const plain = Object.fromEntries(
    fields.map(([field, [, type, rule]]) => [
      field,
      rule === 'repeated' ? fc.array(arbitraryOf(type), { maxLength: 3 }) : arbitraryOf(type),
    ]),
  );
  // At most one field of each oneof is kept.
  return fc.tuple(fc.record(plain, { requiredKeys: [] }), fc.tuple(...choices)).map(([message, chosen]) =>
    Object.fromEntries(
      Object.entries(message).filter(([field]) => {
        const rule = messages[name]![field]![2];
        return typeof rule !== 'object' || chosen.includes(field);
      }),
    ),
  );
};

const isIn = ([, , rule]: Field, oneof: string): boolean => typeof rule === 'object' && rule.oneof === oneof;
