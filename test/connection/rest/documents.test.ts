/** Documents over REST: case 163 of cluster-access.md, and what goes wrong. */
import assert from 'node:assert/strict';
import { once } from 'node:events';
import { describe, type TestContext, test } from 'node:test';
import { createConnection } from '../../../src/connection/index.ts';
import type { Connection } from '../../../src/connection/port.ts';
import type { DocumentReference, DocumentStore } from '../../../src/connector/document.ts';
import { startEngine } from '../../engine/support/client.ts';
import { cleanUpsAfterEach } from '../support/clean-ups.ts';
import { failure } from '../support/failure.ts';
import {
  type Answer,
  page,
  problem,
  type Respond,
  type RestGateway,
  startRestGateway,
} from '../support/rest-gateway.ts';

const cleanUps = cleanUpsAfterEach();

const connect = (input: Parameters<typeof createConnection>[0]): Connection => {
  const connection = createConnection(input);
  cleanUps.push(() => connection.close());
  return connection;
};

const documentsOf = ({ documents }: Connection): DocumentStore => {
  assert.ok(documents, 'the connection has documents');
  return documents;
};

const start = async (
  respond: Respond,
): Promise<{ readonly gateway: RestGateway; readonly documents: DocumentStore }> => {
  const gateway = await startRestGateway(respond);
  cleanUps.push(() => gateway.stop());
  const documents = documentsOf(connect({ type: 'INSECURE', restAddress: `http://127.0.0.1:${gateway.port}` }));
  return { gateway, documents };
};

const reference: DocumentReference = {
  'camunda.document.type': 'camunda',
  storeId: 'aws',
  documentId: 'a/b',
  contentHash: 'abc',
  metadata: { contentType: 'text/plain', fileName: 'a.txt', size: 3 },
};

const readAll = async (parts: AsyncIterable<Uint8Array>): Promise<Buffer> => {
  const all: Uint8Array[] = [];
  for await (const part of parts) all.push(part);
  return Buffer.concat(all);
};

const content = (body: string, headers: Answer['headers'] = {}): Answer => ({
  headers: { 'content-type': 'application/octet-stream', ...headers },
  body,
});

describe('163. the engine over REST', () => {
  const engineDocuments = async (t: TestContext) => {
    const engine = await startEngine(t, { restPort: 0 });
    return { engine, documents: documentsOf(connect({ type: 'INSECURE', restAddress: engine.restAddress! })) };
  };

  test('stores text, bytes and streams, and gives them back byte for byte', async (t) => {
    const { engine, documents } = await engineDocuments(t);
    const bytes = Buffer.from([0, 255, 13, 10, 45, 45, 13, 10]);
    const stream = async function* () {
      yield bytes.subarray(0, 3);
      yield bytes.subarray(3);
    };
    const created = await Promise.all([
      documents.create({ content: 'größe', fileName: 'ä "1".txt' }),
      documents.create({
        content: bytes,
        contentType: 'x/y',
        customProperties: { n: 9007199254740993n, at: new Date(0) },
      }),
      documents.create({ content: stream(), documentId: 'mine', processInstanceKey: '7', processDefinitionId: 'p' }),
      documents.create({ content: '', expiresAt: new Date('2999-01-01') }),
    ]);
    assert.deepEqual(await Promise.all(created.map(async (one) => readAll(await documents.read(one)))), [
      Buffer.from('größe'),
      bytes,
      bytes,
      Buffer.alloc(0),
    ]);
    const [text, binary, mine, empty] = created;
    assert.deepEqual([text!.metadata.fileName, text!.metadata.contentType], ['ä "1".txt', 'text/plain']);
    assert.deepEqual(binary!.metadata.customProperties, { n: 9007199254740993n, at: '1970-01-01T00:00:00.000Z' });
    assert.deepEqual([mine!.documentId, mine!.metadata.processInstanceKey], ['mine', '7']);
    assert.equal(empty!.metadata.expiresAt, '2999-01-01T00:00:00.000Z');
    assert.deepEqual(
      new Set(engine.documents.references().map(({ documentId }) => documentId)),
      new Set(created.map(({ documentId }) => documentId)),
    );
  });

  test('refuses with the status of what is wrong', async (t) => {
    const { documents } = await engineDocuments(t);
    const { documentId } = await documents.create({ content: 'a' });
    const refusals: readonly (readonly [call: () => Promise<unknown>, status: string])[] = [
      [() => documents.create({ content: 'a', documentId }), 'ALREADY_EXISTS'],
      [() => documents.create({ content: 'a', storeId: 'aws' }), 'INVALID_ARGUMENT'],
      [() => documents.read({ documentId: 'other' }), 'NOT_FOUND'],
      [() => documents.read({ documentId, contentHash: '00' }), 'INVALID_ARGUMENT'],
      [() => documents.createLink({ documentId }, { timeToLive: 1_000 }), 'INVALID_ARGUMENT'],
      [() => documents.delete({ documentId: 'other' }), 'NOT_FOUND'],
    ];
    for (const [call, status] of refusals) {
      const { reason, status: given } = await failure(call());
      assert.deepEqual([reason, given], ['rejected', status]);
    }
    await documents.delete({ documentId });
    assert.equal((await failure(documents.read({ documentId }))).status, 'NOT_FOUND');
  });

  test('serves a connection over gRPC as well, whose jobs stay on gRPC', async (t) => {
    const engine = await startEngine(t, { restPort: 0 });
    const connection = connect({
      type: 'INSECURE',
      hostname: '127.0.0.1',
      port: engine.port,
      restAddress: engine.restAddress!,
    });
    assert.equal(connection.address, `grpc://${engine.address}`);
    const created = await documentsOf(connection).create({ content: 'a' });
    assert.deepEqual(engine.documents.references(), [created]);
  });
});

describe('a request', () => {
  test('163. keeps the reference byte for byte, with fields that are not known', async () => {
    const text =
      '{"camunda.document.type":"camunda","storeId":"s","documentId":"d","metadata":{"size":9007199254740993},"new":[1]}';
    const { documents } = await start(() => ({
      status: 201,
      body: text,
      headers: { 'content-type': 'application/json' },
    }));
    const created = await documents.create({ content: 'a' });
    assert.deepEqual(created, {
      ...{ 'camunda.document.type': 'camunda', storeId: 's', documentId: 'd' },
      ...{ metadata: { size: 9007199254740993n }, new: [1] },
    });
  });

  // The library stores documents one by one, so that each has an outcome of its own. A batch has none for a single document.
  test('163. is not answered by the outcome of a batch (207)', async () => {
    const failedDocuments = [{ fileName: 'a', status: 500, title: 'INTERNAL', detail: 'the store is full' }];
    const { documents } = await start(() => ({
      status: 207,
      body: { createdDocuments: [reference], failedDocuments },
    }));
    const { message } = await failure(documents.create({ content: 'a' }));
    assert.match(message, /207/);
    assert.doesNotMatch(message, /the store is full/);
  });

  test('has the metadata in a part of JSON, and the file with its name', async () => {
    const { documents, gateway } = await start(() => ({ status: 201, body: { ...reference } }));
    await documents.create({
      content: 'a;b',
      fileName: 'a\r\nb.csv',
      contentType: 'text/csv\r\nX: y',
      documentId: 'é&',
    });
    const [{ method, path, headers, body }] = gateway.requests as [RestGateway['requests'][number]];
    assert.deepEqual([method, path], ['POST', '/documents?documentId=%C3%A9%26']);
    assert.match(headers['content-type'] ?? '', /^multipart\/form-data; boundary=/);
    assert.match(body, /name="metadata"\r\nContent-Type: application\/json\r\n\r\n\{"contentType":"text\/csv/);
    assert.match(body, /name="file"; filename="a%0D%0Ab\.csv"\r\nContent-Type: text\/csv {2}X: y\r\n\r\na;b\r\n/);
  });

  test('names store, hash and document in its path', async () => {
    const link = { url: 'https://example.com/a', expiresAt: '2030-01-01T00:00:00Z' };
    const { documents, gateway } = await start(({ method }) => {
      if (method === 'GET') return content('abc');
      return method === 'DELETE' ? { status: 204 } : { status: 201, body: link };
    });
    assert.equal(String(await readAll(await documents.read(reference))), 'abc');
    assert.deepEqual(await documents.createLink(reference, { timeToLive: 5_000 }), link);
    await documents.delete(reference);
    assert.deepEqual(
      gateway.requests.map(({ method, path, body }) => [method, path, body]),
      [
        ['GET', '/documents/a%2Fb?storeId=aws&contentHash=abc', ''],
        ['POST', '/documents/a%2Fb/links?storeId=aws&contentHash=abc', '{"timeToLive":5000}'],
        ['DELETE', '/documents/a%2Fb?storeId=aws', ''],
      ],
    );
    assert.match(gateway.requests[0]!.headers.accept ?? '', /octet-stream/);
  });
});

describe('content', () => {
  test('arrives part by part, before all of it is sent', async () => {
    const { documents } = await start(({ raw }) => {
      raw.response.writeHead(200, { 'content-type': 'application/octet-stream' });
      raw.response.write('first');
      return undefined;
    });
    const parts = (await documents.read(reference))[Symbol.asyncIterator]();
    assert.equal(String((await parts.next()).value), 'first');
    await parts.return?.();
  });

  test('that is not read to its end frees the connection', async () => {
    const { documents, gateway } = await start(({ raw }) => {
      raw.response.writeHead(200, { 'content-type': 'application/octet-stream' });
      raw.response.write('first');
      return undefined;
    });
    for await (const part of await documents.read(reference)) {
      assert.equal(String(part), 'first');
      break;
    }
    const [socket] = gateway.sockets.open;
    if (socket !== undefined) await once(socket, 'close');
    assert.equal(gateway.sockets.open.size, 0);
  });

  test('ends with an error at its time limit, even if nobody reads it', async () => {
    const { documents, gateway } = await start(({ raw }) => {
      raw.response.writeHead(200, { 'content-type': 'application/octet-stream' });
      raw.response.write('first');
      return undefined;
    });
    const parts = await documents.read(reference, { timeout: 300 });
    const [socket] = gateway.sockets.open;
    await once(socket!, 'close');
    const error = await failure(readAll(parts));
    assert.deepEqual([error.reason, error.status], ['transient', 'DEADLINE_EXCEEDED']);
  });

  test('ends with its signal', async () => {
    const { documents } = await start(({ raw }) => {
      raw.response.writeHead(200, { 'content-type': 'application/octet-stream' });
      raw.response.write('first');
      return undefined;
    });
    const controller = new AbortController();
    const parts = (await documents.read(reference, { signal: controller.signal }))[Symbol.asyncIterator]();
    await parts.next();
    const next = failure(parts.next());
    controller.abort();
    assert.equal((await next).reason, 'aborted');
    const late = await failure(documents.read(reference, { signal: controller.signal }));
    assert.equal(late.reason, 'aborted');
  });

  test('ends with the connection', async () => {
    const gateway = await startRestGateway(({ raw }) => {
      raw.response.writeHead(200, { 'content-type': 'application/octet-stream' });
      raw.response.write('first');
      return undefined;
    });
    cleanUps.push(() => gateway.stop());
    const connection = connect({ type: 'INSECURE', restAddress: `http://127.0.0.1:${gateway.port}` });
    const parts = (await documentsOf(connection).read(reference))[Symbol.asyncIterator]();
    await parts.next();
    const next = failure(parts.next());
    await connection.close();
    assert.equal((await next).reason, 'aborted');
  });

  test('that is cut off is an error, never a shorter document', async () => {
    const { documents } = await start(({ raw }) => {
      raw.response.writeHead(200, { 'content-type': 'application/octet-stream', 'content-length': '100' });
      raw.response.write('first', () => raw.response.destroy());
      return undefined;
    });
    const error = await failure((async () => readAll(await documents.read(reference)))());
    assert.deepEqual([error.reason, error.status], ['transient', 'UNAVAILABLE']);
    assert.match(error.message, /before the (?:content|answer) was complete/);
  });

  const strange: readonly (readonly [title: string, answer: Answer, message: RegExp])[] = [
    ['a login page', page(), /not that of a Camunda gateway/],
    ['no content', { status: 204 }, /not that of a Camunda gateway/],
    ['compressed content', content('x', { 'content-encoding': 'gzip' }), /compressed/],
    ['a redirect', { status: 302, headers: { location: 'http://example.com' } }, /redirect is not followed/],
    ['a problem', problem(404, 'NOT_FOUND', 'There is no document.'), /There is no document/],
  ];
  for (const [title, answer, message] of strange) {
    test(`is not ${title}`, async () => {
      const { documents } = await start(() => answer);
      assert.match((await failure(documents.read(reference))).message, message);
    });
  }

  test('can be a page', async () => {
    const { documents } = await start(() => ({ ...page(), body: '<p>' }));
    const html = { ...reference, metadata: { contentType: 'text/html; charset=utf-8' } };
    assert.equal(String(await readAll(await documents.read(html))), '<p>');
  });
});

test('an answer that is not a reference is not taken for one', async () => {
  const bodies = [{}, { ...reference, 'camunda.document.type': 'other' }, { ...reference, metadata: null }, []];
  for (const body of bodies) {
    const { documents } = await start(() => ({ status: 201, body }));
    assert.match((await failure(documents.create({ content: 'a' }))).message, /not that of a Camunda gateway/);
  }
  const { documents } = await start(() => ({ status: 201, body: { url: 7 } }));
  assert.match((await failure(documents.createLink(reference))).message, /url is not a text/);
});

test('a stream that is to be stored is closed when its signal fires', async () => {
  const { documents, gateway } = await start(() => ({ status: 201, body: { ...reference } }));
  const controller = new AbortController();
  let isClosed = false;
  const hanging: AsyncIterable<Uint8Array> = {
    [Symbol.asyncIterator]: () => ({
      next: () => new Promise(() => undefined),
      return: async () => {
        isClosed = true;
        return { done: true, value: undefined };
      },
    }),
  };
  const storing = failure(documents.create({ content: hanging }, { signal: controller.signal }));
  controller.abort();
  assert.equal((await storing).name, 'AbortError');
  assert.ok(isClosed, 'the stream is closed');
  assert.equal(gateway.requests.length, 0);
});

describe('without the REST API', () => {
  test('every call says what is missing', async () => {
    const connection = connect({ type: 'INSECURE', hostname: '127.0.0.1', port: 26500 });
    const documents = documentsOf(connection);
    const calls: readonly (() => Promise<unknown>)[] = [
      () => documents.create({ content: 'secret content' }),
      () => documents.read(reference),
      () => documents.createLink(reference),
      () => documents.delete(reference),
    ];
    for (const call of calls) {
      const { reason, status, message } = await failure(call());
      assert.deepEqual([reason, status], ['rejected', 'UNIMPLEMENTED']);
      assert.match(
        message,
        /this connection has only gRPC\.\nWhere: .*\nFix: set CAMUNDA_REST_ADDRESS \(restAddress\)/,
      );
      assert.ok(!message.includes('secret content'), message);
    }
  });
});

describe('an embedded connection', () => {
  test('has the documents of its engine', async () => {
    const connection = createConnection({ type: 'EMBEDDED' });
    cleanUps.push(() => connection.close());
    const documents = documentsOf(connection);
    const created = await documents.create({ content: 'abc', fileName: 'a.txt' });
    assert.equal(String(await readAll(await documents.read(created))), 'abc');
    const engine = await connection.engine();
    assert.deepEqual(engine.documents.references(), [created]);
    assert.equal((await failure(documents.createLink(created))).status, 'INVALID_ARGUMENT');
    await documents.delete(created);
    assert.equal((await failure(documents.read(created))).status, 'NOT_FOUND');
    await connection.close();
    assert.equal((await failure(documents.read(created))).reason, 'aborted');
  });
});
