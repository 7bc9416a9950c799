/** A webhook that correlates, over the REST API of the embedded engine. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import * as v from 'valibot';
import { defineWebhook } from '../../../src/connector/definitions/define-webhook.ts';
import { createEngine } from '../../../src/engine/index.ts';
import { catchEvent, chain, end, process as processFile, start } from '../../engine/support/bpmn.ts';
import { observe } from '../support/runtime.ts';
import { callJson } from './support/http.ts';

const decided = defineWebhook({
  name: 'decided',
  path: '/hooks/decided',
  auth: 'none',
  correlates: true,
  body: v.object({ order: v.string(), approved: v.boolean() }),
  run: ({ body: { order, approved } }) => ({
    correlate: { messageName: 'decided', correlationKey: order, variables: { approved } },
  }),
});

test('case 91: a waiting instance takes the message and is the answer; a second call finds nobody', async (t) => {
  const engine = await createEngine({ restPort: 0 });
  const { runtime, event } = observe({
    inbound: [decided],
    connection: { restAddress: engine.restAddress! },
    server: { port: 0 },
  });
  t.after(async () => {
    await runtime.stop();
    await engine.stop();
  });
  const waits = catchEvent('wait', { message: { name: 'decided', correlationKey: '=order' } });
  await engine.deploy({ name: 'p.bpmn', content: processFile('p', ...chain(start(), waits, end())) });
  await runtime.start();
  const { url } = await event('server:listening');
  const { processInstanceKey } = engine.createInstance({ bpmnProcessId: 'p', variables: { order: 'o-1' } });
  const send = () => callJson(`${url}/hooks/decided`, { order: 'o-1', approved: true });
  const first = await send();
  assert.deepEqual([first.status, JSON.parse(first.body)], [200, { processInstanceKey }]);
  assert.equal((await engine.ended(processInstanceKey)).variables.approved, true);
  const second = await send();
  assert.deepEqual([second.status, JSON.parse(second.body).detail], [404, 'No process instance waits for this.']);
});
