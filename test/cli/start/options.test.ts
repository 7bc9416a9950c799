import assert from 'node:assert/strict';
import { availableParallelism } from 'node:os';
import { test } from 'node:test';
import fc from 'fast-check';
import { readArguments } from '../../../src/cli/arguments.ts';
import { processCount, readStartRequest, type StartRequest, startOptions } from '../../../src/cli/start/options.ts';
import { isFault } from '../../../src/common/fault.ts';

const request = (...args: readonly string[]): StartRequest =>
  readStartRequest(readArguments(args, 'start', { start: startOptions }));

const readings: readonly (readonly [args: readonly string[], expected: Partial<StartRequest>])[] = [
  [[], {}],
  [['--watch'], { watch: true }],
  [['--health-port', '8080'], { health: { port: 8080 } }],
  [['--health-port=0', '--health-host', '0.0.0.0'], { health: { port: 0, host: '0.0.0.0' } }],
  [['--max-jobs', '12'], { maxJobs: 12 }],
  [['--processes', '4'], { processes: 4 }],
  [['--processes=auto'], { processes: 'auto' }],
  [['--log-level', 'debug', '--log-format', 'text'], { log: { level: 'debug', format: 'text' } }],
];

for (const [args, expected] of readings) {
  test(`reads start a.js ${args.join(' ')}`, () => {
    assert.deepEqual(request('a.js', ...args), { modules: ['a.js'], log: {}, watch: false, ...expected });
  });
}

for (const [args, message] of [
  [['--health-port', '70000'], /--health-port must be a number/],
  [['--health-host', 'localhost'], /--health-host works only with --health-port/],
  [['--health-port', '1', '--health-host', ' '], /--health-host must be an address/],
  [['--max-jobs', '1.5'], /--max-jobs must be a whole number/],
  [['--max-jobs', '1', '--max-jobs', '2'], /--max-jobs is given 2 times/],
  [['--processes', '0'], /--processes must be auto or a whole number from 1 to 1024/],
  [['--processes', '1025'], /--processes must be auto or a whole number from 1 to 1024/],
  [['--processes', 'all'], /--processes must be auto or a whole number from 1 to 1024/],
  [['--processes', '2', '--watch'], /--watch and --processes cannot be combined/],
  [['--log-level', 'INFO'], /--log-level must be one of silent, error, warn, info, debug\. Did you mean info\?/],
  [['--log-level', 'loud'], /--log-level must be one of silent, error, warn, info, debug\.$/m],
  [['--log-format', ''], /--log-format must be one of/],
] as const) {
  test(`refuses ${args.join(' ')}`, () => {
    assert.throws(
      () => request('a.js', ...args),
      (error) => isFault(error, 'definition') && message.test(error.message),
    );
  });
}

test('reads any arguments or refuses them with a fault', () => {
  const option = fc.constantFrom('--health-port', '--max-jobs', '--log-level', '--watch', '--', '--watch=no');
  fc.assert(
    fc.property(fc.array(fc.oneof(fc.string(), option)), (args) => {
      try {
        request(...args);
      } catch (error) {
        assert.ok(isFault(error, 'definition'), String(error));
      }
    }),
  );
});

for (const [given, variable, expected] of [
  [undefined, undefined, undefined],
  [undefined, ' ', undefined],
  [1, '3', 1],
  [undefined, '3', 3],
  [2, '3', 2],
  ['auto', '3', availableParallelism()],
  [undefined, 'AUTO', availableParallelism()],
] as const) {
  test(`runs ${expected} processes with the option ${given} and the variable ${JSON.stringify(variable)}`, () =>
    assert.equal(processCount(given, { CAMUNDA_CONNECTORS_PROCESSES: variable }), expected));
}

test('refuses another number of processes in the environment, and does not print it', () => {
  assert.throws(
    () => processCount(undefined, { CAMUNDA_CONNECTORS_PROCESSES: 'hunter2' }),
    (error) =>
      isFault(error, 'configuration') &&
      error.message.startsWith('CAMUNDA_CONNECTORS_PROCESSES must be auto or a whole number from 1 to 1024.\nFix: '),
  );
});
