import assert from 'node:assert/strict';
import { readdirSync, readFileSync } from 'node:fs';
import { describe, test } from 'node:test';
import type { Source } from '../../../src/engine/model/index.ts';
import { catchEvent, chain, end, file, other, process, processPart, raw, serviceTask, start } from '../support/bpmn.ts';
import { modelOf, modelsOf, nodeOf } from './support.ts';

/** The text of a source as in the file: static text, or an expression with its `=`. */
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
        elementType: 'START_EVENT',
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
        elementType: 'SERVICE_TASK',
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
        elementType: 'END_EVENT',
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

  test('can be one of several in a file; drafts are skipped (case 16)', async () => {
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

  test('can have start events without a trigger, with messages and with timers', async () => {
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

  test('can compute its start times, without variables', async () => {
    const model = await modelOf(
      process(
        'p',
        start('d', { date: '=now() + duration("PT1H")' }),
        start('c', { cycle: '=cycle(3, duration("PT1H"))' }),
      ),
    );
    assert.deepEqual(model.triggeredStarts, ['d', 'c']);
  });

  test('can have only a message start event', async () => {
    const model = await modelOf(process('p', start('m', { message: 'go' })));
    assert.ok(!('noneStart' in model));
    assert.deepEqual(model.triggeredStarts, ['m']);
  });
});

test('content that does not affect execution is ignored (case 20)', async () => {
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

test('unreadable content of a draft or diagram is ignored', async () => {
  const draft = processPart('draft', { executable: false }, raw('<bpmn:magicTask/>'));
  const [model] = await modelsOf(file(draft, processPart('p', {}, ...chain(start(), end()))));
  assert.equal(model?.id, 'p');
});

test('namespaces can have any prefix', async () => {
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
