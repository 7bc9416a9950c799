import assert from 'node:assert/strict';
import { test } from 'node:test';
import { isIdSlip, isSlip } from '../../../src/cli/hints/slips.ts';

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

for (const [id, other, expected] of [
  ['aks', 'ask', true],
  ['prise', 'price', true],
  ['delivry', 'delivery', true],
  ['pay-order', 'pay_order', true],
  ['ask', 'ask', false],
  ['ba', 'ab', false],
  ['cat', 'hat', false],
  ['form-a', 'form-b', false],
  ['price1', 'prise1', false],
  ['order', 'orders', false],
  ['other', 'order', false],
] as const) {
  test(`the id ${id} is ${expected ? 'probably' : 'hardly'} meant as ${other}`, () =>
    assert.equal(isIdSlip(id, other), expected));
}
