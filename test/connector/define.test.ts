import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import * as v from 'valibot';
import { isFault } from '../../src/common/fault.ts';
import { defineInbound, defineOutbound } from '../../src/connector/define.ts';
import { checkConnector } from '../../src/connector/rules/connector.ts';
import type { OutboundContext } from '../../src/connector/types.ts';

const input = v.object({ message: v.string() });
const run = (): { status: string } => ({ status: 'ok' });
const log = { name: 'LogConnector', type: 'log', input, run };
const tick = { name: 'tick', loop: () => null };

/** The error text for a definition. Definitions may come from JavaScript, so the types are ignored. */
const refusal = (define: (definition: never) => unknown, definition: unknown): string => {
  try {
    define(definition as never);
  } catch (error) {
    assert.ok(isFault(error, 'definition'));
    return error.message;
  }
  return assert.fail('expected a fault');
};

describe('defineOutbound', () => {
  test('gives a plain frozen object with the defaults', () => {
    const connector = defineOutbound(log);
    assert.deepEqual(connector, { kind: 'outbound', timeout: 10, maxJobs: 32, ...log });
    assert.ok(Object.isFrozen(connector));
    assert.equal(Object.getPrototypeOf(connector), Object.prototype);
  });

  test('settings take precedence over the defaults', () => {
    const said = {
      ...log,
      timeout: 0.5,
      maxJobs: 1,
      description: '',
      output: v.string(),
      resultVariable: 'r',
    } as const;
    assert.deepEqual(defineOutbound({ ...said, run: () => 'x' }).timeout, 0.5);
    assert.equal(defineOutbound({ ...said, run: () => 'x' }).maxJobs, 1);
  });

  test('undefined means left out', () => {
    const { timeout, ...rest } = defineOutbound({ ...log, timeout: undefined, output: undefined } as typeof log);
    assert.equal(timeout, 10);
    assert.ok(!('output' in rest));
  });

  test('run can be called without a runtime', async () => {
    const connector = defineOutbound({ ...log, run: ({ message }) => message.length });
    assert.equal(await connector.run({ message: 'hi' }, {} as OutboundContext), 2);
  });

  test('a copy with another type is a connector, and can be defined again', () => {
    const copy = { ...defineOutbound(log), type: 'log:v2' };
    assert.deepEqual(checkConnector(copy), []);
    assert.deepEqual(defineOutbound(copy), copy);
  });

  for (const type of ['log:v2', 'io.camunda:http-json:1', 'a_b', 'ü']) {
    test(`the type "${type}" is fine`, () => assert.equal(defineOutbound({ ...log, type }).type, type));
  }

  test('all problems are listed at once', () => {
    const message = refusal(defineOutbound, {
      name: ' ',
      type: '',
      timeout: 0,
      maxJobs: 1.5,
      input: v.string(),
      colour: 1,
    });
    assert.deepEqual(message.split('\n'), [
      'This connector cannot work:',
      '- name: expected text that is not empty, but got empty text',
      '- type: expected text that is not empty, but got empty text',
      '- timeout: expected a positive number of seconds, but got 0',
      '- maxJobs: expected a positive whole number, but got 1.5',
      '- input: expected a valibot schema of an object (object, strictObject, looseObject, variant, …), but got a schema of type "string"',
      '- run: is missing',
      '- colour: unknown property of outbound connectors. Known: kind, name, type, description, timeout, lease, leaseToken, maxJobs, template, resultVariable, retryBackoff, use, input, output, run, operations',
      'Where: defineOutbound({ type: "" })',
      'Fix: correct what is named above.',
    ]);
  });

  const faults: readonly (readonly [title: string, change: object, message: RegExp])[] = [
    [
      'a reserved type',
      { type: '_activate_inbound_connector' },
      /type: must not start with "_", which is reserved for the job types of the runtime/,
    ],
    ['a type that is not text', { type: 1 }, /type: expected text that is not empty, but got 1/],
    ['a name that is not text', { name: null }, /name: expected text .* got null/],
    ['a negative timeout', { timeout: -1 }, /timeout: expected a positive number of seconds, but got -1/],
    ['a timeout that is text', { timeout: '10' }, /timeout: expected a positive number of seconds, but got text/],
    ['an infinite timeout', { timeout: Number.POSITIVE_INFINITY }, /timeout: .* got Infinity/],
    ['NaN as timeout', { timeout: Number.NaN }, /timeout: .* got NaN/],
    ['a timeout too long for a timer', { timeout: 3e6 }, /timeout: expected at most 2147483 seconds/],
    ['a lease of 4 s', { lease: 4 }, /lease: expected a number of seconds/],
    ['a lease too long for a timer', { lease: 3e6 }, /lease: expected at most 2147483 seconds/],
    ['a leaseToken that is text', { leaseToken: 'yes' }, /leaseToken: expected true or false/],
    ['maxJobs 0', { maxJobs: 0 }, /maxJobs: expected a positive whole number, but got 0/],
    ['no input', { input: undefined }, /input: is missing/],
    ['an input that is not a schema', { input: {} }, /input: expected a valibot schema of an object .* got an object/],
    ['an output that is not a schema', { output: 'text' }, /output: expected a valibot schema, but got text/],
    ['a run that is not a function', { run: 'x' }, /run: expected a function, but got text/],
    [
      'a blank result variable',
      { resultVariable: '' },
      /resultVariable: expected the name of a variable, or false, but got empty text/,
    ],
    ['a description that is not text', { description: [1] }, /description: expected text, but got a list/],
    ['the wrong kind', { kind: 'inbound' }, /kind: must be "outbound"/],
    [
      'a misspelt property',
      { timeOut: 3 },
      /timeOut: unknown property of outbound connectors\. Did you mean timeout\?/,
    ],
    ['another misspelt property', { retryBackof: 3 }, /retryBackof: unknown .*\. Did you mean retryBackoff\?/],
    ['a misspelt property inside', { retryBackoff: { initial: 1, factr: 2 } }, /retryBackoff\.factr: .* mean factor\?/],
    ['a misspelt template setting', { template: { verion: 2 } }, /template\.verion: .* Did you mean version\?/],
    ['middleware that is not a function', { use: [run, 1] }, /use\[1\]: expected a function, but got 1/],
  ];
  for (const [title, change, message] of faults) {
    test(`${title} is refused`, () => assert.match(refusal(defineOutbound, { ...log, ...change }), message));
  }

  for (const nothing of [undefined, null, 1, 'x', []]) {
    test(`${JSON.stringify(nothing) ?? 'nothing'} is not a definition`, () =>
      assert.match(refusal(defineOutbound, nothing), /expected an object, but got/));
  }
});

describe('defineInbound', () => {
  test('gives a plain frozen object with the defaults', () => {
    const connector = defineInbound(tick);
    assert.deepEqual(connector, { kind: 'inbound', cycle: 1, messageTimeToLive: 3600, maxFailures: 60, ...tick });
    assert.ok(Object.isFrozen(connector));
  });

  test('all problems are listed at once', () => {
    const message = refusal(defineInbound, {
      name: '',
      cycle: 0,
      messageTimeToLive: -1,
      input: 1,
      output: v.string(),
      run,
    });
    for (const line of [
      /^- name: expected text/m,
      /^- cycle: expected a positive number of seconds, but got 0$/m,
      /^- messageTimeToLive: expected a number of seconds, 0 or more, but got -1$/m,
      /^- input: expected a valibot schema of an object/m,
      /^- output: expected a valibot schema of an object/m,
      /^- loop: is missing$/m,
      /^- run: unknown property of inbound connectors\. Known: kind, name, /m,
      /^Where: defineInbound\(\{ name: "" \}\)$/m,
    ]) {
      assert.match(message, line);
    }
  });

  const forms: readonly (readonly [form: string, input: (name: string) => unknown])[] = [
    ['object', (name) => v.object({ [name]: v.string() })],
    ['looseObject', (name) => v.looseObject({ [name]: v.string() })],
    [
      'variant',
      (name) => v.variant('k', [v.object({ k: v.literal(1) }), v.object({ k: v.literal(2), [name]: v.any() })]),
    ],
    ['intersect', (name) => v.intersect([v.object({ url: v.string() }), v.object({ [name]: v.any() })])],
  ];
  for (const [form, input] of forms) {
    for (const name of ['name', 'correlation_key', 'message_name', 'expires_after']) {
      test(`a field ${name} in the input (${form}) is refused, because it would never arrive`, () =>
        assert.match(
          refusal(defineInbound, { ...tick, input: input(name) }),
          new RegExp(
            `- input: must not have the fields "${name}": the activation uses .* itself .*Rename it .*"own_${name}"`,
          ),
        ));
    }
    test(`a field names in the input (${form}) is fine`, () => {
      defineInbound({ ...tick, input: input('names') } as never);
    });
  }

  test('several such fields are listed at once', () => {
    const input = v.object({ name: v.string(), expires_after: v.string() });
    assert.match(refusal(defineInbound, { ...tick, input }), /the fields "name", "expires_after": the activation uses/);
  });

  test('such a field deeper inside, in the output or in an outbound connector is fine', () => {
    const named = v.object({ name: v.string() });
    defineInbound({ ...tick, input: v.object({ person: named }), output: named, loop: () => null });
    defineOutbound({ ...log, input: named, run });
  });

  test('a time to live of 0 is fine', () => {
    assert.equal(defineInbound({ ...tick, messageTimeToLive: 0 }).messageTimeToLive, 0);
  });
});

describe('checkConnector', () => {
  const cases: readonly (readonly [title: string, value: unknown, problems: readonly RegExp[]])[] = [
    ['an outbound connector', defineOutbound(log), []],
    ['an inbound connector', defineInbound(tick), []],
    ['a handwritten one', { kind: 'outbound', timeout: 10, maxJobs: 1, ...log }, []],
    [
      'a handwritten one without the defaults',
      { kind: 'outbound', ...log },
      [/^timeout: is missing$/, /^maxJobs: is missing$/],
    ],
    [
      'an inbound one without the defaults',
      { kind: 'inbound', ...tick },
      [/^cycle: is missing$/, /^messageTimeToLive: is missing$/, /^maxFailures: is missing$/],
    ],
    ['an invalid copy', { ...defineOutbound(log), type: '_x' }, [/^type: /]],
    ['a definition without kind', log, [/^expected a connector/]],
    ['nothing', undefined, [/^expected a connector/]],
    ['a class of the Python SDK', () => log, [/^expected a connector/]],
  ];
  for (const [title, value, problems] of cases) {
    test(title, () => {
      const found = checkConnector(value);
      assert.equal(found.length, problems.length, found.join('\n'));
      for (const [index, problem] of problems.entries()) assert.match(found[index]!, problem);
    });
  }
});
