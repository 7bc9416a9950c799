import assert from 'node:assert/strict';
import { test } from 'node:test';
import { createArrivingBody } from '../../../src/connection/network/body.ts';

for (const [title, parts, size] of [
  ['none', 0, 1],
  ['one', 1, 7],
  ['as many as are joined', 1024, 1],
  ['more than are joined', 2500, 3],
] as const) {
  test(`puts its parts together in order: ${title}`, () => {
    const whole = Buffer.alloc(parts * size);
    for (let index = 0; index < whole.length; index += 1) whole[index] = index % 251;
    const body = createArrivingBody(whole.length);
    for (let index = 0; index < parts; index += 1) {
      assert.ok(body.add(whole.subarray(index * size, (index + 1) * size)), `part ${index} is within the limit`);
    }
    assert.deepEqual(body.bytes(), whole);
  });
}

test('ends with the first byte beyond the limit, and keeps nothing', () => {
  const body = createArrivingBody(10);
  assert.equal(body.add(Buffer.alloc(10)), true);
  assert.equal(body.add(Buffer.alloc(1)), false);
  assert.equal(body.add(Buffer.alloc(1)), false);
  assert.equal(body.bytes().length, 0);
});
