import assert from 'node:assert/strict';
import { test } from 'node:test';
import {
  createJobDistributor,
  type JobRequest,
  type JobStream,
  type Poll,
} from '../../../src/engine/gateway/job-distributor.ts';
import type { MachineActivatedJob } from '../../../src/engine/machine/types.ts';

const toJob = (key: string, type: string, worker: string): MachineActivatedJob => ({
  key,
  type,
  worker,
  kind: 'BPMN_ELEMENT',
  state: 'ACTIVATED',
  processInstanceKey: '1',
  bpmnProcessId: 'p',
  processDefinitionVersion: 1,
  processDefinitionKey: '2',
  elementId: 'task',
  elementInstanceKey: '3',
  headers: {},
  retries: 3,
  deadline: 0,
  errorMessage: '',
  variables: {},
});

/** A distributor of jobs in a map. */
const setUp = (chances: readonly number[] = [0]) => {
  const available = new Map<string, string>();
  let calls = 0;
  let drawn = 0;
  const take = (key: string, { type, worker }: JobRequest): MachineActivatedJob => {
    available.delete(key);
    return toJob(key, type, worker);
  };
  const distributor = createJobDistributor({
    activateJobs: (request) => {
      calls += 1;
      const keys = [...available].filter(([, type]) => type === request.type).map(([key]) => key);
      return keys.slice(0, request.maxJobs).map((key) => take(key, request));
    },
    activateJob: (key, request) => (available.has(key) ? take(key, request) : undefined),
    random: () => chances[drawn++ % chances.length] as number,
  });
  const offer = (key: string, type = 'a'): void => {
    available.set(key, type);
    distributor.offer({ key, type });
  };
  const log: string[] = [];
  const poll = (worker: string, { type = 'a', maxJobs = 10, alive = (): boolean => true } = {}): Poll => ({
    type,
    worker,
    timeout: 1000,
    fetchVariables: [],
    maxJobs,
    alive,
    deliver: (jobs) => log.push(`${worker}:${jobs.map(({ key }) => key).join('+')}`),
  });
  const stream = (worker: string, { type = 'a', ready = (): boolean => true } = {}): JobStream => ({
    type,
    worker,
    timeout: 1000,
    fetchVariables: [],
    ready,
    push: (job) => log.push(`${worker}<${job.key}`),
  });
  return { distributor, offer, poll, stream, available, log, activations: () => calls };
};

test('a poll receives available jobs at once, up to its maximum', () => {
  const { distributor, offer, poll, log, available } = setUp();
  for (const key of ['1', '2', '3']) offer(key);
  distributor.addPoll(poll('p', { maxJobs: 2 }));
  assert.deepEqual(log, ['p:1+2']);
  assert.deepEqual([...available.keys()], ['3']);
});

test('a new job goes to the poll that waits longest', () => {
  const { distributor, offer, poll, log } = setUp();
  distributor.addPoll(poll('first'));
  distributor.addPoll(poll('second'));
  offer('1');
  distributor.settle();
  offer('2');
  distributor.settle();
  assert.deepEqual(log, ['first:1', 'second:2']);
});

test('a poll receives all offered jobs together', () => {
  const { distributor, offer, poll, log } = setUp();
  distributor.addPoll(poll('p'));
  offer('1');
  offer('2');
  distributor.settle();
  assert.deepEqual(log, ['p:1+2']);
});

test('polls of another type receive nothing', () => {
  const { distributor, offer, poll, log, available } = setUp();
  distributor.addPoll(poll('p', { type: 'b' }));
  offer('1', 'a');
  distributor.settle();
  assert.deepEqual(log, []);
  assert.equal(available.size, 1);
});

test('case 43: a poll that is not alive never receives a job', () => {
  const { distributor, offer, poll, log } = setUp();
  let alive = true;
  distributor.addPoll(poll('dead', { alive: () => alive }));
  distributor.addPoll(poll('living'));
  alive = false;
  offer('1');
  distributor.settle();
  assert.deepEqual(log, ['living:1']);
});

test('a removed poll is not served; removing it twice does not affect a later poll', () => {
  const { distributor, offer, poll, log } = setUp();
  const leave = distributor.addPoll(poll('gone'));
  leave();
  distributor.addPoll(poll('later'));
  leave();
  offer('1');
  distributor.settle();
  assert.deepEqual(log, ['later:1']);
});

test('case 61: streams precede polls', () => {
  const { distributor, offer, poll, stream, log } = setUp();
  distributor.addPoll(poll('p'));
  distributor.addStream(stream('s'));
  offer('1');
  distributor.settle();
  assert.deepEqual(log, ['s<1']);
});

test('case 58: a stream receives no jobs that were available before it', () => {
  const { distributor, offer, stream, log, available } = setUp();
  offer('1');
  distributor.settle();
  distributor.addStream(stream('s'));
  offer('2');
  distributor.settle();
  assert.deepEqual(log, ['s<2']);
  assert.deepEqual([...available.keys()], ['1']);
});

test('case 60: one of the ready streams is chosen at random', () => {
  const { distributor, offer, stream, log } = setUp([0.9, 0, 0.5]);
  distributor.addStream(stream('x'));
  distributor.addStream(stream('never', { ready: () => false }));
  distributor.addStream(stream('y'));
  for (const key of ['1', '2', '3']) offer(key);
  distributor.settle();
  assert.deepEqual(log, ['y<1', 'x<2', 'y<3']);
});

test('a job without a ready stream stays available for polls', () => {
  const { distributor, offer, poll, stream, log, available } = setUp();
  distributor.addStream(stream('s', { ready: () => false }));
  offer('1');
  distributor.settle();
  assert.deepEqual([...available.keys()], ['1']);
  distributor.addPoll(poll('p'));
  assert.deepEqual(log, ['p:1']);
});

test('a stream that is ready again receives the jobs offered in the meantime, except those that others received', () => {
  const { distributor, offer, poll, stream, log } = setUp();
  let ready = false;
  distributor.addStream(stream('s', { ready: () => ready }));
  for (const key of ['1', '2', '3']) offer(key);
  distributor.settle();
  distributor.addPoll(poll('p', { maxJobs: 1 }));
  ready = true;
  distributor.resume({ type: 'a' });
  distributor.settle();
  assert.deepEqual(log, ['p:1', 's<2', 's<3']);
});

test('offers are dropped with the last stream', () => {
  const { distributor, offer, stream, log, available } = setUp();
  const leave = distributor.addStream(stream('s', { ready: () => false }));
  offer('1');
  distributor.settle();
  leave();
  distributor.addStream(stream('next'));
  distributor.resume({ type: 'a' });
  distributor.settle();
  assert.deepEqual(log, []);
  assert.equal(available.size, 1);
});

test('jobs without polls and streams are not activated', () => {
  const { distributor, offer, activations } = setUp();
  for (let key = 0; key < 1000; key += 1) offer(String(key));
  distributor.settle();
  assert.equal(activations(), 0);
});
