/** Documents as values: schemas and their types, content, the store in memory. */
import assert from 'node:assert/strict';
import { Readable } from 'node:stream';
import { describe, test } from 'node:test';
import type { Document, DocumentReference, DocumentReturnFormat } from 'camunda-connectors';
import { defineOutbound, document, documentResult, documentReturnFormat, isDocument } from 'camunda-connectors';
import { memoryDocuments, outboundContext } from 'camunda-connectors/testing';
import * as v from 'valibot';
import { closeContent, contentTypeOf, readContent } from '../../../src/connector/documents/content.ts';
import { createMemoryStore } from '../../../src/connector/documents/memory-store.ts';

type Equal<A, B> = (<T>() => T extends A ? 1 : 2) extends <T>() => T extends B ? 1 : 2 ? true : false;
const same = <Same extends true>(value: Same): void => assert.ok(value, 'the types are the same');

describe('types', () => {
  test('run receives documents, and returns them', () => {
    const connector = defineOutbound({
      name: 'T',
      type: 't',
      input: v.object({ one: document(), list: v.array(document({ maxSize: 5 })), maybe: v.optional(document()) }),
      output: v.object({ file: document() }),
      run: ({ one, list, maybe }) => {
        same<Equal<typeof one, Document>>(true);
        same<Equal<typeof list, Document[]>>(true);
        same<Equal<typeof maybe, Document | undefined>>(true);
        return { file: one };
      },
    });
    assert.equal(connector.type, 't');
    defineOutbound({
      name: 'T',
      type: 't',
      input: v.object({}),
      output: v.object({ file: document() }),
      // @ts-expect-error text is not a document
      run: () => ({ file: 'text' }),
    });
  });

  test('a result in the format of the task is a result of every connector', () => {
    defineOutbound({
      name: 'T',
      type: 't',
      input: v.object({ documentReturnFormat: documentReturnFormat() }),
      output: v.object({ body: v.unknown() }),
      run: ({ documentReturnFormat: { choice } }) => {
        same<Equal<typeof choice, DocumentReturnFormat>>(true);
        return documentResult({ content: new Response('a').body ?? '' }, (body) => ({ body }));
      },
    });
    // @ts-expect-error a number is not content
    documentResult({ content: 7 });
  });

  test('a reference is a variable', () => {
    const take = (value: { readonly [name: string]: unknown }): string => JSON.stringify(value);
    const reference: DocumentReference = {
      ...{ 'camunda.document.type': 'camunda', storeId: 's', documentId: 'd', metadata: {} },
    } as const;
    assert.match(take(reference), /"documentId":"d"/);
  });
});

describe('document()', () => {
  test('accepts documents only, without quoting what it refuses', async () => {
    const file = await outboundContext().documents.create({ content: 'a' });
    assert.equal(v.parse(document(), file), file);
    assert.equal(v.is(v.pipe(document(), v.title('File')), file), true);
    for (const value of [undefined, null, 'a', {}, file.reference, [file]])
      assert.equal(v.is(document(), value), false);
    assert.deepEqual([isDocument(file), isDocument(file.reference), isDocument(undefined)], [true, false, false]);
  });

  test('names wrong options', () => {
    assert.throws(() => document({ maxSize: 0 }), /document\(…\) got wrong arguments:[\s\S]*maxSize/);
    assert.throws(() => document({ maxsize: 1 } as never), /maxsize[\s\S]*maxSize/);
  });
});

describe('documentReturnFormat()', () => {
  test('has a default, which is the first choice unless it is set', () => {
    const parse = (schema: v.GenericSchema, value: unknown) => v.parse(schema, value);
    assert.deepEqual(parse(documentReturnFormat(), undefined), { choice: 'DOCUMENT', encoding: 'UTF-8' });
    assert.deepEqual(parse(documentReturnFormat({ choices: ['TEXT', 'JSON'] }), {}), {
      choice: 'TEXT',
      encoding: 'UTF-8',
    });
    assert.deepEqual(parse(documentReturnFormat({ choices: ['JSON'] }), { encoding: 'x' }), { choice: 'JSON' });
    assert.deepEqual(parse(documentReturnFormat({ default: 'TEXT' }), { encoding: 'latin1' }), {
      ...{ choice: 'TEXT', encoding: 'latin1' },
    });
  });

  test('names wrong options', () => {
    const wrong = [{ choices: [] }, { choices: ['PDF'] }, { choices: 'TEXT' }] as readonly object[];
    for (const options of wrong) {
      assert.throws(() => documentReturnFormat(options), /choices must be a list of DOCUMENT, TEXT, JSON/);
    }
    assert.throws(
      () => documentReturnFormat({ choices: ['TEXT'], default: 'JSON' }),
      /default must be one of its choices: TEXT/,
    );
  });
});

describe('content', () => {
  const tooLong = (): Error => new Error('too long');

  test('is text, bytes, a stream of Node.js or one of the web', async () => {
    const contents = [
      'hi',
      Buffer.from('hi'),
      Readable.from([Buffer.from('h'), Buffer.from('i')]),
      new Response('hi').body!,
    ];
    for (const content of contents) assert.equal(String(await readContent(content, 2, tooLong)), 'hi');
  });

  test('is refused above its limit, and a stream ends there', async () => {
    const stream = Readable.from([Buffer.from('abc'), Buffer.from('d')]);
    for (const content of ['abc', Buffer.from('abc'), stream]) {
      await assert.rejects(readContent(content, 2, tooLong), /too long/);
    }
    assert.ok(stream.destroyed, 'the stream is closed');
  });

  test('is closed without being read, whatever kind of stream it is', async () => {
    const node = Readable.from(['a']);
    await closeContent(node);
    assert.ok(node.destroyed, 'the stream of Node.js is closed');
    let isCancelled = false;
    const web = new ReadableStream<Uint8Array>({
      cancel: () => {
        isCancelled = true;
      },
    });
    await closeContent(web);
    assert.ok(isCancelled, 'the stream of the web is closed');
    let isReturned = false;
    await closeContent({
      [Symbol.asyncIterator]: () => ({
        next: async () => ({ done: true, value: undefined }),
        return: async () => {
          isReturned = true;
          throw new Error('closing failed');
        },
      }),
    });
    assert.ok(isReturned, 'the iterator is closed');
    await closeContent('text');
  });

  test('has a type by the extension of its name', () => {
    const types = [undefined, null, '', 'a', 'a.', 'a.PDF', 'a.b.csv', 'a.constructor', '.json'].map(contentTypeOf);
    const none = 'application/octet-stream';
    assert.deepEqual(types, [none, none, none, none, none, 'application/pdf', 'text/csv', none, 'application/json']);
  });
});

describe('documents in memory', () => {
  const full = { status: 'RESOURCE_EXHAUSTED', reason: 'transient' };

  test('take so many documents and bytes, until some are deleted or expire', () => {
    let now = 1_000;
    const store = createMemoryStore({ now: () => now, maxDocuments: 2, maxBytes: 5 });
    const bytes = (length: number): Uint8Array => new Uint8Array(length);
    const first = store.insert({ bytes: bytes(3), expiresAt: new Date(2_000) });
    assert.throws(() => store.insert({ bytes: bytes(3) }), full);
    const second = store.insert({ bytes: bytes(2) });
    assert.throws(() => store.insert({ bytes: bytes(0) }), full);
    store.remove(second);
    store.insert({ bytes: bytes(1), documentId: 'third' });
    now = 2_000;
    store.insert({ bytes: bytes(4) });
    assert.throws(() => store.find(first), { status: 'NOT_FOUND' });
    assert.throws(() => store.insert({ bytes: bytes(0), documentId: 'third' }), { status: 'ALREADY_EXISTS' });
    assert.equal(store.references().length, 2);
  });

  test('keep their content, whatever happens to the bytes', async () => {
    const documents = memoryDocuments();
    const bytes = Buffer.from('abc');
    const reference = await documents.create({ content: bytes });
    bytes.fill(0);
    for await (const part of await documents.read(reference)) part.fill(1);
    const parts: Uint8Array[] = [];
    for await (const part of await documents.read(reference)) parts.push(part);
    assert.equal(Buffer.concat(parts).toString(), 'abc');
  });

  test('refuse with the reason and what to do', async () => {
    const documents = memoryDocuments();
    const wrong = [
      { content: 'a', documentId: '' },
      { content: 'a', storeId: 'other' },
      { content: 'a', expiresAt: 'soon' },
      { content: 'a', expiresAt: new Date(0) },
    ];
    for (const given of wrong) {
      await assert.rejects(documents.create(given), {
        kind: 'connection',
        status: 'INVALID_ARGUMENT',
        message: /\nFix: /,
      });
    }
    await assert.rejects(documents.create({ content: 'a' }, { signal: AbortSignal.abort() }), { name: 'AbortError' });
    assert.deepEqual(documents.references(), []);
  });
});

describe('the context of a unit test', () => {
  test('has documents in memory, or those of the test', async () => {
    const store = memoryDocuments();
    const context = outboundContext({ documents: store, job: { bpmnProcessId: 'p' } });
    const file = await context.documents.create({ content: 'a' });
    assert.deepEqual(store.references(), [file.reference]);
    assert.equal(file.metadata.processDefinitionId, 'p');
    assert.equal(await context.documents.open(file.reference).text(), 'a');
    const asked: unknown[] = [];
    const watched = {
      ...store,
      create: (...call: Parameters<typeof store.create>) => {
        asked.push(call[1]);
        return store.create(...call);
      },
    };
    const { signal, documents } = outboundContext({ documents: watched });
    await documents.create({ content: 'a' });
    assert.deepEqual(asked, [{ signal, timeout: 3_600_000 }]);
    const given = outboundContext({ documents: context.documents });
    assert.equal(given.documents, context.documents);
    const own = await outboundContext().documents.create({ content: 'b', fileName: 'b.txt' });
    assert.deepEqual([await own.text(), own.metadata.fileName, own.metadata.size], ['b', 'b.txt', 1]);
  });
});
