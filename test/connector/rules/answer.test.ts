import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import * as v from 'valibot';
import { isFault } from '../../../src/common/fault.ts';
import { defineInbound } from '../../../src/connector/define.ts';
import { defineWebhook } from '../../../src/connector/definitions/define-webhook.ts';

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

const messages = { asked: v.object({ city: v.string() }) };

/** The error text for a webhook with these settings of waits; nothing if they are fine. */
const refusedWaits = (waits: unknown, others: object = {}): string => {
  try {
    defineWebhook({
      name: 'ask',
      path: '/ask',
      auth: 'none',
      run: () => undefined,
      messages,
      ...others,
      waits: waits as never,
    });
    return '';
  } catch (error) {
    assert.equal(isFault(error, 'definition'), true, String(error));
    return (error as Error).message;
  }
};

describe('the settings of a webhook that waits', () => {
  const input = v.object({ text: v.string() });

  test('need only a schema', () => {
    assert.equal(refusedWaits({ input }), '');
    const all = { input, type: 'reply', variable: 'reply_to', answer: () => ({}), late: { status: 200, body: 'Wait' } };
    assert.equal(refusedWaits(all), '');
    assert.equal(refusedWaits(undefined), '');
  });

  for (const [title, waits, text, others] of [
    ['no schema', {}, /waits\.input: is missing/],
    ['true', true, /waits: expected an object such as \{ input: /],
    ['a schema of text', { input: v.string() }, /waits\.input: expected a valibot schema of an object.*type "string"/],
    ['a job type of the runtime', { input, type: '_x' }, /waits\.type: must not start with "_"/],
    ['a variable with a blank', { input, variable: 'my caller' }, /waits\.variable: expected the name of a variable/],
    ['an answer that is not a function', { input, answer: {} }, /waits\.answer: expected a function/],
    [
      'a late answer that cannot be sent',
      { input, late: { status: 99 } },
      /waits\.late\.status: expected a whole number/,
    ],
    ['a misspelt property', { input, lates: {} }, /waits\.lates: unknown property of waits\. Did you mean late\?/],
    [
      'the variable as input',
      { input: v.object({ caller: v.string() }) },
      /waits\.input: must not have the field "caller"/,
    ],
    [
      'the variable in a message',
      { input, variable: 'city' },
      /messages\.asked: must not have the field "city".*waits\.variable/,
    ],
  ] as readonly (readonly [string, unknown, RegExp, object?])[]) {
    test(`must not have ${title}: the definition says so`, () => {
      const message = refusedWaits(waits, others);
      assert.match(message, text);
      assert.match(message, /Fix: /);
    });
  }
});
