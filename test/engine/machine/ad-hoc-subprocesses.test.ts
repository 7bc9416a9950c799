import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import type { AdHocSubProcessResult } from '../../../src/connector/job-results.ts';
import type { Json, Variables } from '../../../src/engine/machine/types.ts';
import {
  adHocSubProcess,
  boundary,
  chain,
  end,
  eventSubProcess,
  executionListeners,
  other,
  type Part,
  path,
  serviceTask,
  start,
  subProcess,
} from '../support/bpmn.ts';
import { compile, createRig, p, type Rig, rejected, rigWith } from './support.ts';

const tasks = [serviceTask('A', { type: 'a' }), serviceTask('B', { type: 'b' })];

type Options = Parameters<typeof adHocSubProcess>[1];

/** A process with an ad-hoc subprocess that contains the tasks A and B. */
const around = (options: Options, inside: readonly Part[] = tasks, ...more: readonly Part[]): string =>
  p(...chain(start(), adHocSubProcess('h', options, ...inside), end()), ...more);

const list = (text: string): string => `activeElementsCollection="${text}"`;

const open = (rig: Rig): readonly string[] =>
  rig.machine
    .jobs()
    .map(({ type }) => type)
    .sort();

const decision = (result: Partial<AdHocSubProcessResult>): AdHocSubProcessResult => ({
  type: 'adHocSubProcess',
  activateElements: [],
  completionConditionFulfilled: false,
  cancelRemainingInstances: false,
  ...result,
});

/** Completes the job of the ad-hoc subprocess with a decision. */
const decide = (rig: Rig, result?: Partial<AdHocSubProcessResult>, variables: Variables = {}): void =>
  rig.machine.completeJob(rig.job('agent').key, variables, result && decision(result));

const activate = (...ids: readonly string[]): Partial<AdHocSubProcessResult> => ({
  activateElements: ids.map((elementId) => ({ elementId })),
});

const localOf = (rig: Rig, instance: string, id: string, name: string): Json | undefined =>
  rig.machine.elements(instance).find(({ elementId }) => elementId === id)?.variables[name];

describe('an ad-hoc subprocess', () => {
  test('activates the elements of its collection, and completes after them (case 407)', async () => {
    const rig = await rigWith(around({ adHoc: list('=[&quot;A&quot;]') }));
    const instance = rig.create();
    assert.deepEqual(open(rig), ['a']);
    assert.deepEqual(rig.at(instance), ['A', 'h', 'h#innerInstance']);
    rig.complete('a');
    assert.equal(rig.state(instance), 'COMPLETED');
  });

  test('activates an element as often as the collection names it (case 408)', async () => {
    const rig = await rigWith(around({ adHoc: list('=ids') }));
    const instance = rig.create({ ids: ['A', 'A', 'B'] });
    assert.deepEqual(open(rig), ['a', 'a', 'b']);
    for (const type of ['a', 'b', 'a']) {
      assert.equal(rig.state(instance), 'ACTIVE');
      rig.complete(type);
    }
    assert.equal(rig.state(instance), 'COMPLETED');
  });

  for (const [title, options] of [
    ['an empty collection', { adHoc: list('=[]') }],
    ['no collection', {}],
  ] as const) {
    test(`with ${title} waits for the command (case 409)`, async () => {
      const rig = await rigWith(around(options));
      const instance = rig.create();
      assert.deepEqual([open(rig), rig.at(instance)], [[], ['h']]);
      const key = rig.key(instance, 'h');
      const unknown = rejected(() =>
        rig.machine.activateAdHocActivities(key, [{ elementId: 'B' }, { elementId: 'X' }], false),
      );
      assert.equal(unknown.code, 'INVALID_ARGUMENT');
      assert.match(unknown.reason, /'X' is not one of its elements/);
      assert.deepEqual(open(rig), []);
      const missing = rejected(() => rig.machine.activateAdHocActivities('1', [{ elementId: 'B' }], false));
      assert.equal(missing.code, 'NOT_FOUND');
      assert.equal(rejected(() => rig.machine.activateAdHocActivities(key, [], false)).code, 'INVALID_ARGUMENT');
      rig.machine.activateAdHocActivities(key, [{ elementId: 'B', variables: { x: 1 } }], false);
      assert.deepEqual(rig.job('b').variables.x, 1);
      rig.machine.activateAdHocActivities(key, [{ elementId: 'A' }], true);
      assert.deepEqual(open(rig), ['a']);
      rig.complete('a');
      assert.equal(rig.state(instance), 'COMPLETED');
    });
  }

  for (const [value, reason] of [
    [['X'], /item 1 was 'X'/],
    ['A', /'ARRAY' of element ids.*'STRING'/],
    [['A', 1], /item 2 was 'NUMBER'/],
  ] as const) {
    test(`has an incident if its collection is ${JSON.stringify(value)} (case 410)`, async () => {
      const rig = await rigWith(around({ adHoc: list('=ids') }));
      const instance = rig.create({ ids: value });
      const { type, message, key } = rig.incident();
      assert.equal(type, 'EXTRACT_VALUE_ERROR');
      assert.match(message, reason);
      rig.machine.setVariables(instance, { ids: ['B'] }, false);
      rig.machine.resolveIncident(key);
      assert.deepEqual(open(rig), ['b']);
    });
  }

  test('ends what remains when its condition is true (case 411)', async () => {
    const inside = [serviceTask('A', { type: 'a', outputs: { done: '=done' } }), tasks[1]!];
    const rig = await rigWith(around({ adHoc: list('=[&quot;A&quot;,&quot;B&quot;]'), condition: '=done' }, inside));
    const instance = rig.create({ done: false });
    rig.complete('a', { done: true });
    assert.equal(rig.state(instance), 'COMPLETED');
    assert.deepEqual(open(rig), []);
    assert.deepEqual(rig.root(instance), { done: false });
  });

  test('waits for what remains if it does not cancel it (case 411)', async () => {
    const attributes = 'cancelRemainingInstances="false"';
    const rig = await rigWith(
      around({ adHoc: list('=[&quot;A&quot;,&quot;B&quot;]'), condition: '=done', attributes }),
    );
    const instance = rig.create({ done: true });
    rig.complete('a');
    assert.deepEqual([rig.state(instance), open(rig)], ['ACTIVE', ['b']]);
    rig.complete('b');
    assert.equal(rig.state(instance), 'COMPLETED');
  });

  test('remains active while its condition is false, and has an incident if it is not a boolean', async () => {
    const rig = await rigWith(around({ adHoc: list('=[&quot;A&quot;]'), condition: '=done' }));
    const instance = rig.create({ done: false });
    rig.complete('a');
    assert.deepEqual([rig.state(instance), rig.at(instance)], ['ACTIVE', ['h']]);
    rig.machine.activateAdHocActivities(rig.key(instance, 'h'), [{ elementId: 'B' }], false);
    rig.machine.setVariables(instance, { done: 'yes' }, false);
    rig.complete('b');
    assert.deepEqual([rig.incident().type, rig.incident().elementId], ['EXTRACT_VALUE_ERROR', 'h#innerInstance']);
    rig.machine.setVariables(instance, { done: true }, false);
    rig.machine.resolveIncident(rig.incident().key);
    assert.equal(rig.state(instance), 'COMPLETED');
  });

  const flow = [serviceTask('A', { type: 'a' }), serviceTask('A2', { type: 'a2' }), ...path('A', 'A2')];

  test('follows the flows inside, and activates no element behind a flow (case 412)', async () => {
    const rig = await rigWith(around({ adHoc: list('=ids'), condition: '=true' }, flow));
    const instance = rig.create({ ids: ['A'] });
    rig.complete('a');
    assert.deepEqual(open(rig), ['a2']);
    rig.complete('a2');
    assert.equal(rig.state(instance), 'COMPLETED');
    rig.create({ ids: ['A2'] });
    assert.match(rig.incident().message, /item 1 was 'A2'/);
  });

  test('keeps the variables of an activation, and collects its results (case 413)', async () => {
    const output = 'outputCollection="res" outputElement="=v"';
    const rig = await rigWith(around({ adHoc: `${list('=[&quot;A&quot;,&quot;B&quot;]')} ${output}` }));
    const instance = rig.create();
    assert.deepEqual(localOf(rig, instance, 'h', 'res'), []);
    rig.complete('b', { v: 2 });
    rig.complete('a', { v: 1 });
    assert.equal(rig.state(instance), 'COMPLETED');
    assert.deepEqual(rig.root(instance), { res: [2, 1] });

    const cancelled = rig.create();
    rig.machine.cancelInstance(cancelled);
    assert.deepEqual(rig.root(cancelled), {});
  });

  test('passes on mapped variables, and its condition sees the collected results', async () => {
    const options = {
      adHoc: `${list('=[&quot;A&quot;,&quot;B&quot;]')} outputCollection="res" outputElement="=v"`,
      condition: '=count(res) = 2',
      inputs: { x: '=1' },
      outputs: { first: '=res[1]' },
    };
    const rig = await rigWith(around(options));
    const instance = rig.create();
    rig.complete('a', { v: 'p' });
    assert.equal(rig.state(instance), 'ACTIVE');
    rig.complete('b', { v: 'q' });
    assert.deepEqual(rig.root(instance), { first: 'p', res: ['p', 'q'] });
  });

  test('repeats the end of an activation if its result fails, without collecting it twice', async () => {
    const adHoc = `${list('=[&quot;A&quot;]')} outputCollection="res" outputElement="=assert(v, v != null)"`;
    const rig = await rigWith(around({ adHoc }));
    const instance = rig.create();
    rig.complete('a');
    const { key, elementId } = rig.incident();
    assert.equal(elementId, 'h#innerInstance');
    rig.machine.setVariables(rig.key(instance, 'h#innerInstance'), { v: 1 }, true);
    rig.machine.resolveIncident(key);
    assert.deepEqual(rig.root(instance), { res: [1] });
  });

  test('describes its elements (case 414)', async () => {
    const documented = '<bpmn:documentation>Calls &lt;someone&gt;.</bpmn:documentation>';
    const property = '<zeebe:properties><zeebe:property name="k" value="v"/></zeebe:properties>';
    const inside = [
      other('serviceTask', 'A', {
        name: 'Call',
        extensions: `<zeebe:taskDefinition type="a"/>${property}`,
        inputs: {
          q: '=fromAi(toolCall.q, "what to ask", "string")',
          n: '=1 + fromAi(value: toolCall.n, type: "number", schema: {minimum: 1}, options: {required: false})',
          z: '=toolCall.z',
        },
        content: '',
      }),
      serviceTask('B', { type: 'b', content: documented }),
      serviceTask('C', { type: 'c' }),
      ...path('B', 'C'),
      boundary('late', 'B', { duration: 'PT1S' }),
    ];
    const rig = await rigWith(around({}, inside));
    const instance = rig.create();
    assert.deepEqual(localOf(rig, instance, 'h', 'adHocSubProcessElements'), [
      {
        elementId: 'A',
        elementName: 'Call',
        properties: { k: 'v' },
        parameters: [
          { name: 'toolCall.q', description: 'what to ask', type: 'string' },
          { name: 'toolCall.n', type: 'number', schema: { minimum: 1 }, options: { required: false } },
        ],
      },
      { elementId: 'B', documentation: 'Calls <someone>.' },
    ]);
  });

  test('ends with everything in it by a boundary event (case 419)', async () => {
    const rig = await rigWith(
      around(
        { adHoc: list('=[&quot;A&quot;,&quot;B&quot;]') },
        tasks,
        boundary('late', 'h', { duration: 'PT1S' }),
        end('other'),
        ...path('late', 'other'),
      ),
    );
    const instance = rig.create();
    rig.pass(1000);
    assert.deepEqual(open(rig), []);
    assert.equal(rig.state(instance), 'COMPLETED');
  });

  test('is caught by its boundary event if an element throws an error', async () => {
    const rig = await rigWith(
      around(
        { adHoc: list('=[&quot;A&quot;,&quot;B&quot;]') },
        tasks,
        boundary('x', 'h', { error: 'E' }),
        ...path('x', 'end'),
      ),
    );
    const instance = rig.create();
    rig.machine.throwError(rig.job('a').key, { code: 'E', errorMessage: '', variables: {} });
    assert.deepEqual(open(rig), []);
    assert.equal(rig.state(instance), 'COMPLETED');
  });

  test('waits for its event subprocesses', async () => {
    const inside = [
      ...tasks,
      eventSubProcess(
        'esp',
        {},
        ...chain(
          start('es', { message: { name: 'm', correlationKey: '="1"' }, attributes: 'isInterrupting="false"' }),
          serviceTask('E', { type: 'e' }),
          end('ee'),
        ),
      ),
    ];
    const rig = await rigWith(around({ adHoc: list('=[&quot;A&quot;]') }, inside));
    const instance = rig.create();
    rig.publish('m', '1');
    rig.complete('a');
    assert.deepEqual([rig.state(instance), open(rig)], ['ACTIVE', ['e']]);
    rig.complete('e');
    assert.equal(rig.state(instance), 'COMPLETED');
  });

  test('runs once for each item of a multi-instance loop, each with its own scope (case 421)', async () => {
    const content =
      '<bpmn:multiInstanceLoopCharacteristics isSequential="true"><bpmn:extensionElements><zeebe:loopCharacteristics inputCollection="=[1,2]" inputElement="i" outputCollection="all" outputElement="=res"/></bpmn:extensionElements></bpmn:multiInstanceLoopCharacteristics>';
    const adHoc = `${list('=[&quot;A&quot;]')} outputCollection="res" outputElement="=v"`;
    const rig = await rigWith(around({ adHoc, content }));
    const instance = rig.create();
    for (const i of [1, 2]) {
      const job = rig.job('a');
      assert.equal(job.variables.i, i);
      rig.machine.completeJob(job.key, { v: i * 10 });
    }
    assert.equal(rig.state(instance), 'COMPLETED');
    assert.deepEqual(rig.root(instance)?.all, [[10], [20]]);
  });

  test('calls its listeners', async () => {
    const rig = await rigWith(
      around({ adHoc: list('=ids'), extensions: executionListeners(['start', 's'], ['end', 'e']) }),
    );
    const instance = rig.create();
    rig.complete('s', { ids: ['A'] });
    rig.complete('a');
    rig.complete('e');
    assert.equal(rig.state(instance), 'COMPLETED');
  });

  test('can contain subprocesses, and is no place for start instructions', async () => {
    const inside = [subProcess('S', {}, ...chain(start('ss'), serviceTask('A', { type: 'a' }), end('se')))];
    const rig = await rigWith(around({ adHoc: list('=[&quot;S&quot;]') }, inside));
    const instance = rig.create();
    rig.complete('a', { v: 1 });
    assert.equal(rig.state(instance), 'COMPLETED');
    assert.deepEqual(rig.root(instance), {});
    const { reason } = rejected(() =>
      rig.machine.createInstance({ bpmnProcessId: 'p', startInstructions: [{ elementId: 'A' }] }),
    );
    assert.match(reason, /in an ad-hoc subprocess/);
  });
});

describe('an ad-hoc subprocess with a worker', () => {
  const agent: Options = { type: 'agent', headers: { k: 'v' } };

  test('asks its worker, activates elements with variables, and completes (case 415)', async () => {
    const rig = await rigWith(around({ ...agent, adHoc: 'outputCollection="res" outputElement="=r"' }));
    const instance = rig.create();
    const job = rig.job('agent');
    assert.deepEqual(
      [job.kind, job.listenerEvent, job.elementId, job.headers, job.retries],
      ['AD_HOC_SUB_PROCESS', undefined, 'h', { k: 'v' }, 3],
    );
    assert.deepEqual(job.variables.adHocSubProcessElements, [{ elementId: 'A' }, { elementId: 'B' }]);
    rig.machine.completeJob(
      job.key,
      { context: 1 },
      decision({ activateElements: [{ elementId: 'A', variables: { x: 1 } }] }),
    );
    assert.deepEqual(open(rig), ['a']);
    assert.equal(rig.job('a').variables.x, 1);
    rig.machine.completeJob(rig.machine.jobs()[0]!.key, { r: 'done' });
    const again = rig.job('agent');
    assert.deepEqual([again.variables.context, again.variables.res], [1, ['done']]);
    rig.machine.completeJob(again.key, {}, decision({ completionConditionFulfilled: true }));
    assert.equal(rig.state(instance), 'COMPLETED');
    assert.deepEqual(rig.root(instance), { res: ['done'] });
  });

  test('replaces the open job when another element completes (case 416)', async () => {
    const rig = await rigWith(around(agent));
    rig.create();
    decide(rig, activate('A', 'B'));
    rig.complete('a');
    const second = rig.job('agent');
    rig.complete('b');
    assert.equal(rejected(() => rig.machine.completeJob(second.key, {})).code, 'NOT_FOUND');
    assert.deepEqual(open(rig), ['agent']);
    assert.equal(rig.events.filter(({ kind }) => kind === 'job:cancelled').length, 1);
  });

  test('rejects a result that contradicts itself or names an unknown element (case 417)', async () => {
    const rig = await rigWith(around(agent));
    rig.create();
    const { key } = rig.job('agent');
    for (const [result, reason] of [
      [{ ...activate('A'), completionConditionFulfilled: true }, /it does both/],
      [activate('A', 'X'), /'X' is not one of its elements/],
    ] as const) {
      const rejection = rejected(() => rig.machine.completeJob(key, {}, decision(result)));
      assert.equal(rejection.code, 'INVALID_ARGUMENT');
      assert.match(rejection.reason, reason);
      assert.deepEqual(open(rig), ['agent']);
    }
    const wrongKind = rejected(() => rig.machine.completeJob(key, {}, { type: 'userTask', denied: true }));
    assert.match(wrongKind.reason, /of the type 'adHocSubProcess'/);
  });

  test('completes after what is active, or at once if it cancels that (case 417)', async () => {
    for (const cancelRemainingInstances of [false, true]) {
      const rig = await rigWith(around(agent));
      const instance = rig.create();
      decide(rig, activate('A', 'B'));
      rig.complete('a');
      decide(rig, { completionConditionFulfilled: true, cancelRemainingInstances });
      assert.deepEqual(open(rig), cancelRemainingInstances ? [] : ['b']);
      if (!cancelRemainingInstances) rig.complete('b');
      assert.equal(rig.state(instance), 'COMPLETED');
    }
  });

  test('cancels what is active before it activates other elements', async () => {
    const rig = await rigWith(around(agent));
    rig.create();
    decide(rig, activate('A', 'B'));
    rig.complete('a');
    decide(rig, { ...activate('A'), cancelRemainingInstances: true });
    assert.deepEqual(open(rig), ['a']);
  });

  test('remains active without a job if the result activates nothing (case 418)', async () => {
    const rig = await rigWith(around(agent));
    const instance = rig.create();
    decide(rig);
    assert.deepEqual([open(rig), rig.at(instance)], [[], ['h']]);
    rig.machine.activateAdHocActivities(rig.key(instance, 'h'), [{ elementId: 'A' }], false);
    rig.complete('a');
    assert.deepEqual(open(rig), ['agent']);
  });

  test('asks again after an event subprocess (case 419)', async () => {
    const esp = eventSubProcess(
      'esp',
      {},
      ...chain(
        start('es', { message: { name: 'm', correlationKey: '="1"' }, attributes: 'isInterrupting="false"' }),
        end('ee'),
      ),
    );
    const rig = await rigWith(around(agent, [...tasks, esp]));
    const instance = rig.create();
    decide(rig);
    rig.publish('m', '1');
    assert.deepEqual(open(rig), ['agent']);
    decide(rig, { completionConditionFulfilled: true });
    assert.equal(rig.state(instance), 'COMPLETED');
  });

  test('is interrupted by an event subprocess, and completes with it', async () => {
    const esp = eventSubProcess(
      'esp',
      {},
      ...chain(
        start('es', { message: { name: 'm', correlationKey: '="1"' } }),
        serviceTask('E', { type: 'e' }),
        end('ee'),
      ),
    );
    for (const options of [agent, { adHoc: list('=[&quot;A&quot;]'), condition: '=false' }]) {
      const rig = await rigWith(around(options, [...tasks, esp]));
      const instance = rig.create();
      rig.publish('m', '1');
      assert.deepEqual([open(rig), rig.at(instance)], [['e'], ['E', 'esp', 'h']]);
      rig.complete('e');
      assert.equal(rig.state(instance), 'COMPLETED');
      assert.deepEqual(open(rig), []);
    }
  });

  test('has incidents of its job, which cannot throw errors', async () => {
    const rig = await rigWith(around({ ...agent, type: '=kind' }));
    const instance = rig.create();
    assert.equal(rig.incident().type, 'EXTRACT_VALUE_ERROR');
    rig.machine.setVariables(instance, { kind: 'agent' }, false);
    rig.machine.resolveIncident(rig.incident().key);
    const { key } = rig.job('agent');
    const error = { code: 'E', errorMessage: '', variables: {} };
    assert.match(rejected(() => rig.machine.throwError(key, error)).reason, /'AD_HOC_SUB_PROCESS'/);
    rig.machine.failJob(key, { retries: 0, errorMessage: 'x', backoff: 0, variables: {} });
    assert.equal(rig.incident().type, 'AD_HOC_SUB_PROCESS_NO_RETRIES');
    rig.machine.updateJobRetries(key, 1);
    rig.machine.resolveIncident(rig.incident().key);
    decide(rig, { completionConditionFulfilled: true });
    assert.equal(rig.state(instance), 'COMPLETED');
  });

  test('goes on after a snapshot', async () => {
    const xml = around({ ...agent, adHoc: 'outputCollection="res" outputElement="=r"' });
    const rig = await rigWith(xml);
    const instance = rig.create();
    decide(rig, activate('A', 'B'));
    rig.complete('a', { r: 1 });
    const again = async (from: Rig): Promise<Rig> =>
      createRig({ snapshot: structuredClone(from.machine.snapshot()), resources: [await compile(xml)] });
    const second = await again(rig);
    assert.deepEqual(second.machine.jobs(), rig.machine.jobs());
    decide(second, { completionConditionFulfilled: true });
    const third = await again(second);
    third.complete('b', { r: 2 });
    assert.equal(third.state(instance), 'COMPLETED');
    assert.deepEqual(third.root(instance), { res: [1, 2] });
  });
});
