import assert from 'node:assert/strict';
import { test } from 'node:test';
import { executeOutbound } from 'camunda-connectors';
import { memoryDocuments } from 'camunda-connectors/testing';
import { readInvoice } from './invoice.ts';

// #region test
test('an invoice is added up, and the process gets a receipt', async () => {
  const documents = memoryDocuments();
  const invoice = await documents.create({ content: 'item;price\nbook;12\npen;3\n', fileName: 'invoice.csv' });

  const outcome = await executeOutbound(readInvoice, { variables: { invoice } }, { documents });

  const [, receipt] = documents.references();
  assert.deepEqual(outcome, { kind: 'complete', variables: { total: 15, receipt } });
});
// #endregion

test('another file is refused for good', async () => {
  const documents = memoryDocuments();
  const invoice = await documents.create({ content: '%PDF', fileName: 'invoice.pdf' });
  const outcome = await executeOutbound(readInvoice, { variables: { invoice } }, { documents });
  assert.ok(outcome.kind === 'fail' && outcome.retries === 0, 'the job fails for good');
  assert.match(outcome.message, /must be a CSV file/);
  assert.equal(documents.references().length, 1);
});
