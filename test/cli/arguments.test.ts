import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { readArguments, readDevRequest } from '../../src/cli/arguments.ts';
import { isFault } from '../../src/common/fault.ts';

const definitions = {
  module: { type: 'positional' },
  resource: { type: 'string' },
  port: { type: 'string' },
  run: { type: 'string' },
  variables: { type: 'string' },
} as const;

const request = (...args: string[]) => readDevRequest(readArguments(args, definitions));

test('modules and options may come in any order, and --resource more than once', () => {
  assert.deepEqual(request('a.js', '--resource', 'x.bpmn', 'b.js', '--resource=y.bpmn', '--port', '26500'), {
    modules: ['a.js', 'b.js'],
    resources: ['x.bpmn', 'y.bpmn'],
    port: 26_500,
  });
});

test('--run takes the variables of its instance', () => {
  assert.deepEqual(request('a.js', '--run', 'hello', '--variables', '{"name":"Ada"}').run, {
    processId: 'hello',
    variables: { name: 'Ada' },
  });
  assert.deepEqual(request('a.js', '--run', 'hello').run, { processId: 'hello', variables: {} });
});

for (const [args, message] of [
  [['--resourc', 'x.bpmn'], /--resourc/],
  [['--resource'], /--resource/],
  [['--port', 'web'], /--port needs a number/],
  [['--port', '70000'], /--port needs a number/],
  [['--port', '1', '--port', '2'], /--port is given 2 times/],
  [['--run', 'p', '--variables', '[1]'], /--variables needs a JSON object/],
  [['--run', 'p', '--variables', 'secret'], /--variables needs a JSON object/],
  [['--variables', '{}'], /--variables goes with --run/],
] as const) {
  test(`refused: ${args.join(' ')}`, () => {
    assert.throws(
      () => request('a.js', ...args),
      (error) => isFault(error, 'definition') && message.test(error.message) && !error.message.includes('secret'),
    );
  });
}

test('any arguments are either read or refused by a fault', () => {
  fc.assert(
    fc.property(
      fc.array(fc.oneof(fc.string(), fc.constantFrom('--port', '--run', '--', '-p', '--resource='))),
      (args) => {
        try {
          request(...args);
        } catch (error) {
          assert.ok(isFault(error, 'definition'), String(error));
        }
      },
    ),
  );
});
