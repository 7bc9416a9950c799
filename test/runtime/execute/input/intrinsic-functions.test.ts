/** Intrinsic functions in the input. The numbers are those of the reference for Camunda 8.10. */
import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import * as v from 'valibot';
import { defineOutbound } from '../../../../src/connector/define.ts';
import { documentMark } from '../../../../src/connector/document.ts';
import { executeOutbound } from '../../../../src/runtime/execute/execute-outbound.ts';
import { functionMark } from '../../../../src/runtime/execute/input/intrinsic-functions.ts';
import { hasNothingToResolve } from '../../../../src/runtime/execute/input/resolve-input.ts';

const call = (name: string, ...params: readonly unknown[]) => ({ 'camunda.function.type': name, params });
const inline = (content: unknown) => ({ 'camunda.document.type': 'inline', content });

/** What the connector receives, or the message of the failure, which is for good. */
const receives = async (schema: v.GenericSchema, x: unknown, asText = true): Promise<unknown> => {
  let received: unknown;
  const connector = defineOutbound({
    name: 'T',
    type: 't',
    input: v.object({ x: schema }),
    run: (input) => {
      received = (input as { x: unknown }).x;
      return {};
    },
  });
  const outcome = await executeOutbound(connector, { variables: asText ? JSON.stringify({ x }) : { x } });
  if (outcome.kind === 'complete') return received;
  assert.ok(outcome.kind === 'fail' && outcome.retries === 0, JSON.stringify(outcome));
  assert.match(JSON.stringify(outcome.variables), /ConnectorInputException/);
  return outcome.message;
};

test('variables are searched if their text has a mark, or if there is no text', () => {
  for (const mark of [functionMark, documentMark]) {
    assert.equal(hasNothingToResolve(`{"a":{"${mark}":"x"}}`), false);
    assert.equal(hasNothingToResolve(`{"a":{"${mark.slice(0, -1)}":"x"}}`), true);
  }
  assert.equal(hasNothingToResolve(undefined), false);
});

test('116: base64 of text', async () => {
  assert.equal(await receives(v.string(), call('base64', 'hi')), 'aGk=');
  assert.equal(await receives(v.optional(v.string()), call('base64', 'ä'), false), 'w6Q=');
  assert.deepEqual(await receives(v.object({ list: v.array(v.string()) }), { list: ['a', call('base64', 'hi')] }), {
    list: ['a', 'aGk='],
  });
  assert.equal(await receives(v.unknown(), call('base64', 'hi')), 'aGk=');
});

test('117: nested calls, inside out, and ten at most', async () => {
  assert.equal(await receives(v.string(), call('base64', call('getText', inline('hi')))), 'aGk=');
  const list = (count: number) => Array.from({ length: count }, () => call('base64', 'hi'));
  assert.equal(((await receives(v.array(v.string()), list(10))) as readonly string[]).length, 10);
  assert.match(
    String(await receives(v.array(v.string()), list(11))),
    /x\[10\]: the function base64 cannot be called: an input may have 10/,
  );
  const nested = list(9).concat(call('base64', call('base64', 'hi') as never));
  assert.match(String(await receives(v.array(v.string()), nested)), /10 calls at most/);
});

const secret = 'very-secret-content';

describe('118: what cannot be called is named without its content', () => {
  const cases: readonly (readonly [title: string, given: unknown, message: RegExp])[] = [
    [
      'an unknown name',
      call(secret, secret),
      /x: a function cannot be called: its name is unknown\. Known: base64, getText/,
    ],
    ['the name of a property of objects', call('constructor', secret), /its name is unknown/],
    ['a missing parameter', call('base64'), /the function base64 cannot be called: it needs a parameter/],
    ['parameters that are not a list', { 'camunda.function.type': 'base64', params: secret }, /it needs a parameter/],
    ['a number', call('base64', 5), /base64 cannot be called: its parameter must be text or a document/],
    ['null', call('base64', null), /its parameter must be text or a document/],
    [
      'text for a document',
      call('getText', secret),
      /getText cannot be called: its first parameter must be a document/,
    ],
    ['an unknown charset', call('getText', inline(secret), 'klingon'), /its charset is unknown/],
    ['a list as the root', call('getJson', inline([secret])), /the JSON of the document must be an object/],
    ['text that is not JSON', call('getJson', inline(secret)), /the document is not JSON/],
    ['a broken expression', call('getJson', inline({ a: secret }), 'a +'), /its FEEL expression cannot be evaluated/],
    [
      'a document without its store',
      call('base64', { 'camunda.document.type': 'camunda', documentId: secret }),
      /the reference to a document has no documentId or no storeId/,
    ],
    [
      '126: a document at an address',
      call('base64', { 'camunda.document.type': 'external', url: secret }),
      /this runtime does not load documents of the type "external"/,
    ],
    [
      'an unknown kind of document',
      call('base64', { 'camunda.document.type': secret }),
      /the type of the document is unknown/,
    ],
    ['122: a link', call('createLink', inline(secret)), /createLink cannot be called: an inline document has no link/],
    ['a token of GitHub', call('createGithubAppInstallationToken', secret), /does not request tokens; pass a token/],
  ];
  for (const [title, given, message] of cases) {
    test(title, async () => {
      const said = String(await receives(v.string(), given));
      assert.match(said, message);
      assert.ok(!said.includes(secret), said);
    });
  }
});

test('119: further parameters are ignored', async () => {
  assert.equal(await receives(v.string(), call('base64', 'hi', 'more', 5)), 'aGk=');
});

test('120: a number or a boolean does not look for functions', async () => {
  assert.match(String(await receives(v.number(), call('base64', 'hi'))), /x: expected a number, but got an object/);
  assert.match(
    String(await receives(v.optional(v.boolean()), call('base64', 'hi'))),
    /x: expected true or false, but got an object/,
  );
});

test('121: a part of a JSON document', async () => {
  const document = inline({ a: { b: [1, 'x'] }, n: 2 });
  assert.deepEqual(await receives(v.unknown(), call('getJson', document, 'a.b')), [1, 'x']);
  assert.deepEqual(await receives(v.unknown(), call('getJson', document, '=n + 1')), 3);
  assert.deepEqual(await receives(v.unknown(), call('getJson', document, ' ')), { a: { b: [1, 'x'] }, n: 2 });
  assert.equal(await receives(v.string(), call('getText', document)), '{"a":{"b":[1,"x"]},"n":2}');
});

test('129: a function in a result is only data', async () => {
  const connector = defineOutbound({
    name: 'T',
    type: 't',
    input: v.object({}),
    resultVariable: 'r',
    run: () => call('base64', 'hi'),
  });
  assert.deepEqual(await executeOutbound(connector, { variables: '{}' }), {
    kind: 'complete',
    variables: { r: call('base64', 'hi') },
  });
});
