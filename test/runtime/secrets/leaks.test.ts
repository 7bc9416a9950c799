/** Puts secrets everywhere they can occur, and searches for them in the commands, log lines and events of a runtime. */

import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import * as v from 'valibot';
import type { Command } from '../../../src/connection/port.ts';
import { activationType } from '../../../src/connector/activation-names.ts';
import { defineInbound, defineOutbound } from '../../../src/connector/define.ts';
import { bpmnError, jobError } from '../../../src/connector/errors.ts';
import type { Logger } from '../../../src/connector/types.ts';
import { createManualClock } from '../support/clock.ts';
import { createTwin } from '../support/cluster.ts';
import { observe } from '../support/runtime.ts';

/** All texts in a value, including those of hidden properties, of errors and of property names. */
const textsOf = (value: unknown, seen: Set<unknown> = new Set()): readonly string[] => {
  if (typeof value === 'string') return [value];
  if (typeof value === 'number' || typeof value === 'bigint') return [String(value)];
  if (typeof value !== 'object' || value === null || seen.has(value)) return [];
  seen.add(value);
  const items = value instanceof Map || value instanceof Set ? [...value] : [];
  const keys = Reflect.ownKeys(value);
  const own = keys.map((key) => (value as Record<PropertyKey, unknown>)[key]);
  return [...keys.map(String), ...[...items, ...own].flatMap((item) => textsOf(item, seen))];
};

const writings: readonly ((secret: string) => string)[] = [
  (secret) => secret,
  (secret) => JSON.stringify(secret).slice(1, -1),
  (secret) => encodeURIComponent(secret),
  (secret) => Buffer.from(secret).toString('hex'),
  (secret) => secret.replaceAll('"', '&quot;'),
  (secret) => JSON.stringify(secret).slice(1, -1).replaceAll('/', '\\/').replaceAll('ß', '\\u00df'),
  (secret) => new URLSearchParams([['', secret]]).toString().slice(1),
  // Without the last digits, which depend on the bytes that follow.
  (secret) =>
    Buffer.from(secret)
      .toString('base64')
      .replace(/.{0,4}$/, ''),
];

const assertClean = (leaving: unknown, secrets: readonly string[], what: string): void => {
  const texts = textsOf(leaving);
  for (const secret of secrets) {
    for (const write of writings) {
      const written = write(secret);
      const found = texts.find((text) => text.includes(written));
      assert.equal(found, undefined, `${what}: ${JSON.stringify(written)}`);
    }
  }
};

const parsedVariables = (commands: readonly Command[]): readonly unknown[] =>
  commands.map((command) => ('variables' in command ? JSON.parse(command.variables) : undefined));

type Way = (secrets: readonly string[], logger: Logger) => unknown;

const errorWith = (message: string, extra: object = {}, cause?: unknown): Error =>
  Object.assign(new Error(message, { cause }), extra);

const holding = (secrets: readonly string[]): Record<string, unknown> => ({
  list: [...secrets, { deep: secrets.map((one) => `x${one}y`) }],
  json: JSON.stringify({ secrets }),
  query: new URLSearchParams(secrets.map((one): [string, string] => ['k', one])).toString(),
  basic: Buffer.from(`user:${secrets.join(':')}`).toString('base64'),
  digits: Buffer.from(secrets.join(':')).toString('hex'),
  page: secrets.map((one) => `<b>${one.replaceAll('"', '&quot;')}</b>`).join(),
  foreign: secrets.map((one) => JSON.stringify(one).replaceAll('/', '\\/').replaceAll('ß', '\\u00df')).join(),
  ...Object.fromEntries(secrets.map((one) => [one, 1])),
});

/** What a connector may do with its secrets. */
const ways: Readonly<Record<string, Way>> = {
  'returns them': (secrets) => holding(secrets),
  'returns them in a map': (secrets) => new Map(secrets.map((one) => [one, new Set([one])])),
  'returns what the schema refuses': (secrets) => ({ ...holding(secrets), refused: secrets[0] }),
  'returns what has no JSON form': (secrets) => ({ ...holding(secrets), [secrets[0]!]: () => secrets }),
  'logs them': (secrets, logger) => {
    logger.info(`the secrets ${secrets.join()}`, holding(secrets), ...secrets);
    logger.error(secrets[0]!, errorWith('failed', holding(secrets), errorWith(secrets[1]!)));
    return {};
  },
  'throws an error': (secrets) => {
    throw errorWith(`first ${secrets[0]}`, {}, errorWith(`then ${secrets[1]}`, {}, secrets.join()));
  },
  'throws a long error': (secrets) => {
    throw errorWith(`${'x'.repeat(5_990)}${secrets[0]}`);
  },
  'throws an error with a code': (secrets) => {
    throw errorWith(secrets.join(), {
      code: 'E401',
      variables: holding(secrets),
      response: { config: holding(secrets) },
    });
  },
  'throws many errors': (secrets) => {
    throw new AggregateError(secrets.map((one) => errorWith(one)));
  },
  'throws a text': (secrets) => {
    throw secrets.join(' and ');
  },
  'throws an object': (secrets) => {
    throw holding(secrets);
  },
  'throws a job error': (secrets) => {
    throw jobError(secrets.join(), { variables: holding(secrets), cause: errorWith(secrets[0]!) });
  },
  'returns a job error with variables that have no JSON form': (secrets) =>
    jobError(secrets.join(), { variables: { ...holding(secrets), bad: Number.NaN } }),
  'returns a BPMN error': (secrets) => bpmnError('REFUSED', secrets.join(), holding(secrets)),
  'throws a BPMN error with variables that have no JSON form': (secrets) => {
    throw bpmnError('REFUSED', secrets.join(), { ...holding(secrets), bad: () => secrets });
  },
};

const headers: readonly Readonly<Record<string, string>>[] = [
  {},
  { resultVariable: 'all' },
  { resultExpression: '={copy: response, text: string(response)}' },
  { resultExpression: '={n: nothing +' },
  { errorExpression: '=if error = null then null else bpmnError("X", error.message, {whole: error})' },
  { errorExpression: '=if error = null then null else jobError(error.message, error.variables, 1)' },
  { errorExpression: '=if error = null then null else ignoreError({whole: response})' },
  { errorExpression: '=bpmnError(' },
];

/** Long enough not to occur by chance, with characters that encodings change. */
const secretText = fc
  .array(fc.constantFrom('q', 'Z', '8', '"', '\\', '/', ' ', '\n', 'ß', '{', '}', '+', '%', '='), {
    minLength: 12,
    maxLength: 24,
  })
  .map((letters) => `k${letters.join('')}k`);

/** Variables that refer to both secrets. */
const variables = fc.constantFrom<Readonly<Record<string, unknown>>>(
  { a: '{{secrets.ONE}}', b: 'secrets.TWO' },
  { a: { deep: ['x {{secrets.ONE}} y', { '{{secrets.TWO}}': true }] } },
  { a: 'https://x/{{ secrets.ONE }}?k={{secrets.TWO}}', n: 1 },
);

const recordingLogger = (): Logger & { readonly calls: unknown[] } => {
  const calls: unknown[] = [];
  const note = (...call: unknown[]): void => void calls.push(call);
  return { calls, debug: note, info: note, warn: note, error: note };
};

const scenario = fc.record({
  one: secretText,
  two: secretText,
  variables,
  way: fc.constantFrom(...Object.keys(ways)),
  customHeaders: fc.constantFrom(...headers),
});

const output = v.pipe(
  v.unknown(),
  v.check(
    (result) => !(typeof result === 'object' && result !== null && 'refused' in result),
    ({ input }) => `refused ${(input as { refused: string }).refused}`,
  ),
);

test('no secret leaves a runtime in a command, a log line or an event of a job', async () => {
  await fc.assert(
    fc.asyncProperty(scenario, async ({ one, two, variables: given, way, customHeaders }) => {
      const secrets = [one, two];
      let input: unknown;
      const connector = defineOutbound({
        name: 'Leaky',
        type: 'leaky',
        input: v.looseObject({}),
        output,
        run: (bound, { logger }) => {
          input = bound;
          return ways[way]!(secrets, logger);
        },
      });
      const twin = createTwin();
      const logger = recordingLogger();
      const { runtime, seen, event } = observe({
        outbound: [connector],
        connection: twin.connection,
        logger,
        secrets: async (name) => ({ ONE: one, TWO: two })[name],
        use: [
          (given, context, next) => {
            context.logger.debug('input', given);
            return next();
          },
        ],
      });
      await runtime.start();
      twin.push({ type: 'leaky', variables: JSON.stringify(given), customHeaders: JSON.stringify(customHeaders) });
      await event('job:settled');
      await runtime.stop();
      assert.equal(twin.commands.length, 1);
      assert.ok(
        secrets.every((secret) => textsOf(input).some((text) => text.includes(secret))),
        'the connector got them',
      );
      assertClean(twin.commands, secrets, 'a command');
      assertClean(parsedVariables(twin.commands), secrets, 'a variable');
      assertClean(logger.calls, secrets, 'a log line');
      assertClean(seen, secrets, 'an event');
    }),
    { numRuns: 300 },
  );
});

test('no secret leaves a runtime in a command, a log line or an event of a subscription', async () => {
  await fc.assert(
    fc.asyncProperty(scenario, async ({ one, two, variables: given, way }) => {
      const secrets = [one, two];
      const calls: unknown[] = [];
      const connector = defineInbound({
        name: 'leaky',
        input: v.looseObject({}),
        loop: (input, context) => {
          calls.push(input);
          assert.deepEqual(context.activation.variables, given, 'the activation keeps the references');
          if (calls.length === 1) return ways[way]!(secrets, context.logger) as object;
          return holding(secrets);
        },
      });
      const twin = createTwin();
      const logger = recordingLogger();
      const clock = createManualClock();
      const { runtime, seen, event } = observe({
        inbound: [connector],
        connection: twin.connection,
        logger,
        clock,
        secrets: async (name) => ({ ONE: one, TWO: two })[name],
      });
      await runtime.start();
      const asked = { name: 'leaky', correlation_key: 'k', ...given };
      twin.push({ type: activationType, variables: JSON.stringify(asked) });
      const delivered = event('subscription:delivered');
      const failed = event('subscription:failed').then(() => clock.advance(60_000));
      await Promise.race([delivered, failed]);
      await delivered;
      await event('job:settled');
      assertClean(runtime.status(), secrets, 'the status');
      await runtime.stop();
      assert.ok(
        secrets.every((secret) => textsOf(calls).some((text) => text.includes(secret))),
        'the connector got them',
      );
      assert.equal(twin.commands.filter(({ kind }) => kind === 'publishMessage').length, 1);
      assertClean(twin.commands, secrets, 'a command');
      assertClean(parsedVariables(twin.commands), secrets, 'a variable');
      assertClean(logger.calls, secrets, 'a log line');
      assertClean(seen, secrets, 'an event');
    }),
    { numRuns: 150 },
  );
});
