import assert from 'node:assert/strict';
import { test } from 'node:test';
import { executeOutbound } from 'camunda-connectors';
import { createProcessTest, outboundContext } from 'camunda-connectors/testing';
import { shelfOf, smallLibrary } from './shelf.ts';

// #region operation
const isbn = '0-330-25864-8';

test('an operation can be called like any function, or executed as a job', async () => {
  const shelf = shelfOf(smallLibrary());

  const found = await shelf.operations.find.run({ isbn }, outboundContext());
  assert.deepEqual(found, { title: 'Hitchhiker', copies: 1, lent: 0 });

  const customHeaders = { operation: 'lend', resultVariable: 'loan' };
  const outcome = await executeOutbound(shelf, { variables: { isbn, reader: 'Ada' }, customHeaders });
  assert.deepEqual(outcome, {
    kind: 'complete',
    variables: { loan: { title: 'Hitchhiker', reader: 'Ada' } },
  });
});
// #endregion

// #region retry
test('a lent book is requested again a day later, when it has been returned', async (t) => {
  const library = smallLibrary();
  const resources = 'examples/bpmn/lend-book.bpmn';
  const processes = await createProcessTest(t, { resources, connectors: { outbound: [shelfOf(library)] } });
  await (await processes.start('lend-book', { isbn, reader: 'Ada' })).completed({ at: 'EndLent' });

  const bob = await processes.start('lend-book', { isbn, reader: 'Bob' });
  await processes.settle();
  library.get(isbn)?.readers.pop();
  await bob.completed({ at: 'EndLent', variables: { loan: { title: 'Hitchhiker', reader: 'Bob' } } });
});
// #endregion
