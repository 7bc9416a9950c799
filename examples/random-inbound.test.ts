import assert from 'node:assert/strict';
import { test } from 'node:test';
import { inboundContext } from 'camunda-connectors/testing';
import * as v from 'valibot';
import { drawNumber, randomInbound } from './random-inbound.ts';

test('drawNumber returns a number from 1 to 100', () => {
  assert.equal(
    drawNumber(() => 0),
    1,
  );
  assert.equal(
    drawNumber(() => 0.5),
    51,
  );
  assert.equal(
    drawNumber(() => 0.999_999),
    100,
  );
});

test('every call to loop returns a number that fits the output schema', async () => {
  const message = await randomInbound.loop({}, inboundContext());

  const { random_number } = v.parse(v.object({ random_number: v.number() }), message);
  assert.ok(Number.isInteger(random_number) && random_number >= 1 && random_number <= 100);
});
