/** What the rows of docs/engine.md say about resources, decisions and events. */
import assert from 'node:assert/strict';
import { boundary, catchEvent, chain, end, eventSubProcess, path, process, start } from '../support/bpmn.ts';
import { deployXml, status } from '../support/client.ts';
import { decision, dmn, table } from '../support/dmn.ts';
import { files, job, p, plain, type Rows, set } from './call-scene.ts';

const dish = dmn(decision('dish', table({ inputs: ['season'], outputs: ['dish'], rules: [['"Winter"', '"Stew"']] })));

const form = JSON.stringify({ id: 'f', components: [], schemaVersion: 16, type: 'default' });

/** By the name of the call. */
export const resourceRows: Rows = {
  Topology: async (t) => {
    const { client } = await set(t, plain);
    const { brokers } = await client.call<{ brokers: { partitions: object[] }[] }>('Topology');
    assert.deepEqual(
      brokers.map(({ partitions }) => partitions.length),
      [1],
    );
  },

  DeployResource: async (t) => {
    const { client, engine } = await set(t, plain);
    const given = { 'q.bpmn': plain.replace('"p"', '"q"'), 'd.dmn': dish, 'f.form': form, 'note.txt': 'Hello' };
    const { deployments } = await client.call<{ deployments: object[] }>('DeployResource', files(given));
    const kinds = deployments.map((deployment) => Object.entries(deployment).find(([, value]) => value !== null)?.[0]);
    assert.deepEqual(kinds, ['process', 'decision', 'decisionRequirements', 'form']);
    const again = await engine.deploy(Object.entries(given).map(([name, content]) => ({ name, content })));
    const versions = [again.processes, again.decisions, again.decisionRequirements, again.forms, again.resources];
    assert.deepEqual(
      versions.map((list) => list.map(({ version }) => version)),
      [[1], [1], [1], [1], [1]],
    );
    const half = files({ 'd.dmn': dish.replace('"dish"', '"soup"'), 'r.bpmn': plain.replace('type="a"', '') });
    await assert.rejects(client.call('DeployResource', half), status(3, /"type" is missing/));
    await assert.rejects(client.call('EvaluateDecision', { decisionId: 'soup' }), status(5, /soup/));
  },

  DeployProcess: async (t) => {
    const { client } = await set(t, plain);
    const answer = await client.call('DeployProcess', {
      processes: [{ name: 'p.bpmn', definition: Buffer.from(plain) }],
    });
    assert.deepEqual(Object.keys(answer).toSorted(), ['key', 'processes']);
    const processes = answer.processes as readonly { readonly version: number }[];
    assert.deepEqual(
      processes.map(({ version }) => version),
      [1],
    );
  },

  DeleteResource: async (t) => {
    const scene = await set(t, process('p', ...chain(start('start', { signal: 's' }), job, end())));
    const { client, engine, create } = scene;
    const second = await scene.redeploy(plain);
    const running = await create();
    assert.deepEqual(engine.subscriptions(), [], 'the new version has no start event for a signal');
    await client.call('DeleteResource', { resourceKey: second, deleteHistory: true });
    assert.equal(engine.subscriptions().length, 1, 'the start event of the version before is open again');
    const [last] = await client.poll('a');
    await client.call('CompleteJob', { jobKey: last?.key });
    assert.equal(scene.state(running), 'COMPLETED');
    const third = await scene.redeploy(plain);
    assert.equal(engine.processes().find(({ processDefinitionKey }) => processDefinitionKey === third)?.version, 3);
    const others = await engine.deploy([
      { name: 'd.dmn', content: dish },
      { name: 'f.form', content: form },
      { name: 'note.txt', content: 'Hello' },
    ]);
    const keys = [
      others.decisionRequirements[0]?.decisionRequirementsKey,
      others.forms[0]?.formKey,
      others.resources[0]?.resourceKey,
    ];
    for (const resourceKey of keys) {
      await client.call('DeleteResource', { resourceKey });
      await assert.rejects(client.call('DeleteResource', { resourceKey }), status(5, /no resource found/));
    }
    await assert.rejects(client.call('EvaluateDecision', { decisionId: 'dish' }), status(5, /dish/));
  },

  PublishMessage: async (t) => {
    const { client, clock, create, state } = await set(t, p(catchEvent('m', { message: 'm' })));
    const publish = (request: object) => client.call('PublishMessage', { name: 'm', correlationKey: '7', ...request });
    const waiting = await create({ variables: '{"key":"7"}' });
    await publish({ correlationKey: '8' });
    assert.equal(state(waiting), 'ACTIVE');
    await publish({ timeToLive: 0 });
    assert.equal(state(waiting), 'COMPLETED');
    await publish({ timeToLive: 1000, messageId: 'i' });
    await assert.rejects(publish({ timeToLive: 1000, messageId: 'i' }), status(6, /'i'/));
    assert.equal(state(await create({ variables: '{"key":"7"}' })), 'COMPLETED');
    await publish({ timeToLive: 1000 });
    clock.advance(1000);
    assert.equal(state(await create({ variables: '{"key":"7"}' })), 'ACTIVE');
  },

  BroadcastSignal: async (t) => {
    const waits = [
      p(catchEvent('s', { signal: 's' })),
      process(
        'p',
        start(),
        job,
        end(),
        boundary('b', 'a', { signal: 's' }),
        ...path('start', 'a', 'end'),
        ...path('b', 'end'),
      ),
      process(
        'p',
        ...chain(start(), job, end()),
        eventSubProcess('e', {}, ...chain(start('s', { signal: 's' }), end('x'))),
      ),
    ];
    const { client, engine, create, state, redeploy } = await set(t, process('r', ...chain(start(), end())));
    const instances: string[] = [];
    for (const xml of waits) {
      await redeploy(xml);
      instances.push(await create());
    }
    await redeploy(process('q', ...chain(start('start', { signal: 's' }), end())));
    await client.call('BroadcastSignal', { signalName: 's', variables: '{"x":1}' });
    assert.deepEqual(instances.map(state), ['COMPLETED', 'COMPLETED', 'COMPLETED']);
    const started = engine.instances().find(({ bpmnProcessId }) => bpmnProcessId === 'q');
    assert.deepEqual(started?.variables, { x: 1 });
  },

  EvaluateConditional: async (t) => {
    const conditional = (id: string) => process(id, ...chain(start('start', { condition: '=x > 1' }), end()));
    const { client, engine } = await set(t, conditional('p'));
    await deployXml(client, { 'q.bpmn': conditional('q') });
    const evaluate = async (request: object): Promise<number> =>
      (await client.call<{ processInstances: object[] }>('EvaluateConditional', request)).processInstances.length;
    const { processDefinitionKey } = engine.processes().find(({ bpmnProcessId }) => bpmnProcessId === 'q')!;
    assert.equal(await evaluate({ variables: '{"x":2}' }), 2);
    assert.equal(await evaluate({ variables: '{"x":2}', processDefinitionKey }), 1);
    assert.equal(await evaluate({ variables: '{"x":1}' }), 0);
  },

  EvaluateDecision: async (t) => {
    const { client, engine } = await set(t, plain);
    const broken = dish
      .replaceAll('"dish"', '"broken"')
      .replace('"drg"', '"drg2"')
      .replace('>season<', '>assert(season, false)<');
    const { decisions } = await engine.deploy([
      { name: 'd.dmn', content: dish },
      { name: 'b.dmn', content: broken },
    ]);
    interface Evaluated {
      readonly decisionOutput: string;
      readonly failedDecisionId: string;
      readonly evaluatedDecisions: readonly {
        readonly matchedRules: readonly object[];
        readonly evaluatedInputs: readonly object[];
      }[];
    }
    const evaluate = (request: object) =>
      client.call<Evaluated>('EvaluateDecision', { ...request, variables: '{"season":"Winter"}' });
    for (const request of [{ decisionId: 'dish' }, { decisionKey: decisions[0]?.decisionKey }]) {
      const { decisionOutput, evaluatedDecisions } = await evaluate(request);
      assert.equal(decisionOutput, '"Stew"');
      const [first] = evaluatedDecisions;
      assert.deepEqual([first?.matchedRules.length, first?.evaluatedInputs.length], [1, 1]);
    }
    assert.equal((await evaluate({ decisionId: 'broken' })).failedDecisionId, 'broken');
  },
};
