/**
 * Documents in the input of a connector and in its results. Numbers without a letter are those of section 8 of
 * templates-8.10.md; `4.x` are those of connector-runtime.md.
 */
import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { inspect } from 'node:util';
import * as v from 'valibot';
import { defineOutbound } from '../../../../src/connector/define.ts';
import {
  type Document,
  type DocumentReference,
  type DocumentStore,
  documentResult,
  isDocument,
  type NewDocument,
} from '../../../../src/connector/document.ts';
import { document, documentReturnFormat } from '../../../../src/connector/documents/schema.ts';
import { bpmnError, jobError } from '../../../../src/connector/errors.ts';
import type { AnyOutboundConnector, OutboundContext, Outcome } from '../../../../src/connector/types.ts';
import { executeOutbound } from '../../../../src/runtime/execute/execute-outbound.ts';
import type { JobInput } from '../../../../src/runtime/execute/job.ts';
import { type MemoryDocuments, memoryDocuments } from '../../../../src/testing/memory-documents.ts';
import { recordingLogger } from '../../../../src/testing/recording-logger.ts';

const secret = 'very-secret-content';
const inputError = 'io.camunda.connector.api.error.ConnectorInputException';

const connectorWith = (
  input: AnyOutboundConnector['input'],
  run: (input: never, context: OutboundContext) => unknown,
): AnyOutboundConnector =>
  defineOutbound({ name: 'T', type: 't', input, run: run as never }) as unknown as AnyOutboundConnector;

/** Executes a job as a cluster sends it: variables and headers are text. */
const execute = (
  connector: AnyOutboundConnector,
  variables: object,
  documents?: DocumentStore,
  headers: Readonly<Record<string, string>> = {},
  job: JobInput = {},
): Promise<Outcome> =>
  executeOutbound(
    connector,
    {
      bpmnProcessId: 'p',
      processInstanceKey: '7',
      ...job,
      variables: JSON.stringify(variables),
      customHeaders: headers,
    },
    documents === undefined ? {} : { documents },
  );

const failed = (outcome: Outcome): Extract<Outcome, { kind: 'fail' }> => {
  assert.ok(outcome.kind === 'fail', inspect(outcome));
  assert.ok(!outcome.message.includes(secret), outcome.message);
  return outcome;
};

const completed = (outcome: Outcome): Readonly<Record<string, unknown>> => {
  assert.ok(outcome.kind === 'complete', inspect(outcome));
  return outcome.variables;
};

const contentOf = async (documents: DocumentStore, reference: unknown): Promise<string> => {
  const parts: Uint8Array[] = [];
  for await (const part of await documents.read(reference as DocumentReference)) parts.push(part);
  return Buffer.concat(parts).toString('utf8');
};

/** What a connector receives as `x`, or the failure. */
const receive = async (schema: v.GenericSchema, x: unknown, documents?: DocumentStore) => {
  let received: unknown;
  const connector = connectorWith(v.object({ x: schema }), (input: { x: unknown }) => {
    received = input.x;
    return {};
  });
  const outcome = await execute(connector, { x }, documents);
  return outcome.kind === 'complete' ? { received } : { failure: failed(outcome) };
};

/** A promise that a test resolves. */
const latch = <Value>(): { readonly opened: Promise<Value>; readonly open: (value: Value) => void } => {
  let open: (value: Value) => void = () => undefined;
  const opened = new Promise<Value>((resolve) => {
    open = resolve;
  });
  return { opened, open: (value) => open(value) };
};

describe('a document in the input', () => {
  test('124. is a document with metadata and content, from a reference or a list of exactly one', async () => {
    const documents = memoryDocuments();
    const reference = await documents.create({ content: '{"a":1}', fileName: 'a.json', customProperties: { n: 1 } });
    for (const given of [reference, [reference]]) {
      const { received } = await receive(document(), given, documents);
      assert.ok(isDocument(received), inspect(received));
      assert.deepEqual(received.reference, reference);
      assert.deepEqual(received.metadata, {
        contentType: 'application/json',
        fileName: 'a.json',
        size: 7,
        customProperties: { n: 1 },
      });
    }
    for (const [given, message] of [
      [[], /x: expected a document, but got a list/],
      [[reference, reference], /x: expected a document, or a list of exactly one, but got a list of 2/],
    ] as const) {
      const { failure } = await receive(document(), given, documents);
      assert.equal(failure?.retries, 0);
      assert.match(failure?.message ?? '', message);
    }
  });

  test('124. is base64 text where the schema takes text, and bytes where it takes bytes', async () => {
    const documents = memoryDocuments();
    const reference = await documents.create({ content: 'hi' });
    assert.deepEqual(await receive(v.string(), reference, documents), { received: 'aGk=' });
    assert.deepEqual(await receive(v.optional(v.string()), reference, documents), { received: 'aGk=' });
    const { received } = await receive(v.instance(Uint8Array), reference, documents);
    assert.ok(received instanceof Uint8Array, inspect(received));
    assert.equal(Buffer.from(received).toString(), 'hi');
  });

  test('is read as text, as JSON, as bytes and as a stream', async () => {
    const documents = memoryDocuments();
    const all = connectorWith(
      v.object({ x: document(), latin: document() }),
      async ({ x, latin }: Record<string, Document>) => {
        const parts: Uint8Array[] = [];
        for await (const part of x!.stream()) parts.push(part);
        return {
          text: await x!.text(),
          json: await x!.json(),
          bytes: (await x!.bytes()).length,
          stream: Buffer.concat(parts).toString(),
          latin: await latin!.text({ encoding: 'latin1' }),
        };
      },
    );
    const x = await documents.create({ content: '{"n":9007199254740993}' });
    const latin = await documents.create({ content: Buffer.from([0xe4]) });
    assert.deepEqual(completed(await execute(all, { x, latin }, documents)), {
      text: '{"n":9007199254740993}',
      json: { n: 9007199254740993n },
      bytes: 22,
      stream: '{"n":9007199254740993}',
      latin: 'ä',
    });
  });

  test('is found in lists, records, optional entries, unions and variants', async () => {
    const documents = memoryDocuments();
    const reference = await documents.create({ content: 'a' });
    const schema = v.object({
      list: v.array(document()),
      single: v.array(document()),
      record: v.record(v.string(), document()),
      missing: v.optional(document()),
      given: v.nullish(v.pipe(document(), v.title('Given'))),
      either: v.union([v.object({ text: v.string() }), document()]),
      lazy: v.lazy(() => v.object({ deep: document() })),
      variant: v.variant('kind', [
        v.object({ kind: v.literal('text'), value: v.string() }),
        v.object({ kind: v.literal('file'), value: document() }),
      ]),
      text: v.variant('kind', [
        v.object({ kind: v.literal('file'), value: document() }),
        v.object({ kind: v.literal('text'), value: v.string() }),
      ]),
    });
    const { received } = await receive(
      schema,
      {
        list: [reference, reference],
        single: reference,
        record: { a: reference },
        given: reference,
        either: reference,
        lazy: { deep: reference },
        variant: { kind: 'file', value: reference },
        text: { kind: 'text', value: reference },
      },
      documents,
    );
    const found = received as v.InferOutput<typeof schema>;
    assert.ok(found !== undefined, 'the input is valid');
    assert.deepEqual(
      [
        ...found.list,
        ...found.single,
        found.record.a,
        found.given,
        found.either,
        found.lazy.deep,
        found.variant.value,
      ].map(isDocument),
      [true, true, true, true, true, true, true, true],
    );
    assert.equal(found.text.value, 'YQ==');
  });

  test('stays the reference where the schema does not describe it, and can be opened', async () => {
    const documents = memoryDocuments();
    const reference = await documents.create({ content: 'a' });
    assert.deepEqual(await receive(v.unknown(), reference, documents), { received: reference });
    const opens = connectorWith(v.object({ x: v.unknown() }), async ({ x }: { x: unknown }, context) => ({
      text: await context.documents.open(x).text(),
    }));
    assert.deepEqual(completed(await execute(opens, { x: reference }, documents)), { text: 'a' });
    const { message, retries } = failed(await execute(opens, { x: secret }, documents));
    assert.match(message, /^This is not a document\./);
    assert.equal(retries, 0);
  });

  test('125. can be inline: text, or JSON as its compact text', async () => {
    const inline = (content: unknown, more: object = {}) => ({ 'camunda.document.type': 'inline', content, ...more });
    const reads = connectorWith(v.object({ x: document() }), async ({ x }: { x: Document }) => ({
      text: await x.text(),
      ...x.metadata,
    }));
    const named = inline('ä', { name: 'a.txt', contentType: 'text/plain', unknown: 1 });
    assert.deepEqual(completed(await execute(reads, { x: named })), {
      text: 'ä',
      fileName: 'a.txt',
      contentType: 'text/plain',
      size: 2,
    });
    assert.deepEqual(completed(await execute(reads, { x: inline({ a: [1, null] }) })), {
      text: '{"a":[1,null]}',
      size: 14,
    });
    assert.deepEqual(await receive(v.string(), inline('hi')), { received: 'aGk=' });
  });

  const wrong: readonly (readonly [title: string, x: unknown, message: RegExp])[] = [
    [
      '126. an address',
      { 'camunda.document.type': 'external', url: secret },
      /x: this runtime does not load documents/,
    ],
    ['another type', { 'camunda.document.type': secret }, /x: the type of the document is unknown/],
    [
      'no id',
      { 'camunda.document.type': 'camunda', storeId: secret },
      /x: the reference to a document has no documentId/,
    ],
    ['inline without content', { 'camunda.document.type': 'inline' }, /x: the inline document has no content/],
    ['text', secret, /x: expected a document, but got text/],
    ['an object', { a: secret }, /x: expected a document, but got an object/],
    ['nothing', null, /x: must not be null/],
  ];
  for (const [title, x, message] of wrong) {
    test(`cannot be ${title}`, async () => {
      const { failure } = await receive(document(), x);
      assert.equal(failure?.retries, 0);
      assert.match(failure?.message ?? '', message);
      assert.match(JSON.stringify(failure?.variables), new RegExp(inputError));
    });
  }

  test('that is too large fails the job for good, before run where its size is known', async () => {
    const documents = memoryDocuments();
    const x = await documents.create({ content: 'abcd' });
    let runs = 0;
    const reads = connectorWith(v.object({ x: document({ maxSize: 3 }) }), async ({ x: given }: { x: Document }) => {
      runs += 1;
      return { text: await given.text() };
    });
    assert.match(failed(await execute(reads, { x }, documents)).message, /x: the document is larger than 3 bytes/);
    assert.equal(runs, 0);
    const unknownSize = { ...x, metadata: {} };
    const { message, retries } = failed(await execute(reads, { x: unknownSize }, documents));
    assert.match(message, /The document is larger than 3 bytes\.\nFix: raise the limit/);
    assert.deepEqual([retries, runs], [0, 1]);
    const streams = connectorWith(v.object({ x: document() }), async ({ x: given }: { x: Document }) => {
      for await (const part of given.stream({ maxSize: 2 })) assert.ok(part.length < 2, 'no part is beyond the limit');
      return {};
    });
    assert.match(failed(await execute(streams, { x: unknownSize }, documents)).message, /larger than 2 bytes/);
  });

  test('is loaded up to 50 MiB for the texts of one input', async () => {
    const documents = memoryDocuments();
    const reference = await documents.create({ content: Buffer.alloc(10 * 1024 * 1024) });
    const texts = v.array(v.string());
    const { received } = await receive(texts, Array(5).fill(reference), documents);
    assert.equal((received as readonly string[]).length, 5);
    const { failure } = await receive(texts, Array(6).fill(reference), documents);
    assert.match(failure?.message ?? '', /x\[5\]: the documents of the input are larger than 52428800 bytes together/);
    assert.equal(failure?.retries, 0);
  });

  test('that is gone, or without a store, costs an attempt', async () => {
    const documents = memoryDocuments();
    const x = await documents.create({ content: 'a' });
    await documents.delete(x);
    const reads = connectorWith(v.object({ x: document() }), async ({ x: given }: { x: Document }) => ({
      text: await given.text(),
    }));
    for (const [store, expected] of [
      [documents, /There is no document with this id/],
      [undefined, /This runtime has no document store\.\nFix: connect to a cluster whose REST address is known/],
    ] as const) {
      const { message, retries } = failed(await execute(reads, { x }, store));
      assert.match(message, expected);
      assert.equal(retries, 2);
      // The content of a field of text is loaded before run.
      const text = connectorWith(v.object({ x: v.string() }), () => ({}));
      assert.equal(failed(await execute(text, { x }, store)).retries, 2);
    }
  });

  test('is read under the signal of the job', async () => {
    const asked = latch<AbortSignal | undefined>();
    const hanging: DocumentStore = {
      ...memoryDocuments(),
      read: async (_document, options = {}) => {
        asked.open(options.signal);
        return { [Symbol.asyncIterator]: () => ({ next: () => new Promise(() => undefined) }) };
      },
    };
    const reads = connectorWith(v.object({ x: document() }), async ({ x }: { x: Document }) => ({
      text: await x.text(),
    }));
    const controller = new AbortController();
    const x = await memoryDocuments().create({ content: 'a' });
    const services = { documents: hanging, signal: controller.signal };
    const executing = executeOutbound(reads, { variables: { x } }, services);
    const signal = await asked.opened;
    controller.abort();
    assert.match(failed(await executing).message, /The runtime stopped/);
    assert.ok(signal?.aborted, 'the signal has fired');
  });

  test('shows no content in a log line, in JSON and when it is inspected', async () => {
    const logger = recordingLogger();
    const documents = memoryDocuments();
    const x = await documents.create({ content: secret });
    const logs = defineOutbound({
      name: 'T',
      type: 't',
      input: v.object({ x: document() }),
      run: async ({ x: given }, context) => {
        await given.text();
        context.logger.info('got', given);
        return { shown: inspect(given), json: JSON.stringify(given) };
      },
    });
    const outcome = await executeOutbound(logs, { variables: { x } }, { documents, logger });
    const { shown, json } = completed(outcome);
    assert.ok(!`${shown}${inspect(logger.entries)}`.includes(secret), String(shown));
    assert.deepEqual(JSON.parse(String(json)), x);
  });
});

describe('functions of stored documents', () => {
  const call = (name: string, ...params: readonly unknown[]) => ({ 'camunda.function.type': name, params });

  test('117. are carried out inside out', async () => {
    const documents = memoryDocuments();
    const text = await documents.create({ content: 'hi' });
    const json = await documents.create({ content: '{"a":{"b":[1,"x"]}}' });
    assert.deepEqual(await receive(v.string(), call('base64', text), documents), { received: 'aGk=' });
    assert.deepEqual(await receive(v.string(), call('base64', call('getText', text)), documents), { received: 'aGk=' });
    assert.deepEqual(await receive(v.unknown(), call('getJson', json, 'a.b'), documents), { received: [1, 'x'] });
  });

  test('122. a link needs a store that has links', async () => {
    const documents = memoryDocuments();
    const reference = await documents.create({ content: 'hi' });
    const inMemory = await receive(v.string(), call('createLink', reference), documents);
    assert.match(inMemory.failure?.message ?? '', /in memory have no links/);
    const asked: unknown[] = [];
    const linking: DocumentStore = {
      ...documents,
      createLink: async (_document, options) => {
        asked.push(options?.timeToLive);
        return { url: 'https://example.com/a', expiresAt: '2030-01-01T00:00:00Z' };
      },
    };
    for (const given of [call('createLink', reference), call('createLink', reference, 'PT2H')]) {
      assert.deepEqual(await receive(v.string(), given, linking), { received: 'https://example.com/a' });
    }
    assert.deepEqual(asked, [undefined, 7_200_000]);
    const { failure } = await receive(v.string(), call('createLink', reference, secret), linking);
    assert.match(failure?.message ?? '', /createLink cannot be called: its second parameter must be a duration/);
  });

  test('129. a reference in a result is only data', async () => {
    const documents = memoryDocuments();
    const reference = await documents.create({ content: 'hi' });
    const connector = connectorWith(v.object({}), () => ({ text: call('getText', reference), file: reference }));
    assert.deepEqual(completed(await execute(connector, {}, documents)), {
      text: call('getText', reference),
      file: reference,
    });
  });
});

describe('a document that run creates', () => {
  test('belongs to the process, and is its reference in a variable', async () => {
    const documents = memoryDocuments();
    const connector = defineOutbound({
      name: 'T',
      type: 't',
      input: v.object({}),
      output: v.object({ file: document() }),
      run: async (_input, context) => ({
        file: await context.documents.create({ content: 'abc', fileName: 'a.txt', customProperties: { n: 1 } }),
      }),
    });
    const { file } = completed(await execute(connector as unknown as AnyOutboundConnector, {}, documents));
    assert.deepEqual(documents.references(), [file]);
    const { metadata } = file as DocumentReference;
    assert.deepEqual([metadata.processDefinitionId, metadata.processInstanceKey], ['p', '7']);
    assert.equal(await contentOf(documents, file), 'abc');
  });

  test('is deleted through the context, as a document or a reference', async () => {
    const documents = memoryDocuments();
    const connector = connectorWith(v.object({}), async (_input, context) => {
      const first = await context.documents.create({ content: 'a' });
      const second = await context.documents.create({ content: 'b' });
      await context.documents.delete(first);
      await context.documents.delete(second.reference as DocumentReference);
      return {};
    });
    completed(await execute(connector, {}, documents));
    assert.deepEqual(documents.references(), []);
  });

  test('needs a store', async () => {
    const connector = connectorWith(v.object({}), (_input, context) => context.documents.create({ content: secret }));
    const { message, retries } = failed(await execute(connector, {}));
    assert.match(message, /^This runtime has no document store\.\nFix: /);
    assert.equal(retries, 2);
  });
});

/** Content that tells whether it was closed. */
const closable = (content: string) => {
  const state = { closed: 0 };
  const stream = {
    [Symbol.asyncIterator]: () => {
      let isRead = false;
      return {
        next: async () => {
          if (isRead) return { done: true as const, value: undefined };
          isRead = true;
          return { done: false as const, value: Buffer.from(content) };
        },
      };
    },
    destroy: () => {
      state.closed += 1;
    },
  };
  return { stream: stream as AsyncIterable<Uint8Array>, state };
};

describe('a result in the format of the task', () => {
  const returning = (content: NewDocument['content'], wrap?: (value: unknown) => unknown) =>
    connectorWith(v.object({}), () => documentResult({ content, fileName: 'a.txt', contentType: 'text/plain' }, wrap));
  const asked = (choice: unknown, encoding?: string) => ({ documentReturnFormat: { choice, encoding } });
  const named = { resultVariable: 'r' };

  test('4.18 TEXT', async () => {
    const outcome = await execute(returning('hello'), { documentReturnFormat: { choice: 'TEXT' } }, undefined, named);
    assert.deepEqual(outcome, { kind: 'complete', variables: { r: 'hello' } });
  });

  test('4.19 no format, and the stream is closed', async () => {
    for (const variables of [{}, { documentReturnFormat: null }, { documentReturnFormat: {} }, asked(null)]) {
      const { stream, state } = closable(secret);
      const { message, retries } = failed(await execute(returning(stream), variables, undefined, named));
      assert.match(message, /documentReturnFormat\.choice is missing\.\nFix: map DOCUMENT, TEXT, JSON/);
      assert.deepEqual([retries, state.closed > 0], [2, true]);
    }
  });

  test('4.20 another format, and the stream is closed', async () => {
    const { stream, state } = closable(secret);
    const { message, retries, variables } = failed(await execute(returning(stream), asked('BOGUS'), undefined, named));
    assert.match(message, /must be one of DOCUMENT, TEXT, JSON\./);
    assert.deepEqual([retries, state.closed > 0], [0, true]);
    assert.equal((variables as { error: { type: string } }).error.type, inputError);
  });

  test('127. TEXT in another encoding, which must be known', async () => {
    const latin = Buffer.from([0xe4]);
    assert.deepEqual(completed(await execute(returning(latin), asked('TEXT', 'ISO-8859-1'), undefined, named)), {
      r: 'ä',
    });
    assert.deepEqual(completed(await execute(returning('ä'), asked('TEXT', ' '), undefined, named)), { r: 'ä' });
    const { message, retries } = failed(await execute(returning(latin), asked('TEXT', 'klingon'), undefined, named));
    assert.match(message, /The encoding of the text is unknown/);
    assert.equal(retries, 0);
  });

  test('127. JSON, whatever its encoding says', async () => {
    const json = returning('{"n":[9007199254740993]}');
    assert.deepEqual(completed(await execute(json, asked('JSON', 'klingon'), undefined, named)), {
      r: { n: [9007199254740993n] },
    });
    for (const content of ['', secret]) {
      const { message, retries } = failed(await execute(returning(content), asked('JSON'), undefined, named));
      assert.match(message, /The content is not JSON, although the task asks for JSON/);
      assert.equal(retries, 2);
    }
  });

  test('127. DOCUMENT', async () => {
    const documents = memoryDocuments();
    const { stream, state } = closable('hello');
    const outcome = await execute(returning(stream), asked('DOCUMENT', 'klingon'), documents, named);
    const { r } = completed(outcome);
    assert.deepEqual(documents.references(), [r]);
    const { metadata } = r as DocumentReference;
    assert.deepEqual(
      [metadata.fileName, metadata.contentType, metadata.size, metadata.processInstanceKey],
      ['a.txt', 'text/plain', 5, '7'],
    );
    assert.equal(await contentOf(documents, r), 'hello');
    assert.ok(state.closed > 0, 'the stream is closed');
  });

  test('127. TEXT and JSON of more than 1.5 MiB are refused, and a stream is read no further', async () => {
    const limit = 1_572_864;
    let parts = 0;
    const endless = async function* () {
      for (;;) {
        parts += 1;
        yield Buffer.alloc(limit / 4, 32);
      }
    };
    for (const choice of ['TEXT', 'JSON']) {
      parts = 0;
      const { message, retries } = failed(await execute(returning(endless()), asked(choice), undefined, named));
      assert.match(message, /The content is larger than 1572864 bytes\.\nFix: choose DOCUMENT/);
      assert.deepEqual([retries, parts], [0, 5]);
    }
    // Of exactly this size it is read; the variables around it are too large then, as any other result.
    const exact = failed(await execute(returning(' '.repeat(limit)), asked('TEXT'), undefined, named));
    assert.match(exact.message, /The output variables are larger than 1\.5 MB/);
  });

  test('a malformed document is refused with what is wrong, and its stream is closed', async () => {
    let closed = 0;
    const content = (async function* () {
      yield Buffer.from('a');
    })();
    const watched = Object.assign(content, { destroy: () => void closed++ });
    for (const [document, text] of [
      [{ content: watched, filename: 'x' }, /- filename: unknown property\. Did you mean fileName\?/],
      [{ content: { a: 1 } }, /- content: expected text, bytes/],
      [undefined, /expected a document \{ content, fileName\?, … \}, but got undefined/],
    ] as const) {
      const connector = connectorWith(v.object({}), () => documentResult(document as never));
      assert.match(failed(await execute(connector, asked('TEXT'), undefined, named)).message, text);
    }
    assert.equal(closed, 1);
  });

  test('is wrapped as the connector wants', async () => {
    const wrapped = returning('{"a":1}', (body) => ({ status: 200, body }));
    assert.deepEqual(completed(await execute(wrapped, asked('JSON'))), { status: 200, body: { a: 1 } });
  });

  test('has the default of its schema, which also names the formats', async () => {
    const connector = connectorWith(v.object({ documentReturnFormat: documentReturnFormat({ default: 'TEXT' }) }), () =>
      documentResult({ content: 'hello' }),
    );
    for (const variables of [{}, { documentReturnFormat: null }, { documentReturnFormat: { encoding: 'UTF-8' } }]) {
      assert.deepEqual(completed(await execute(connector, variables, undefined, named)), { r: 'hello' });
    }
    const { message, retries } = failed(await execute(connector, asked(secret), undefined, named));
    assert.match(message, /documentReturnFormat\.choice: must be one of DOCUMENT, TEXT, JSON/);
    assert.equal(retries, 0);
  });
});

describe('4.6 createDocument', () => {
  const responds = (response: unknown) => connectorWith(v.object({}), () => response);
  const base64 = Buffer.from('hello').toString('base64');

  const store = async (expression: string, response: unknown = { content: base64, data: base64, url: 'x' }) => {
    const documents = memoryDocuments();
    const outcome = await execute(responds(response), {}, documents, { resultExpression: expression });
    return { outcome, documents };
  };

  const named: readonly (readonly [expression: string, fileName: string | undefined, contentType: string])[] = [
    ['={d: createDocument(content)}', undefined, 'application/octet-stream'],
    ['={d: createDocument({content: content, name: "a.pdf"})}', 'a.pdf', 'application/pdf'],
    ['={d: createDocument({data: data, fileName: "a.TXT"})}', 'a.TXT', 'text/plain'],
    ['={d: createDocument({content: content, name: "a.pdf", contentType: "x/y"})}', 'a.pdf', 'x/y'],
    ['={d: createDocument({content: content, name: "a.weird"})}', 'a.weird', 'application/octet-stream'],
    ['={d: createDocument(value: content)}', undefined, 'application/octet-stream'],
  ];
  for (const [expression, fileName, contentType] of named) {
    test(`${expression} stores a document`, async () => {
      const { outcome, documents } = await store(expression);
      const { d } = completed(outcome);
      assert.deepEqual(documents.references(), [d]);
      const { metadata, documentId } = d as DocumentReference;
      assert.deepEqual([metadata.fileName, metadata.contentType], [fileName ?? documentId, contentType]);
      assert.equal(await contentOf(documents, d), 'hello');
    });
  }

  test('ignores white space in base64, and may stand anywhere inside the context, twice as well', async () => {
    const spaced = { content: `${base64.slice(0, 3)} \r\n\t${base64.slice(3)}` };
    const expression = '={a: {list: [1, createDocument(content)]}, b: for i in 1..2 return createDocument(content)}';
    const { outcome, documents } = await store(expression, spaced);
    const { a, b } = completed(outcome) as { a: { list: unknown[] }; b: unknown[] };
    const found = [a.list[1], ...b];
    assert.deepEqual(documents.references(), found);
    assert.deepEqual(await Promise.all(found.map((one) => contentOf(documents, one))), ['hello', 'hello', 'hello']);
  });

  const refused: readonly (readonly [expression: string, message: RegExp])[] = [
    ['={d: createDocument("%%%")}', /its content is not base64/],
    ['={d: createDocument("abc-_")}', /its content is not base64/],
    ['={d: createDocument("a")}', /its content is not base64/],
    ['={d: createDocument(null)}', /its argument must be base64 text, or a context with content/],
    ['={d: createDocument(7)}', /its argument must be base64 text/],
    ['={d: createDocument({name: "a"})}', /its context has no text named content or data/],
    ['={d: createDocument({content: 7})}', /its context has no text named content or data/],
    ['=createDocument(content)', /createDocument\(…\) is the whole expression/],
    ['=[createDocument(content)]', /Result expression must return a JSON object/],
    ['={ok: createDocument(content), d: createDocument("%%%")}', /its content is not base64/],
  ];
  for (const [expression, message] of refused) {
    test(`${expression} fails for good, and stores nothing`, async () => {
      const { outcome, documents } = await store(expression);
      const failure = failed(outcome);
      assert.match(failure.message, message);
      assert.equal(failure.retries, 0);
      assert.deepEqual(documents.references(), []);
    });
  }

  test('a document that the result does not contain is not stored', async () => {
    const { outcome, documents } = await store('={d: if createDocument(content) = null then 1 else 2}');
    assert.deepEqual(completed(outcome), { d: 2 });
    assert.deepEqual(documents.references(), []);
  });

  test('what merely looks like a document in a response is not stored', async () => {
    const draft = { 'newDocument:0': 0, 'camunda.document.type': 'camunda', content: base64 };
    const { outcome, documents } = await store('={d: response.it}', { it: draft });
    assert.deepEqual(completed(outcome), { d: draft });
    assert.deepEqual(documents.references(), []);
  });

  test('works in an error expression', async () => {
    const documents = memoryDocuments();
    const headers = { errorExpression: '=bpmnError("C", "m", {d: createDocument(response.content)})' };
    const outcome = await execute(responds({ content: base64 }), {}, documents, headers);
    assert.ok(outcome.kind === 'bpmnError', inspect(outcome));
    assert.deepEqual(documents.references(), [outcome.variables?.d]);
    const broken = { errorExpression: '=jobError("m", {d: createDocument("%")}, 2)' };
    const failure = failed(await execute(responds({}), {}, memoryDocuments(), broken));
    assert.match(failure.message, /its content is not base64/);
    assert.equal(failure.retries, 0);
    const root = failed(await execute(responds({}), {}, documents, { errorExpression: '=createDocument("aGk=")' }));
    assert.match(root.message, /createDocument\(…\) is the whole expression/);
  });

  test('an error of the store is masked like any other, after an error expression and after a result expression', async () => {
    const broken: DocumentStore = {
      ...memoryDocuments(),
      create: async () => {
        throw new Error(`the store refuses ${secret}`);
      },
    };
    const connector = connectorWith(v.object({ key: v.string() }), () => ({ content: base64 }));
    for (const customHeaders of [
      { errorExpression: '=bpmnError("C", "m", {d: createDocument(response.content)})' },
      { resultExpression: '={d: createDocument(content)}' },
    ]) {
      const job = { variables: { key: '{{secrets.KEY}}' }, customHeaders };
      const outcome = await executeOutbound(connector, job, { documents: broken, secrets: () => secret });
      assert.match(failed(outcome).message, /the store refuses/);
      assert.ok(!inspect(outcome, { depth: 9 }).includes(secret), 'the secret is masked everywhere');
    }
  });

  test('the response in an error expression is the reference', async () => {
    const documents = memoryDocuments();
    const headers = {
      resultExpression: '={d: createDocument(content)}',
      errorExpression: '=if response.d.documentId != null then ignoreError({id: response.d.documentId}) else null',
    };
    const outcome = await execute(responds({ content: base64 }), {}, documents, headers);
    const [reference] = documents.references();
    assert.deepEqual(completed(outcome), { id: reference?.documentId });
  });
});

/** A store that fails to create the document with this number. */
const failingAt = (number: number): { readonly store: DocumentStore; readonly documents: MemoryDocuments } => {
  const documents = memoryDocuments();
  let created = 0;
  return {
    documents,
    store: {
      ...documents,
      create: async (given, options) => {
        created += 1;
        if (created === number) throw jobError('the store is down');
        return documents.create(given, options);
      },
    },
  };
};

describe('nothing is half done', () => {
  const twoDocuments = { resultExpression: '={a: createDocument("aGk="), b: createDocument("aGk=")}' };
  const responds = connectorWith(v.object({}), () => ({}));

  test('if the second document cannot be stored, the first one is deleted and the job fails', async () => {
    const { store, documents } = failingAt(2);
    const { message, retries } = failed(await execute(responds, {}, store, twoDocuments));
    assert.match(message, /the store is down/);
    assert.equal(retries, 2);
    assert.deepEqual(documents.references(), []);
  });

  test('a document whose storing has no answer is deleted by its id', async () => {
    const documents = memoryDocuments();
    const silent: DocumentStore = {
      ...documents,
      create: async (given, options) => {
        await documents.create(given, options);
        throw jobError('no answer');
      },
    };
    failed(await execute(responds, {}, silent, twoDocuments));
    assert.deepEqual(documents.references(), []);
  });

  test('if the job fails after storing, its documents are deleted, except those that the error contains', async () => {
    const documents = memoryDocuments();
    const fails = { ...twoDocuments, errorExpression: '=jobError("no", {kept: response.b})' };
    const { variables } = failed(await execute(responds, {}, documents, fails));
    assert.deepEqual(documents.references(), [variables?.kept]);
    const wrapped = connectorWith(v.object({}), () =>
      documentResult({ content: 'a' }, () => {
        throw bpmnError('WRONG');
      }),
    );
    const others = memoryDocuments();
    const outcome = await execute(wrapped, { documentReturnFormat: { choice: 'DOCUMENT' } }, others);
    assert.equal(outcome.kind, 'bpmnError');
    assert.deepEqual(others.references(), []);
  });

  test('variables that are too large with their references fail, and the documents are deleted', async () => {
    const documents = memoryDocuments();
    const big = connectorWith(v.object({}), () => ({ text: 'x'.repeat(1_572_864 - 300) }));
    const headers = { resultExpression: '={text: text, d: createDocument("aGk=")}' };
    const { message, retries } = failed(await execute(big, {}, documents, headers));
    assert.match(message, /larger than 1\.5 MB[\s\S]*Create document/);
    assert.equal(retries, 0);
    assert.deepEqual(documents.references(), []);
  });

  test('a document that is stored after the outcome is known is deleted', async () => {
    const documents = memoryDocuments();
    const storing = latch<void>();
    const finishing = latch<void>();
    const deleted = latch<void>();
    const slow: DocumentStore = {
      ...documents,
      create: async (given) => {
        storing.open();
        await finishing.opened;
        return documents.create(given);
      },
      delete: async (given) => {
        await documents.delete(given).then(deleted.open, () => undefined);
      },
    };
    const controller = new AbortController();
    const customHeaders = { resultExpression: '={a: createDocument("aGk=")}' };
    const services = { documents: slow, signal: controller.signal };
    const executing = executeOutbound(responds, { variables: {}, customHeaders }, services);
    await storing.opened;
    controller.abort();
    assert.match(failed(await executing).message, /The runtime stopped/);
    finishing.open();
    await deleted.opened;
    assert.deepEqual(documents.references(), []);
  });
});
