import assert from 'node:assert/strict';
import { readdirSync, readFileSync } from 'node:fs';
import { describe, test } from 'node:test';
import type { Flow, Source } from '../../../src/engine/model/index.ts';
import {
  boundary,
  catchEvent,
  chain,
  end,
  eventBasedGateway,
  exclusiveGateway,
  file,
  flow,
  manualTask,
  other,
  parallelGateway,
  path,
  process,
  processPart,
  raw,
  receiveTask,
  sendTask,
  serviceTask,
  start,
  subProcess,
  task,
  throwEvent,
} from '../support/bpmn.ts';
import { modelOf, modelsOf, nodeOf } from './support.ts';

/** A source as text again: static text as it stands, an expression with its `=`. */
const textOf = (source: Source | undefined): string | undefined =>
  source?.kind === 'feel' ? `=${source.expression.source}` : source?.text;

describe('a process', () => {
  test('is compiled to nodes and flows by id', async () => {
    const model = await modelOf(process('p', ...chain(start(), serviceTask('a', { type: 'a', name: 'Do it' }), end())));
    assert.equal(model.id, 'p');
    assert.equal(model.resourceName, 'test.bpmn');
    assert.equal(model.noneStart, 'start');
    assert.deepEqual(model.triggeredStarts, []);
    assert.deepEqual(Object.fromEntries(model.nodes), {
      start: {
        id: 'start',
        kind: 'startEvent',
        scope: 'p',
        incoming: [],
        outgoing: ['start-a'],
        inputs: [],
        outputs: [],
        boundaryEvents: [],
      },
      a: {
        id: 'a',
        name: 'Do it',
        kind: 'jobTask',
        job: { type: { kind: 'static', text: 'a' }, retries: { kind: 'static', text: '3' }, headers: {} },
        scope: 'p',
        incoming: ['start-a'],
        outgoing: ['a-end'],
        inputs: [],
        outputs: [],
        boundaryEvents: [],
      },
      end: {
        id: 'end',
        kind: 'endEvent',
        end: { kind: 'none' },
        scope: 'p',
        incoming: ['a-end'],
        outgoing: [],
        inputs: [],
        outputs: [],
        boundaryEvents: [],
      },
    });
    assert.deepEqual(Object.fromEntries(model.flows), {
      'start-a': { id: 'start-a', source: 'start', target: 'a' },
      'a-end': { id: 'a-end', source: 'a', target: 'end' },
    });
  });

  test('is frozen', async () => {
    const model = await modelOf(
      process('p', ...chain(start(), serviceTask('a', { type: 'a', inputs: { x: 'y' } }), end())),
    );
    const node = nodeOf(model, 'a', 'jobTask');
    const flows = [...model.flows.values()];
    assert.equal(flows.length, 2);
    for (const part of [
      model,
      node,
      node.inputs,
      node.inputs[0],
      node.job,
      node.job.type,
      node.job.headers,
      node.outgoing,
      ...flows,
    ]) {
      assert.ok(Object.isFrozen(part));
    }
  });

  test('is one of several in a file; drafts are left out (case 16)', async () => {
    const models = await modelsOf(
      file(
        processPart('a', { name: 'First' }, ...chain(start('s1'), end('e1'))),
        processPart('draft', { executable: false }, serviceTask('broken'), other('userTask', 'u')),
        processPart('b', {}, ...chain(start('s2'), end('e2'))),
      ),
    );
    assert.deepEqual(
      models.map(({ id, name }) => [id, name]),
      [
        ['a', 'First'],
        ['b', undefined],
      ],
    );
    assert.deepEqual(
      models.map(({ nodes }) => [...nodes.keys()]),
      [
        ['s1', 'e1'],
        ['s2', 'e2'],
      ],
    );
  });

  test('may start by none, message and timer at once', async () => {
    const model = await modelOf(
      process(
        'p',
        start(),
        start('m', { message: '="order-" + "x"' }),
        start('t', { cycle: 'R/PT1H' }),
        start('d', { date: '2030-01-01T00:00:00Z' }),
      ),
    );
    assert.equal(model.noneStart, 'start');
    assert.deepEqual(model.triggeredStarts, ['m', 't', 'd']);
    const { trigger } = nodeOf(model, 'm', 'startEvent');
    assert.equal(trigger?.kind, 'message');
    assert.equal(textOf(trigger.message.name), '="order-" + "x"');
    assert.ok(!('correlationKey' in trigger.message));
    assert.deepEqual(nodeOf(model, 't', 'startEvent').trigger, {
      kind: 'timer',
      timer: { kind: 'cycle', value: { kind: 'static', text: 'R/PT1H' } },
    });
  });

  test('may compute its start times, without variables', async () => {
    const model = await modelOf(
      process(
        'p',
        start('d', { date: '=now() + duration("PT1H")' }),
        start('c', { cycle: '=cycle(3, duration("PT1H"))' }),
      ),
    );
    assert.deepEqual(model.triggeredStarts, ['d', 'c']);
  });

  test('may start by message only', async () => {
    const model = await modelOf(process('p', start('m', { message: 'go' })));
    assert.ok(!('noneStart' in model));
    assert.deepEqual(model.triggeredStarts, ['m']);
  });
});

describe('tasks', () => {
  test('carry type, retries and headers, without empty headers (case 77)', async () => {
    const headers = { k: 'v', empty: '', '': 'nameless', ['__proto__']: 'harmless' };
    const model = await modelOf(
      process(
        'p',
        ...chain(
          start(),
          serviceTask('a', { type: '=kind', retries: '=2 + 1', headers }),
          sendTask('b', { type: 'b' }),
          end(),
        ),
      ),
    );
    const { job } = nodeOf(model, 'a', 'jobTask');
    assert.equal(textOf(job.type), '=kind');
    assert.equal(textOf(job.retries), '=2 + 1');
    assert.deepEqual(Object.entries(job.headers), [
      ['k', 'v'],
      ['__proto__', 'harmless'],
    ]);
    assert.deepEqual(nodeOf(model, 'b', 'jobTask').job.headers, {});
  });

  test('carry mappings in document order', async () => {
    const model = await modelOf(
      process(
        'p',
        ...chain(
          start('start', { outputs: { ready: '=true' } }),
          serviceTask('a', {
            type: 'a',
            inputs: [
              ['x', '=y'],
              ['user.name', 'Ada'],
              ['none', undefined],
              ['empty', ''],
              ['x', '=1'],
            ],
            outputs: { 'r.s': '=t', größe_1: '=u' },
          }),
          end(),
        ),
      ),
    );
    const { inputs, outputs } = nodeOf(model, 'a', 'jobTask');
    assert.deepEqual(
      inputs.map(({ target, source }) => [target.join('/'), textOf(source)]),
      [
        ['x', '=y'],
        ['user/name', 'Ada'],
        ['none', undefined],
        ['empty', undefined],
        ['x', '=1'],
      ],
    );
    assert.deepEqual(
      outputs.map(({ target, source }) => [target.join('/'), source.source]),
      [
        ['r/s', 't'],
        ['größe_1', 'u'],
      ],
    );
    assert.deepEqual(
      nodeOf(model, 'start', 'startEvent').outputs.map(({ target }) => target),
      [['ready']],
    );
  });

  test('that do nothing are passed through', async () => {
    const model = await modelOf(process('p', ...chain(start(), task('a'), manualTask('b'), throwEvent('c'), end())));
    for (const id of ['a', 'b', 'c']) nodeOf(model, id, 'passThrough');
  });

  test('that receive wait for a message', async () => {
    const message = { name: 'paid', correlationKey: '=order.id' };
    const model = await modelOf(process('p', ...chain(start(), receiveTask('r', { message }), end())));
    const { trigger } = nodeOf(model, 'r', 'receiveTask');
    assert.equal(textOf(trigger.message.name), 'paid');
    assert.equal(trigger.message.correlationKey?.source, 'order.id');
  });
});

describe('events', () => {
  test('wait for messages and timers', async () => {
    const model = await modelOf(
      process(
        'p',
        ...chain(
          start(),
          catchEvent('m', { message: { name: '=name', correlationKey: '=key' } }),
          catchEvent('t', { duration: ' PT0S ' }),
          catchEvent('d', { date: '=due' }),
          end(),
        ),
      ),
    );
    const [m, t, d] = ['m', 't', 'd'].map((id) => nodeOf(model, id, 'catchEvent').trigger);
    assert.equal(m?.kind === 'message' && textOf(m.message.name), '=name');
    assert.deepEqual(t, { kind: 'timer', timer: { kind: 'duration', value: { kind: 'static', text: 'PT0S' } } });
    assert.equal(d?.kind === 'timer' && `${d.timer.kind} ${textOf(d.timer.value)}`, 'date =due');
  });

  test('hang on tasks, receive tasks and subprocesses', async () => {
    const model = await modelOf(
      process(
        'p',
        ...chain(
          start(),
          serviceTask('a', { type: 'a' }),
          receiveTask('r', { message: 'm' }),
          subProcess('s', {}, ...chain(start('ss'), end('se'))),
          manualTask('q'),
          end(),
        ),
        boundary('b1', 'a', { error: 'E' }),
        boundary('b2', 'a', { error: null }),
        boundary('b3', 'a', { error: '', attributes: 'name="unused"' }),
        boundary('b4', 'r', { cycle: 'R3/PT10S', interrupting: false }),
        boundary('b5', 's', { message: 'x', interrupting: false }),
        boundary('b6', 'q', { duration: '=d' }),
        ...path('b6', 'end'),
      ).replace('<bpmn:boundaryEvent id="b3" attachedToRef="a"', '<bpmn:boundaryEvent id="b3" attachedToRef="r"'),
    );
    assert.deepEqual(nodeOf(model, 'a', 'jobTask').boundaryEvents, ['b1', 'b2']);
    assert.deepEqual(nodeOf(model, 'r', 'receiveTask').boundaryEvents, ['b3', 'b4']);
    assert.deepEqual(nodeOf(model, 's', 'subProcess').boundaryEvents, ['b5']);
    const events = ['b1', 'b2', 'b3', 'b4', 'b5'].map((id) => nodeOf(model, id, 'boundaryEvent'));
    assert.deepEqual(
      events.map(({ attachedTo, interrupting, trigger }) => [attachedTo, interrupting, trigger.kind]),
      [
        ['a', true, 'error'],
        ['a', true, 'error'],
        ['r', true, 'error'],
        ['r', false, 'timer'],
        ['s', false, 'message'],
      ],
    );
    assert.deepEqual(
      events.slice(0, 3).map(({ trigger }) => trigger),
      [{ kind: 'error', code: 'E' }, { kind: 'error' }, { kind: 'error' }],
    );
  });

  test('end a process in three ways', async () => {
    const model = await modelOf(
      process(
        'p',
        start(),
        end('n'),
        end('t', { terminate: true }),
        end('e', { error: 'E' }),
        end('f', { error: '=code' }),
      ),
    );
    assert.deepEqual(nodeOf(model, 'n', 'endEvent').end, { kind: 'none' });
    assert.deepEqual(nodeOf(model, 't', 'endEvent').end, { kind: 'terminate' });
    assert.deepEqual(nodeOf(model, 'e', 'endEvent').end, { kind: 'error', code: { kind: 'static', text: 'E' } });
    const { end: thrown } = nodeOf(model, 'f', 'endEvent');
    assert.equal(thrown.kind === 'error' && textOf(thrown.code), '=code');
  });

  test('of different activities may wait for the same', async () => {
    const hosts = [serviceTask('a', { type: 'a' }), serviceTask('b', { type: 'b' })];
    const caught = ['a', 'b'].flatMap((host) => [
      boundary(`${host}1`, host, { error: 'E' }),
      boundary(`${host}2`, host, { message: 'm' }),
    ]);
    const model = await modelOf(process('p', ...chain(start(), ...hosts, end()), ...caught));
    assert.equal(model.nodes.size, 8);
  });
});

describe('gateways', () => {
  test('choose by conditions; that of a default flow is left out (case 19)', async () => {
    const model = await modelOf(
      process(
        'p',
        ...chain(start(), exclusiveGateway('g', { default: 'd' })),
        end('a'),
        end('b'),
        flow('g', 'b', { id: 'd', condition: '=false' }),
        flow('g', 'a', { id: 'c', condition: '=x < 1 and y = "&"' }),
      ),
    );
    const gateway = nodeOf(model, 'g', 'exclusiveGateway');
    assert.equal(gateway.defaultFlow, 'd');
    assert.deepEqual(gateway.outgoing, ['d', 'c']);
    assert.deepEqual(model.flows.get('d'), { id: 'd', source: 'g', target: 'b' } satisfies Flow);
    assert.equal(model.flows.get('c')?.condition?.source, 'x < 1 and y = "&"');
  });

  test('pass on, fork, join, and wait for the first event', async () => {
    const model = await modelOf(
      process(
        'p',
        ...chain(
          start(),
          exclusiveGateway('x'),
          parallelGateway('fork'),
          eventBasedGateway('e'),
          catchEvent('m', { message: 'm' }),
          parallelGateway('join'),
          end(),
        ),
        ...path('fork', 'join'),
        catchEvent('t', { duration: 'PT1M' }),
        ...path('e', 't', 'join'),
      ),
    );
    assert.ok(!('defaultFlow' in nodeOf(model, 'x', 'exclusiveGateway')));
    assert.deepEqual(nodeOf(model, 'join', 'parallelGateway').incoming, ['m-join', 'fork-join', 't-join']);
    assert.deepEqual(nodeOf(model, 'e', 'eventBasedGateway').outgoing, ['e-m', 'e-t']);
  });

  test('may close a loop that waits, or one of gateways alone, as on a cluster', async () => {
    const model = await modelOf(
      process(
        'p',
        ...chain(
          start(),
          task('a'),
          serviceTask('b', { type: 'b' }),
          exclusiveGateway('g', { default: 'd' }),
          exclusiveGateway('h', { default: 'back' }),
          end(),
        ),
        flow('g', 'a', { id: 'd' }),
        flow('h', 'g', { id: 'back' }),
      )
        .replace(
          'id="g-h" sourceRef="g" targetRef="h"/>',
          'id="g-h" sourceRef="g" targetRef="h"><bpmn:conditionExpression>=x</bpmn:conditionExpression></bpmn:sequenceFlow>',
        )
        .replace(
          'id="h-end" sourceRef="h" targetRef="end"/>',
          'id="h-end" sourceRef="h" targetRef="end"><bpmn:conditionExpression>=x</bpmn:conditionExpression></bpmn:sequenceFlow>',
        ),
    );
    assert.equal(model.flows.size, 7);
  });
});

test('subprocesses nest', async () => {
  const inner = subProcess('inner', {}, ...chain(start('is'), serviceTask('work', { type: 'w' }), end('ie')));
  const outer = subProcess('outer', { inputs: { a: '=1' } }, ...chain(start('os'), inner, end('oe')));
  const model = await modelOf(process('p', ...chain(start(), outer, end())));
  assert.deepEqual(Object.fromEntries([...model.nodes].map(([id, { scope }]) => [id, scope])), {
    start: 'p',
    outer: 'p',
    end: 'p',
    os: 'outer',
    inner: 'outer',
    oe: 'outer',
    is: 'inner',
    work: 'inner',
    ie: 'inner',
  });
  assert.equal(nodeOf(model, 'outer', 'subProcess').start, 'os');
  assert.equal(nodeOf(model, 'inner', 'subProcess').start, 'is');
  assert.equal(model.noneStart, 'start');
  assert.deepEqual([...model.flows.keys()].sort(), [
    'inner-oe',
    'is-work',
    'os-inner',
    'outer-end',
    'start-outer',
    'work-ie',
  ]);
});

test('what has no meaning for execution is passed over (case 20)', async () => {
  const furniture = raw(
    `<bpmn:documentation>Text</bpmn:documentation><bpmn:laneSet id="ls"><bpmn:lane id="l"><bpmn:flowNodeRef>a</bpmn:flowNodeRef><bpmn:flowNodeRef>gone</bpmn:flowNodeRef></bpmn:lane></bpmn:laneSet>
     <bpmn:dataObject id="do"/><bpmn:dataObjectReference id="dor" dataObjectRef="do"/><bpmn:dataStoreReference id="dsr"/>
     <bpmn:textAnnotation id="ta"><bpmn:text>Hello</bpmn:text></bpmn:textAnnotation><bpmn:association id="as" sourceRef="a" targetRef="ta"/><bpmn:group id="gr"/>`,
    '<bpmn:message id="m1"/>',
    '<bpmn:message id="m2" name="x"><bpmn:extensionElements><zeebe:subscription correlationKey="static"/></bpmn:extensionElements></bpmn:message>',
    '<bpmn:error id="e1" errorCode="=("/><bpmn:signal id="s1"/><bpmn:escalation id="x1"/>',
    '<bpmn:collaboration id="c"><bpmn:extensionElements><zeebe:unheardOf/></bpmn:extensionElements><bpmn:participant id="pa" processRef="p"/><bpmn:messageFlow id="mf" sourceRef="pa" targetRef="a"/></bpmn:collaboration>',
    '<bpmndi:BPMNDiagram xmlns:bpmndi="http://www.omg.org/spec/BPMN/20100524/DI" id="di"><bpmndi:BPMNPlane id="pl" bpmnElement="gone"><bpmndi:BPMNShape id="pl" bpmnElement="a"/><bpmndi:Unknown/></bpmndi:BPMNPlane></bpmndi:BPMNDiagram>',
  );
  const extensions =
    '<zeebe:properties><zeebe:property name="n" value="v"/></zeebe:properties><x:own xmlns:x="http://example.org/x" a="b"><x:deep/></x:own>';
  const worker = serviceTask('a', {
    type: 'a',
    extensions,
    attributes: 'zeebe:modelerTemplate="t" zeebe:modelerTemplateVersion="1" zeebe:modelerTemplateIcon="i" unknown="u"',
    content: '<bpmn:incoming>gone</bpmn:incoming><bpmn:outgoing>gone</bpmn:outgoing><bpmn:property id="pr"/>',
  });
  const form = start('start', { extensions: '<zeebe:formDefinition formId="f"/>' });
  const model = await modelOf(process('p', ...chain(form, worker, end()), furniture));
  assert.deepEqual([...model.nodes.keys()], ['start', 'a', 'end']);
  assert.deepEqual(nodeOf(model, 'a', 'jobTask').incoming, ['start-a']);
});

test('content lost from a draft or a diagram does not count', async () => {
  const draft = processPart('draft', { executable: false }, raw('<bpmn:magicTask/>'));
  const [model] = await modelsOf(file(draft, processPart('p', {}, ...chain(start(), end()))));
  assert.equal(model?.id, 'p');
});

test('the namespaces may have any prefix', async () => {
  const xml = process(
    'p',
    ...chain(start(), serviceTask('a', { type: 'a' }), catchEvent('t', { duration: 'PT1S' }), end()),
  );
  const renamed = xml
    .replaceAll('bpmn:', '')
    .replace('xmlns:bpmn=', 'xmlns=')
    .replaceAll('zeebe:', 'z:')
    .replace('xmlns:zeebe=', 'xmlns:z=');
  const model = await modelOf(renamed);
  assert.deepEqual(
    [...model.nodes.values()].map(({ kind }) => kind),
    ['startEvent', 'jobTask', 'catchEvent', 'endEvent'],
  );
});

test('the example files compile', async () => {
  const folder = new URL('../../../examples/bpmn/', import.meta.url);
  const names = readdirSync(folder).filter((name) => name.endsWith('.bpmn'));
  assert.ok(names.length > 0);
  for (const name of names) assert.ok((await modelsOf(readFileSync(new URL(name, folder)))).length > 0, name);
});
