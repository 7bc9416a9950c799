import assert from 'node:assert/strict';
import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { test } from 'node:test';
import { executeOutbound } from 'camunda-connectors';
import { memoryDocuments } from 'camunda-connectors/testing';
import { download } from './download.ts';

test('the task decides what becomes of the file', async (t) => {
  const server = createServer((_request, response) => {
    response.writeHead(200, { 'content-type': 'application/json' }).end('{"books":2}');
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  t.after(() => {
    server.closeAllConnections();
    server.close();
  });
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}/books.json`;
  const documents = memoryDocuments();
  const load = (variables: object) => executeOutbound(download, { variables: { url, ...variables } }, { documents });
  const complete = (file: unknown) => ({ kind: 'complete', variables: { file } });

  const asText = await load({ documentReturnFormat: { choice: 'TEXT', encoding: 'UTF-8' } });
  assert.deepEqual(asText, complete('{"books":2}'));
  assert.deepEqual(await load({ documentReturnFormat: { choice: 'JSON' } }), complete({ books: 2 }));
  const asDocument = await load({});
  const [reference] = documents.references();
  assert.deepEqual(asDocument, complete(reference));
  assert.deepEqual(
    [reference?.metadata.fileName, reference?.metadata.contentType, reference?.metadata.size],
    ['books.json', 'application/json', 11],
  );
});
