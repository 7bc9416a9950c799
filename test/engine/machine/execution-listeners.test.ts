import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import {
  boundary,
  catchEvent,
  chain,
  end,
  exclusiveGateway,
  file,
  flow,
  executionListeners as listeners,
  path,
  processPart,
  serviceTask,
  start,
  subProcess,
  throwEvent,
} from '../support/bpmn.ts';
import { compile, createRig, p, type Rig, rejected, rigWith } from './support.ts';

const loop = (collection: string, more = ''): string =>
  `<bpmn:multiInstanceLoopCharacteristics><bpmn:extensionElements><zeebe:loopCharacteristics inputCollection="${collection}" ${more}/></bpmn:extensionElements></bpmn:multiInstanceLoopCharacteristics>`;

/** A service task of type `a` between start and end. */
const around = (extensions: string, options: Parameters<typeof serviceTask>[1] = {}): string =>
  p(...chain(start(), serviceTask('t', { type: 'a', extensions, ...options }), end()));

/** The types of the open jobs. */
const open = (rig: Rig): readonly string[] => rig.machine.jobs().map(({ type }) => type);

describe('a listener to the start', () => {
  test('precedes the element, sees its inputs, and sets local variables (case 246)', async () => {
    const rig = await rigWith(around(listeners(['start', 's']), { inputs: { x: '=1' } }));
    const instance = rig.create();
    assert.deepEqual(open(rig), ['s']);
    const job = rig.job('s');
    assert.deepEqual(
      [job.kind, job.listenerEvent, job.elementId, job.elementInstanceKey, job.retries, job.variables],
      ['EXECUTION_LISTENER', 'START', 't', rig.key(instance, 't'), 3, { x: 1 }],
    );
    rig.machine.completeJob(job.key, { y: 2 });
    const main = rig.complete('a', { z: 3 });
    assert.deepEqual([main.kind, main.listenerEvent, main.variables], ['BPMN_ELEMENT', undefined, { x: 1, y: 2 }]);
    assert.equal(rig.state(instance), 'COMPLETED');
    assert.deepEqual(rig.root(instance), { z: 3 });
  });

  test('is called one after the other, and alone again after its incident (case 248)', async () => {
    const rig = await rigWith(around(listeners(['start', 's1'], ['start', 's2'])));
    rig.create();
    rig.complete('s1');
    assert.deepEqual(open(rig), ['s2']);
    const { key } = rig.job('s2');
    rig.machine.failJob(key, { retries: 0, errorMessage: 'no', backoff: 0, variables: {} });
    const incident = rig.incident();
    assert.deepEqual(
      [incident.type, incident.message, incident.elementId, incident.jobKey],
      ['EXECUTION_LISTENER_NO_RETRIES', 'no', 't', key],
    );
    assert.match(rejected(() => rig.machine.resolveIncident(incident.key)).reason, /no retries left/);
    rig.machine.updateJobRetries(key, 1);
    rig.machine.resolveIncident(incident.key);
    rig.complete('s2');
    rig.complete('a');
    assert.deepEqual(open(rig), []);
  });

  test('is called again from the first one on if an expression of a later one fails (case 249)', async () => {
    const rig = await rigWith(around(listeners(['start', 's'], ['start', '=t'])));
    const instance = rig.create();
    rig.complete('s');
    const incident = rig.incident();
    assert.deepEqual([incident.type, incident.elementId], ['EXTRACT_VALUE_ERROR', 't']);
    assert.deepEqual(open(rig), []);
    rig.machine.setVariables(instance, { t: 'late' }, false);
    rig.machine.resolveIncident(incident.key);
    assert.deepEqual(open(rig), ['s']);
    rig.complete('s');
    rig.complete('late');
    assert.deepEqual(open(rig), ['a']);
  });

  test('is called again if the element itself cannot start', async () => {
    const rig = await rigWith(around(listeners(['start', 's']), { type: '=kind' }));
    rig.create();
    rig.complete('s');
    const { key, type } = rig.incident();
    assert.equal(type, 'EXTRACT_VALUE_ERROR');
    rig.machine.resolveIncident(key);
    rig.complete('s', { kind: 'b' });
    assert.deepEqual(open(rig), ['b']);
  });

  test('can set the correlation key of a message event (case 250)', async () => {
    const event = catchEvent('m', {
      message: { name: 'm', correlationKey: '=k' },
      extensions: listeners(['start', 's']),
    });
    const rig = await rigWith(p(...chain(start(), event, end())));
    const instance = rig.create();
    rig.complete('s', { k: '1' });
    rig.publish('m', '1');
    assert.equal(rig.state(instance), 'COMPLETED');
    assert.deepEqual(rig.root(instance), {});
  });

  test('can set what the condition of a gateway reads (case 251)', async () => {
    const rig = await rigWith(
      p(
        start(),
        exclusiveGateway('g', { default: 'g-b', extensions: listeners(['start', 's']) }),
        serviceTask('a', { type: 'a' }),
        serviceTask('b', { type: 'b' }),
        flow('start', 'g'),
        flow('g', 'a', { condition: '=x = 1' }),
        flow('g', 'b'),
      ),
    );
    rig.create();
    rig.complete('s', { x: 1 });
    assert.deepEqual(open(rig), ['a']);
  });

  test('precedes the subscriptions of boundary events (case 254)', async () => {
    const rig = await rigWith(
      p(
        ...chain(start(), serviceTask('t', { type: 'a', extensions: listeners(['start', 's']) }), end()),
        boundary('b', 't', { duration: 'PT1M' }),
        end('late'),
        ...path('b', 'late'),
      ),
    );
    const instance = rig.create();
    rig.pass(120_000);
    assert.deepEqual(rig.at(instance), ['t']);
    rig.complete('s');
    rig.pass(59_999);
    assert.deepEqual(open(rig), ['a']);
    rig.pass(1);
    assert.equal(rig.count('late'), 1);
    assert.equal(rig.state(instance), 'COMPLETED');
  });

  test('cannot throw an error (case 258)', async () => {
    const rig = await rigWith(
      p(
        ...chain(start(), serviceTask('t', { type: 'a', extensions: listeners(['start', 's']) }), end()),
        boundary('b', 't', { error: 'E' }),
        end('caught'),
        ...path('b', 'caught'),
      ),
    );
    rig.create();
    const { key } = rig.job('s');
    const { code, reason } = rejected(() =>
      rig.machine.throwError(key, { code: 'E', errorMessage: '', variables: {} }),
    );
    assert.equal(code, 'INVALID_STATE');
    assert.match(reason, /kind 'EXECUTION_LISTENER'/);
    rig.machine.completeJob(key, {});
    assert.deepEqual(open(rig), ['a']);
  });

  test('retries its job as any other, and ends with its element', async () => {
    const rig = await rigWith(around(listeners(['start', 's', 'retries="=n"'])));
    const instance = rig.create({ n: 2 });
    const { key } = rig.job('s');
    rig.machine.failJob(key, { retries: 1, errorMessage: 'x', backoff: 1000, variables: { seen: true } });
    assert.deepEqual(rig.jobs('s'), []);
    rig.pass(1000);
    assert.deepEqual(rig.job('s').variables, { n: 2, seen: true });
    rig.machine.cancelInstance(instance);
    assert.deepEqual(open(rig), []);
    assert.equal(rig.events.filter(({ kind }) => kind === 'job:cancelled').length, 1);
  });
});

describe('a listener to the end', () => {
  test('follows the result, and its variables go outward (case 247)', async () => {
    const rig = await rigWith(around(listeners(['end', 'e'])));
    const instance = rig.create();
    rig.complete('a', { r: 1 });
    assert.deepEqual(rig.at(instance), ['t']);
    const job = rig.job('e');
    assert.deepEqual([job.listenerEvent, job.variables], ['END', { r: 1 }]);
    assert.equal(rig.count('end'), 0);
    rig.machine.completeJob(job.key, { z: 3 });
    assert.equal(rig.state(instance), 'COMPLETED');
    assert.deepEqual(rig.root(instance), { r: 1, z: 3 });
  });

  test('sees the mapped outputs and the local variables', async () => {
    const rig = await rigWith(around(listeners(['end', 'e']), { inputs: { x: '=1' }, outputs: { y: '=x + r' } }));
    const instance = rig.create();
    rig.complete('a', { r: 1 });
    assert.deepEqual(rig.job('e').variables, { x: 1, r: 1, y: 2 });
    assert.deepEqual(rig.root(instance), { y: 2 });
  });

  test('keeps what listeners wrote when an incident repeats the end (case 249)', async () => {
    const rig = await rigWith(around(listeners(['end', 'e'], ['end', '=t'])));
    const instance = rig.create();
    rig.complete('a', { r: 1 });
    rig.complete('e', { r: 2, t: 'late' });
    rig.complete('late');
    assert.deepEqual(rig.root(instance), { r: 2, t: 'late' });

    const other = rig.create();
    rig.complete('a', { r: 1 });
    rig.complete('e', { r: 2 });
    const { key } = rig.incident();
    rig.machine.setVariables(other, { t: 'late' }, false);
    rig.machine.resolveIncident(key);
    rig.complete('e');
    rig.complete('late');
    assert.deepEqual(rig.root(other), { r: 2, t: 'late' });
  });

  test('is not called for an element that is terminated (case 257)', async () => {
    const rig = await rigWith(around(listeners(['end', 'e'])));
    const instance = rig.create();
    rig.machine.cancelInstance(instance);
    assert.deepEqual(open(rig), []);
    assert.equal(rig.state(instance), 'TERMINATED');
  });

  test('follows the subscriptions: no boundary event fires while it is open', async () => {
    const rig = await rigWith(
      p(
        ...chain(start(), serviceTask('t', { type: 'a', extensions: listeners(['end', 'e']) }), end()),
        boundary('b', 't', { duration: 'PT1M' }),
        ...path('b', 'end'),
      ),
    );
    const instance = rig.create();
    rig.complete('a');
    rig.pass(120_000);
    assert.deepEqual(rig.at(instance), ['t']);
    rig.complete('e');
    assert.equal(rig.state(instance), 'COMPLETED');
  });

  test('belongs to events, boundary events and subprocesses as well', async () => {
    const rig = await rigWith(
      p(
        ...chain(
          start('start', { extensions: listeners(['end', 'l1']) }),
          subProcess(
            's',
            { extensions: listeners(['start', 'l2'], ['end', 'l5']) },
            ...chain(start('i'), throwEvent('n', { extensions: listeners(['start', 'l3'], ['end', 'l4']) }), end('o')),
          ),
          serviceTask('t', { type: 'a' }),
          end('end', { extensions: listeners(['start', 'l7'], ['end', 'l8']) }),
        ),
        boundary('b', 't', { duration: 'PT1S', extensions: listeners(['end', 'l6']) }),
        ...path('b', 'end'),
      ),
    );
    const instance = rig.create();
    for (const type of ['l1', 'l2', 'l3', 'l4', 'l5']) {
      assert.deepEqual(open(rig), [type]);
      rig.complete(type);
    }
    rig.pass(1000);
    for (const type of ['l6', 'l7', 'l8']) {
      assert.deepEqual(open(rig), [type]);
      rig.complete(type);
    }
    assert.equal(rig.state(instance), 'COMPLETED');
  });
});

describe('a listener of a process', () => {
  const xml = file(
    processPart(
      'p',
      { extensions: listeners(['start', 's'], ['end', 'e']) },
      ...chain(start(), serviceTask('t', { type: 'a' }), end()),
    ),
  );

  test('is called before the first element and after the last one (case 252)', async () => {
    const rig = await rigWith(xml);
    const instance = rig.create({ n: 1 });
    assert.deepEqual(rig.at(instance), []);
    const first = rig.job('s');
    assert.deepEqual(
      [first.kind, first.listenerEvent, first.elementId, first.elementInstanceKey, first.variables],
      ['EXECUTION_LISTENER', 'START', 'p', instance, { n: 1 }],
    );
    rig.machine.completeJob(first.key, { s: 1 });
    rig.complete('a');
    assert.equal(rig.count('end'), 1);
    assert.equal(rig.state(instance), 'ACTIVE');
    rig.complete('e', { z: 2 });
    assert.equal(rig.state(instance), 'COMPLETED');
    assert.deepEqual(rig.root(instance), { n: 1, s: 1, z: 2 });
  });

  test('has an incident of the process', async () => {
    const rig = await rigWith(xml);
    const instance = rig.create();
    const { key } = rig.job('s');
    rig.machine.failJob(key, { retries: 0, errorMessage: '', backoff: 0, variables: {} });
    const incident = rig.incident();
    assert.deepEqual([incident.elementId, incident.elementInstanceKey], ['p', instance]);
    rig.machine.updateJobRetries(key, 1);
    rig.machine.resolveIncident(incident.key);
    rig.complete('s');
    rig.machine.cancelInstance(instance);
    assert.equal(rig.state(instance), 'TERMINATED');
    assert.deepEqual(open(rig), []);
  });
});

describe('a listener of a multi-instance activity', () => {
  test('is called for each instance (case 255)', async () => {
    const options = { content: loop('=[1,2]', 'inputElement="i" outputCollection="out" outputElement="=r + e"') };
    const rig = await rigWith(around(listeners(['start', 's'], ['end', 'e']), options));
    const instance = rig.create();
    assert.deepEqual(
      rig.jobs('s').map(({ key, variables }) => {
        rig.machine.completeJob(key, {});
        return variables.i;
      }),
      [1, 2],
    );
    for (const { key, variables } of rig.jobs('a')) rig.machine.completeJob(key, { r: variables.i ?? null });
    // The output element is evaluated after the listeners; all variables are those of the process instance.
    for (const { key } of rig.jobs('e')) rig.machine.completeJob(key, { e: 10 });
    assert.equal(rig.state(instance), 'COMPLETED');
    assert.deepEqual(rig.root(instance)?.out, [12, 12]);
  });

  test('is called once before all instances, and can set their list (case 255)', async () => {
    const rig = await rigWith(around(listeners(['beforeAll', 'l']), { content: loop('=list', 'inputElement="i"') }));
    rig.create();
    const job = rig.job('l');
    assert.equal(job.listenerEvent, 'BEFORE_ALL');
    rig.machine.completeJob(job.key, { list: ['x', 'y'] });
    assert.deepEqual(
      rig.jobs('a').map(({ variables }) => variables.i),
      ['x', 'y'],
    );
  });
});

test('a snapshot keeps the progress of listeners', async () => {
  const xml = around(listeners(['start', 's1'], ['start', 's2'], ['end', 'e']));
  const rig = await rigWith(xml);
  const instance = rig.create();
  rig.complete('s1', { v: 1 });
  const snapshot = structuredClone(rig.machine.snapshot());
  const again = createRig({ snapshot, resources: [await compile(xml)] });
  assert.deepEqual(again.machine.jobs(), rig.machine.jobs());
  again.complete('s2');
  assert.deepEqual(again.complete('a').variables, { v: 1 });
  again.complete('e');
  assert.equal(again.state(instance), 'COMPLETED');
});
