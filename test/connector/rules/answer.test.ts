import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { isFault } from '../../../src/common/fault.ts';
import { defineInbound } from '../../../src/connector/define.ts';

/** The error text for a callback with this answer; nothing if it is fine. The answer may come from JavaScript. */
const refusal = (answer: unknown): string => {
  try {
    defineInbound({ name: 'paid', webhook: { answer: answer as never } });
    return '';
  } catch (error) {
    assert.equal(isFault(error, 'definition'), true, String(error));
    return (error as Error).message;
  }
};

describe('the answer in a definition', () => {
  for (const [title, answer] of [
    ['nothing at all', {}],
    ['a status without a body', { status: 204 }],
    ['text', { status: 202, headers: { 'X-Reference': 'a b\tc' }, body: 'Thank you' }],
    ['bytes', { body: new Uint8Array([1, 2]) }],
    ['values that have a JSON form', { body: { at: new Date(0), id: 2n ** 60n, list: [null, 1.5] } }],
    ['a function, which is checked when it has returned', () => ({ status: 99 })],
  ] as const) {
    test(`may be ${title}`, () => assert.equal(refusal(answer), ''));
  }

  for (const [title, answer, text] of [
    ['text', 'OK', /webhook\.answer: expected an answer such as \{ status: 200, body: "OK" \}, but got text/],
    [
      'a status below 200',
      { status: 100 },
      /webhook\.answer\.status: expected a whole number from 200 to 599, but got 100/,
    ],
    ['a status that is text', { status: '200' }, /webhook\.answer\.status: expected a whole number .*, but got text/],
    [
      'headers that are a list',
      { headers: [] },
      /webhook\.answer\.headers: expected texts by the names of headers, but got/,
    ],
    [
      'a line break in a header',
      { headers: { 'x-a': 'b\r\nc' } },
      /webhook\.answer\.headers\[?"?\.?x-a.*: must have a name of letters/,
    ],
    [
      'a blank in the name of a header',
      { headers: { 'x a': 'b' } },
      /x a.*: must have a name of letters, digits and "-"/,
    ],
    ['a number as a header', { headers: { 'x-a': 1 } }, /x-a.*: must have a name .* and a text of one line/],
    ['a header of the server', { headers: { 'Content-Length': '1' } }, /Content-Length.*: is set by the server/],
    ['a body without a JSON form', { body: { run: () => 1 } }, /webhook\.answer\.body: has no form as JSON/],
    [
      'a misspelt property',
      { stauts: 200 },
      /webhook\.answer\.stauts: unknown property of an answer\. Did you mean status\?/,
    ],
  ] as const) {
    test(`must not have ${title}: the definition says so, and how to correct it`, () => {
      const message = refusal(answer);
      assert.match(message, text);
      assert.match(message, /Fix: /);
    });
  }
});
