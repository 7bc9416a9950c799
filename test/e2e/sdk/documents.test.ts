/** The official REST clients, unchanged, with the documents of the embedded engine. */
import assert from 'node:assert/strict';
import { createReadStream } from 'node:fs';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import { Camunda8 } from '@camunda8/sdk';
import type { DocumentReference } from '../../../src/connector/document.ts';
import { startEngine } from '../../engine/support/client.ts';

/** The client that the SDK brings along, by what this test calls. */
interface DocumentClient {
  createDocument(request: object): Promise<DocumentReference>;
  createDocuments(request: object): Promise<{
    readonly createdDocuments: readonly DocumentReference[];
    readonly failedDocuments: readonly object[];
  }>;
  getDocument(request: object): Promise<Blob>;
  deleteDocument(request: object): Promise<unknown>;
  createDocumentLink(request: object): Promise<unknown>;
}

test('@camunda8/orchestration-cluster-api stores, reads and deletes documents', async (t) => {
  const engine = await startEngine(t, { restPort: 0 });
  const require = createRequire(createRequire(import.meta.url).resolve('@camunda8/sdk'));
  const { createCamundaClient } = require('@camunda8/orchestration-cluster-api') as {
    createCamundaClient(options: object): DocumentClient;
  };
  const config = { CAMUNDA_REST_ADDRESS: engine.restAddress, CAMUNDA_SDK_LOG_LEVEL: 'error' };
  const client = createCamundaClient({ config });

  const file = new File(['item;price'], 'invoice.csv', { type: 'text/csv' });
  const created = await client.createDocument({ file, metadata: { customProperties: { n: 1 } } });
  assert.deepEqual(JSON.parse(JSON.stringify(created)), engine.documents.references()[0]);
  assert.deepEqual(
    [created.metadata.fileName, created.metadata.contentType, created.metadata.customProperties],
    ['invoice.csv', 'text/csv', { n: 1 }],
  );
  const { documentId, storeId, contentHash } = created;
  const content = await client.getDocument({ documentId, storeId, contentHash });
  assert.equal(await new Response(content).text(), 'item;price');
  const unknown = client.createDocumentLink({ documentId, storeId, contentHash, timeToLive: 1_000 });
  await assert.rejects(unknown, { status: 400 });
  const batch = await client.createDocuments({ files: [new File(['a'], 'a.txt'), new File(['b'], 'b.txt')] });
  assert.deepEqual(
    batch.createdDocuments.map(({ metadata }) => metadata.fileName),
    ['a.txt', 'b.txt'],
  );
  await client.deleteDocument({ documentId, storeId });
  await assert.rejects(client.getDocument({ documentId, storeId, contentHash }), { status: 404 });
});

test('the REST client of @camunda8/sdk stores, reads and deletes documents', async (t) => {
  const engine = await startEngine(t, { restPort: 0 });
  const folder = await mkdtemp(join(tmpdir(), 'camunda-connectors-'));
  t.after(() => rm(folder, { recursive: true }));
  await writeFile(join(folder, 'a.txt'), 'größe');
  const client = new Camunda8({
    ...{ ZEEBE_REST_ADDRESS: engine.restAddress!, CAMUNDA_OAUTH_DISABLED: true, CAMUNDA_LOG_LEVEL: 'none' as const },
  }).getCamundaRestClient();
  const file = createReadStream(join(folder, 'a.txt'));
  const { documentId, storeId, contentHash } = await client.uploadDocument({ file, metadata: { fileName: 'b.txt' } });
  const [reference] = engine.documents.references();
  assert.deepEqual([reference?.documentId, reference?.metadata.fileName], [documentId, 'b.txt']);
  const content = await client.downloadDocument({ documentId, storeId, contentHash });
  assert.equal(Buffer.from(content).toString('utf8'), 'größe');
  await client.deleteDocument({ documentId, storeId });
  assert.deepEqual(engine.documents.references(), []);
});
