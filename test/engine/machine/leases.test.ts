/** Leases and priorities of jobs. */
import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import type { JobsActivation, MachineActivatedJob } from '../../../src/engine/machine/types.ts';
import { chain, end, serviceTask, start } from '../support/bpmn.ts';
import { restored } from './restored.ts';
import { p, type Rig, rejected, rigWith, wish } from './support.ts';

const one = p(...chain(start(), serviceTask('a', { type: 'a' }), end()));

const take = (rig: Rig, request: Partial<JobsActivation> = {}): readonly MachineActivatedJob[] =>
  rig.machine.activateJobs({ ...wish, type: 'a', maxJobs: 10, ...request });

const lease = (rig: Rig): MachineActivatedJob => {
  const [job] = take(rig, { withLease: true, maxJobs: 1 });
  assert.ok(job?.leaseToken, 'an activation with a lease has a token');
  return job;
};

describe('the lease of a job', () => {
  test('is the token without which nobody completes, fails or throws', async () => {
    const rig = await rigWith(one);
    rig.create();
    const { key, leaseToken } = lease(rig);
    const { machine } = rig;
    const failure = { retries: 1, errorMessage: '', backoff: 0, variables: {} };
    const error = { code: 'E', errorMessage: '', variables: {} };
    for (const token of [undefined, 'other']) {
      for (const command of [
        () => machine.completeJob(key, {}, undefined, token),
        () => machine.failJob(key, { ...failure, leaseToken: token }),
        () => machine.throwError(key, { ...error, leaseToken: token }),
      ]) {
        const rejection = rejected(command);
        assert.equal(rejection.code, 'INVALID_STATE');
        assert.match(rejection.reason, /lease token/);
      }
    }
    machine.failJob(key, { ...failure, leaseToken });
    const again = lease(rig);
    machine.completeJob(again.key, {}, undefined, again.leaseToken);
    assert.deepEqual(machine.jobs(), []);
  });

  test('case 100: is another one with each activation, so a worker that was superseded is refused', async () => {
    const rig = await rigWith(one);
    const instance = rig.create();
    const first = lease(rig);
    rig.pass(60_000);
    const second = lease(rig);
    assert.equal(second.key, first.key);
    assert.notEqual(second.leaseToken, first.leaseToken);
    assert.equal(
      rejected(() => rig.machine.completeJob(first.key, {}, undefined, first.leaseToken)).code,
      'INVALID_STATE',
    );
    rig.machine.completeJob(second.key, {}, undefined, second.leaseToken);
    assert.equal(rig.state(instance), 'COMPLETED');
  });

  test('still counts after the deadline, as long as nobody else has the job', async () => {
    const rig = await rigWith(one);
    rig.create();
    const { key, leaseToken } = lease(rig);
    rig.pass(60_000);
    rig.machine.completeJob(key, {}, undefined, leaseToken);
    assert.deepEqual(rig.machine.jobs(), []);
  });

  test('keeps the job for workers with a lease, which also receive other jobs, oldest first', async () => {
    const rig = await rigWith(one);
    rig.create();
    const { key } = lease(rig);
    rig.create();
    rig.create();
    rig.pass(60_000);
    const keys = rig.machine.jobs().map((job) => job.key);
    const [plain] = take(rig, { maxJobs: 1 });
    assert.equal(plain?.key, keys[1]);
    assert.ok(plain && !('leaseToken' in plain), 'an activation without a lease has no token');
    assert.equal(rig.machine.activateJob(key, wish), undefined);
    assert.deepEqual(
      take(rig, { withLease: true }).map((job) => job.key),
      [key, keys[2]],
    );
  });

  test('is not needed for changes, but an older one is refused', async () => {
    const rig = await rigWith(one);
    rig.create();
    const { key, leaseToken } = lease(rig);
    rig.machine.updateJobRetries(key, 7);
    rig.machine.updateJobTimeout(key, 5000, leaseToken);
    rig.machine.updateJobPriority(key, 5);
    for (const change of [
      () => rig.machine.updateJobRetries(key, 7, 'old'),
      () => rig.machine.updateJobTimeout(key, 5000, 'old'),
      () => rig.machine.updateJobPriority(key, 5, 'old'),
    ]) {
      assert.equal(rejected(change).code, 'INVALID_STATE');
    }
  });

  test('a token for a job without a lease is refused', async () => {
    const rig = await rigWith(one);
    rig.create();
    const [job] = take(rig);
    assert.equal(rejected(() => rig.machine.completeJob(job!.key, {}, undefined, 'token')).code, 'INVALID_STATE');
  });

  test('survives a snapshot', async () => {
    const rig = await rigWith(one);
    rig.create();
    const { key, leaseToken } = lease(rig);
    const other = await restored(rig);
    assert.equal(rejected(() => other.machine.completeJob(key, {})).code, 'INVALID_STATE');
    other.pass(60_000);
    assert.deepEqual(take(other), []);
    const next = lease(other);
    assert.notEqual(next.leaseToken, leaseToken);
    other.machine.completeJob(key, {}, undefined, next.leaseToken);
  });
});

describe('the priority of a job', () => {
  test('decides before its age, and may change while the job waits or is activated', async () => {
    const rig = await rigWith(one);
    for (let count = 0; count < 5; count += 1) rig.create();
    const keys = rig.machine.jobs().map(({ key }) => key);
    rig.machine.updateJobPriority(keys[3]!, 10);
    rig.machine.updateJobPriority(keys[1]!, 10);
    rig.machine.updateJobPriority(keys[4]!, 20);
    rig.machine.updateJobPriority(keys[0]!, -1);
    const other = await restored(rig);
    const order = [4, 1, 3, 2, 0].map((index) => keys[index]);
    for (const each of [rig, other])
      assert.deepEqual(
        take(each).map(({ key }) => key),
        order,
      );
    assert.deepEqual(take(rig), []);
    rig.machine.updateJobPriority(keys[2]!, 30);
    rig.pass(60_000);
    assert.equal(take(rig, { maxJobs: 1 })[0]?.key, keys[2]);
    assert.equal(rig.machine.jobs().find(({ key }) => key === keys[2])?.priority, 30);
  });

  test('is needed, and belongs to a job that can still be activated', async () => {
    const rig = await rigWith(one);
    rig.create();
    const [job] = take(rig);
    const { machine } = rig;
    for (const priority of [undefined, 1.5, Number.NaN]) {
      assert.equal(rejected(() => machine.updateJobPriority(job!.key, priority)).code, 'INVALID_ARGUMENT');
    }
    assert.equal(rejected(() => machine.updateJobPriority('1', 1)).code, 'NOT_FOUND');
    machine.throwError(job!.key, { code: 'E', errorMessage: '', variables: {} });
    assert.equal(rejected(() => machine.updateJobPriority(job!.key, 1)).code, 'INVALID_STATE');
  });
});
