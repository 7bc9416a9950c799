/** What the rows of docs/engine.md say about the calls of workers. */
import assert from 'node:assert/strict';
import { adHocSubProcess, boundary, end, path, process, serviceTask, start } from '../support/bpmn.ts';
import { deployXml } from '../support/client.ts';
import { job, leased, p, plain, type Rows, set, tenantIds, variablesOf, withTenants } from './call-scene.ts';

/** By the name of the call. */
export const jobRows: Rows = {
  ActivateJobs: async (t) => {
    const { client, engine, create } = await set(t, plain);
    const waiting = client.poll('a', { requestTimeout: 60_000, withLease: true });
    await create();
    const [woken] = await waiting;
    assert.ok(woken?.jobLeaseToken, 'a poll that waited received the job, with a lease');
    for (let index = 0; index < 3; index++) await create();
    const [first, second, third] = engine.jobs().filter(({ key }) => key !== woken.key);
    await client.call('UpdateJobPriority', { jobKey: third?.key, priority: 1 });
    const jobs = await client.poll('a', { maxJobsToActivate: 3 });
    assert.deepEqual(
      jobs.map(({ key }) => key),
      [third?.key, first?.key, second?.key],
    );
    const tenants = await withTenants(t);
    for (const tenantId of ['north', 'south']) await tenants.create({ tenantId });
    const both = await tenants.client.poll('a', { tenantIds: ['north', 'south'], maxJobsToActivate: 2 });
    assert.deepEqual(tenantIds(both), ['north', 'south']);
  },

  StreamActivatedJobs: async (t) => {
    const { client, create } = await set(t, plain);
    const earlier = await create();
    const stream = client.stream('a', { withLease: true });
    await stream.opened;
    const later = await create();
    const [pushed] = await stream.count(1);
    assert.equal(pushed?.processInstanceKey, later);
    assert.ok(pushed.jobLeaseToken, 'the job has a lease');
    const polled = await client.poll('a', { maxJobsToActivate: 2 });
    assert.deepEqual(
      polled.map(({ processInstanceKey }) => processInstanceKey),
      [earlier],
    );
    const waiting = client.poll('b', { requestTimeout: 60_000 });
    const first = client.stream('b');
    await first.opened;
    await deployXml(client, { 'p.bpmn': plain.replace('type="a"', 'type="b"') });
    const preferred = await create();
    assert.equal((await first.count(1))[0]?.processInstanceKey, preferred);
    first.cancel();
    await first.ended;
    const next = await create();
    assert.equal((await waiting)[0]?.processInstanceKey, next);
    const tenants = await withTenants(t);
    const both = tenants.client.stream('a', { tenantIds: ['north', 'south'] });
    await both.opened;
    for (const tenantId of ['north', 'south']) await tenants.create({ tenantId });
    assert.deepEqual(tenantIds(await both.count(2)), ['north', 'south']);
  },

  CompleteJob: async (t) => {
    const scene = await set(t, plain);
    const { client, engine, create, redeploy, at } = scene;
    const { instance, jobKey, jobLeaseToken, refuses } = await leased(scene);
    await refuses('CompleteJob', {});
    await client.call('CompleteJob', { jobKey, jobLeaseToken, variables: '{"x":1}' });
    assert.deepEqual(variablesOf(engine, instance), { x: 1 });
    await redeploy(p(adHocSubProcess('box', { type: 'agent' }, serviceTask('b', { type: 'b' }))));
    const agent = await create();
    const [asked] = await client.poll('agent');
    const result = { type: 'adHocSubProcess', activateElements: [{ elementId: 'b', variables: '{}' }] };
    await client.call('CompleteJob', { jobKey: asked?.key, result });
    assert.ok(at(agent).includes('b'), 'the result has activated the element');
  },

  FailJob: async (t) => {
    const scene = await set(t, plain);
    const { client, engine, clock } = scene;
    const { instance, jobKey, jobLeaseToken, refuses } = await leased(scene);
    await refuses('FailJob', { retries: 1 });
    const failure = { retries: 1, retryBackOff: 1000, variables: '{"x":1}' };
    await client.call('FailJob', { jobKey, jobLeaseToken, ...failure });
    assert.equal(engine.elements(instance)[0]?.variables.x, 1);
    assert.deepEqual(await client.poll('a'), [], 'the job waits for its back-off');
    clock.advance(1000);
    const [again] = await client.poll('a', { withLease: true });
    assert.equal(again?.retries, 1);
    await client.call('FailJob', { jobKey, jobLeaseToken: again.jobLeaseToken, retries: 0 });
    assert.equal(engine.incidents(instance)[0]?.type, 'JOB_NO_RETRIES');
  },

  ThrowError: async (t) => {
    const caught = [start(), job, end(), boundary('b', 'a', { error: 'E' }), serviceTask('c', { type: 'c' })];
    const scene = await set(t, process('p', ...caught, ...path('start', 'a', 'end'), ...path('b', 'c', 'end')));
    const { client, engine, at } = scene;
    const { instance, jobKey, jobLeaseToken, refuses } = await leased(scene);
    await refuses('ThrowError', { errorCode: 'E' });
    await client.call('ThrowError', { jobKey, jobLeaseToken, errorCode: 'E', variables: '{"x":1}' });
    assert.deepEqual(at(instance), ['c']);
    assert.deepEqual(variablesOf(engine, instance), { x: 1 });
  },

  UpdateJobRetries: async (t) => {
    const scene = await set(t, plain);
    const { jobKey, refuses } = await leased(scene);
    await refuses('UpdateJobRetries', { retries: 7 });
    await scene.client.call('UpdateJobRetries', { jobKey, retries: 7 });
    assert.equal(scene.engine.jobs()[0]?.retries, 7);
  },

  UpdateJobTimeout: async (t) => {
    const scene = await set(t, plain);
    const { client, clock } = scene;
    const { jobKey, refuses } = await leased(scene);
    await refuses('UpdateJobTimeout', { timeout: 1000 });
    await client.call('UpdateJobTimeout', { jobKey, timeout: 1000 });
    clock.advance(1000);
    assert.equal((await client.poll('a', { withLease: true }))[0]?.key, jobKey);
  },

  UpdateJobPriority: async (t) => {
    const scene = await set(t, plain);
    const { jobKey, refuses } = await leased(scene);
    await refuses('UpdateJobPriority', { priority: 7 });
    await scene.client.call('UpdateJobPriority', { jobKey, priority: 7 });
    assert.equal(scene.engine.jobs()[0]?.priority, 7);
  },
};
