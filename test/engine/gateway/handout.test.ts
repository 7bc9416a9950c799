import assert from 'node:assert/strict';
import { test } from 'node:test';
import { createHandout, type JobStream, type Poll, type Wish } from '../../../src/engine/gateway/handout.ts';
import type { MachineActivatedJob } from '../../../src/engine/machine/types.ts';

const toJob = (key: string, type: string, worker: string): MachineActivatedJob => ({
  key,
  type,
  worker,
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

/** A shelf of activatable jobs with a handout before it. */
const setUp = (chances: readonly number[] = [0]) => {
  const shelf = new Map<string, string>();
  let calls = 0;
  let drawn = 0;
  const take = (key: string, { type, worker }: Wish): MachineActivatedJob => {
    shelf.delete(key);
    return toJob(key, type, worker);
  };
  const handout = createHandout({
    activateJobs: (request) => {
      calls += 1;
      const keys = [...shelf].filter(([, type]) => type === request.type).map(([key]) => key);
      return keys.slice(0, request.maxJobs).map((key) => take(key, request));
    },
    activateJob: (key, wish) => (shelf.has(key) ? take(key, wish) : undefined),
    random: () => chances[drawn++ % chances.length] as number,
  });
  const offer = (key: string, type = 'a'): void => {
    shelf.set(key, type);
    handout.offer({ key, type });
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
  return { handout, offer, poll, stream, shelf, log, activations: () => calls };
};

test('a poll takes what is there, at once and up to its maximum', () => {
  const { handout, offer, poll, log, shelf } = setUp();
  for (const key of ['1', '2', '3']) offer(key);
  handout.addPoll(poll('p', { maxJobs: 2 }));
  assert.deepEqual(log, ['p:1+2']);
  assert.deepEqual([...shelf.keys()], ['3']);
});

test('a job that appears goes to the poll that waits longest', () => {
  const { handout, offer, poll, log } = setUp();
  handout.addPoll(poll('first'));
  handout.addPoll(poll('second'));
  offer('1');
  handout.settle();
  offer('2');
  handout.settle();
  assert.deepEqual(log, ['first:1', 'second:2']);
});

test('a poll gets all jobs of one settlement together', () => {
  const { handout, offer, poll, log } = setUp();
  handout.addPoll(poll('p'));
  offer('1');
  offer('2');
  handout.settle();
  assert.deepEqual(log, ['p:1+2']);
});

test('polls of another type get nothing', () => {
  const { handout, offer, poll, log, shelf } = setUp();
  handout.addPoll(poll('p', { type: 'b' }));
  offer('1', 'a');
  handout.settle();
  assert.deepEqual(log, []);
  assert.equal(shelf.size, 1);
});

test('case 43: a dead poll never takes a job', () => {
  const { handout, offer, poll, log } = setUp();
  let alive = true;
  handout.addPoll(poll('dead', { alive: () => alive }));
  handout.addPoll(poll('living'));
  alive = false;
  offer('1');
  handout.settle();
  assert.deepEqual(log, ['living:1']);
});

test('a poll that left is not served; leaving twice spares a later poll', () => {
  const { handout, offer, poll, log } = setUp();
  const leave = handout.addPoll(poll('gone'));
  leave();
  handout.addPoll(poll('later'));
  leave();
  offer('1');
  handout.settle();
  assert.deepEqual(log, ['later:1']);
});

test('case 61: streams come before polls', () => {
  const { handout, offer, poll, stream, log } = setUp();
  handout.addPoll(poll('p'));
  handout.addStream(stream('s'));
  offer('1');
  handout.settle();
  assert.deepEqual(log, ['s<1']);
});

test('case 58: a stream gets nothing that was there before it', () => {
  const { handout, offer, stream, log, shelf } = setUp();
  offer('1');
  handout.settle();
  handout.addStream(stream('s'));
  offer('2');
  handout.settle();
  assert.deepEqual(log, ['s<2']);
  assert.deepEqual([...shelf.keys()], ['1']);
});

test('case 60: chance decides among the streams that are ready', () => {
  const { handout, offer, stream, log } = setUp([0.9, 0, 0.5]);
  handout.addStream(stream('x'));
  handout.addStream(stream('never', { ready: () => false }));
  handout.addStream(stream('y'));
  for (const key of ['1', '2', '3']) offer(key);
  handout.settle();
  assert.deepEqual(log, ['y<1', 'x<2', 'y<3']);
});

test('a job that no stream can take stays; a poll may have it', () => {
  const { handout, offer, poll, stream, log, shelf } = setUp();
  handout.addStream(stream('s', { ready: () => false }));
  offer('1');
  handout.settle();
  assert.deepEqual([...shelf.keys()], ['1']);
  handout.addPoll(poll('p'));
  assert.deepEqual(log, ['p:1']);
});

test('a stream that is ready again gets what came meanwhile, except what others took', () => {
  const { handout, offer, poll, stream, log } = setUp();
  let ready = false;
  handout.addStream(stream('s', { ready: () => ready }));
  for (const key of ['1', '2', '3']) offer(key);
  handout.settle();
  handout.addPoll(poll('p', { maxJobs: 1 }));
  ready = true;
  handout.resume('a');
  handout.settle();
  assert.deepEqual(log, ['p:1', 's<2', 's<3']);
});

test('what a stream did not take is forgotten with the last stream', () => {
  const { handout, offer, stream, log, shelf } = setUp();
  const leave = handout.addStream(stream('s', { ready: () => false }));
  offer('1');
  handout.settle();
  leave();
  handout.addStream(stream('next'));
  handout.resume('a');
  handout.settle();
  assert.deepEqual(log, []);
  assert.equal(shelf.size, 1);
});

test('jobs that nobody waits for cost nothing', () => {
  const { handout, offer, activations } = setUp();
  for (let key = 0; key < 1000; key += 1) offer(String(key));
  handout.settle();
  assert.equal(activations(), 0);
});
