import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { cutMessage, errorText, longestMessage } from '../../../src/runtime/shared/error-text.ts';

const named = (name: string, message = ''): Error => Object.assign(new Error(message), { name });

const circular = new Error('round');
circular.cause = circular;

const cases: readonly [what: string, thrown: unknown, text: string][] = [
  ['an error', new Error('boom'), 'boom'],
  ['a frozen error', Object.freeze(new Error('cold')), 'cold'],
  ['a cause', new Error('outer', { cause: new Error('inner') }), 'outer\nCaused by: inner'],
  ['a cause that the message names already', new Error('outer: inner', { cause: new Error('inner') }), 'outer: inner'],
  ['a text as the cause', new Error('outer', { cause: 'inner' }), 'outer\nCaused by: inner'],
  ['a cause that is itself', circular, 'round'],
  ['an aggregate', new AggregateError([new Error('one'), new Error('two')]), 'one; two'],
  ['an error without a message', named('TypeError'), 'TypeError'],
  ['an error with a code only', Object.assign(new Error(''), { code: 'ECONNREFUSED' }), 'ECONNREFUSED'],
  ['a text', 'plain', 'plain'],
  ['an empty text', '', 'an empty text was thrown'],
  ['null', null, 'null was thrown'],
  ['undefined', undefined, 'undefined was thrown'],
  ['a number', 42, 'a number was thrown'],
  ['a symbol', Symbol('secret'), 'a symbol was thrown'],
  ['an object with a message', { message: 'from afar' }, 'from afar'],
  ['an object', { password: 'x' }, 'an object without a message was thrown'],
  [
    'a getter that throws',
    Object.defineProperty({}, 'message', { get: () => assert.fail() }),
    'an object without a message was thrown',
  ],
];

for (const [what, thrown, text] of cases) {
  test(`the text of ${what}`, () => assert.equal(errorText(thrown), text));
}

test('a revoked proxy has a text too', () => {
  const { proxy, revoke } = Proxy.revocable({}, {});
  revoke();
  assert.equal(errorText(proxy), 'an object without a message was thrown');
  assert.match(errorText({ errors: proxy }), /cannot be read/);
});

test('a long message is cut to 6000 units', () => {
  assert.equal(longestMessage, 6000);
  assert.equal(errorText(new Error('x'.repeat(8400))).length, 6000);
});

test('a cut through a surrogate pair leaves no half of it', () => {
  const cut = cutMessage(`${'x'.repeat(5999)}😀`);
  assert.equal(cut.length, 6000);
  assert.equal(cut.at(-1), '\ufffd');
  assert.equal(cutMessage('😀'), '😀');
});

test('every value has a text of at most 6000 units', () => {
  fc.assert(
    fc.property(fc.anything(), (thrown) => {
      const text = errorText(thrown);
      assert.ok(text.length > 0 && text.length <= longestMessage);
    }),
  );
});
