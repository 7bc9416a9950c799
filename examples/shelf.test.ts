import assert from 'node:assert/strict';
import { type TestContext, test } from 'node:test';
import { executeOutbound } from 'camunda-connectors';
import { createProcessTest, outboundContext } from 'camunda-connectors/testing';
import { shelfOf, smallLibrary } from './shelf.ts';

const isbn = '0-330-25864-8';

// #region operation
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

/** The process lend-book with a small library. */
const setUp = async (t: TestContext) => {
  const library = smallLibrary();
  const resources = 'examples/bpmn/lend-book.bpmn';
  const processes = await createProcessTest(t, { resources, connectors: { outbound: [shelfOf(library)] } });
  return {
    processes,
    library,
    lend: (reader: string, book = isbn) => processes.start('lend-book', { isbn: book, reader }),
  };
};

test('an available book is lent', async (t) => {
  const { lend } = await setUp(t);
  const ada = await lend('Ada');
  await ada.completed({ at: 'EndLent', variables: { loan: { title: 'Hitchhiker', reader: 'Ada' }, lent: false } });
});

test('an unknown book is a business error: the process follows the path of its code', async (t) => {
  const { lend } = await setUp(t);
  const ada = await lend('Ada', '0-000-00000-0');
  await ada.completed({ at: 'EndUnknown' });
});

// #region retry
test('a lent book is requested again a day later, when it has been returned', async (t) => {
  const { processes, library, lend } = await setUp(t);
  await (await lend('Ada')).completed();

  const bob = await lend('Bob');
  await processes.settle();
  library.get(isbn)?.readers.pop();
  await bob.completed({ at: 'EndLent', variables: { loan: { title: 'Hitchhiker', reader: 'Bob' } } });
});

test('after the last attempt the reader is put off, and the process knows how many readers wait', async (t) => {
  const { processes, lend } = await setUp(t);
  await (await lend('Ada')).completed();

  const bob = await lend('Bob');
  await bob.completed({ at: 'EndNoCopy', variables: { waiting: 1 } });
  await bob.noIncident();
  assert.equal(processes.calls('shelf').length, 6);
});
// #endregion
