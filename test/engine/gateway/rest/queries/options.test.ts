/** The options of the engine for searches. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { chain, end, process, serviceTask, start } from '../../../support/bpmn.ts';
import { startEngine } from '../../../support/client.ts';
import { restClient } from '../../../support/rest-client.ts';

const content = process('p', ...chain(start(), serviceTask('work', { type: 'a' }), end()));

test('166. with a searchDelay, reads do not find at once what a command has made, and find it later', async (t) => {
  const engine = await startEngine(t, { restPort: 0, searchDelay: 300 });
  const client = restClient(t, engine);
  await client.deploy({ 'p.bpmn': content });
  const before = performance.now();
  const { processInstanceKey } = (await client.post('/process-instances', { processDefinitionId: 'p' })).json;
  const read = () => client.send('GET', `/process-instances/${processInstanceKey}`);
  let answer = await read();
  // On a slow machine, the delay can have passed before the first read.
  if (performance.now() - before < 300) assert.equal(answer.status, 404);
  assert.equal((await client.poll('a')).json.jobs.length, 1, 'jobs do not lag behind');
  while (answer.status === 404) answer = await read();
  assert.equal(answer.json.state, 'ACTIVE');
});

test('with a searchDelay that is long, nothing is found yet', async (t) => {
  const engine = await startEngine(t, { restPort: 0, searchDelay: 3_600_000 });
  const client = restClient(t, engine);
  await client.deploy({ 'p.bpmn': content });
  await client.post('/process-instances', { processDefinitionId: 'p' });
  for (const what of ['process-instances', 'process-definitions', 'element-instances', 'jobs', 'resources']) {
    assert.equal((await client.post(`/${what}/search`, {})).json.page.totalItems, 0, what);
  }
});

test('keepEnded limits how many ended instances are found, here and by the engine', async (t) => {
  const engine = await startEngine(t, { restPort: 0, keepEnded: 2 });
  const client = restClient(t, engine);
  await engine.deploy({ name: 'p.bpmn', content });
  const keys = [1, 2, 3].map(() => engine.createInstance({ bpmnProcessId: 'p' }).processInstanceKey);
  for (const key of keys) engine.cancelInstance(key);
  const { items } = (await client.post('/process-instances/search', {})).json;
  assert.deepEqual(
    items.map(({ processInstanceKey }: { processInstanceKey: string }) => processInstanceKey),
    keys.slice(1),
  );
  assert.deepEqual(
    engine.instances().map(({ key }) => key),
    keys.slice(1),
  );
});

for (const options of [{ searchDelay: -1 }, { searchDelay: '1' }, { keepEnded: 0 }, { keepEnded: 1.5 }]) {
  test(`createEngine refuses ${JSON.stringify(options)}`, async (t) => {
    await assert.rejects(startEngine(t, options as never), {
      kind: 'configuration',
      message: /(searchDelay|keepEnded)/,
    });
  });
}
