import assert from 'node:assert/strict';
import { test } from 'node:test';
import { maxShortLives, restartAfter, shortLife } from '../../../src/runtime/processes/restarts.ts';

for (const [what, shortLives, lived, random, expected] of [
  ['a first short life is followed by a short pause', 0, 0, 0, { shortLives: 1, delay: 250 }],
  ['the pauses grow', 2, 0, 1, { shortLives: 3, delay: 2_000 }],
  ['a life that is long enough counts as success', 4, shortLife, 0, { shortLives: 0, delay: 250 }],
  ['too many short lives in a row are not followed by a start', maxShortLives - 1, shortLife - 1, 0, { shortLives: 5 }],
] as const) {
  test(what, () => assert.deepEqual(restartAfter(shortLives, lived, random), expected));
}
