import assert from 'node:assert/strict';
import { type TestContext, test } from 'node:test';
import { createRuntime, executeOutbound } from 'camunda-connectors';
import { createEngine, createTestClock, type Engine } from 'camunda-connectors/engine';
import { outboundContext, recordingLogger } from 'camunda-connectors/testing';
import { shelfOf, smallLibrary } from './shelf.ts';

const isbn = '0-330-25864-8';
const day = 86_400_000;

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

/** Runs the process lend-book on an engine whose clock stands still. Everything stops when the test ends. */
const setUp = async (t: TestContext) => {
  const clock = createTestClock();
  const engine = await createEngine({ clock });
  const library = smallLibrary();
  const runtime = createRuntime({
    outbound: [shelfOf(library)],
    connection: { type: 'INSECURE', hostname: '127.0.0.1', port: engine.port },
    signals: false,
    logger: recordingLogger(),
  });
  t.after(async () => {
    await runtime.stop();
    await engine.stop();
  });
  await engine.deploy('examples/bpmn/lend-book.bpmn');
  await runtime.start();
  const lend = (variables: { readonly isbn: string; readonly reader: string }): string =>
    engine.createInstance({ bpmnProcessId: 'lend-book', variables }).processInstanceKey;
  return { clock, engine, library, lend };
};

const failed = (engine: Engine): Promise<unknown> => engine.next((event) => event.kind === 'job:failed');

test('an available book is lent', async (t) => {
  const { engine, lend } = await setUp(t);
  const { variables } = await engine.ended(lend({ isbn, reader: 'Ada' }));
  assert.deepEqual(variables.loan, { title: 'Hitchhiker', reader: 'Ada' });
  assert.equal(variables.lent, false);
});

test('an unknown book is a business error: the process follows the path of its code', async (t) => {
  const { engine, lend } = await setUp(t);
  const { state, variables } = await engine.ended(lend({ isbn: '0-000-00000-0', reader: 'Ada' }));
  assert.equal(state, 'COMPLETED');
  assert.equal(variables.loan, undefined);
});

// #region retry
test('a lent book is requested again a day later, when it has been returned', async (t) => {
  const { clock, engine, library, lend } = await setUp(t);
  await engine.ended(lend({ isbn, reader: 'Ada' }));

  const first = failed(engine);
  const bob = lend({ isbn, reader: 'Bob' });
  await first;
  library.get(isbn)?.readers.pop();
  clock.advance(day);

  const { variables } = await engine.ended(bob);
  assert.deepEqual(variables.loan, { title: 'Hitchhiker', reader: 'Bob' });
});

test('after the last attempt the reader is put off, and the process knows how many readers wait', async (t) => {
  const { clock, engine, lend } = await setUp(t);
  await engine.ended(lend({ isbn, reader: 'Ada' }));

  const first = failed(engine);
  const bob = lend({ isbn, reader: 'Bob' });
  await first;
  const second = failed(engine);
  clock.advance(day);
  await second;
  clock.advance(day);

  const { state, variables } = await engine.ended(bob);
  assert.equal(state, 'COMPLETED');
  assert.equal(variables.waiting, 1);
  assert.deepEqual(engine.incidents(), []);
});
// #endregion
