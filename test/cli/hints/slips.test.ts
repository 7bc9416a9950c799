import assert from 'node:assert/strict';
import { test } from 'node:test';
import { isSlip } from '../../../src/cli/hints/slips.ts';

for (const [name, other, expected] of [
  ['ttoal', 'total', true],
  ['totall', 'total', true],
  ['orderId', 'order_id', true],
  ['Receipt', 'receipt', true],
  ['total', 'total', false],
  ['order', 'orders', false],
  ['page1', 'page2', false],
  ['code', 'mode', false],
  ['ab', 'ba', false],
  ['input', 'output', false],
] as const) {
  test(`${name} is ${expected ? 'probably' : 'hardly'} meant as ${other}`, () =>
    assert.equal(isSlip(name, other), expected));
}
