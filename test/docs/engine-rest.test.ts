import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { describe, test } from 'node:test';
import { createOperations, type OperationServices } from '../../src/engine/gateway/rest/operations.ts';
import { startEngine } from '../engine/support/client.ts';
import { restClient } from '../engine/support/rest-client.ts';

const page = readFileSync(new URL('../../docs/engine-rest.md', import.meta.url), 'utf8');

/** The operations of the tables, with a `*` for each key. */
const listed = [...page.matchAll(/^\| (`[A-Z]+ \/.*?`) \|/gm)].flatMap(([, cell = '']) =>
  Array.from(cell.matchAll(/`([^`]*)`/g), ([, operation = '']) => operation.replaceAll('{key}', '*')),
);

test('docs/engine-rest.md lists all operations, each once', () => {
  // Nothing is called here: the operations only hold the services.
  const operations = Object.keys(createOperations({ version: '8.10' } as OperationServices));
  assert.deepEqual(listed.toSorted(), operations.toSorted());
});

describe('each operation of docs/engine-rest.md', () => {
  for (const operation of listed) {
    test(`${operation} refuses a key that does not exist, or a body that is not valid`, async (t) => {
      const engine = await startEngine(t, { restPort: 0 });
      const [method = '', path = ''] = operation.split(' ');
      const isUnconditional = method === 'GET' && !path.includes('*');
      const { status } = await restClient(t, engine).send(
        method,
        path.replace('*', '1'),
        method === 'GET' ? undefined : '{"no such field":1}',
      );
      if (isUnconditional) assert.ok(status === 200 || status === 204, `${operation}: ${status}`);
      else assert.ok([400, 404, 415].includes(status), `${operation}: ${status}`);
    });
  }
});
