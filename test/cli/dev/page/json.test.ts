import assert from 'node:assert/strict';
import { test } from 'node:test';
import { createJsonWriter } from '../../../../src/cli/dev/page/json.ts';

test('whole numbers beyond 2^53 are texts, and nothing is null', () => {
  const json = createJsonWriter([]);
  assert.equal(json({ big: 2n ** 60n, text: 'hunter2' }), '{"big":"1152921504606846976","text":"hunter2"}');
  assert.equal(json(undefined), 'null');
});

test('secrets are masked in every text, and only in texts', () => {
  const json = createJsonWriter(['hunter2', 'at']);
  const written = json({ deep: [{ text: 'it is hunter2!' }], at: 'at' });
  assert.doesNotMatch(written, /hunter2/);
  assert.deepEqual((JSON.parse(written) as { at: string }).at, 'at');
});
