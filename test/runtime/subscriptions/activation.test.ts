import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import * as v from 'valibot';
import { activationType } from '../../../src/connector/activation-names.ts';
import { defineInbound } from '../../../src/connector/define.ts';
import { jobError } from '../../../src/connector/errors.ts';
import { hints } from '../../../src/connector/hints.ts';
import type { Activation } from '../../../src/connector/types.ts';
import { silentLogger } from '../../../src/runtime/shared/logger.ts';
import {
  type ActivationServices,
  activateInbound,
  activationVariables,
} from '../../../src/runtime/subscriptions/activation.ts';
import { createManualClock } from '../support/clock.ts';
import { makeJob } from '../support/cluster.ts';

const ticker = defineInbound({ name: 'ticker', input: v.object({ every: v.number() }), loop: () => null });
const plain = defineInbound({ name: 'plain', loop: () => null });
const headed = defineInbound({
  name: 'headed',
  input: v.object({ box: v.pipe(v.string(), hints({ target: 'header' })) }),
  loop: () => null,
});
const known = new Map([ticker, plain, headed].map((connector) => [connector.name, connector]));

const services = (add: ActivationServices['add'], parts: Partial<ActivationServices> = {}): ActivationServices => ({
  add,
  secrets: { secrets: false },
  logger: silentLogger,
  clock: createManualClock(),
  signal: new AbortController().signal,
  ...parts,
});

const activate = async (variables: unknown, extras: { retries?: number; customHeaders?: string } = {}) => {
  const added: Activation[] = [];
  const text = typeof variables === 'string' ? variables : JSON.stringify(variables);
  const job = makeJob({ type: activationType, variables: text, elementInstanceKey: '77', ...extras });
  const outcome = await activateInbound(
    job,
    known,
    services((activation) => void added.push(activation)),
  );
  return { outcome, added };
};

test('the scheduler gets the activation, and the job completes at once without variables', async () => {
  const { outcome, added } = await activate({ name: 'ticker', correlation_key: 'order-1', every: 5 });
  assert.deepEqual(outcome, { kind: 'complete', variables: {} });
  assert.deepEqual(added, [
    {
      id: '_activate_inbound_connector:77',
      connector: 'ticker',
      messageName: 'ticker',
      correlationKey: 'order-1',
      variables: { every: 5 },
      processInstanceKey: '1',
      bpmnProcessId: 'process',
      elementId: 'task',
      tenantId: '<default>',
    },
  ]);
});

test('the id depends on the element instance, not on the job', async () => {
  const first = await activate({ name: 'plain', correlation_key: 'a' });
  const second = await activate({ name: 'plain', correlation_key: 'a' });
  assert.equal(first.added[0]?.id, second.added[0]?.id);
});

const keys: readonly [text: string, key: string][] = [
  ['"a"', 'a'],
  ['42', '42'],
  ['0', '0'],
  ['1.5', '1.5'],
  ['9007199254740993', '9007199254740993'],
];

for (const [text, key] of keys) {
  test(`the correlation key ${text} becomes the text ${key}`, async () => {
    const { added } = await activate(`{"name":"plain","correlation_key":${text}}`);
    assert.equal(added[0]?.correlationKey, key);
  });
}

const messageNames: readonly [given: unknown, name: string][] = [
  ['other', 'other'],
  [undefined, 'plain'],
  [null, 'plain'],
  ['', 'plain'],
];

for (const [given, name] of messageNames) {
  test(`message_name ${JSON.stringify(given)} is ${name}`, async () => {
    const { added } = await activate({ name: 'plain', correlation_key: 'k', message_name: given });
    assert.equal(added[0]?.messageName, name);
  });
}

const expiries: readonly [given: unknown, seconds: number | undefined][] = [
  [undefined, undefined],
  [null, undefined],
  ['', undefined],
  [60, 60],
  ['60', 60],
  [0.5, 0.5],
  ['PT1H30M', 5400],
];

for (const [given, seconds] of expiries) {
  test(`expires_after ${JSON.stringify(given)} is ${seconds}`, async () => {
    const { added } = await activate({ name: 'plain', correlation_key: 'k', expires_after: given });
    assert.equal(added[0]?.expiresAfter, seconds);
    assert.deepEqual(added[0]?.variables, {});
  });
}

const refused: readonly [what: string, variables: unknown, message: RegExp][] = [
  ['no correlation key', { name: 'plain' }, /correlation_key: is required/],
  ['a null correlation key', { name: 'plain', correlation_key: null }, /correlation_key: is required/],
  ['an empty correlation key', { name: 'plain', correlation_key: '' }, /correlation_key: is required/],
  [
    'a list as correlation key',
    { name: 'plain', correlation_key: ['hunter2'] },
    /correlation_key: expected text or a number, but got a list\. Fix: map a text/,
  ],
  [
    'a boolean as correlation key',
    { name: 'plain', correlation_key: true },
    /: expected text or a number, but got a boolean\. Fix: map a text or a number, or convert the value, e\.g\. with string\(…\), here and in the event$/,
  ],
  [
    'a context as correlation key',
    { name: 'plain', correlation_key: {} },
    /: expected text or a number, but got a context\./,
  ],
  ['no name', { correlation_key: 'k' }, /name: is required/],
  [
    'a number as name',
    { name: 3, correlation_key: 'k' },
    /name: expected text, but got a number\. Fix: correct the input mapping of name$/,
  ],
  [
    'nothing',
    {},
    /name: is required\. Fix: add it to the input mappings of the task\n- correlation_key: is required\. Fix: add it/,
  ],
  [
    'a message name that is no text',
    { name: 'plain', correlation_key: 'k', message_name: 4 },
    /message_name: expected/,
  ],
  [
    'input that the connector refuses',
    { name: 'ticker', correlation_key: 'k', every: 'hunter2' },
    /"ticker":\n- every: /,
  ],
  ...[0, -1, 'hunter2', '-PT1S', true, [60], 'P1W'].map((given): [string, unknown, RegExp] => [
    `expires_after ${JSON.stringify(given)}`,
    { name: 'plain', correlation_key: 'k', expires_after: given },
    /- expires_after: expected a positive number of seconds, or a duration such as PT1H\. Fix: correct the input mapping of expires_after$/,
  ]),
  ['text that is no JSON', '{"hunter2', /not JSON/],
];

for (const [what, variables, message] of refused) {
  test(`an activation with ${what} fails without retries`, async () => {
    const { outcome, added } = await activate(variables);
    assert.ok(outcome.kind === 'fail');
    assert.equal(outcome.retries, 0);
    assert.match(outcome.message, message);
    assert.doesNotMatch(outcome.message, /hunter2/);
    assert.deepEqual(added, []);
  });
}

test('an unknown name costs one retry, and the message lists the known names', async () => {
  const { outcome, added } = await activate({ name: 'tikcer', correlation_key: 'k' });
  assert.ok(outcome.kind === 'fail');
  assert.equal(outcome.retries, 2);
  assert.equal(outcome.backoff, 1_000);
  assert.match(outcome.message, /"tikcer".*"ticker", "plain"/);
  assert.deepEqual(added, []);
});

test('the header retryBackoff applies to activations as well', async () => {
  const customHeaders = '{"retryBackoff":"PT30S"}';
  const { outcome } = await activate({ name: 'nobody', correlation_key: 'k' }, { customHeaders });
  assert.ok(outcome.kind === 'fail' && outcome.backoff === 30_000);
});

const resultVariables: readonly [headers: string, name: string | undefined][] = [
  ['{"resultVariable":"letter"}', 'letter'],
  ['{"resultVariable":""}', undefined],
  ['{"resultVariable":"  "}', undefined],
  ['{}', undefined],
];

for (const [customHeaders, name] of resultVariables) {
  test(`with the headers ${customHeaders} the message goes to ${name ?? 'no variable'}`, async () => {
    const variables = { name: 'plain', correlation_key: 'k', resultVariable: 'an input' };
    const { added } = await activate(variables, { customHeaders });
    assert.equal(added[0]?.resultVariable, name);
    assert.deepEqual(added[0]?.variables, { resultVariable: 'an input' });
  });
}

test('a scheduler that rejects the activation costs one retry, unless its error says otherwise', async () => {
  const job = makeJob({ type: activationType, variables: '{"name":"plain","correlation_key":"k"}' });
  const add = (error: unknown) =>
    services(() => {
      throw error;
    });
  const failed = await activateInbound(job, known, add(new Error('full')));
  assert.ok(failed.kind === 'fail' && failed.retries === 2 && failed.message === 'full');
  const kept = await activateInbound(job, known, add(jobError('stopping', { retries: 3 })));
  assert.ok(kept.kind === 'fail' && kept.retries === 3);
});

test('only the variables that the connectors name are fetched', () => {
  assert.deepEqual(activationVariables(known), ['name', 'correlation_key', 'message_name', 'expires_after', 'every']);
  const open = defineInbound({ name: 'open', input: v.looseObject({}), loop: () => null });
  assert.equal(activationVariables(new Map([['open', open]])), undefined);
});

test('every activation, whatever its variables, has exactly one outcome', async () => {
  const values = fc.oneof(fc.jsonValue(), fc.constantFrom('ticker', 'plain', 'k', 5));
  const variables = fc.oneof(
    fc.string(),
    fc.record({ name: values, correlation_key: values, message_name: values, every: values }, { requiredKeys: [] }),
  );
  await fc.assert(
    fc.asyncProperty(variables, async (given) => {
      const { outcome, added } = await activate(given);
      assert.equal(outcome.kind === 'complete', added.length === 1);
      assert.ok(outcome.kind === 'complete' || (outcome.kind === 'fail' && outcome.retries < 3));
    }),
    { numRuns: 300 },
  );
});

test('a misspelt header of the activating task gets a warning', async () => {
  const lines: string[] = [];
  const logger = { ...silentLogger, warn: (line: string) => void lines.push(line) };
  const variables = JSON.stringify({ name: 'ticker', correlation_key: 'k' });
  const job = makeJob({
    type: activationType,
    variables,
    customHeaders: '{"resultVarible":"x","errorExpression":"=1"}',
  });
  await activateInbound(
    job,
    new Map(known),
    services(() => {}, { logger }),
  );
  assert.equal(lines.length, 1);
  assert.match(
    lines[0]!,
    /^The header "resultVarible" of the task task \(process process\) is not read\. Did you mean resultVariable\?$/,
  );
});

test('an activation stores an entry that is in a task header', async () => {
  const variables = { name: 'headed', correlation_key: 'k', box: 'a variable' };
  const { outcome, added } = await activate(variables, { customHeaders: JSON.stringify({ box: 'inbox' }) });
  assert.equal(outcome.kind, 'complete');
  assert.deepEqual(added[0]?.variables, { box: 'inbox' });
  const missing = await activate(variables);
  assert.ok(missing.outcome.kind === 'fail' && missing.outcome.retries === 0, JSON.stringify(missing.outcome));
  assert.match(missing.outcome.message, /^Required header 'box' is missing in the job headers\./);
});
