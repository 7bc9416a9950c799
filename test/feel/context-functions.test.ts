/** The functions of a context can be called, but are not among its values. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { compileExpression, compileMappings } from '../../src/feel/index.ts';
import { evaluate, fails, table } from './support.ts';

table('the functions of a context are not in its result', [
  ['{f: function(x) x}', {}],
  ['{f: function(x) x, b: 1}', { b: 1 }],
  ['{l: [{f: function(x) x}]}', { l: [{}] }],
  ['({f: function(x) x}).f', null],
  ['[{f: function(x) x, n: 1}].f', [null]],
  ['is defined({f: function(x) x}.f)', false],
  ['get value({f: function(x) x}, "f")', null],
  ['get entries({f: function(x) x, b: 1})', [{ key: 'b', value: 1 }]],
  ['string({f: function(x) x, b: 1})', '{b:1}'],
  ['to json({f: function(x) x, a: {g: function(y) y, b: 1}})', '{"a":{"b":1}}'],
  ['{g: function(x) {f: function(y) y, a: x}, r: g(2)}.r', { a: 2 }],
  ['{g: function(x) function(y) y, r: g(1)}.r', null],
  ['context([{key: "f", value: function(x) x}])', null],
  ['function(x) x', fails],
  ['[function(x) x]', fails],
]);

table('the functions of a context are not compared', [
  ['{f: function(x) x} = {}', true],
  ['{f: function(x) x} = {g: function(x) x}', true],
  ['{f: function(x) x} = {f: 1}', false],
  ['[{f: function(x) x}] = [{}]', true],
  ['[{f: function(a) 1}][f = null]', [{}]],
]);

table('the functions of a context can be called', [
  ['{a: {f: function(x) x}, b: a.f(1)}.b', 1],
  ['[{f: function(a) 1}][f(0) = 1]', [{}]],
  ['for x in [{f: function(a) a}] return x.f(3)', [3]],
  ['{f: 1, f: function(x) x, r: [f, f(2)]}.r', [1, 2]],
  ['{f: function(x) x, f: 1, r: [f, f(2)]}.r', [1, 2]],
  ['{f: function(a) a, f: function(a, b) b, r: [f(1), f(1, 2)]}.r', [1, 2]],
  ['{c: {f: function(a) a, f: function(a, b) b}, r: [c.f(1), c.f(1, 2)]}.r', [1, 2]],
  ['{f: function(a) 1, f: function(a) 2, r: f(0)}.r', 1],
  ['{c: {f: function(a) 1, f: function(a) 2}, r: c.f(0)}.r', 1],
  ['{f: function(a) 1, c: {f: function(b) 2, r: f(0)}}.c.r', 2],
]);

table('a copy of a context has no functions', [
  ['{c: context merge([{f: function(x) x}, {b: 1}]), r: c}.r', { b: 1 }],
  ['{c: context merge([{f: function(x) x}, {b: 1}]), r: c.f(5)}.r', fails],
  ['{c: context put({f: function(x) x}, "b", 1), r: c.f(5)}.r', fails],
  ['{c: context put({}, "f", function(x) x), r: c.f(5)}.r', fails],
]);

table('a function is no tested value: the tests have that of tests around them, or null', [
  ['5 in ((function(x) x) in (5))', true],
  ['5 in ((function(x) x) in (6))', false],
  ['(function(x) x) in (0)', false],
  ['(function(x) x) in ("a", 1)', false],
  ['(function(x) x) in ({})', false],
  ['(function(x) x) in (null)', true],
  ['(function(x) x) in not(0)', true],
  ['(function(x) x) in (> 0)', null],
  ['(function(x) x) in (? = 1)', false],
  ['(function(x) x) in (true)', true],
]);

test('a variable never contains the functions of a context', () => {
  const context = evaluate('{f: function(x) x, b: 1}');
  assert.throws(() => evaluate('c.f(1)', { c: context }), /has no function f\(\)/);
  const mappings = compileMappings(
    [
      { target: ['c'], source: { kind: 'expression', text: '={f: function(x) x * 2}' } },
      { target: ['d'], source: { kind: 'expression', text: '=c.f(4)' } },
    ],
    false,
  );
  assert.deepEqual(
    mappings.evaluate(() => undefined),
    { c: {}, d: 8 },
  );
  assert.deepEqual(Reflect.ownKeys(compileExpression('{f: function(x) x}').evaluate(() => undefined) as object), []);
});
