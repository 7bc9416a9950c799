import assert from 'node:assert/strict';
import { test } from 'node:test';
import { type FaultKind, fault, isFault, plainMessage } from '../../src/common/fault.ts';

const kinds = Object.keys({
  definition: true,
  configuration: true,
  input: true,
  secret: true,
  output: true,
  value: true,
  feel: true,
  timeout: true,
  connection: true,
  rejection: true,
} satisfies Record<FaultKind, true>) as FaultKind[];

for (const kind of kinds) {
  test(`a fault of kind ${kind} is a fault of this kind and of no other`, () => {
    const error = fault(kind, { what: 'It failed.' });
    assert.deepEqual(
      kinds.filter((other) => isFault(error, other)),
      [kind],
    );
    assert.equal(isFault(error), true);
  });
}

const proxy = new Proxy(
  {},
  {
    has: () => {
      throw new Error('refused');
    },
  },
);

const others: readonly (readonly [what: string, value: unknown])[] = [
  ['an ordinary error', new Error('It failed.')],
  ['an error with only the property kind', Object.assign(new Error('It failed.'), { kind: 'input' })],
  ['text', 'input'],
  ['undefined', undefined],
  ['null', null],
  ['a proxy whose traps throw', proxy],
];

for (const [what, value] of others) {
  test(`${what} is not a fault`, () => {
    assert.equal(isFault(value), false);
    assert.equal(isFault(value, 'input'), false);
  });
}

test('the message says what is wrong, where, and how to fix it', () => {
  const cause = new Error('cause');
  const error = fault('input', { what: 'It failed.', where: 'here', fix: 'try again.', cause }, { extra: 1 });
  assert.equal(error.message, 'It failed.\nWhere: here\nFix: try again.');
  assert.equal(error.cause, cause);
  assert.equal(error.extra, 1);
  assert.equal(fault('input', { what: 'It failed.' }).message, 'It failed.');
});

test('the plain message is the message without the advice', () => {
  const parts = { what: 'A is wrong.\nFix: see A', plain: 'A is wrong.', where: 'a.b' };
  assert.equal(plainMessage(fault('value', { what: 'A is wrong.' })), 'A is wrong.');
  assert.equal(plainMessage(fault('value', { what: 'A is wrong.', fix: 'correct A.' })), 'A is wrong.');
  assert.equal(plainMessage(fault('value', { ...parts, fix: 'correct A.' })), 'A is wrong.\nWhere: a.b');
  assert.deepEqual(Object.keys(fault('value', parts)), ['kind']);
});
