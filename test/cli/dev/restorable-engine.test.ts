import assert from 'node:assert/strict';
import { once } from 'node:events';
import { connect } from 'node:net';
import { type TestContext, test } from 'node:test';
import { createRestorableEngine } from '../../../src/cli/dev/restorable-engine.ts';
import { bytes, catchEvent, chain, end, process, serviceTask, start } from '../../engine/support/bpmn.ts';
import { freePort } from '../../support/free-port.ts';

const content = bytes(
  process('p', ...chain(start(), catchEvent('Day', { duration: 'P1D' }), serviceTask('Work', { type: 'work' }), end())),
);

const started = async (t: TestContext, hasClock = true) => {
  const restorable = await createRestorableEngine({ port: await freePort(), restPort: await freePort() }, hasClock);
  t.after(() => restorable.engine.stop());
  await restorable.engine.deploy({ name: 'p.bpmn', content });
  return restorable;
};

test('the state goes back, with the time of then, on the same ports, and listeners stay', async (t) => {
  const { engine, clock, restore } = await started(t);
  clock!.pause();
  const kinds: string[] = [];
  engine.on(({ kind }) => void kinds.push(kind));
  const { processInstanceKey } = engine.createInstance({ bpmnProcessId: 'p' });
  const snapshot = engine.snapshot();
  const [port, address, rest, now] = [engine.port, engine.address, engine.restAddress, clock!.now()];
  clock!.advance(2 * 86_400_000);
  assert.equal(engine.jobs().length, 1);
  await restore(snapshot);
  assert.equal(clock!.now(), now);
  assert.equal(engine.now(), now);
  assert.equal(clock!.running, false);
  assert.deepEqual([engine.jobs().length, engine.timers(processInstanceKey).length], [0, 1]);
  assert.deepEqual([engine.port, engine.address, engine.restAddress], [port, address, rest]);
  const socket = connect(port, '127.0.0.1');
  await once(socket, 'connect');
  socket.destroy();
  kinds.length = 0;
  clock!.advance(86_400_000);
  assert.ok(kinds.includes('timer:triggered'), 'the listener is called by the engine at work');
});

test('documents stay, since variables refer to them', async (t) => {
  const { engine, restore } = await started(t);
  const given = {
    content: 'a;b',
    fileName: 'a.csv',
    customProperties: { pages: 2 },
    expiresAt: '2999-01-01T00:00:00Z',
  };
  const reference = await engine.documents.create(given);
  await restore(engine.snapshot());
  assert.deepEqual(engine.documents.references(), [reference]);
  const parts: Uint8Array[] = [];
  for await (const part of await engine.documents.read(reference)) parts.push(part);
  assert.equal(Buffer.concat(parts).toString(), 'a;b');
});

test('keys go on from the highest one of the other future', async (t) => {
  const { engine, restore } = await started(t);
  const snapshot = engine.snapshot();
  const first = engine.createInstance({ bpmnProcessId: 'p' }).processInstanceKey;
  await restore(snapshot);
  const second = engine.createInstance({ bpmnProcessId: 'p' }).processInstanceKey;
  assert.ok(BigInt(second) > BigInt(first), `${second} follows ${first}`);
  assert.equal(engine.instance(first), undefined);
});

test('a running clock runs on, and without a clock real time counts', async (t) => {
  const { clock, engine, restore } = await started(t);
  await restore(engine.snapshot());
  assert.equal(clock?.running, true);
  const without = await started(t, false);
  assert.equal(without.clock, undefined);
  await without.restore(without.engine.snapshot());
  assert.ok(Math.abs(without.engine.now() - Date.now()) < 60_000, 'it has the time of this machine');
});

test('a job that a worker had is there for another worker at once', async (t) => {
  const { clock, engine, restore } = await started(t);
  engine.createInstance({ bpmnProcessId: 'p' });
  clock!.advance(86_400_000);
  const request = { type: 'work', timeout: 600_000, maxJobsToActivate: 1, worker: 'w' };
  const answer = await fetch(`${engine.restAddress}/v2/jobs/activation`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify(request),
  });
  assert.equal(((await answer.json()) as { jobs: readonly unknown[] }).jobs.length, 1);
  assert.equal(engine.jobs()[0]?.state, 'ACTIVATED');
  await restore(engine.snapshot());
  assert.equal(engine.jobs()[0]?.state, 'ACTIVATABLE');
  assert.equal(engine.jobs()[0]?.retries, 3);
});
