import assert from 'node:assert/strict';
import { test } from 'node:test';
import { boundary, chain, end, type JobOptions, path, serviceTask, start } from '../support/bpmn.ts';
import { createRig, p, type Rig, rejected, rejectionOf, rigWith, wish } from './support.ts';

const one = (options: JobOptions = {}): string =>
  p(...chain(start(), serviceTask('task', { type: 'a', ...options }), end()));

const failure = { retries: 1, errorMessage: '', backoff: 0, variables: {} } as const;

/** The rejection codes of the three commands that end an attempt. */
const outcomeCodes = ({ machine }: Rig, key: string): readonly string[] => [
  rejectionOf(() => machine.completeJob(key, {})),
  rejectionOf(() => machine.failJob(key, failure)),
  rejectionOf(() => machine.throwError(key, { code: 'E', errorMessage: '', variables: {} })),
];

test('case 39, corrected: blank type, timeout 0 and zero jobs are rejected together; a worker name is optional', async () => {
  const { machine } = createRig();
  const good = { ...wish, type: 'a', maxJobs: 1 };
  for (const bad of [{ type: ' ' }, { timeout: 0 }, { maxJobs: 0 }]) {
    assert.equal(
      rejectionOf(() => machine.activateJobs({ ...good, ...bad })),
      'INVALID_ARGUMENT',
    );
  }
  const { reason } = rejected(() => machine.activateJobs({ ...good, type: '', timeout: 0, maxJobs: 0 }));
  for (const word of ['type', 'timeout', 'max jobs']) assert.match(reason, new RegExp(word));
  assert.deepEqual(machine.activateJobs({ ...good, worker: '' }), []);
});

test('case 40: jobs are activated oldest first, even after they were returned', async () => {
  const rig = await rigWith(one());
  const keys = [1, 2, 3, 4, 5].map(() => rig.create());
  const first = rig.jobs('a', 3);
  assert.deepEqual(
    first.map(({ processInstanceKey }) => processInstanceKey),
    keys.slice(0, 3),
  );
  rig.machine.failJob(first[1]!.key, failure);
  assert.deepEqual(
    rig.jobs('a').map(({ processInstanceKey }) => processInstanceKey),
    [keys[1], keys[3], keys[4]],
  );
});

test('case 44: a job has its type, its element, and its deadline', async () => {
  const rig = createRig();
  const { processes } = await rig.deploy(one({ headers: { k: 'v' } }));
  const instance = rig.create({ x: 1 });
  const job = rig.machine.activateJobs({ ...wish, type: 'a', worker: 'me', timeout: 5000, maxJobs: 1 })[0]!;
  assert.match(job.key, /^\d{16}$/);
  assert.deepEqual(job, {
    kind: 'BPMN_ELEMENT',
    key: job.key,
    type: 'a',
    state: 'ACTIVATED',
    processInstanceKey: instance,
    bpmnProcessId: 'p',
    processDefinitionVersion: 1,
    processDefinitionKey: processes[0]?.processDefinitionKey,
    elementId: 'task',
    elementInstanceKey: rig.key(instance, 'task'),
    headers: { k: 'v' },
    retries: 3,
    worker: 'me',
    deadline: rig.now() + 5000,
    errorMessage: '',
    variables: { x: 1 },
  });
});

test('case 45: type and retries can be expressions with a valid result', async () => {
  const rig = await rigWith(one({ type: '=t', retries: '=n' }));
  rig.create({ t: 'b', n: 5 });
  assert.equal(rig.job('b').retries, 5);
  const table = [
    [{ t: 'b', n: 'x' }, /expression 'n'.*'NUMBER'.*'STRING'/],
    [{ t: 'b', n: 1.5 }, /whole 'NUMBER'/],
    [{ t: '', n: 1 }, /expression 't'.*'STRING'.*empty/],
    [{ n: 1 }, /expression 't'.*'NULL'.*No variable found for 't'/],
  ] as const;
  for (const [variables, text] of table) {
    const key = rig.create(variables);
    const { type, message, elementId, jobKey } = rig.incident();
    assert.deepEqual([type, elementId, jobKey], ['EXTRACT_VALUE_ERROR', 'task', '-1']);
    assert.match(message, text);
    assert.deepEqual(rig.jobs('b'), []);
    rig.machine.cancelInstance(key);
  }
  const key = rig.create({ t: 'b', n: 'x' });
  rig.machine.setVariables(key, { n: 2 }, false);
  rig.machine.resolveIncident(rig.incident().key);
  assert.equal(rig.job('b').retries, 2);
});

test('cases 46 and 47: a job has the requested variables or all visible ones; inner variables hide outer ones', async () => {
  const rig = await rigWith(one({ inputs: { b: '="local"' } }));
  rig.create({ a: 1, b: 'root' });
  rig.create({ a: 1, b: 'root' });
  const named = rig.machine.activateJobs({ ...wish, type: 'a', maxJobs: 1, fetchVariables: ['b', 'nope'] });
  assert.deepEqual(named[0]?.variables, { b: 'local' });
  assert.deepEqual(rig.job('a').variables, { a: 1, b: 'local' });
});

test('case 48: variables are read when the job is activated', async () => {
  const rig = await rigWith(one());
  const key = rig.create({ x: 1 });
  rig.machine.setVariables(key, { x: 2 }, false);
  assert.deepEqual(rig.job('a').variables, { x: 2 });
});

test('case 49: a job times out with its retries; the first completion counts, whichever worker sends it', async () => {
  const rig = await rigWith(one());
  const instance = rig.create();
  const { key } = rig.machine.activateJobs({ ...wish, type: 'a', timeout: 1000, maxJobs: 1 })[0]!;
  rig.pass(999);
  assert.deepEqual(rig.jobs('a'), []);
  rig.pass(1);
  const again = rig.machine.activateJobs({ ...wish, type: 'a', worker: 'other', maxJobs: 1 })[0]!;
  assert.deepEqual([again.key, again.retries, again.worker], [key, 3, 'other']);
  rig.machine.completeJob(key, {});
  assert.equal(rig.state(instance), 'COMPLETED');
  const { code, message } = rejected(() => rig.machine.completeJob(key, {}));
  assert.equal(code, 'NOT_FOUND');
  assert.match(message, new RegExp(`COMPLETE.*${key}`));
});

test('case 50: a job can be completed without an activation', async () => {
  const rig = await rigWith(one());
  const instance = rig.create();
  rig.machine.completeJob(rig.machine.jobs()[0]!.key, {});
  assert.equal(rig.state(instance), 'COMPLETED');
  assert.deepEqual(rig.jobs('a'), []);
});

test('case 51: failing a job sets the remaining retries to any number', async () => {
  const rig = await rigWith(one());
  rig.create();
  for (const retries of [2, 7]) {
    rig.machine.failJob(rig.job('a').key, { ...failure, retries, errorMessage: 'not yet' });
    const job = rig.machine.jobs()[0];
    assert.deepEqual([job?.state, job?.retries, job?.errorMessage], ['ACTIVATABLE', retries, 'not yet']);
  }
});

test('case 52: during a back-off, the job cannot be activated', async () => {
  const rig = await rigWith(one());
  rig.create();
  const { key } = rig.job('a');
  rig.machine.failJob(key, { ...failure, backoff: 2000 });
  rig.pass(1000);
  assert.deepEqual(rig.jobs('a'), []);
  assert.deepEqual(outcomeCodes(rig, key), ['INVALID_STATE', 'INVALID_STATE', 'INVALID_STATE']);
  rig.pass(999);
  assert.deepEqual(rig.jobs('a'), []);
  rig.pass(1);
  assert.equal(rig.job('a').key, key);
});

test('cases 53 and 54: without retries there is an incident, which needs new retries before it is resolved', async () => {
  const rig = await rigWith(one());
  rig.create();
  const { key } = rig.job('a');
  rig.machine.failJob(key, { ...failure, retries: 0, errorMessage: 'boom', backoff: 5 });
  const incident = rig.incident();
  assert.deepEqual([incident.type, incident.message, incident.jobKey], ['JOB_NO_RETRIES', 'boom', key]);
  rig.pass(1000);
  assert.deepEqual(rig.jobs('a'), []);
  assert.deepEqual(outcomeCodes(rig, key), ['INVALID_STATE', 'INVALID_STATE', 'INVALID_STATE']);
  assert.match(rejected(() => rig.machine.completeJob(key, {})).reason, /'FAILED'/);

  assert.equal(
    rejectionOf(() => rig.machine.resolveIncident(incident.key)),
    'INVALID_STATE',
  );
  assert.equal(
    rejectionOf(() => rig.machine.updateJobRetries(key, 0)),
    'INVALID_ARGUMENT',
  );
  assert.equal(
    rejectionOf(() => rig.machine.updateJobRetries('1', 1)),
    'NOT_FOUND',
  );
  rig.machine.updateJobRetries(key, 1);
  assert.deepEqual(rig.jobs('a'), []);
  rig.machine.resolveIncident(incident.key);
  assert.equal(rig.job('a').retries, 1);
  assert.equal(
    rejectionOf(() => rig.machine.resolveIncident(incident.key)),
    'NOT_FOUND',
  );
});

test('without an error message, the incident says that no retries are left', async () => {
  const rig = await rigWith(one());
  rig.create();
  rig.machine.failJob(rig.job('a').key, { ...failure, retries: -1, errorMessage: ' ' });
  assert.match(rig.incident().message, /retries/);
});

test('case 55: only the next attempt sees the variables of a failure', async () => {
  const rig = await rigWith(one());
  const key = rig.create();
  rig.machine.failJob(rig.job('a').key, { ...failure, variables: { v: 1 } });
  assert.deepEqual(rig.complete('a').variables, { v: 1 });
  assert.deepEqual(rig.root(key), {});
});

test('case 56: the deadline of an activated job can be changed', async () => {
  const rig = await rigWith(one());
  rig.create();
  const [waiting] = rig.machine.jobs();
  assert.equal(
    rejectionOf(() => rig.machine.updateJobTimeout(waiting!.key, 1000)),
    'INVALID_STATE',
  );
  assert.equal(
    rejectionOf(() => rig.machine.updateJobTimeout('1', 1000)),
    'NOT_FOUND',
  );
  const { key } = rig.machine.activateJobs({ ...wish, type: 'a', timeout: 1000, maxJobs: 1 })[0]!;
  rig.machine.updateJobTimeout(key, 60_000);
  rig.pass(2000);
  assert.deepEqual(rig.jobs('a'), []);
  rig.machine.updateJobTimeout(key, 1);
  rig.pass(1);
  assert.equal(rig.job('a').key, key);
});

test('case 59: there is an event each time a job becomes activatable', async () => {
  const rig = await rigWith(one());
  rig.create();
  const activatableEvents = (): number => rig.events.splice(0).filter(({ kind }) => kind === 'job:activatable').length;
  assert.equal(activatableEvents(), 1, 'created');
  rig.machine.failJob(rig.job('a').key, failure);
  assert.equal(activatableEvents(), 1, 'failed with retries left');
  rig.machine.failJob(rig.job('a').key, { ...failure, backoff: 500 });
  assert.equal(activatableEvents(), 0, 'in back-off');
  rig.pass(500);
  assert.equal(activatableEvents(), 1, 'back-off over');
  const { key } = rig.job('a');
  rig.machine.failJob(key, { ...failure, retries: 0 });
  rig.machine.updateJobRetries(key, 1);
  assert.equal(activatableEvents(), 0, 'incident');
  rig.machine.resolveIncident(rig.incident().key);
  assert.equal(activatableEvents(), 1, 'incident resolved');
  rig.job('a');
  rig.pass(wish.timeout);
  assert.equal(activatableEvents(), 1, 'timed out');
});

test('case 62: an undelivered job becomes activatable again; any other job does not change', async () => {
  const rig = await rigWith(one());
  rig.create();
  const { key } = rig.machine.jobs()[0]!;
  const pushed = rig.machine.activateJob(key, { ...wish, worker: '' });
  assert.deepEqual([pushed?.key, pushed?.worker], [key, '']);
  assert.equal(rig.machine.activateJob(key, wish), undefined);
  rig.machine.returnJob(key);
  assert.equal(rig.machine.nextDue(), undefined);
  const again = rig.job('a');
  assert.deepEqual([again.key, again.retries], [key, 3]);
  rig.machine.failJob(key, { ...failure, backoff: 1000 });
  rig.machine.returnJob(key);
  assert.deepEqual(rig.jobs('a'), []);
  rig.machine.returnJob('1');
  assert.equal(rig.machine.activateJob('1', wish), undefined);
});

test('case 63: a rejected completion does not change the job', async () => {
  const rig = await rigWith(one());
  rig.create();
  const { key } = rig.job('a');
  assert.equal(
    rejectionOf(() => rig.machine.completeJob(key, 'x' as never)),
    'INVALID_ARGUMENT',
  );
  assert.equal(rig.machine.jobs()[0]?.state, 'ACTIVATED');
  rig.machine.completeJob(key, {});
});

test('changes that a worker makes to received variables have no effect', async () => {
  const rig = await rigWith(one());
  const key = rig.create({ order: { id: 1 } });
  const variables = rig.job('a').variables as { order: { id: number }; more?: number };
  variables.more = 1;
  assert.throws(() => {
    variables.order.id = 2;
  }, TypeError);
  assert.deepEqual(rig.root(key), { order: { id: 1 } });
});

test('changes that a sender makes to sent variables have no effect', async () => {
  const rig = await rigWith(one());
  const sent = { order: { id: 1 } };
  const key = rig.create(sent);
  sent.order.id = 2;
  assert.deepEqual(rig.root(key), { order: { id: 1 } });
});

test('a job is removed with its task', async () => {
  const rig = await rigWith(
    p(
      start(),
      serviceTask('task', { type: 'a' }),
      boundary('late', 'task', { duration: 'PT1S' }),
      end(),
      end('timeout'),
      ...path('start', 'task', 'end'),
      ...path('late', 'timeout'),
    ),
  );
  rig.create();
  const { key } = rig.job('a');
  rig.pass(1000);
  assert.deepEqual(outcomeCodes(rig, key), ['NOT_FOUND', 'NOT_FOUND', 'NOT_FOUND']);
  assert.equal(
    rejectionOf(() => rig.machine.updateJobRetries(key, 1)),
    'NOT_FOUND',
  );
  assert.equal(
    rejectionOf(() => rig.machine.updateJobTimeout(key, 1)),
    'NOT_FOUND',
  );
  assert.equal(rig.events.filter(({ kind }) => kind === 'job:cancelled').length, 1);
});
