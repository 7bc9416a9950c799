/** Documents over REST: the operations of section 3.4 of cluster-access.md. */
import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { describe, type TestContext, test } from 'node:test';
import { createTestClock, type Engine } from '../../../../src/engine/index.ts';
import { randomNumbers } from '../../../support/random.ts';
import { startEngine } from '../../support/client.ts';
import { type RestAnswer, type RestClient, restClient } from '../../support/rest-client.ts';

const boundary = 'documents-boundary';
const headers = { 'content-type': `multipart/form-data; boundary=${boundary}` };

interface TestPart {
  readonly name: string;
  readonly fileName?: string;
  readonly type?: string;
  readonly content: string | Buffer;
}

const body = (...parts: readonly TestPart[]): Buffer =>
  Buffer.concat([
    ...parts.flatMap(({ name, fileName, type, content }) => [
      Buffer.from(
        `--${boundary}\r\nContent-Disposition: form-data; name="${name}"${fileName === undefined ? '' : `; filename="${fileName}"`}\r\n${
          type === undefined ? '' : `Content-Type: ${type}\r\n`
        }\r\n`,
      ),
      Buffer.from(content),
      Buffer.from('\r\n'),
    ]),
    Buffer.from(`--${boundary}--\r\n`),
  ]);

const file = (content: string | Buffer, fileName = 'a.txt', type = 'text/plain'): TestPart => ({
  ...{ name: 'file', fileName, type, content },
});

const metadata = (value: object): TestPart => ({
  ...{ name: 'metadata', type: 'application/json', content: JSON.stringify(value) },
});

const setUp = async (
  t: TestContext,
  options: Parameters<typeof startEngine>[1] = {},
): Promise<{ engine: Engine; client: RestClient }> => {
  const engine = await startEngine(t, { restPort: 0, ...options });
  return { engine, client: restClient(t, engine) };
};

const create = (client: RestClient, parts: readonly TestPart[], query = ''): Promise<RestAnswer> =>
  client.send('POST', `/documents${query}`, body(...parts), { headers });

const isProblem = ({ status, headers: given, json }: RestAnswer, code: number, title: string, detail: RegExp): void => {
  assert.equal(status, code, JSON.stringify(json));
  assert.equal(given['content-type'], 'application/problem+json');
  assert.equal(json.title, title);
  assert.match(json.detail, detail);
};

describe('163. a document', () => {
  test('is stored with its metadata, and read byte for byte', async (t) => {
    const { client, engine } = await setUp(t);
    const content = Buffer.from([0, 13, 10, 45, 45, 255, 13, 10]);
    const given = {
      contentType: 'application/x-test',
      fileName: 'größe.bin',
      expiresAt: '2999-01-01T00:00:00Z',
      size: content.length,
      processDefinitionId: 'pay',
      processInstanceKey: '2251799813685249',
      customProperties: { kind: 'invoice', pages: 3 },
    };
    const { status, json } = await create(client, [file(content), metadata(given)]);
    assert.equal(status, 201, JSON.stringify(json));
    assert.deepEqual(json, {
      'camunda.document.type': 'camunda',
      storeId: 'in-memory',
      documentId: json.documentId,
      contentHash: createHash('sha256').update(content).digest('hex'),
      metadata: { ...given, expiresAt: '2999-01-01T00:00:00.000Z' },
    });
    const { documentId, contentHash, storeId } = json;
    const read = await client.send('GET', `/documents/${documentId}?storeId=${storeId}&contentHash=${contentHash}`);
    assert.equal(read.status, 200);
    assert.equal(read.headers['content-type'], 'application/octet-stream');
    assert.equal(read.headers['content-length'], String(content.length));
    assert.equal(read.text, content.toString('utf8'));
    assert.deepEqual(engine.documents.references(), [json]);
  });

  test('takes name and type of its file, and otherwise those of its name', async (t) => {
    const { client } = await setUp(t);
    const named = (await create(client, [file('a', 'a.csv', 'text/plain')])).json.metadata;
    assert.deepEqual(
      [named.fileName, named.contentType, named.size, named.expiresAt],
      ['a.csv', 'text/plain', 1, null],
    );
    const { json } = await create(client, [{ name: 'file', content: '{}' }, metadata({ fileName: 'b.JSON' })]);
    assert.deepEqual([json.metadata.fileName, json.metadata.contentType], ['b.JSON', 'application/json']);
    const bare = (await create(client, [{ name: 'file', content: '' }])).json;
    assert.deepEqual([bare.metadata.fileName, bare.metadata.size], [bare.documentId, 0]);
    assert.equal((await client.send('GET', `/documents/${bare.documentId}`)).text, '');
  });

  test('has the id that was asked for, once', async (t) => {
    const { client } = await setUp(t);
    assert.equal((await create(client, [file('a')], '?documentId=mine&storeId=in-memory')).json.documentId, 'mine');
    isProblem(await create(client, [file('b')], '?documentId=mine'), 409, 'ALREADY_EXISTS', /Fix: delete it first/);
    assert.equal((await client.send('GET', '/documents/mine')).text, 'a');
  });

  test('is deleted', async (t) => {
    const { client, engine } = await setUp(t);
    const { documentId } = (await create(client, [file('a')])).json;
    assert.equal((await client.send('DELETE', `/documents/${documentId}?storeId=in-memory`)).status, 204);
    isProblem(await client.send('GET', `/documents/${documentId}`), 404, 'NOT_FOUND', /no document with this id/);
    isProblem(await client.send('DELETE', `/documents/${documentId}`), 404, 'NOT_FOUND', /no document with this id/);
    assert.deepEqual(engine.documents.references(), []);
  });

  test('has no link in memory', async (t) => {
    const { client } = await setUp(t);
    const { documentId } = (await create(client, [file('a')])).json;
    const links = (id: string, request: object = {}) => client.post(`/documents/${id}/links`, request);
    isProblem(await links(documentId, { timeToLive: 1_000 }), 400, 'INVALID_ARGUMENT', /in memory have no links/);
    isProblem(await links('other'), 404, 'NOT_FOUND', /no document/);
    isProblem(
      await links(documentId, { timeToLive: 'PT1H' }),
      400,
      'INVALID_ARGUMENT',
      /timeToLive must be an integer/,
    );
  });

  test('is gone when its time is over, by the clock of the engine', async (t) => {
    const clock = createTestClock();
    const { client, engine } = await setUp(t, { clock });
    const expiresAt = new Date(clock.now() + 60_000).toISOString();
    const { documentId } = (await create(client, [file('a'), metadata({ expiresAt })])).json;
    clock.advance(59_999);
    assert.equal((await client.send('GET', `/documents/${documentId}`)).status, 200);
    clock.advance(1);
    assert.deepEqual(engine.documents.references(), []);
    isProblem(await client.send('GET', `/documents/${documentId}`), 404, 'NOT_FOUND', /can expire/);
    assert.equal((await create(client, [file('b')], `?documentId=${documentId}`)).status, 201);
  });

  test('with another hash or store is refused', async (t) => {
    const { client } = await setUp(t);
    const { documentId } = (await create(client, [file('a')])).json;
    const read = (query: string) => client.send('GET', `/documents/${documentId}?${query}`);
    isProblem(await read('contentHash=00'), 400, 'INVALID_ARGUMENT', /does not have this hash/);
    isProblem(await read('storeId=aws'), 400, 'INVALID_ARGUMENT', /no document store with this id/);
    isProblem(await read('colour=red'), 400, 'INVALID_ARGUMENT', /colour is not a parameter/);
    isProblem(await create(client, [file('b')], '?storeId=aws'), 400, 'INVALID_ARGUMENT', /in-memory/);
  });
});

describe('a request that is not valid', () => {
  const cases: readonly (readonly [title: string, parts: readonly TestPart[], detail: RegExp])[] = [
    ['without a file', [metadata({})], /must have one part named file/],
    ['with two files', [file('a'), file('b')], /must have one part named file/],
    ['with another part', [file('a'), { name: 'colour', content: 'red' }], /colour is not a part of createDocument/],
    ['with metadata that is not JSON', [file('a'), { name: 'metadata', content: '{' }], /not JSON/],
    ['with an unknown field', [file('a'), metadata({ colour: 'red' })], /colour is not a field/],
    ['with a wrong size', [file('a'), metadata({ size: 2 })], /size is not the size of the file/],
    ['with a wrong type', [file('a'), metadata({ processInstanceKey: 'x' })], /processInstanceKey must be a key/],
    ['with a time that is none', [file('a'), metadata({ expiresAt: 'soon' })], /expiresAt is not a time/],
    ['with a time that is over', [file('a'), metadata({ expiresAt: '2001-01-01T00:00:00Z' })], /expiresAt is over/],
  ];
  for (const [title, parts, detail] of cases) {
    test(title, async (t) => {
      const { client, engine } = await setUp(t);
      isProblem(await create(client, parts), 400, 'INVALID_ARGUMENT', detail);
      assert.deepEqual(engine.documents.references(), []);
    });
  }

  test('of another content type', async (t) => {
    const { client } = await setUp(t);
    isProblem(await client.post('/documents', {}), 415, 'Unsupported Media Type', /multipart\/form-data/);
  });

  test('of more than 10 MiB', async (t) => {
    const { client } = await setUp(t);
    const large = Buffer.alloc(10 * 1024 * 1024);
    isProblem(await create(client, [file(large)]), 413, 'Payload Too Large', /larger than 10485760 bytes/);
    assert.equal((await create(client, [file(large.subarray(1_000))])).status, 201);
  });
});

describe('a batch', () => {
  const batch = (client: RestClient, parts: readonly TestPart[]): Promise<RestAnswer> =>
    client.send('POST', '/documents/batch', body(...parts), { headers });
  const item = (content: string, fileName: string): TestPart => ({ name: 'files', fileName, content });

  test('stores all files', async (t) => {
    const { client, engine } = await setUp(t);
    const list = { name: 'metadataList', type: 'application/json', content: '[{"customProperties":{"n":1}},{}]' };
    const { status, json } = await batch(client, [item('a', 'a.txt'), item('bc', 'b.txt'), list]);
    assert.equal(status, 201);
    assert.deepEqual(json.failedDocuments, []);
    assert.deepEqual(
      json.createdDocuments.map((one: RestAnswer['json']) => [one.metadata.fileName, one.metadata.customProperties]),
      [
        ['a.txt', { n: 1 }],
        ['b.txt', {}],
      ],
    );
    assert.deepEqual(engine.documents.references(), json.createdDocuments);
  });

  test('names the files that it could not store', async (t) => {
    const { client } = await setUp(t);
    const each = (value: object): TestPart => ({ name: 'metadataList', content: JSON.stringify(value) });
    const parts = [item('a', 'a.txt'), item('b', 'b.txt'), each({ expiresAt: '2001-01-01T00:00:00Z' }), each({})];
    const { status, json } = await batch(client, parts);
    assert.equal(status, 207);
    assert.equal(json.createdDocuments.length, 1);
    const [{ detail, ...failed }] = json.failedDocuments;
    assert.deepEqual(failed, { fileName: 'a.txt', status: 400, title: 'INVALID_ARGUMENT' });
    assert.match(detail, /expiresAt is over/);
  });

  test('needs files, and as many metadata', async (t) => {
    const { client } = await setUp(t);
    isProblem(await batch(client, []), 400, 'INVALID_ARGUMENT', /must have parts named files/);
    const list = { name: 'metadataList', content: '[{},{}]' };
    isProblem(
      await batch(client, [item('a', 'a.txt'), list]),
      400,
      'INVALID_ARGUMENT',
      /as many items in metadataList/,
    );
  });
});

test('a damaged request gets an answer, and stores at most what it says', async (t) => {
  const { client, engine } = await setUp(t);
  const random = randomNumbers(163);
  const pick = <Item>(items: readonly Item[]): Item => items[Math.floor(random() * items.length)]!;
  const whole = body(file('abc'), metadata({ fileName: 'a.txt', size: 3, customProperties: { n: 1 } }));
  const pieces = [
    '',
    '\r\n',
    '--',
    boundary,
    '"',
    '{',
    '}',
    '\u0000',
    '\u00ff',
    ':',
    ';',
    'name="file"',
    '[',
    '9'.repeat(40),
  ];
  const targets = [
    ['POST', '/documents'],
    ['POST', '/documents/batch'],
    ['POST', `/documents?documentId=${encodeURIComponent('%00/../\u0000')}`],
    ['POST', '/documents/%E0%A4%A/links'],
    ['GET', '/documents/%2e%2e?contentHash=%'],
    ['DELETE', '/documents/?storeId=&storeId=x'],
  ] as const;
  let created = 0;
  for (let round = 0; round < 400; round += 1) {
    const [method, path] = pick(targets);
    const at = Math.floor(random() * (whole.length + 1));
    const damaged = Buffer.concat([
      whole.subarray(0, at),
      Buffer.from(pick(pieces), 'latin1'),
      whole.subarray(at + Math.floor(random() * 4)),
    ]);
    const { status, json } = await client.send(method, path, method === 'POST' ? damaged : undefined, { headers });
    assert.ok(
      [201, 207, 400, 404, 409, 415, 501].includes(status),
      `${status} ${path} ${JSON.stringify(damaged.toString())}`,
    );
    if (status === 201) created += path.includes('batch') ? json.createdDocuments.length : 1;
    if (status === 207) created += json.createdDocuments.length;
  }
  assert.equal(engine.documents.references().length, created);
  assert.ok(created > 0, 'some requests were still valid');
});
