/**
 * What the compiler infers. The code does not run: `npm run types` is the test. Each inference has a case that compiles
 * and a case that does not.
 */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import * as v from 'valibot';
import { defineInbound, defineOutbound } from '../../src/connector/define.ts';
import { bpmnError, jobError } from '../../src/connector/errors.ts';
import { pending } from '../../src/connector/pending.ts';
import type {
  AnyInboundConnector,
  AnyOutboundConnector,
  InboundConnector,
  InboundContext,
  OutboundConnector,
  OutboundContext,
} from '../../src/connector/types.ts';

type Equal<A, B> = (<T>() => T extends A ? 1 : 2) extends <T>() => T extends B ? 1 : 2 ? true : false;
const expectType = <_ extends true>(): void => {};
const expectEqual = <A>(_: A) => ({ to: <B>(..._proof: Equal<A, B> extends true ? [] : [never]): void => {} });

/** Wraps code that must compile but not run. */
const compiles = (title: string, body: () => void): void => {
  test(title, () => assert.equal(typeof body, 'function'));
};

const input = v.object({ name: v.string(), age: v.optional(v.pipe(v.string(), v.transform(Number)), '1') });
const output = v.object({
  text: v.pipe(
    v.string(),
    v.transform((text) => text.length),
  ),
});
const asyncInput = v.objectAsync({
  id: v.pipeAsync(
    v.string(),
    v.transformAsync(async (id) => BigInt(id)),
  ),
});

compiles("run gets the input schema's output type", () => {
  defineOutbound({
    name: 'a',
    type: 'a',
    input,
    run: (value, context) => {
      expectEqual(value).to<{ name: string; age: number }>();
      expectEqual(context).to<OutboundContext>();
    },
  });
  defineOutbound({
    name: 'a',
    type: 'a',
    input,
    // @ts-expect-error the schema has no such field
    run: ({ nome }) => nome,
  });
  // @ts-expect-error age is a number
  defineOutbound({ name: 'a', type: 'a', input, run: ({ age }) => age.trim() });
});

compiles('also from an asynchronous schema', () => {
  defineOutbound({ name: 'a', type: 'a', input: asyncInput, run: (value) => expectEqual(value).to<{ id: bigint }>() });
  // @ts-expect-error id is a bigint
  defineOutbound({ name: 'a', type: 'a', input: asyncInput, run: ({ id }) => id.trim() });
});

compiles("the result is checked against the output schema's input type", () => {
  const parts = { name: 'a', type: 'a', input, output } as const;
  defineOutbound({ ...parts, run: () => ({ text: 'x' }) });
  defineOutbound({ ...parts, run: async () => ({ text: 'x' }) });
  // @ts-expect-error the output schema requires a string
  defineOutbound({ ...parts, run: () => ({ text: 1 }) });
  // @ts-expect-error also in a promise
  defineOutbound({ ...parts, run: async () => ({ text: 1 }) });
  // @ts-expect-error nothing is not an object
  defineOutbound({ ...parts, run: () => {} });
});

compiles('an asynchronous output schema too', () => {
  const parts = { name: 'a', type: 'a', input, output: asyncInput } as const;
  defineOutbound({ ...parts, run: () => ({ id: '1' }) });
  // @ts-expect-error its input is text
  defineOutbound({ ...parts, run: () => ({ id: 1n }) });
});

compiles('without an output schema any result goes', () => {
  defineOutbound({ name: 'a', type: 'a', input, run: () => new Map() });
  defineOutbound({ name: 'a', type: 'a', input, run: () => {} });
});

compiles('errors may be returned as values', () => {
  const parts = { name: 'a', type: 'a', input, output } as const;
  defineOutbound({ ...parts, run: ({ name }) => (name === '' ? bpmnError('NO_NAME') : { text: name }) });
  defineOutbound({ ...parts, run: async ({ age }) => (age > 9 ? jobError('Too old') : { text: 'x' }) });
  // @ts-expect-error other errors are thrown
  defineOutbound({ ...parts, run: () => new Error('x') });
});

compiles('the literal type is kept', () => {
  const connector = defineOutbound({ name: 'a', type: 'log:v2', input, output, run: () => ({ text: 'x' }) });
  expectType<Equal<typeof connector, OutboundConnector<'log:v2', typeof input, typeof output>>>();
  expectType<Equal<(typeof connector)['type'], 'log:v2'>>();
  const bare = defineOutbound({ name: 'a', type: 'log', input, run: () => null });
  expectType<Equal<typeof bare, OutboundConnector<'log', typeof input, undefined>>>();
  // @ts-expect-error frozen
  connector.timeout = 3;
});

compiles('run can be called as it is', () => {
  const connector = defineOutbound({ name: 'a', type: 'a', input, run: ({ name }) => name });
  const context = {} as OutboundContext;
  void connector.run({ name: 'Ada', age: 1 }, context);
  // @ts-expect-error name is missing
  void connector.run({ age: 1 }, context);
});

compiles('copies are connectors, and lists take any', () => {
  const connector = defineOutbound({ name: 'a', type: 'a', input, output, run: () => ({ text: 'x' }) });
  const copy = { ...connector, type: 'b' as const };
  expectType<Equal<(typeof copy)['type'], 'b'>>();
  const inbound = defineInbound({ name: 'a', loop: () => null });
  const lists: [readonly AnyOutboundConnector[], readonly AnyInboundConnector[]] = [[connector, copy], [inbound]];
  defineOutbound(copy);
  // @ts-expect-error an inbound connector does not execute service tasks
  lists[0] = [inbound];
});

compiles('input is an object schema of some kind, and needed', () => {
  // @ts-expect-error no input
  defineOutbound({ name: 'a', type: 'a', run: () => null });
  // @ts-expect-error not a schema
  defineOutbound({ name: 'a', type: 'a', input: {}, run: () => null });
});

compiles("loop gets the input schema's output type", () => {
  defineInbound({
    name: 'a',
    input,
    loop: (value, context) => {
      expectEqual(value).to<{ name: string; age: number }>();
      expectEqual(context).to<InboundContext>();
      return null;
    },
  });
  // @ts-expect-error the schema has no such field
  defineInbound({ name: 'a', input, loop: ({ nome }) => nome });
});

compiles('without an input schema loop gets an empty object', () => {
  const connector = defineInbound({
    name: 'tick',
    loop: (value) => {
      expectEqual(value).to<Record<string, never>>();
      return { at: 1 };
    },
  });
  expectType<Equal<typeof connector, InboundConnector<'tick', undefined, undefined>>>();
  // @ts-expect-error a message has variables by name
  defineInbound({ name: 'a', loop: () => 1 });
});

compiles('loop returns nothing yet, or what the output schema takes', () => {
  const connector = defineInbound({ name: 'a', output, loop: () => ({ text: 'x' }) });
  expectType<Equal<typeof connector, InboundConnector<'a', undefined, typeof output>>>();
  defineInbound({ name: 'a', output, loop: () => undefined });
  defineInbound({ name: 'a', output, loop: async (_, { signal }) => (signal.aborted ? null : { text: 'x' }) });
  // @ts-expect-error the output schema requires a string
  defineInbound({ name: 'a', output, loop: () => ({ text: 1 }) });
  // @ts-expect-error only undefined and null can replace it
  defineInbound({ name: 'a', output, loop: () => false });
});

compiles('loop remembers what its state schema takes', () => {
  const connector = defineInbound({
    name: 'a',
    output,
    state: v.object({ cursor: v.number(), since: v.date() }),
    loop: (_, { state }) => {
      expectEqual(state).to<{ cursor: number; since: Date } | undefined>();
      if (state === undefined) return pending({ cursor: 1, since: new Date() });
      return state.cursor > 9 ? { text: 'x' } : pending({ ...state, cursor: state.cursor + 1 });
    },
  });
  const list: readonly AnyInboundConnector[] = [connector, { ...connector, expires: 60 }];
  void list;
  // @ts-expect-error the state schema requires a number
  defineInbound({ name: 'a', output, state: v.object({ cursor: v.number() }), loop: () => pending({ cursor: '1' }) });
});

compiles('without a state schema loop remembers anything, and has to look at what it finds', () => {
  defineInbound({
    name: 'a',
    loop: (_, { state }) => {
      expectEqual(state).to<unknown>();
      return pending([1, 2]);
    },
  });
});
