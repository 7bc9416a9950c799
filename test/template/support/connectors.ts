/** Connectors whose inputs cover the whole mapping table, for the tests that apply every template. */
import * as v from 'valibot';
import { defineInbound, defineOutbound } from '../../../src/connector/define.ts';
import type { AnyOutboundConnector, Schema } from '../../../src/connector/types.ts';
import {
  feelDate,
  feelDateTime,
  feelDaysTimeDuration,
  feelTime,
  feelYearsMonthsDuration,
} from '../../../src/connector/values/temporal.ts';

/** An outbound connector that returns its input. */
const echo = <const Type extends string, I extends Schema>(type: Type, input: I): AnyOutboundConnector =>
  defineOutbound({ name: type, type, resultVariable: 'result', input, run: (given: unknown) => given as object });

const auth = v.variant('type', [
  v.pipe(v.object({ type: v.literal('none') }), v.title('None')),
  v.object({ type: v.literal('basic'), user: v.string(), pass: v.string() }),
  v.object({ type: v.literal('token'), token: v.string(), scope: v.optional(v.string()) }),
]);

const certificate = v.variant('kind', [
  v.object({ kind: v.literal('file'), path: v.string() }),
  v.object({ kind: v.literal('text'), pem: v.string(), chain: v.optional(v.string()) }),
]);

export const connectors: readonly AnyOutboundConnector[] = [
  echo(
    'text',
    v.object({
      message: v.string(),
      note: v.optional(v.string()),
      greeting: v.optional(v.string(), 'Hello'),
      word: v.pipe(v.string(), v.minLength(3), v.maxLength(5)),
      digits: v.pipe(v.string(), v.regex(/^\d+$/, 'digits only')),
      looseDigits: v.optional(v.pipe(v.string(), v.regex(/^\d+$/))),
      address: v.optional(v.pipe(v.string(), v.email('no address'))),
      link: v.optional(v.pipe(v.string(), v.url())),
      nullable: v.nullable(v.string()),
      nullish: v.nullish(v.string(), 'there'),
    }),
  ),
  echo(
    'scalars',
    v.object({
      count: v.number(),
      whole: v.optional(v.pipe(v.number(), v.integer(), v.minValue(0), v.maxValue(100)), 20),
      ratio: v.optional(v.number()),
      on: v.boolean(),
      off: v.optional(v.boolean(), true),
      fixed: v.literal('x'),
      five: v.literal(5),
    }),
  ),
  echo(
    'choices',
    v.object({
      letter: v.picklist(['a', 'b']),
      preset: v.optional(v.picklist(['a', 'b']), 'a'),
      maybe: v.optional(v.picklist(['a', 'b'])),
      level: v.enum({ Low: 'l', High: 'h' }),
      size: v.optional(v.picklist([1, 2]), 1),
      named: v.union([v.pipe(v.literal('a'), v.title('Alpha')), v.literal('b')]),
    }),
  ),
  echo(
    'structures',
    v.object({
      list: v.array(v.string()),
      table: v.optional(v.record(v.string(), v.number())),
      anything: v.optional(v.unknown()),
      seeded: v.optional(v.array(v.string()), ['x']),
      nested: v.object({ deep: v.object({ text: v.string(), count: v.optional(v.number()) }), on: v.boolean() }),
      loose: v.optional(v.object({ a: v.optional(v.string()), b: v.optional(v.number()) })),
    }),
  ),
  echo('variant', v.object({ url: v.string(), auth })),
  echo('variant-default', v.object({ url: v.string(), auth: v.optional(auth, { type: 'none' }) })),
  echo(
    'variant-nested',
    v.object({
      login: v.variant('way', [
        v.object({ way: v.literal('open') }),
        v.object({ way: v.literal('secured'), cert: certificate, user: v.string() }),
        v.object({ way: v.literal('password'), user: v.string() }),
      ]),
    }),
  ),
  echo(
    'variant-boolean',
    v.object({
      hook: v.variant('on', [v.object({ on: v.literal(true), url: v.string() }), v.object({ on: v.literal(false) })]),
    }),
  ),
  echo(
    'variant-boolean-optional',
    v.object({
      hook: v.optional(
        v.variant('on', [
          v.object({ on: v.literal(true), url: v.string(), note: v.optional(v.string()) }),
          v.object({ on: v.literal(false), note: v.optional(v.string()) }),
        ]),
      ),
    }),
  ),
  echo(
    'optional-objects',
    v.object({
      retry: v.optional(v.object({ times: v.optional(v.number(), 3), pause: v.string(), jitter: v.boolean() })),
      owner: v.nullable(v.object({ name: v.string(), kind: v.literal('person') })),
      limits: v.nullish(v.object({ low: v.optional(v.number()), high: v.optional(v.number()) })),
    }),
  ),
  echo(
    'variant-top',
    v.variant('operation', [
      v.pipe(v.object({ operation: v.literal('read'), id: v.string() }), v.title('Read')),
      v.pipe(v.object({ operation: v.literal('write'), id: v.string(), body: v.unknown() }), v.title('Write')),
    ]),
  ),
  echo(
    'temporal',
    v.object({
      day: feelDate(),
      hour: v.optional(feelTime()),
      at: feelDateTime(),
      wait: v.optional(feelDaysTimeDuration(), 'PT1H'),
      age: v.optional(feelYearsMonthsDuration()),
      instant: v.pipe(
        v.string(),
        v.isoTimestamp(),
        v.transform((text) => new Date(text)),
      ),
    }),
  ),
];

export const adder = defineOutbound({
  name: 'Adder',
  type: 'adder',
  input: v.object({ a: v.number(), b: v.number() }),
  output: v.object({ sum: v.number(), product: v.number() }),
  run: ({ a, b }) => ({ sum: a + b, product: a * b }),
});

/** The inputs that the operations of {@link shelf} received, oldest first. */
export const shelved: unknown[] = [];

const shelve = (input: unknown): object => {
  shelved.push(input);
  return {};
};

/** A connector with several operations. */
export const shelf = defineOutbound({
  name: 'Shelf',
  type: 'shelf',
  operations: {
    find: { input: v.object({ isbn: v.string(), exact: v.boolean() }), run: shelve },
    lend: { input: v.object({ isbn: v.string(), days: v.optional(v.number(), 14) }), run: shelve },
    count: { input: v.object({}), run: () => shelve('counted') },
  },
});

/** An inbound connector that delivers its input immediately. */
export const mail = defineInbound({
  name: 'mail',
  cycle: 0.01,
  input: v.object({
    box: v.string(),
    limit: v.optional(v.number(), 10),
    filter: v.optional(v.object({ from: v.optional(v.string()) })),
  }),
  loop: (input) => ({ letter: input }),
});
