/** The back-off between attempts: what a connector sets, and what takes precedence over it. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import * as v from 'valibot';
import { checkConnector, defineOutbound } from '../../../src/connector/define.ts';
import { jobError } from '../../../src/connector/errors.ts';
import type { RetryBackoff } from '../../../src/connector/types.ts';
import { executeOutbound } from '../../../src/runtime/execute/execute-outbound.ts';
import { connectorBackoff, growingBackoff } from '../../../src/runtime/execute/retry-backoff.ts';
import { createManualClock } from '../support/clock.ts';

const pauses: readonly [what: string, setting: RetryBackoff, retries: number, milliseconds: number][] = [
  ['fixed', 2.5, 3, 2_500],
  ['none', 0, 3, 0],
  ['growing, first attempt of three', { initial: 1, jitter: 0 }, 3, 1_000],
  ['growing, second attempt', { initial: 1, jitter: 0 }, 2, 2_000],
  ['growing, third attempt', { initial: 1, jitter: 0 }, 1, 4_000],
  ['growing by its own factor', { initial: 1, factor: 10, jitter: 0 }, 1, 100_000],
  ['growing up to its own cap', { initial: 1, factor: 10, max: 60, jitter: 0 }, 1, 60_000],
  ['growing up to five minutes', { initial: 100, factor: 10, jitter: 0 }, 1, 300_000],
  ['a cap below the first back-off', { initial: 10, max: 5, jitter: 0 }, 3, 10_000],
  ['more attempts than the usual 3', { initial: 1, jitter: 0, attempts: 5 }, 2, 8_000],
  ['an operator gave more attempts than the task has', { initial: 1, jitter: 0 }, 9, 1_000],
  ['no attempts left', { initial: 1, jitter: 0 }, 0, 8_000],
  ['jitter in the middle', { initial: 10, jitter: 0.5 }, 3, 10_000],
  ['a function of the attempt', (attempt) => attempt * 7, 2, 14_000],
  ['a function of the attempts left', (_, retries) => retries, 2, 2_000],
];

for (const [what, setting, retries, milliseconds] of pauses) {
  test(`back-off: ${what}`, () => assert.equal(connectorBackoff(setting, retries, 0.5), milliseconds));
}

test('the jitter is at most its factor', () => {
  assert.equal(connectorBackoff({ initial: 10, jitter: 0.5 }, 3, 0), 5_000);
  assert.equal(connectorBackoff({ initial: 10, jitter: 0.5 }, 3, 0.999999999), 15_000);
});

const failing = (retryBackoff: RetryBackoff | undefined, error: unknown = new Error('x')) =>
  defineOutbound({
    name: 'a',
    type: 'a',
    input: v.object({}),
    ...(retryBackoff === undefined ? {} : { retryBackoff }),
    run: () => {
      throw error;
    },
  });

const order: readonly [
  what: string,
  setting: number | undefined,
  header: string | undefined,
  own: number | undefined,
  ms: number,
][] = [
  ['no setting', undefined, undefined, undefined, 0],
  ['the connector', 7, undefined, undefined, 7_000],
  ['the header before the connector', 7, 'PT5S', undefined, 5_000],
  ['even a header of zero', 7, 'PT0S', undefined, 0],
  ['the error before both', 7, 'PT5S', 3, 3_000],
  ['the error before the connector', 7, undefined, 0, 0],
];

for (const [what, setting, header, own, milliseconds] of order) {
  test(`precedence: ${what}`, async () => {
    const connector = failing(setting, own === undefined ? jobError('x') : jobError('x', { backoff: own }));
    const headers = header === undefined ? {} : { retryBackoff: header };
    const outcome = await executeOutbound(connector, { customHeaders: headers });
    assert.ok(outcome.kind === 'fail');
    assert.equal(outcome.backoff, milliseconds);
  });
}

test('the clock provides the chance', async () => {
  const clock = createManualClock(() => 0);
  const outcome = await executeOutbound(failing({ initial: 10, jitter: 0.2 }), {}, { clock });
  assert.ok(outcome.kind === 'fail' && outcome.backoff === 8_000);
});

test('a function is called only after a failure', async () => {
  let calls = 0;
  const count = (): number => ++calls;
  const fine = { ...failing(count), run: () => ({}) };
  await executeOutbound(fine, {});
  assert.equal(calls, 0);
  await executeOutbound(failing(count), {});
  assert.equal(calls, 1);
});

for (const [what, setting] of [
  [
    'throws',
    () => {
      throw new Error('no idea');
    },
  ],
  ['gives NaN', () => Number.NaN],
  ['gives a negative number', () => -1],
  ['gives a text', () => '5' as never],
] as readonly [string, RetryBackoff][]) {
  test(`a function that ${what} is logged, and the job is retried without a back-off`, async () => {
    const lines: string[] = [];
    const drop = (): void => {};
    const logger = { debug: drop, info: drop, warn: (line: string) => void lines.push(line), error: drop };
    const outcome = await executeOutbound(failing(setting), {}, { logger });
    assert.ok(outcome.kind === 'fail' && outcome.retries === 2 && outcome.backoff === 0);
    assert.equal(lines.length, 1);
    assert.match(lines[0]!, /"a" is retried without a back-off/);
  });
}

test('invalid settings are named', () => {
  const connector = failing(1);
  const faults: readonly [setting: unknown, problem: RegExp][] = [
    [-1, /^retryBackoff: expected a number of seconds/],
    ['5', /^retryBackoff: expected a number of seconds.* text$/],
    [null, /^retryBackoff: .*null/],
    [[], /^retryBackoff: .*an empty list/],
    [{}, /^retryBackoff\.initial: is missing$/],
    [
      { initial: 1, factor: 0.5, jitter: 2, max: Number.NaN, attempts: 0 },
      /^retryBackoff\.factor: .*\nretryBackoff\.max: .*\nretryBackoff\.jitter: .*\nretryBackoff\.attempts: /,
    ],
    [{ initial: 1, factr: 2 }, /^retryBackoff\.factr: unknown property\. Did you mean factor\?$/],
  ];
  for (const [setting, problem] of faults) {
    const problems = checkConnector({ ...connector, retryBackoff: setting });
    assert.match(problems.join('\n'), problem);
  }
  assert.deepEqual(checkConnector({ ...connector, retryBackoff: { initial: 0 } }), []);
});

test('any back-off of a connector is a whole number of milliseconds that can be sent', () => {
  const seconds = fc.double({ min: 0, max: 1e12, noNaN: true });
  const settings = fc.record({
    initial: seconds,
    factor: fc.double({ min: 1, max: 1e9, noNaN: true }),
    max: seconds,
    jitter: fc.double({ min: 0, max: 1, noNaN: true }),
    attempts: fc.integer({ min: 1, max: 1e6 }),
  });
  const chance = fc.double({ min: 0, max: 1, maxExcluded: true, noNaN: true });
  fc.assert(
    fc.property(settings, fc.integer({ min: 0, max: 1e6 }), chance, (setting, retries, random) => {
      const pause = connectorBackoff(setting, retries, random);
      assert.ok(Number.isSafeInteger(pause) && pause >= 0);
    }),
  );
});

test('a growing back-off is a whole number of milliseconds within its bounds, whatever the settings', () => {
  const settings = fc.record({
    attempt: fc.double({ min: 1, max: 1e6, noNaN: true }),
    minDelay: fc.integer({ min: 0, max: 100_000 }),
    factor: fc.double({ min: 1e-3, max: 1e3, noNaN: true }),
    longer: fc.integer({ min: 0, max: 1e9 }),
    jitterFactor: fc.double({ min: 0, max: 1, noNaN: true }),
    random: fc.double({ min: 0, max: 1, maxExcluded: true, noNaN: true }),
  });
  fc.assert(
    fc.property(settings, ({ longer, random, ...rest }) => {
      const maxDelay = rest.minDelay + longer;
      const pause = growingBackoff({ ...rest, maxDelay }, random);
      assert.ok(Number.isInteger(pause) && pause >= 0 && pause <= Math.ceil(maxDelay * (1 + rest.jitterFactor)));
    }),
  );
});
