import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { status } from '@grpc/grpc-js';
import { knowsCall, olderRequest } from '../../src/engine/gateway/grpc/older-protocol.ts';
import { type ClusterVersion, clusterVersions, isSince } from '../../src/engine/model/cluster-version.ts';
import { compileBpmn } from '../../src/engine/model/index.ts';
import { createRig, p, rejectionOf } from './machine/support.ts';
import {
  adHocSubProcess,
  bytes,
  catchEvent,
  chain,
  end,
  eventSubProcess,
  executionListeners,
  file,
  other,
  type Part,
  processPart,
  serviceTask,
  start,
} from './support/bpmn.ts';
import { connect, deployXml, startEngine } from './support/client.ts';
import { decision, dmn, literal, model } from './support/dmn.ts';

test('the versions are in order: 8.10 is newer than 8.9', () => {
  assert.equal(isSince('8.10', '8.9'), true);
  assert.equal(isSince('8.9', '8.10'), false);
  assert.equal(isSince('8.8', '8.8'), true);
});

test('an event subprocess interrupts an ad-hoc subprocess since 8.10', async () => {
  const esp = eventSubProcess('esp', {}, ...chain(start('es', { duration: 'PT1S' }), end('ee')));
  const hoc = adHocSubProcess('hoc', {}, serviceTask('task', { type: 't' }), esp);
  const content = bytes(p(...chain(start(), hoc, end())));
  const older = await compileBpmn('p.bpmn', content, '8.9');
  assert.deepEqual(older.ok ? [] : older.problems.map(({ element }) => element), ['es']);
  assert.equal((await compileBpmn('p.bpmn', content, '8.10')).ok, true);
});

describe('a file is refused by the clusters that are older than what it uses', () => {
  const task = (extensions: string): Part => serviceTask('task', { type: 't', extensions });
  const human = (event: string): Part =>
    other('userTask', 'task', {
      extensions: `<zeebe:userTask/><zeebe:taskListeners><zeebe:taskListener eventType="${event}" type="l"/></zeebe:taskListeners>`,
    });
  const looping =
    '<bpmn:multiInstanceLoopCharacteristics><bpmn:extensionElements><zeebe:loopCharacteristics inputCollection="=[1]"/></bpmn:extensionElements></bpmn:multiInstanceLoopCharacteristics>';
  const cases: readonly (readonly [what: string, since: ClusterVersion, xml: string])[] = [
    ['conditional events', '8.9', p(...chain(start(), catchEvent('task', { condition: '=x' }), end()))],
    [
      'input mappings without a source',
      '8.8',
      p(...chain(start(), serviceTask('task', { type: 't', inputs: { a: undefined } }), end())),
    ],
    [
      'execution listeners to "beforeAll"',
      '8.10',
      p(
        ...chain(
          start(),
          serviceTask('task', { type: 't', extensions: executionListeners(['beforeAll', 'l']), content: looping }),
          end(),
        ),
      ),
    ],
    [
      'execution listeners to "cancel"',
      '8.10',
      file(processPart('p', { extensions: executionListeners(['cancel', 'l']) }, ...chain(start(), task(''), end()))),
    ],
    [
      'ad-hoc subprocesses',
      '8.7',
      p(...chain(start(), other('adHocSubProcess', 'hoc', { content: serviceTask('task', { type: 't' }).xml }), end())),
    ],
    [
      'ad-hoc subprocesses with a job',
      '8.8',
      p(
        ...chain(
          start(),
          other('adHocSubProcess', 'hoc', {
            extensions: '<zeebe:taskDefinition type="agent"/>',
            content: serviceTask('task', { type: 't' }).xml,
          }),
          end(),
        ),
      ),
    ],
    ['task listeners to "assigning"', '8.7', p(...chain(start(), human('assigning'), end()))],
    ['task listeners to "complete"', '8.7', p(...chain(start(), human('complete'), end()))],
    ['task listeners to "creating"', '8.8', p(...chain(start(), human('creating'), end()))],
    ['task listeners to "canceling"', '8.8', p(...chain(start(), human('canceling'), end()))],
  ];
  for (const [what, since, xml] of cases) {
    test(`${what}: since ${since}`, async () => {
      for (const version of clusterVersions) {
        const compiled = await compileBpmn('p.bpmn', bytes(xml), version);
        const texts = compiled.ok ? [] : compiled.problems.map(({ text }) => text);
        const expected = isSince(version, since)
          ? []
          : [
              `Camunda ${version} does not run ${what}, but ${since} does. Remove this, or choose the version of your cluster: createEngine({ version: '${since}' }).`,
            ];
        assert.deepEqual(texts, expected, version);
      }
    });
  }

  test('everything else runs in all versions', async () => {
    const xml = p(...chain(start(), task(executionListeners(['start', 'l'], ['end', 'm'])), end()));
    for (const version of clusterVersions) assert.ok((await compileBpmn('p.bpmn', bytes(xml), version)).ok, version);
  });
});

const scriptOf = (expression: string): string =>
  `<zeebe:script expression="${expression.replaceAll('"', '&quot;').replaceAll('>', '&gt;')}" resultVariable="r"/>`;

describe('an expression gives null for what a cluster does not know', () => {
  const cases: readonly (readonly [expression: string, since: ClusterVersion, value: unknown])[] = [
    ['=is empty([])', '8.6', true],
    ['=is blank("")', '8.7', true],
    ['=partition([1, 2], 1)', '8.7', [[1], [2]]],
    ['=fromAi(toolCall.a)', '8.8', 1],
    ['=to json(1)', '8.9', '1'],
    ['=from json("1")', '8.9', 1],
    ['=camunda.vars.cluster.URL', '8.9', 'here'],
    ['=camunda.processInstance.key > 0', '8.10', true],
    ['=camunda.secrets.T', '8.10', 'camunda.secrets.T'],
  ];
  for (const [expression, since, value] of cases) {
    test(`${expression}: since ${since}`, async () => {
      const xml = p(...chain(start(), other('scriptTask', 'task', { extensions: scriptOf(expression) }), end()));
      for (const version of clusterVersions) {
        const rig = createRig(undefined, undefined, { version, clusterVariables: { URL: 'here' } });
        await rig.deploy(xml);
        const instance = rig.create({ toolCall: { a: 1 } });
        assert.deepEqual(rig.root(instance)?.r, isSince(version, since) ? value : null, version);
      }
    });
  }
});

test('an element of an ad-hoc subprocess can be activated twice at once since 8.8', async () => {
  const xml = p(
    ...chain(start(), other('adHocSubProcess', 'hoc', { content: serviceTask('task', { type: 't' }).xml }), end()),
  );
  for (const version of ['8.7', '8.8'] as const) {
    const rig = createRig(undefined, undefined, { version });
    await rig.deploy(xml);
    const key = rig.key(rig.create(), 'hoc');
    const twice = (): void =>
      rig.machine.activateAdHocActivities(key, [{ elementId: 'task' }, { elementId: 'task' }], false);
    if (version === '8.7') assert.equal(rejectionOf(twice), 'INVALID_ARGUMENT');
    else twice();
    assert.equal(rig.machine.jobs().length, version === '8.7' ? 0 : 2);
  }
});

const tagged = { bpmnProcessId: 'p', version: -1, variables: '{}', tags: ['a'], businessId: 'b' };

describe('the gateway of an older version', () => {
  test('reports its version, which is 8.10 by default', async (t) => {
    const versionOf = async (options: Parameters<typeof startEngine>[1]) => {
      const engine = await startEngine(t, options);
      const { gatewayVersion } = await connect(t, engine.address).call('Topology');
      return gatewayVersion;
    };
    assert.equal(await versionOf({}), '8.10.0');
    assert.equal(await versionOf({ version: '8.7' }), '8.7.0');
  });

  test('ignores the fields of a request that it does not know', async (t) => {
    const answers: unknown[] = [];
    for (const version of ['8.7', '8.8', '8.9'] as const) {
      const engine = await startEngine(t, { version });
      const client = connect(t, engine.address);
      await deployXml(client, { 'p.bpmn': p(...chain(start(), serviceTask('task', { type: 't' }), end())) });
      const { tags, businessId = '' } = await client.call('CreateProcessInstance', tagged);
      const [job] = await client.poll('t');
      answers.push([version, tags, businessId, job?.tags]);
    }
    assert.deepEqual(answers, [
      ['8.7', [], '', []],
      ['8.8', ['a'], '', ['a']],
      ['8.9', ['a'], 'b', ['a']],
    ]);
  });

  test('does not know the calls of newer ones', async (t) => {
    const engine = await startEngine(t, { version: '8.8' });
    const call = connect(t, engine.address).call('EvaluateConditional', { variables: '{}' });
    await assert.rejects(call, { code: status.UNIMPLEMENTED });
  });

  test('evaluates decisions with the functions of the version, which a business knowledge model can replace', async (t) => {
    const own = model('b', 'is blank', ['text'], literal('"own"'));
    for (const [version, expected] of [
      ['8.6', [null, 'own']],
      ['8.7', [true, 'own']],
    ] as const) {
      const engine = await startEngine(t, { version });
      const text = literal('is blank("")');
      await engine.deploy({
        name: 'd.dmn',
        content: dmn(own, decision('d', text), decision('e', text, { knows: ['b'] })),
      });
      const outputs = ['d', 'e'].map((decisionId) => engine.evaluateDecision({ decisionId }).output);
      assert.deepEqual(outputs, expected);
    }
  });

  test('answers INVALID_ARGUMENT for an unknown decision before 8.8 (case 125)', async (t) => {
    for (const [version, code] of [
      ['8.7', status.INVALID_ARGUMENT],
      ['8.8', status.NOT_FOUND],
    ] as const) {
      const client = connect(t, (await startEngine(t, { version })).address);
      await assert.rejects(client.call('EvaluateDecision', { decisionId: 'x', variables: '{}' }), { code });
    }
  });

  test('gives no leases before 8.10', async (t) => {
    const leased: boolean[] = [];
    for (const version of ['8.9', '8.10'] as const) {
      const engine = await startEngine(t, { version });
      const client = connect(t, engine.address);
      await deployXml(client, { 'p.bpmn': p(...chain(start(), serviceTask('task', { type: 't' }), end())) });
      engine.createInstance({ bpmnProcessId: 'p' });
      const [job] = (await client.poll('t', { withLease: true })) as readonly { readonly jobLeaseToken?: string }[];
      leased.push((job?.jobLeaseToken ?? '') !== '');
    }
    assert.deepEqual(leased, [false, true]);
  });

  test('answers the deletion of a resource with its key since 8.9', async (t) => {
    const answers: boolean[] = [];
    for (const version of ['8.8', '8.9'] as const) {
      const client = connect(t, (await startEngine(t, { version })).address);
      const deployed = await deployXml(client, { 'p.bpmn': p(...chain(start(), end())) });
      const resourceKey = deployed.deployments[0]?.process?.processDefinitionKey;
      const answer = await client.call('DeleteResource', { resourceKey });
      answers.push(answer.resourceKey === resourceKey);
    }
    assert.deepEqual(answers, [false, true]);
  });

  test('refuses a file at deployment', async (t) => {
    const engine = await startEngine(t, { version: '8.8' });
    const xml = p(...chain(start(), catchEvent('wait', { condition: '=x' }), end()));
    await assert.rejects(
      engine.deploy({ name: 'p.bpmn', content: xml }),
      /Camunda 8\.8 does not run conditional events/,
    );
  });
});

describe('the fields and calls of versions', () => {
  test('each call is known since its version', () => {
    assert.deepEqual(
      clusterVersions.map((version) => knowsCall(version, 'EvaluateConditional')),
      [false, false, false, true, true],
    );
    assert.equal(knowsCall('8.6', 'CompleteJob'), true);
  });

  test('a request is read without newer fields, and unchanged otherwise', () => {
    assert.deepEqual(olderRequest('8.7', 'CompleteJob')?.({ jobKey: '1', result: { denied: true } }), {
      jobKey: '1',
      result: null,
    });
    assert.equal(olderRequest('8.10', 'CompleteJob'), undefined);
    assert.deepEqual(olderRequest('8.8', 'ActivateJobs')?.({ tenantFilter: 'ASSIGNED', withLease: true }), {
      tenantFilter: 'PROVIDED',
      withLease: false,
    });
    for (const rpc of ['CompleteJob', 'FailJob', 'ThrowError', 'UpdateJobRetries', 'UpdateJobTimeout']) {
      assert.deepEqual(olderRequest('8.9', rpc)?.({ jobLeaseToken: 'x' }), { jobLeaseToken: undefined }, rpc);
    }
    assert.deepEqual(olderRequest('8.7', 'CreateProcessInstanceWithResult')?.({ request: { ...tagged, x: 1 } }), {
      request: { ...tagged, x: 1, tags: [], businessId: undefined },
    });
    assert.deepEqual(
      olderRequest(
        '8.8',
        'ModifyProcessInstance',
      )?.({
        moveInstructions: [{}],
        terminateInstructions: [{ elementInstanceKey: '1', elementId: 'a' }, { elementInstanceKey: '2' }],
      }),
      {
        moveInstructions: [],
        terminateInstructions: [{ elementInstanceKey: '1', elementId: '' }, { elementInstanceKey: '2' }],
      },
    );
    assert.equal(olderRequest('8.6', 'Topology'), undefined);
  });
});

test('a snapshot continues in another version with the files that it has', async (t) => {
  const xml = p(...chain(start(), catchEvent('wait', { condition: '=x' }), end()));
  const newer = await startEngine(t);
  await newer.deploy({ name: 'p.bpmn', content: xml });
  const { processInstanceKey } = newer.createInstance({ bpmnProcessId: 'p' });
  const older = await startEngine(t, { version: '8.8', snapshot: newer.snapshot() });
  assert.equal(older.instance(processInstanceKey)?.state, 'ACTIVE');
});
