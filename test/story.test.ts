/**
 * The whole story in reading order: two connectors as data, an engine, a runtime, a process file, one instance, its
 * variables, and nothing left open.
 */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import * as v from 'valibot';
import { createEngine } from '../src/engine/index.ts';
import { createConnection, createRuntime, defineInbound, defineOutbound } from '../src/index.ts';
import { catchEvent, chain, end, process as processFile, serviceTask, start } from './engine/support/bpmn.ts';

const greet = defineOutbound({
  name: 'Greeter',
  type: 'greet',
  input: v.object({ name: v.string() }),
  output: v.object({ greeting: v.string() }),
  run: ({ name }) => ({ greeting: `Hello ${name}` }),
});

/** Answers at its second call: the first finds nothing, as a mailbox would. */
const createMailbox = () => {
  let calls = 0;
  return defineInbound({
    name: 'mailbox',
    cycle: 0.01,
    input: v.object({ owner: v.string() }),
    loop: ({ owner }) => {
      calls += 1;
      return calls < 2 ? undefined : { letter: `for ${owner}` };
    },
  });
};

const letterProcess = processFile(
  'letter',
  ...chain(
    start(),
    serviceTask('greet', { type: 'greet', inputs: { name: '=customer' } }),
    serviceTask('activate', {
      type: '_activate_inbound_connector',
      inputs: { name: 'mailbox', correlation_key: '=customer', owner: '=customer' },
    }),
    catchEvent('await', { message: { name: 'mailbox', correlationKey: '=customer' } }),
    end(),
  ),
);

/** What would keep the process alive. Node tells of a closed socket a few turns of its loop later. */
const openHandles = async (): Promise<readonly string[]> => {
  let open: readonly string[] = [];
  for (let turn = 0; turn < 1_000; turn += 1) {
    await new Promise(setImmediate);
    open = process.getActiveResourcesInfo().filter((name) => name.startsWith('TCP') || name === 'Timeout');
    if (open.length === 0) break;
  }
  return open;
};

test('a process runs through an outbound and an inbound connector and leaves nothing open', async () => {
  const engine = await createEngine();
  const [hostname = '', port] = engine.address.split(':');
  const runtime = createRuntime({
    outbound: [greet],
    inbound: [createMailbox()],
    connection: createConnection({ type: 'INSECURE', hostname, port: Number(port) }),
    signals: false,
  });
  await runtime.start();
  await engine.deploy({ name: 'letter.bpmn', content: letterProcess });

  const { processInstanceKey } = engine.createInstance({ bpmnProcessId: 'letter', variables: { customer: 'Ada' } });
  const ended = await engine.ended(processInstanceKey);

  assert.equal(ended.state, 'COMPLETED');
  assert.deepEqual(ended.variables, { customer: 'Ada', greeting: 'Hello Ada', letter: 'for Ada' });
  assert.equal(runtime.status().state, 'running');

  await runtime.stop();
  await engine.stop();
  assert.equal(runtime.status().state, 'stopped');
  assert.deepEqual(await openHandles(), []);
});
