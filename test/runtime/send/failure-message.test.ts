/** The error variables that follow the message of a failed job: section 2.2 of the runtime's reference. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { withVariables } from '../../../src/runtime/send/failure-message.ts';

const cases: readonly [what: string, variables: Record<string, unknown>, text: string][] = [
  ['the type', { error: { type: 'Error', message: 'm' } }, 'm | Error variables: {"error":{"type":"Error"}}'],
  [
    'all except the message itself',
    { error: { type: 'E', message: 'm', code: 'C', variables: { message: 'm' } } },
    'm | Error variables: {"error":{"type":"E","code":"C","variables":{"message":"m"}}}',
  ],
  ['another message', { error: { message: 'n' } }, 'm | Error variables: {"error":{"message":"n"}}'],
  ['variables beside an error that is the message', { error: 'm', k: 1n }, 'm | Error variables: {"k":1}'],
  ['nothing if the message is the only variable', { error: 'm' }, 'm'],
  ['nothing without variables', {}, 'm'],
  ['an error of another kind', { error: null }, 'm | Error variables: {"error":null}'],
];

for (const [what, variables, text] of cases) {
  test(`after a message: ${what}`, () => assert.equal(withVariables('m', variables), text));
}

test('an empty message is followed by the variables, and a long text is cut', () => {
  assert.equal(withVariables('', { a: 1 }), ' | Error variables: {"a":1}');
  const text = withVariables('m', { a: 'x'.repeat(7000) });
  assert.equal(text.length, 6000);
  assert.ok(text.startsWith('m | Error variables: {"a":"xxx'));
});
