/** Every call of the protocol: it is on the page of the engine, and the engine answers it. */
import assert from 'node:assert/strict';
import { readFile } from 'node:fs/promises';
import { type TestContext, test } from 'node:test';
import type { Engine } from '../../../src/engine/types.ts';
import { streamMethods, unaryMethods } from '../../../src/grpc/protocol/description.ts';
import { chain, end, process, serviceTask, start } from '../support/bpmn.ts';
import type { RawClient } from '../support/client.ts';
import { create, startWithProcess } from './one-process-engine.ts';

const all: readonly string[] = [...unaryMethods, ...Object.keys(streamMethods)];

const xml = process('p', ...chain(start(), serviceTask('a', { type: 'a' }), end()));

const decision = `<definitions xmlns="https://www.omg.org/spec/DMN/20191111/MODEL/" id="d" name="d" namespace="n">
  <decision id="seven" name="seven"><literalExpression><text>7</text></literalExpression></decision>
</definitions>`;

interface Scene {
  readonly client: RawClient;
  readonly engine: Engine;
}

const instanceOf = async ({ client }: Scene): Promise<string> => (await create(client)).processInstanceKey;

const jobOf = async (scene: Scene): Promise<{ readonly jobKey: string }> => {
  await instanceOf(scene);
  const [job] = await scene.client.poll('a');
  return { jobKey: job!.key };
};

const incidentOf = async (scene: Scene): Promise<string> => {
  const { jobKey } = await jobOf(scene);
  await scene.client.call('ThrowError', { jobKey, errorCode: 'E' });
  return scene.engine.incidents()[0]!.key;
};

/** A request of each call, after what it needs. */
const requests: Readonly<Record<string, (scene: Scene) => object | Promise<object>>> = {
  BroadcastSignal: () => ({ signalName: 's' }),
  CancelProcessInstance: async (scene) => ({ processInstanceKey: await instanceOf(scene) }),
  CompleteJob: jobOf,
  CreateProcessInstance: () => ({ bpmnProcessId: 'p', version: -1 }),
  CreateProcessInstanceWithResult: async ({ engine }) => {
    const straight = process('q', ...chain(start(), end()));
    await engine.deploy({ name: 'q.bpmn', content: straight });
    return { request: { bpmnProcessId: 'q', version: -1 } };
  },
  DeleteResource: async ({ engine }) => {
    const { processes } = await engine.deploy({ name: 'r.bpmn', content: xml.replaceAll('"p"', '"r"') });
    return { resourceKey: processes[0]?.processDefinitionKey };
  },
  DeployProcess: () => ({ processes: [{ name: 'p.bpmn', definition: Buffer.from(xml) }] }),
  DeployResource: () => ({ resources: [{ name: 'p.bpmn', content: Buffer.from(xml) }] }),
  EvaluateConditional: () => ({ variables: '{}' }),
  EvaluateDecision: async ({ engine }) => {
    await engine.deploy({ name: 'd.dmn', content: decision });
    return { decisionId: 'seven' };
  },
  FailJob: async (scene) => ({ ...(await jobOf(scene)), retries: 1 }),
  MigrateProcessInstance: async (scene) => {
    const processInstanceKey = await instanceOf(scene);
    const { processes } = await scene.engine.deploy({ name: 'p.bpmn', content: xml.replace('"a"', '"a" name="b"') });
    const mappingInstructions = [{ sourceElementId: 'a', targetElementId: 'a' }];
    const migrationPlan = { targetProcessDefinitionKey: processes[0]?.processDefinitionKey, mappingInstructions };
    return { processInstanceKey, migrationPlan };
  },
  ModifyProcessInstance: async (scene) => ({
    processInstanceKey: await instanceOf(scene),
    activateInstructions: [{ elementId: 'a' }],
  }),
  PublishMessage: () => ({ name: 'm', correlationKey: 'k' }),
  ResolveIncident: async (scene) => ({ incidentKey: await incidentOf(scene) }),
  SetVariables: async (scene) => ({ elementInstanceKey: await instanceOf(scene), variables: '{"x":1}' }),
  ThrowError: async (scene) => ({ ...(await jobOf(scene)), errorCode: 'E' }),
  Topology: () => ({}),
  UpdateJobPriority: async (scene) => ({ ...(await jobOf(scene)), priority: 1 }),
  UpdateJobRetries: async (scene) => ({ ...(await jobOf(scene)), retries: 1 }),
  UpdateJobTimeout: async (scene) => ({ ...(await jobOf(scene)), timeout: 1000 }),
};

for (const rpc of unaryMethods) {
  test(`${rpc} is answered`, async (t) => {
    const scene = await startWithProcess(t, xml);
    const request = requests[rpc];
    assert.ok(request, `a request of ${rpc}`);
    assert.equal(typeof (await scene.client.call(rpc, await request(scene))), 'object');
  });
}

const streams: Readonly<Record<string, (t: TestContext) => Promise<void>>> = {
  ActivateJobs: async (t) => {
    const { client } = await startWithProcess(t, xml);
    await create(client);
    assert.equal((await client.poll('a')).length, 1);
  },
  StreamActivatedJobs: async (t) => {
    const { client } = await startWithProcess(t, xml);
    const stream = client.stream('a');
    await stream.opened;
    await create(client);
    assert.equal((await stream.count(1)).length, 1);
  },
};
for (const rpc of Object.keys(streamMethods)) {
  test(`${rpc} gives jobs`, async (t) => {
    const act = streams[rpc];
    assert.ok(act, `a use of ${rpc}`);
    await act(t);
  });
}

test('the page of the engine has a row for each call, and no other', async () => {
  const page = await readFile('docs/engine.md', 'utf8');
  const section = page.slice(page.indexOf('## gRPC calls'), page.indexOf('### Tenants'));
  const rows = section.split('\n').filter((line) => line.startsWith('| `'));
  const named = rows.flatMap((row) => Array.from(row.split('|')[1]!.matchAll(/`(\w+)`/g), ([, name]) => name));
  assert.deepEqual(named.toSorted(), all.toSorted());
});
