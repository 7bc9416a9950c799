import assert from 'node:assert/strict';
import { test } from 'node:test';
import { createAnsweredFirst } from '../../../src/engine/gateway/answered-first.ts';
import { chain, end, process, serviceTask, start } from '../support/bpmn.ts';
import { create, startWithProcess } from './one-process-engine.ts';

const xml = process('p', ...chain(start(), serviceTask('task', { type: 'a' }), end()));

/** Holds jobs, and logs what becomes of them. */
const setUp = () => {
  const log: string[] = [];
  const held = createAnsweredFirst({ offer: ({ key }) => log.push(key), settle: () => log.push('settle') });
  /** A call that causes these jobs; returns the function that tells that its answer is on its way. */
  const call = (...keys: readonly string[]): (() => void) => {
    let answered = (): void => {};
    held.run(
      () => {
        for (const key of keys) held.add({ key, type: 'a' });
      },
      (listener) => {
        answered = listener;
      },
    );
    return answered;
  };
  return { log, held, call };
};

test('a job without a call is passed on at once', () => {
  const { log, held } = setUp();
  held.add({ key: '1', type: 'a' });
  assert.deepEqual(log, ['1']);
  assert.equal(held.holds(), undefined);
});

test('the jobs of each call wait for its own answer', () => {
  const { log, held, call } = setUp();
  const one = call('1', '2');
  const two = call('3');
  assert.deepEqual(
    ['1', '2', '3', '4'].map((key) => held.holds()?.(key)),
    [true, true, true, false],
  );
  two();
  assert.deepEqual(log, ['3', 'settle']);
  one();
  assert.deepEqual(log, ['3', 'settle', '1', '2', 'settle']);
  assert.equal(held.holds(), undefined);
});

test('a call without jobs holds nothing', () => {
  const { held } = setUp();
  const result = held.run(
    () => 7,
    () => assert.fail('nothing to wait for'),
  );
  assert.equal(result, 7);
});

test('a command that fails holds the jobs that were due before it', () => {
  const { log, held } = setUp();
  let answered = (): void => {};
  const fail = (): void => {
    held.add({ key: '1', type: 'a' });
    throw new Error('rejected');
  };
  const onAnswered = (listener: () => void): void => {
    answered = listener;
  };
  assert.throws(() => held.run(fail, onAnswered), /rejected/);
  answered();
  assert.deepEqual(log, ['1', 'settle']);
});

test('a job that two calls caused waits for the later one, and is offered once', () => {
  const { log, call } = setUp();
  const one = call('1');
  const two = call('1');
  one();
  assert.deepEqual(log, ['settle']);
  two();
  two();
  assert.deepEqual(log, ['settle', '1', 'settle']);
});

test('waiting for what is held ends with the last of these calls', () => {
  const { log, held, call } = setUp();
  held.afterHeld(() => log.push('none'));
  const one = call('1');
  const two = call('2');
  held.afterHeld(() => log.push('both'));
  const three = call('3');
  two();
  one();
  assert.deepEqual(log, ['none', '2', 'settle', '1', 'settle', 'both']);
  three();
});

test('after a stop nothing is offered', () => {
  const { log, held, call } = setUp();
  const answered = call('1');
  held.afterHeld(() => log.push('after'));
  held.stop();
  answered();
  assert.deepEqual(log, []);
});

test('a client knows the key of an instance before a stream receives its job', async (t) => {
  const { client } = await startWithProcess(t, xml);
  const stream = client.stream('a');
  await stream.opened;
  const order: string[] = [];
  stream.call.on('data', ({ processInstanceKey }: { processInstanceKey: string }) => order.push(processInstanceKey));
  const answers = Array.from({ length: 100 }, async () => {
    const { processInstanceKey } = await create(client);
    order.push(processInstanceKey);
    return processInstanceKey;
  });
  const keys = await Promise.all(answers);
  await stream.count(100);
  for (const key of keys) {
    const [answer, job] = [order.indexOf(key), order.lastIndexOf(key)];
    assert.ok(answer < job, `the key ${key} is known before its job arrives`);
  }
});

test('a client that cancels at once is in time: the worker does not complete the job first', async (t) => {
  const { client, engine } = await startWithProcess(t, xml);
  const stream = client.stream('a');
  await stream.opened;
  const late: Promise<unknown>[] = [];
  stream.call.on('data', ({ key }: { key: string }) => {
    late.push(assert.rejects(client.call('CompleteJob', { jobKey: key }), { code: 5 }));
  });
  await Promise.all(
    Array.from({ length: 100 }, async () => {
      const { processInstanceKey } = await create(client);
      await client.call('CancelProcessInstance', { processInstanceKey });
    }),
  );
  stream.cancel();
  await stream.ended;
  await Promise.all(late);
  assert.deepEqual(new Set(engine.instances().map(({ state }) => state)), new Set(['TERMINATED']));
});

test('a client knows the key before a waiting poll receives the job', async (t) => {
  const { client } = await startWithProcess(t, xml);
  const order: string[] = [];
  const poll = client
    .poll('a', { requestTimeout: 60_000 })
    .then(([job]) => order.push(`job ${job?.processInstanceKey}`));
  const { processInstanceKey } = await create(client);
  order.push(`answer ${processInstanceKey}`);
  await poll;
  assert.deepEqual(order, [`answer ${processInstanceKey}`, `job ${processInstanceKey}`]);
});

test('a poll that does not wait finds the job of a call that was answered', async (t) => {
  const { client } = await startWithProcess(t, xml);
  for (let round = 0; round < 50; round += 1) {
    const { processInstanceKey } = await create(client);
    const [job] = await client.poll('a', { requestTimeout: -1 });
    assert.equal(job?.processInstanceKey, processInstanceKey);
  }
});

test('a poll that does not wait is not ahead of the answer', async (t) => {
  const { client } = await startWithProcess(t, xml);
  const order: string[] = [];
  const creating = create(client).then(() => order.push('answer'));
  const polling = client.poll('a', { requestTimeout: -1 }).then((jobs) => order.push(`${jobs.length} job`));
  await Promise.all([creating, polling]);
  assert.deepEqual(order, ['answer', '1 job']);
});
