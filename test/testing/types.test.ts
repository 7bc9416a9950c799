/** What the compiler accepts of a process test, and what it refuses. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { bpmnError, defineInbound, defineOutbound, defineWebhook, jobError } from 'camunda-connectors';
import {
  cleanUpAfter,
  createProcessTest,
  explore,
  type JobMock,
  type MockOf,
  matchers,
  mockInbound,
  mockOutbound,
  type ProcessHandle,
  type ProcessMatchers,
  type ProcessTest,
  scenarios,
  sequence,
} from 'camunda-connectors/testing';
import * as v from 'valibot';

const pay = defineOutbound({
  name: 'Pay',
  type: 'pay',
  input: v.object({ total: v.number() }),
  output: v.object({ state: v.picklist(['paid', 'open']) }),
  run: () => ({ state: 'paid' }),
});
const free = defineOutbound({ name: 'Free', type: 'free', input: v.object({ text: v.string() }), run: () => 1 });
const parcel = defineInbound({ name: 'parcel', output: v.object({ by: v.string() }), loop: () => undefined });
const hook = defineWebhook({
  name: 'hook',
  path: '/hook',
  auth: 'none',
  body: v.object({ kind: v.picklist(['a', 'b']) }),
  run: () => undefined,
});
const open = defineWebhook({ name: 'open', path: '/open', auth: 'none', run: () => undefined });
const paid = defineInbound({ name: 'paid', webhook: { body: v.object({ amount: v.number() }) } });
const anyCall = defineInbound({ name: 'any', webhook: {} });
const shelf = defineOutbound({
  name: 'Shelf',
  type: 'shelf',
  operations: {
    find: {
      input: v.object({ isbn: v.string() }),
      output: v.object({ title: v.string() }),
      run: () => ({ title: '' }),
    },
  },
});

/** Never called: the compiler alone looks at it. */
export const compiled = async (handle: ProcessHandle, processes: ProcessTest): Promise<void> => {
  await createProcessTest({ resources: 'x', skip: { upTo: 'P1D' }, now: new Date(0) });
  await createProcessTest(
    { after: () => {} },
    { connectors: { outbound: [pay, shelf], inbound: [parcel, hook, paid] } },
  );
  await createProcessTest(cleanUpAfter(() => {}));
  // @ts-expect-error no such option
  await createProcessTest({ resorces: 'x' });
  // @ts-expect-error an inbound connector is no outbound one
  await createProcessTest({ connectors: { outbound: [parcel] } });
  // @ts-expect-error nothing that registers a clean-up
  await createProcessTest(7, {});

  const jobs: readonly JobMock[] = [
    { a: 1 },
    bpmnError('X'),
    jobError('x'),
    sequence({ a: 1 }, bpmnError('X')),
    ({ variables }) => ({ a: variables.b }),
    async () => undefined,
  ];
  await createProcessTest({ mocks: { jobs: { a: jobs[0]! }, processes: { b: {} }, decisions: { c: [1] } } });
  // @ts-expect-error a number does not end a job
  await createProcessTest({ mocks: { jobs: { a: 7 } } });
  // @ts-expect-error a function cannot replace a decision by job type
  await createProcessTest({ mocks: { job: {} } });

  mockOutbound(pay, { state: 'open' });
  mockOutbound(pay, async ({ total }) => (total > 1 ? { state: 'paid' } : bpmnError('X')));
  // @ts-expect-error not one of the choices
  mockOutbound(pay, { state: 'closed' });
  // @ts-expect-error one of the outcomes does not fit
  mockOutbound(pay, sequence({ state: 'paid' }, { state: 'closed' }));
  mockOutbound(free, 'any JSON value');
  mockOutbound(free, ({ text }) => text.length);
  // @ts-expect-error the input has another type
  mockOutbound(free, ({ text }) => text.toFixed());
  mockInbound(parcel, sequence(undefined, { by: 'Ada' }));
  mockInbound(parcel, async (_input, { state }) => (state === undefined ? undefined : { by: 'Ada' })).calls[0]?.context;
  // @ts-expect-error the message has another type
  mockInbound(parcel, { by: 7 });
  const answers: MockOf<typeof shelf> = { find: ({ isbn }) => ({ title: isbn }) };
  mockOutbound(shelf, answers);
  // @ts-expect-error no such operation
  mockOutbound(shelf, { lend: {} });

  await handle.completed({ at: ['A', { name: 'B' }], variables: { a: 1 } });
  // @ts-expect-error no such expectation
  await handle.completed({ end: 'A' });
  await handle.incident({ type: 'JOB_NO_RETRIES', message: /x/ });
  // @ts-expect-error no such type of incident
  await handle.incident({ type: 'JOB_NO_RETRY' });
  await (await handle.job({ type: 'a' })).end(bpmnError('X'));
  // @ts-expect-error text does not end a job
  await (await handle.job()).end('done');
  await processes.publish({ name: 'a' });
  // @ts-expect-error a message needs a name
  await processes.publish({ correlationKey: 'a' });

  await processes.call(hook, { body: { kind: 'a' }, deliveryId: 'd' });
  // @ts-expect-error not one of the choices
  await processes.call(hook, { body: { kind: 'c' } });
  await processes.call(open, { body: 7 });
  await processes.call('/callbacks/x', { body: 7 });
  // @ts-expect-error an address has no signature
  await processes.call('/callbacks/x', { sign: false });
  await handle.call(paid, { body: { amount: 1 }, correlationKey: 'a' });
  // @ts-expect-error the body has another type
  await handle.call(paid, { body: { amount: 'one' } });
  await handle.call(anyCall, { body: { amount: 1 } });
  // @ts-expect-error no such option
  await handle.call(anyCall, { bodi: { amount: 1 } });
  // @ts-expect-error an inbound connector with a loop has no address
  await handle.call(parcel);
  // @ts-expect-error a callback has an address for each activation
  await processes.call(paid);

  scenarios(test, { process: 'p' }, { a: { given: { variables: { a: 1 } }, expect: { completed: true } } });
  // @ts-expect-error no such expectation
  scenarios(test, { process: 'p' }, { a: { expect: { complete: true } } });
  // @ts-expect-error the id of the process is missing
  scenarios(test, {}, { a: { expect: { completed: true } } });
  await explore({ process: 'p', starts: [{ a: 1 }], jobs: { a: [{}, bpmnError('X')] }, runs: 3 });
  // @ts-expect-error outcomes are lists
  await explore({ process: 'p', jobs: { a: {} } });

  const typed: { readonly [Name in keyof ProcessMatchers]: unknown } = matchers;
  assert.ok(typed, 'every matcher that is declared exists');
};

test('the compiler has accepted and refused what it should', () => {
  assert.equal(typeof compiled, 'function');
});
