import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { callIdOf, randomId, readReference, writeReference } from '../../../../src/runtime/inbound/waits/reference.ts';

const holder = 'AAAAAAAAAAAAAAAAAAAAAA';
const call = 'bbbb-bbbb_bbbbbbbbbbbb';

describe('the text that says whom to answer', () => {
  test('can be read again', () => {
    const reference = { holder, call, until: 1_767_225_600_000 };
    assert.equal(writeReference(reference), `${holder}.${call}.1767225600000`);
    assert.deepEqual(readReference(writeReference(reference)), reference);
    assert.equal(readReference(writeReference({ holder: randomId(), call: callIdOf(undefined), until: 0 }))?.until, 0);
  });

  for (const [title, value] of [
    ['nothing', undefined],
    ['null', null],
    ['an object', { holder, call, until: 0 }],
    ['another text', 'Ada'],
    ['a holder that is too short', `AAAA.${call}.0`],
    ['an expression in the holder', `"AAAAAAAAAAAAAAAAAAAA".${call}.0`],
    ['no time', `${holder}.${call}.`],
    ['a time that is not a number', `${holder}.${call}.1e9`],
    ['something behind it', `${holder}.${call}.1\n`],
  ] as const) {
    test(`is not ${title}`, () => assert.equal(readReference(value), undefined));
  }

  test('a repetition of a message has the same call; another message and one without an id have others', () => {
    const one = callIdOf(['w', 'm', 'k', 'id', '']);
    assert.equal(callIdOf(['w', 'm', 'k', 'id', '']), one);
    const others = [callIdOf(['w', 'm', 'kid', '', '']), callIdOf(['v', 'm', 'k', 'id', '']), callIdOf(undefined)];
    assert.equal(new Set([one, ...others, callIdOf(undefined)]).size, 5);
  });
});
