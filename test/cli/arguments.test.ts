import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { type Parsed, readArguments } from '../../src/cli/arguments.ts';
import { isFault } from '../../src/common/fault.ts';

const commands = {
  start: { module: { type: 'positional' }, watch: { type: 'boolean' }, 'max-jobs': { type: 'string', valueHint: 'N' } },
  dev: { module: { type: 'positional' }, resource: { type: 'string', valueHint: 'FILE' }, run: { type: 'string' } },
  check: {},
} as const;

const read = (command: keyof typeof commands, ...args: readonly string[]): Parsed =>
  readArguments(args, command, commands);

test('reads positionals, options with their values, and flags, in any order', () => {
  assert.deepEqual(read('dev', '--resource', 'x.bpmn', 'a.js', '--resource=y.bpmn', '--', '--run'), {
    positionals: ['a.js', '--run'],
    options: { resource: ['x.bpmn', 'y.bpmn'], run: [] },
    flags: new Set(),
  });
  assert.deepEqual(read('start', 'a.js', '--watch').flags, new Set(['watch']));
});

test('a value may begin with - after =', () => {
  assert.deepEqual(read('dev', '--run=-x').options.run, ['-x']);
  assert.deepEqual(read('dev', '--run=').options.run, ['']);
});

for (const [command, args, message] of [
  ['dev', ['--resources', 'x'], 'dev has no option --resources. Did you mean --resource?'],
  ['dev', ['--colour'], 'dev has no option --colour.'],
  ['dev', ['-r', 'x'], 'dev has no option -r.'],
  ['dev', ['--max-jobs', '1'], 'dev has no option --max-jobs. It is an option of start.'],
  ['dev', ['--module', 'a.js'], 'dev has no option --module.'],
  ['start', ['--no-watch'], 'start has no option --no-watch. Did you mean --watch?'],
  ['check', ['--resource', 'x'], 'check has no option --resource. It is an option of dev.'],
  ['check', ['--__proto__'], 'check has no option --__proto__.'],
  ['start', ['--watch=no'], '--watch takes no value.'],
  ['start', ['--max-jobs'], '--max-jobs needs a value.\nFix: write --max-jobs=<N>.'],
  ['dev', ['--resource', '--run', 'x'], '--resource needs a value.\nFix: write --resource=<FILE>.'],
  ['dev', ['--run'], '--run needs a value.\nFix: write --run=<VALUE>.'],
] as const) {
  test(`refuses ${command} ${args.join(' ')}`, () => {
    assert.throws(
      () => read(command, 'a.js', ...args),
      (error) => {
        assert.ok(isFault(error, 'definition'));
        const text = `${error.message}\n`;
        assert.ok(text.startsWith(`${message}\n`), text);
        return true;
      },
    );
  });
}

test('a refusal of an unknown option says where the options are listed', () => {
  assert.throws(() => read('dev', '--resources'), /\nFix: see camunda-connectors dev --help\.$/);
});

test('reads any arguments or refuses them with a fault, and loses none of them', () => {
  const words = fc.oneof(fc.string(), fc.constantFrom('--run', '--resource=', '--resource', '--', '-r', '--__proto__'));
  fc.assert(
    fc.property(fc.array(words), (args) => {
      try {
        const { positionals, options } = read('dev', ...args);
        const values = Object.values(options).flat();
        for (const arg of args.filter((word) => !word.startsWith('-'))) {
          assert.ok(positionals.includes(arg) || values.includes(arg), arg);
        }
      } catch (error) {
        assert.ok(isFault(error, 'definition'), String(error));
      }
    }),
  );
});
