/** What is refused in the arguments of everything that stores, reads, links and deletes documents. */
import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { createEngine } from 'camunda-connectors/engine';
import type { ConnectionFault } from '../../../src/connection/port.ts';
import type { DocumentStore } from '../../../src/connector/document.ts';
import { openDocument } from '../../../src/connector/documents/open-document.ts';
import { outboundContext } from '../../../src/testing/contexts.ts';
import { memoryDocuments } from '../../../src/testing/memory-documents.ts';

/** Runs a call that must be refused before anything happens, whether it throws or rejects. */
const refusal = async (call: () => unknown): Promise<string> => {
  const error = (await (async () => call())().then(
    () => assert.fail('nothing was refused'),
    (thrown: unknown) => thrown,
  )) as ConnectionFault;
  assert.deepEqual([error.kind, error.status, error.reason], ['connection', 'INVALID_ARGUMENT', 'rejected']);
  assert.match(error.message, /\nWhere: documents?\.\w+\(.*\)\nFix: /);
  assert.ok(!error.message.includes('confidential'), 'no value is quoted');
  return error.message;
};

const stream = async function* () {
  yield Buffer.from('a');
};

const documents: readonly (readonly [title: string, document: unknown, text: RegExp])[] = [
  [
    'a misspelt name',
    { content: 'a', filename: 'confidential' },
    /- filename: unknown property\. Did you mean fileName\?/,
  ],
  [
    'another name',
    { content: 'a', contenttype: 'x/y' },
    /- contenttype: unknown property\. Did you mean contentType\?/,
  ],
  [
    'an object',
    { content: { a: 'confidential' } },
    /- content: expected text, bytes .* but got an object[\s\S]*JSON\.stringify/,
  ],
  ['null', { content: null }, /- content: expected .* but got null/],
  ['no content', {}, /- content: is missing/],
  ['text alone', 'confidential', /expected a document \{ content, fileName\?, … \}, but got text/],
  ['nothing', undefined, /expected a document .* but got undefined/],
  ['a number as a name', { content: 'a', fileName: 7 }, /- fileName: expected text, but got 7/],
  ['an invalid date', { content: 'a', expiresAt: new Date(Number.NaN) }, /- expiresAt: expected a Date/],
  [
    'properties as text',
    { content: 'a', customProperties: 'x' },
    /- customProperties: expected an object, but got text/,
  ],
];

const references: readonly (readonly [title: string, reference: unknown, text: RegExp])[] = [
  ['an id alone', 'confidential', /expected a reference \{ documentId, storeId\?, … \}, but got text/],
  ['nothing', undefined, /but got undefined/],
  ['a misspelt id', { documentID: 'x' }, /- documentId: is missing\. Did you mean documentId instead of documentID\?/],
  ['no id', { storeId: 'x' }, /- documentId: is missing/],
  ['an empty id', { documentId: '' }, /- documentId: expected text that is not empty/],
  ['a number', { documentId: 7 }, /- documentId: expected text that is not empty, but got 7/],
];

describe('a store refuses', () => {
  const store = memoryDocuments();
  for (const [title, document, text] of documents) {
    test(`a new document: ${title}`, async () => {
      assert.match(await refusal(() => store.create(document as never)), text);
      assert.deepEqual(store.references(), []);
    });
  }
  for (const name of ['read', 'createLink', 'delete'] as const) {
    for (const [title, reference, text] of references) {
      test(`the reference for ${name}: ${title}`, async () =>
        assert.match(await refusal(() => store[name](reference as never)), text));
    }
  }

  const calls: Readonly<Record<string, (options: never) => unknown>> = {
    create: (options) => store.create({ content: 'a' }, options),
    read: (options) => store.read({ documentId: 'x' }, options),
    createLink: (options) => store.createLink({ documentId: 'x' }, options),
    delete: (options) => store.delete({ documentId: 'x' }, options),
  };
  const wrong: readonly (readonly [options: unknown, text: RegExp])[] = [
    [{ timeOut: 1 }, /- timeOut: unknown option\. Did you mean timeout\?/],
    [{ timeout: '1' }, /- timeout: expected a number of milliseconds, 0 or more, but got text/],
    [{ timeout: 2 ** 31 }, /- timeout: expected at most 2147483647 milliseconds/],
    [{ signal: {} }, /- signal: expected an AbortSignal, but got an object/],
    [null, /expected options \{ .* \}, but got null/],
  ];
  for (const [name, call] of Object.entries(calls)) {
    for (const [options, text] of wrong) {
      test(`the options ${JSON.stringify(options)} of ${name}`, async () =>
        assert.match(await refusal(() => call(options as never)), text));
    }
  }

  test('the time of a link, and a document instead of its reference', async () => {
    const call = (options: object) => () => store.createLink({ documentId: 'x' }, options);
    assert.match(await refusal(call({ timeToLive: 0 })), /- timeToLive: expected a positive number of milliseconds/);
    assert.match(await refusal(call({ ttl: 5 })), /- ttl: unknown option/);
    const { documents } = outboundContext({ documents: memoryDocuments() });
    const document = await documents.create({ content: 'a' });
    assert.match(await refusal(() => store.read(document as never)), /pass its property reference/);
  });
});

test('a store accepts all forms of content, and null for what is not known', async () => {
  const store = memoryDocuments();
  for (const content of ['', 'a', Buffer.from('a'), stream(), new Blob(['a']).stream()]) {
    await store.create({ content: content as never, fileName: null, contentType: null });
  }
  const { signal } = new AbortController();
  const expiresAt = new Date(Date.now() + 60_000);
  const reference = await store.create({ content: 'a', expiresAt, customProperties: { a: 1 } }, { signal, timeout: 5 });
  assert.equal(store.references().length, 6);
  await store.delete(reference, {});
});

test('an engine refuses the same', async (t) => {
  const engine = await createEngine();
  t.after(() => engine.stop());
  const store: DocumentStore = engine.documents;
  assert.match(await refusal(() => store.create({ content: 'a', filename: 'x' } as never)), /Did you mean fileName\?/);
});

describe('the documents of a context refuse', () => {
  for (const [title, document, text] of documents) {
    test(`a new document: ${title}`, async () =>
      assert.match(await refusal(() => outboundContext().documents.create(document as never)), text));
  }
  for (const [title, reference, text] of references) {
    test(`to delete: ${title}`, async () =>
      assert.match(await refusal(() => outboundContext().documents.delete(reference as never)), text));
  }

  const inline = () =>
    openDocument({ 'camunda.document.type': 'inline', content: 'a' }, { signal: new AbortController().signal });
  const calls: readonly (readonly [title: string, call: () => unknown, text: RegExp])[] = [
    ['bytes', () => inline().bytes({ maxsize: 1 } as never), /- maxsize: unknown option\. Did you mean maxSize\?/],
    ['json', () => inline().json({ maxSize: -1 }), /- maxSize: expected a number of bytes, 0 or more, but got -1/],
    ['stream', () => inline().stream({ max: 1 } as never), /- max: unknown option\. Did you mean maxSize\?/],
    ['text', () => inline().text({ encodign: 'x' } as never), /- encodign: unknown option\. Did you mean encoding\?/],
    ['link', () => inline().link({ timeToLive: Number.NaN }), /- timeToLive: expected a positive number/],
  ];
  for (const [title, call, text] of calls) {
    test(`options of ${title}`, async () => assert.match(await refusal(call), text));
  }

  test('nothing of an inline document that is deleted or read with limits', async () => {
    await outboundContext().documents.delete(inline());
    assert.equal(await inline().text({ maxSize: 1, encoding: 'ISO-8859-1' }), 'a');
  });
});
