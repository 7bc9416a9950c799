import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { readArguments } from '../../../src/cli/arguments.ts';
import { type DevRequest, devOptions, readDevRequest } from '../../../src/cli/dev/options.ts';
import { isFault } from '../../../src/common/fault.ts';

const request = (...args: readonly string[]): DevRequest =>
  readDevRequest(readArguments(args, 'dev', { dev: devOptions }));

test('modules and options may come in any order, and --resource more than once', () => {
  assert.deepEqual(request('a.js', '--resource', 'x.bpmn', 'b.js', '--resource=y.bpmn', '--port', '26500'), {
    modules: ['a.js', 'b.js'],
    resources: ['x.bpmn', 'y.bpmn'],
    tenants: [],
    port: 26_500,
    restPort: 0,
    hasTestClock: true,
    hasPage: true,
    pagePort: 0,
    opensPage: false,
  });
});

test('--tenant may be given more than once', () => {
  assert.deepEqual(request('a.js', '--tenant', 'north', '--tenant=south', '--tenant', 'north').tenants, [
    ...['north', 'south'],
  ]);
});

test('--rest-port and --test-clock are for the REST API and the clock', () => {
  const { restPort, hasTestClock } = request('a.js', '--rest-port', '8080', '--test-clock', '--no-page');
  assert.deepEqual([restPort, hasTestClock], [8_080, true]);
});

test('there is a page unless --run or --no-page leaves it out, and the page can move the clock', () => {
  const of = (...args: readonly string[]) => {
    const { hasPage, hasTestClock, pagePort, opensPage } = request('a.js', ...args);
    return { hasPage, hasTestClock, pagePort, opensPage };
  };
  const without = { hasPage: false, hasTestClock: false, pagePort: 0, opensPage: false };
  assert.deepEqual(of('--no-page'), without);
  assert.deepEqual(of('--run', 'p'), without);
  assert.deepEqual(of('--open', '--page-port', '8385'), {
    ...{ hasPage: true, hasTestClock: true, pagePort: 8_385, opensPage: true },
  });
});

for (const [args, trace] of [
  [[], undefined],
  [['--trace'], 'text'],
  [['--trace', '--json'], 'json'],
  [['--json'], 'json'],
  [['--no-trace'], 'none'],
] as const) {
  test(`what ${args.join(' ') || 'no option'} says about the trace`, () => {
    assert.equal(request('a.js', ...args).trace, trace);
  });
}

for (const [args, watch] of [
  [[], undefined],
  [['--watch'], true],
  [['--no-watch'], false],
  [['--run', 'p'], false],
] as const) {
  test(`what ${args.join(' ') || 'no option'} says about watching`, () => {
    assert.equal(request('a.js', ...args).watch, watch);
  });
}

test('--run takes the variables of its instance', () => {
  assert.deepEqual(request('a.js', '--run', 'hello', '--variables', '{"name":"Ada"}').run, {
    processId: 'hello',
    variables: { name: 'Ada' },
  });
  assert.deepEqual(request('a.js', '--run', 'hello').run, { processId: 'hello', variables: {} });
});

for (const [args, message] of [
  [['--port', 'web'], /--port must be a number from 0 to 65535/],
  [['--port', '70000'], /--port must be a number from 0 to 65535/],
  [['--port', '1', '--port', '2'], /--port is given 2 times/],
  [['--rest-port', 'web'], /--rest-port must be a number from 0 to 65535/],
  [['--page-port', 'web'], /--page-port must be a number from 0 to 65535/],
  [
    ['--no-page', '--open'],
    /--open needs the page, which --no-page leaves out\.\nFix: leave out --no-page, or --open\./,
  ],
  [['--run', 'p', '--open', '--page-port', '1'], /--open and --page-port need the page, which --run leaves out/],
  [['--run', 'p', '--variables', '[1]'], /--variables must be a JSON object/],
  [['--run', 'p', '--variables', 'secret'], /--variables must be a JSON object/],
  [['--variables', '{}'], /--variables works only with --run/],
  [['--watch', '--no-watch'], /--watch and --no-watch contradict each other\./],
  [['--watch', '--run', 'p'], /--watch does not work with --run, which ends with its instance\./],
  [['--trace', '--no-trace'], /--no-trace and --trace contradict each other\./],
  [['--json', '--no-trace'], /--no-trace and --json contradict each other\./],
  [['--tenant', 'a,b'], /--tenant must be the id of a tenant: .*e\.g\. --tenant north --tenant south/s],
] as const) {
  test(`refuses ${args.join(' ')}`, () => {
    assert.throws(
      () => request('a.js', ...args),
      (error) => isFault(error, 'definition') && message.test(error.message) && !error.message.includes('secret'),
    );
  });
}

test('reads any arguments or refuses them with a fault', () => {
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
