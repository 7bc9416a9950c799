/** What the compiler infers for connectors with operations. As in types.test.ts, the code does not run. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import * as v from 'valibot';
import { defineOutbound } from '../../src/connector/define.ts';
import { bpmnError } from '../../src/connector/errors.ts';
import type { AnyOutbound, OutboundContext } from '../../src/connector/types.ts';

type Equal<A, B> = (<T>() => T extends A ? 1 : 2) extends <T>() => T extends B ? 1 : 2 ? true : false;
const expectType = <_ extends true>(): void => {};
const expectEqual = <A>(_: A) => ({ to: <B>(..._proof: Equal<A, B> extends true ? [] : [never]): void => {} });

const compiles = (title: string, body: () => void): void => {
  test(title, () => assert.equal(typeof body, 'function'));
};

const sumOf = v.object({ sum: v.number() });

compiles('each operation is typed by its own schemas', () => {
  const calc = defineOutbound({
    name: 'Calc',
    type: 'calc',
    operations: {
      add: {
        input: v.object({ a: v.number(), b: v.number() }),
        output: sumOf,
        run: (input, context) => {
          expectEqual(input).to<{ a: number; b: number }>();
          expectEqual(context).to<OutboundContext>();
          return { sum: input.a + input.b };
        },
      },
      length: { input: v.objectAsync({ text: v.string() }), run: async ({ text }) => text.length },
    },
  });
  expectType<Equal<(typeof calc)['type'], 'calc'>>();
  expectType<Equal<NonNullable<typeof calc.operations.add.output>, typeof sumOf>>();
  expectType<Equal<typeof calc.operations.length.output, undefined>>();
  void calc.operations.add.run({ a: 1, b: 2 }, {} as OutboundContext);
  // @ts-expect-error b is a number
  void calc.operations.add.run({ a: 1, b: '2' }, {} as OutboundContext);
  // @ts-expect-error there is no such operation
  void calc.operations.divide;
  // @ts-expect-error it has no single run
  void calc.run;
  const list: readonly AnyOutbound[] = [calc, { ...calc, type: 'other' }];
  void list;
});

compiles('the result of each is checked against its output schema', () => {
  defineOutbound({
    name: 'Calc',
    type: 'calc',
    operations: {
      right: { input: v.object({}), output: v.object({ status: v.literal('ok') }), run: () => ({ status: 'ok' }) },
      error: { input: v.object({}), output: sumOf, run: () => bpmnError('NO_SUM') },
      wrong: {
        input: v.object({}),
        output: sumOf,
        // @ts-expect-error the sum is a number
        run: () => ({ sum: 'x' }),
      },
      late: {
        input: v.object({}),
        output: sumOf,
        // @ts-expect-error also in a promise
        run: async () => ({ sum: 'x' }),
      },
    },
  });
});

compiles('an operation gets what its own schema says', () => {
  defineOutbound({
    name: 'Calc',
    type: 'calc',
    operations: {
      one: { input: v.object({ a: v.string() }), run: ({ a }) => a },
      other: {
        input: v.object({ b: v.string() }),
        // @ts-expect-error a belongs to the other operation
        run: ({ a }) => a,
      },
    },
  });
});

compiles('operations and a run of its own exclude each other', () => {
  const one = { input: v.object({}), run: () => null };
  // @ts-expect-error input and run belong to the operations
  defineOutbound({ name: 'a', type: 'a', operations: { one }, input: v.object({}), run: () => null });
  // @ts-expect-error an operation needs a run
  defineOutbound({ name: 'a', type: 'a', operations: { one: { input: v.object({}) } } });
});
