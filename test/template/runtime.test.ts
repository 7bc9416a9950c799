/**
 * From the template to typed values in `run`: generated, chosen in the Modeler, filled in, saved, deployed to the
 * embedded engine as it is, and executed by a runtime.
 */
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import type { AnyOutboundConnector } from '../../src/connector/types.ts';
import type { Variables } from '../../src/engine/machine/types.ts';
import { createTemplate } from '../../src/template/index.ts';
import { applyTo } from './support/apply.ts';
import { adder, connectors, shelf, shelved } from './support/connectors.ts';
import type { Entry } from './support/modeler.ts';
import { type Stage, startStage } from './support/stage.ts';

/** The inputs that `run` received, oldest first. */
const received: unknown[] = [];

const capture = (connector: AnyOutboundConnector): AnyOutboundConnector => ({
  ...connector,
  run: (input: unknown) => {
    received.push(input);
    return {};
  },
});

let stage: Stage;

before(async () => {
  stage = await startStage({
    outbound: [adder, shelf, ...connectors.map(capture)],
    secrets: (name) => (name === 'PASS' ? 'opensesame' : undefined),
  });
});

after(() => stage.stop());

interface Case {
  readonly title: string;
  readonly type: string;
  readonly fields: Readonly<Record<string, Entry>>;
  readonly variables?: Variables;
  readonly input: unknown;
}

const requiredTexts = { message: 'hi', word: 'four', digits: '012' };

const cases: readonly Case[] = [
  {
    title: 'empty fields are absent, null or their defaults, as the schema says',
    type: 'text',
    fields: requiredTexts,
    input: { ...requiredTexts, greeting: 'Hello', nullable: null, nullish: 'there' },
  },
  {
    title: 'defaults that were emptied come back',
    type: 'text',
    fields: { ...requiredTexts, greeting: undefined, nullish: undefined },
    input: { ...requiredTexts, greeting: 'Hello', nullable: null, nullish: 'there' },
  },
  {
    title: 'text and expressions',
    type: 'text',
    fields: {
      ...requiredTexts,
      message: '=customer.name',
      note: '="N" + string(1)',
      looseDigits: '7',
      link: 'urn:a:b',
    },
    variables: { customer: { name: 'Ada' } },
    input: {
      ...requiredTexts,
      message: 'Ada',
      note: 'N1',
      greeting: 'Hello',
      looseDigits: '7',
      link: 'urn:a:b',
      nullable: null,
      nullish: 'there',
    },
  },
  {
    title: 'an outer variable of the name of an empty field does not leak in',
    type: 'text',
    fields: requiredTexts,
    variables: { note: 'from outside', nullable: 'from outside' },
    input: { ...requiredTexts, greeting: 'Hello', nullable: null, nullish: 'there' },
  },
  {
    title: 'numbers and checkboxes',
    type: 'scalars',
    fields: { count: 3, ratio: 0.5, on: true, off: false },
    input: { count: 3, whole: 20, ratio: 0.5, on: true, off: false, fixed: 'x', five: 5 },
  },
  {
    title: 'numbers by expression, untouched checkboxes',
    type: 'scalars',
    fields: { count: '=1 + n', whole: '=n' },
    variables: { n: 41 },
    input: { count: 42, whole: 41, on: false, off: true, fixed: 'x', five: 5 },
  },
  {
    title: 'choices of text and of numbers',
    type: 'choices',
    fields: { letter: 'b', level: 'h', size: '=2', named: 'a' },
    input: { letter: 'b', preset: 'a', level: 'h', size: 2, named: 'a' },
  },
  {
    title: 'a choice that was taken back',
    type: 'choices',
    fields: { letter: 'a', preset: 'b', maybe: '=null', level: 'l', named: 'b' },
    input: { letter: 'a', preset: 'b', level: 'l', size: 1, named: 'b' },
  },
  {
    title: 'lists, tables and dotted names',
    type: 'structures',
    fields: {
      list: '=["a", "b"]',
      table: '={x: 1}',
      anything: '=[null, {y: true}]',
      'nested.deep.text': '=name',
      'nested.deep.count': 2,
      'nested.on': true,
      'loose.b': 5,
    },
    variables: { name: 'Ada' },
    input: {
      list: ['a', 'b'],
      table: { x: 1 },
      anything: [null, { y: true }],
      seeded: ['x'],
      nested: { deep: { text: 'Ada', count: 2 }, on: true },
      loose: { b: 5 },
    },
  },
  {
    title: 'a variant by the fields of the chosen member, one of them a secret',
    type: 'variant',
    fields: { url: 'u', 'auth.type': 'basic', 'auth.user': 'Ada', 'auth.pass': '{{secrets.PASS}}' },
    input: { url: 'u', auth: { type: 'basic', user: 'Ada', pass: 'opensesame' } },
  },
  {
    title: 'a variant by its default',
    type: 'variant-default',
    fields: { url: 'u' },
    input: { url: 'u', auth: { type: 'none' } },
  },
  {
    title: 'a variant within a variant',
    type: 'variant-nested',
    fields: { 'login.way': 'secured', 'login.cert.kind': 'text', 'login.cert.pem': 'PEM', 'login.user': 'Ada' },
    input: { login: { way: 'secured', user: 'Ada', cert: { kind: 'text', pem: 'PEM' } } },
  },
  {
    title: 'a variant by a checkbox',
    type: 'variant-boolean',
    fields: { 'hook.on': true, 'hook.url': 'u' },
    input: { hook: { on: true, url: 'u' } },
  },
  {
    title: 'a variant by a checkbox that nobody touched',
    type: 'variant-boolean',
    fields: {},
    input: { hook: { on: false } },
  },
  {
    title: 'a variant that was left out',
    type: 'variant-boolean-optional',
    fields: {},
    input: {},
  },
  {
    title: 'a variant by the text of a boolean',
    type: 'variant-boolean-optional',
    fields: { 'hook.on': 'true', 'hook.url': 'u' },
    input: { hook: { on: true, url: 'u' } },
  },
  {
    title: 'objects that were left out',
    type: 'optional-objects',
    fields: {},
    input: { owner: null, limits: {} },
  },
  {
    title: 'objects of which something was filled in',
    type: 'optional-objects',
    fields: {
      'retry.pause': 'PT1S',
      'retry.jitter': '=true',
      'owner.name': 'Ada',
      'owner.kind': 'person',
      'limits.high': 5,
    },
    input: {
      retry: { times: 3, pause: 'PT1S', jitter: true },
      owner: { name: 'Ada', kind: 'person' },
      limits: { high: 5 },
    },
  },
  {
    title: 'operations',
    type: 'variant-top',
    fields: { operation: 'write', id: '7', body: '={a: 1}' },
    input: { operation: 'write', id: '7', body: { a: 1 } },
  },
];

for (const { title, type, fields, variables, input } of cases) {
  test(`${type}: ${title}`, async () => {
    const connector = connectors.find((one) => one.type === type);
    assert.ok(connector);
    const diagram = await applyTo(createTemplate(connector));
    diagram.fill('it', fields);
    received.length = 0;
    await stage.run(await diagram.save(), variables);
    assert.deepEqual(received, [input]);
  });
}

test('temporal: dates, times and durations, as text and by expression', async () => {
  const connector = connectors.find(({ type }) => type === 'temporal');
  assert.ok(connector);
  const diagram = await applyTo(createTemplate(connector));
  diagram.fill('it', {
    day: '=date("2026-01-30") + duration("P1D")',
    at: '2026-01-31T13:05:30Z',
    age: 'P1Y',
    instant: '=now',
  });
  received.length = 0;
  await stage.run(await diagram.save(), { now: '2026-01-31T13:05:30.000Z' });
  assert.deepEqual(JSON.parse(JSON.stringify(received)), [
    {
      day: '2026-01-31',
      at: '2026-01-31T13:05:30Z',
      wait: 'PT1H',
      age: 'P1Y',
      instant: '2026-01-31T13:05:30.000Z',
    },
  ]);
  const [{ day, wait, instant }] = received as [{ day: { day: number }; wait: { hours: number }; instant: Date }];
  assert.deepEqual([day.day, wait.hours, instant.getTime()], [31, 1, Date.UTC(2026, 0, 31, 13, 5, 30)]);
});

test('the process receives what the output fields state', async () => {
  const diagram = await applyTo(createTemplate(adder));
  diagram.fill('it', { a: 1, b: '=n', resultVariable: 'all', resultExpression: '={twice: 2 * sum}' });
  assert.deepEqual(await stage.run(await diagram.save(), { n: 2 }), { n: 2, all: { sum: 3, product: 2 }, twice: 6 });
  const byField = await applyTo(createTemplate(adder, { outputs: 'fields' }));
  byField.fill('it', { a: 1, b: 2, 'output.sum': 'total', 'output.product': undefined });
  assert.deepEqual(await stage.run(await byField.save()), { total: 3 });
});

test('the selected operation receives its own fields, and none of a previously selected one', async () => {
  const diagram = await applyTo(createTemplate(shelf));
  diagram.fill('it', { operation: 'lend', isbn: '=book', days: 7 });
  await stage.run(await diagram.save(), { book: '978' });
  diagram.fill('it', { operation: 'find', exact: true });
  await stage.run(await diagram.save(), { book: '979' });
  diagram.fill('it', { operation: 'count' });
  await stage.run(await diagram.save());
  assert.deepEqual(shelved, [{ isbn: '978', days: 7 }, { isbn: '979', exact: true }, 'counted']);
});
