import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import {
  check,
  describeValue,
  findProblems,
  inTurn,
  listOf,
  mapOf,
  objectOf,
  oneOf,
  type Rule,
  when,
  withFunctions,
} from '../../../src/connector/rules/rule-engine.ts';

const wholeNumber = when(Number.isInteger, 'a whole number');
const server = objectOf({ host: when((value) => typeof value === 'string', 'text'), port: wholeNumber });

const cases: readonly (readonly [title: string, rule: Rule, value: unknown, lines: readonly string[]])[] = [
  ['a value that is fine', wholeNumber, 1, []],
  ['a value that is not', wholeNumber, 1.5, ['expected a whole number, but got 1.5']],
  ['one of two values', oneOf('a', 'b'), 'c', ['must be "a" or "b"']],
  ['one of several values', oneOf('a', 'b', 'c'), 'd', ['must be one of "a", "b", "c"']],
  ['an object that is fine', server, { host: 'h', port: 1 }, []],
  ['an object without anything', server, {}, []],
  ['an undefined property', server, { port: undefined, colour: undefined }, []],
  ['a list instead of an object', server, [], ['expected an object, but got an empty list']],
  [
    'several problems',
    server,
    { host: 1, port: 'x' },
    ['host: expected text, but got 1', 'port: expected a whole number, but got text'],
  ],
  ['a misspelt property', server, { prt: 1 }, ['prt: unknown property. Did you mean port?']],
  ['an unknown property', server, { colour: 1 }, ['colour: unknown property. Known: host, port']],
  ['a property of every object', server, { toString: 1 }, ['toString: unknown property. Known: host, port']],
  ['another noun', objectOf({ a: wholeNumber }, { noun: 'option' }), { b: 1 }, ['b: unknown option. Did you mean a?']],
  ['a missing property', objectOf({ a: wholeNumber }, { required: ['a'] }), {}, ['a: is missing']],
  [
    'a misplaced property',
    objectOf({}, { misplaced: { run: 'belongs elsewhere' } }),
    { run: 1 },
    ['run: belongs elsewhere'],
  ],
  ['an open object', objectOf({ a: wholeNumber }, { open: true }), { a: 1, b: 2 }, []],
  [
    'an object inside',
    objectOf({ server }),
    { server: { prt: 1 } },
    ['server.prt: unknown property. Did you mean port?'],
  ],
  [
    'a list',
    listOf(wholeNumber, 'a list of numbers'),
    [1, 'x', 2.5],
    ['[1]: expected a whole number, but got text', '[2]: expected a whole number, but got 2.5'],
  ],
  ['no list', listOf(wholeNumber, 'a list of numbers'), 1, ['expected a list of numbers, but got 1']],
  ['a list that is too short', listOf(wholeNumber, 'a list', 1), [], ['expected a list, but got an empty list']],
  [
    'objects in a list',
    objectOf({ servers: listOf(server, 'a list') }),
    { servers: [{}, { port: null }] },
    ['servers[1].port: expected a whole number, but got null'],
  ],
  [
    'a map',
    mapOf(server, 'servers by name'),
    { 'a b': { port: 'x' } },
    ['["a b"].port: expected a whole number, but got text'],
  ],
  [
    'the names of a map',
    mapOf(server, 'servers', (name) => (name === 'x' ? 'bad name' : undefined)),
    { x: 1 },
    ['x: bad name'],
  ],
  ['no map', mapOf(server, 'servers by name'), null, ['expected servers by name, but got null']],
  [
    'functions',
    withFunctions('a logger', ['info', 'warn']),
    { info: () => {} },
    ['expected a logger, but it has no function warn'],
  ],
  ['no functions', withFunctions('a logger', ['info']), 'x', ['expected a logger, but got text']],
];

describe('the rule engine', () => {
  for (const [title, rule, value, lines] of cases) test(title, () => assert.deepEqual(check(rule, value), lines));

  test('a function with properties has functions', () => {
    assert.deepEqual(
      check(
        withFunctions('a logger', ['info']),
        Object.assign(() => {}, { info: () => {} }),
      ),
      [],
    );
  });

  test('a later rule applies only if the earlier ones accept the value', () => {
    const even = inTurn(wholeNumber, (value) => ((value as number) % 2 === 0 ? undefined : 'must be even'));
    assert.deepEqual(check(even, 'x'), ['expected a whole number, but got text']);
    assert.deepEqual(check(even, 1), ['must be even']);
    assert.deepEqual(check(even, 2), []);
  });

  test('problems are data, and their path starts with that of the value', () => {
    assert.deepEqual(findProblems(server, { port: 'x' }, ['servers', 0]), [
      { path: ['servers', 0, 'port'], text: 'expected a whole number, but got text' },
    ]);
    assert.deepEqual(check(server, 1, ['servers', 0]), ['servers[0]: expected an object, but got 1']);
  });

  test('text is never quoted, because it may be a secret', () => {
    const values = ['s3cret', ['s3cret'], { a: 's3cret' }, () => 's3cret', Symbol('s3cret')];
    assert.deepEqual(values.map(describeValue), ['text', 'a list', 'an object', 'a function', 'a symbol']);
  });
});
