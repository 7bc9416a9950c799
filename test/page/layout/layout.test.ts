/** The layout of files without diagram information: nothing overlaps, nothing is left out, and lines run beside shapes. */
import assert from 'node:assert/strict';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, test } from 'node:test';
import fc from 'fast-check';
import { withLayout } from '../../../src/page/layout/layout.ts';
import { type Findings, inspectDiagram, withoutDiagram } from './inspect.ts';
import { type Model, modelXml } from './models.ts';

const laidOut = async (xml: string): Promise<Findings> => inspectDiagram(await withLayout(xml));

/** What must never be wrong. */
const checkFindings = ({ overlaps, outside, missing, detached }: Findings, about: string): void => {
  assert.deepEqual(
    { overlaps, outside, missing, detached },
    { overlaps: [], outside: [], missing: [], detached: [] },
    about,
  );
};

/** A process with a name for each of its flows. */
const process = (...lines: readonly string[]): string => modelXml({ processes: [{ id: 'p', lines }], messages: [] });

const task = (id: string, more = ''): string => `<bpmn:task id="${id}" name="${id}">${more}</bpmn:task>`;
const flow = (source: string, target: string, name = ''): string =>
  `<bpmn:sequenceFlow id="${source}-${target}" name="${name}" sourceRef="${source}" targetRef="${target}"/>`;
const association = (source: string, target: string): string =>
  `<bpmn:association id="${source}-${target}" sourceRef="${source}" targetRef="${target}"/>`;
const boundary = (id: string, host: string): string =>
  `<bpmn:boundaryEvent id="${id}" name="${id} happened" attachedToRef="${host}"><bpmn:timerEventDefinition/></bpmn:boundaryEvent>`;

const cases: Readonly<Record<string, string>> = {
  'one task alone': process(task('a')),
  'a process without elements': process(),
  'a line': process(
    '<bpmn:startEvent id="s" name="Begin"/>',
    task('a'),
    '<bpmn:endEvent id="e"/>',
    flow('s', 'a'),
    flow('a', 'e'),
  ),
  'a loop back, with labels': process(
    task('a'),
    '<bpmn:exclusiveGateway id="g" name="Good enough to go on with?"/>',
    task('b'),
    flow('a', 'g'),
    flow('g', 'a', 'no, once more'),
    flow('g', 'b', 'yes'),
  ),
  'a task that leads to itself': process(task('a'), task('b'), flow('a', 'a'), flow('a', 'b')),
  'two flows between the same elements': process(
    '<bpmn:exclusiveGateway id="g"/>',
    task('a'),
    '<bpmn:sequenceFlow id="one" name="if rain" sourceRef="g" targetRef="a"/>',
    '<bpmn:sequenceFlow id="two" name="else" sourceRef="g" targetRef="a"/>',
  ),
  'several boundary events, one that leads back to its task': process(
    task('a'),
    boundary('late', 'a'),
    boundary('broken', 'a'),
    boundary('again', 'a'),
    boundary('unused', 'a'),
    task('b'),
    task('c'),
    flow('a', 'b'),
    flow('late', 'c', 'too late'),
    flow('broken', 'b'),
    flow('again', 'a'),
  ),
  compensation: process(
    task('a'),
    '<bpmn:boundaryEvent id="undo" attachedToRef="a"><bpmn:compensateEventDefinition/></bpmn:boundaryEvent>',
    '<bpmn:task id="cancel" isForCompensation="true"/>',
    association('undo', 'cancel'),
  ),
  'subprocesses in each other, and one for events': process(
    '<bpmn:startEvent id="s"/>',
    `<bpmn:subProcess id="outer" name="Outer">${task('x')}<bpmn:subProcess id="inner" name="Inner">${task('y')}${task('z')}${flow('y', 'z')}</bpmn:subProcess>${flow('x', 'inner')}</bpmn:subProcess>`,
    boundary('late', 'outer'),
    `<bpmn:subProcess id="handler" triggeredByEvent="true"><bpmn:startEvent id="hs"/>${task('h')}${flow('hs', 'h')}</bpmn:subProcess>`,
    '<bpmn:subProcess id="empty"/>',
    task('after'),
    flow('s', 'outer'),
    flow('outer', 'after'),
    flow('late', 'after'),
  ),
  'data, texts and groups': process(
    task(
      'a',
      '<bpmn:property id="pa" name="__targetRef_placeholder"/><bpmn:dataOutputAssociation id="out"><bpmn:targetRef>d</bpmn:targetRef></bpmn:dataOutputAssociation>',
    ),
    task(
      'b',
      '<bpmn:property id="pb" name="__targetRef_placeholder"/><bpmn:dataInputAssociation id="in"><bpmn:sourceRef>d</bpmn:sourceRef><bpmn:targetRef>pb</bpmn:targetRef></bpmn:dataInputAssociation>',
    ),
    flow('a', 'b'),
    '<bpmn:dataObject id="o"/><bpmn:dataObjectReference id="d" name="Offer of the day" dataObjectRef="o"/>',
    '<bpmn:dataStoreReference id="store" name="Nobody uses it"/>',
    '<bpmn:textAnnotation id="t"><bpmn:text>Only on working days, and never after six</bpmn:text></bpmn:textAnnotation>',
    association('a', 't'),
    '<bpmn:textAnnotation id="u"><bpmn:text>About a flow</bpmn:text></bpmn:textAnnotation>',
    association('a-b', 'u'),
    '<bpmn:group id="group"/>',
  ),
};

describe('a file without diagram information', () => {
  for (const [title, xml] of Object.entries(cases)) {
    test(title, async () => {
      const found = await laidOut(xml);
      checkFindings(found, title);
      const { throughShapes, labels, crossings } = found;
      const isStraightAcross = title.startsWith('data');
      assert.deepEqual({ throughShapes, labels: isStraightAcross ? [] : labels }, { throughShapes: [], labels: [] });
      assert.ok(crossings.length <= 2, crossings.join());
    });
  }

  test('several processes become pools, and messages run between them', async () => {
    const xml = modelXml({
      processes: [
        { id: 'p', lines: [task('a'), boundary('late', 'a'), task('b'), flow('a', 'b')] },
        { id: 'q', lines: [task('c'), task('d'), flow('c', 'd')], lanes: [['c'], ['d'], []] },
        { id: 'r', lines: [] },
      ],
      messages: [
        ['a', 'c'],
        ['d', 'b'],
        ['a', 'pool-r'],
        ['pool-r', 'd'],
      ],
    });
    const found = await laidOut(xml);
    checkFindings(found, 'pools');
    assert.deepEqual(found.throughShapes, []);
    const without = await laidOut(xml.replace(/<bpmn:collaboration[\s\S]*<\/bpmn:collaboration>/, ''));
    checkFindings(without, 'without a collaboration');
    assert.ok(without.shapes >= 8, 'the second process is drawn as well');
  });

  test('the examples are laid out without a line through a shape, and a label over something', async () => {
    for (const folder of ['examples/bpmn', 'examples/webhooks']) {
      for (const name of readdirSync(folder).filter((each) => each.endsWith('.bpmn'))) {
        const found = await laidOut(withoutDiagram(readFileSync(join(folder, name), 'utf8')));
        checkFindings(found, name);
        assert.deepEqual([...found.throughShapes, ...found.labels], [], name);
      }
    }
  });
});

test('hundreds of flows between tasks are laid out whole', async () => {
  const count = 100;
  const tasks = Array.from({ length: count }, (_, index) => task(`t${index}`));
  // Multiples of a number that shares no factor with the count lead everywhere, forward and back.
  const flows = Array.from({ length: 3 * count }, (_, index) =>
    flow(`t${index % count}`, `t${(index * 37 + 11) % count}`),
  );
  const xml = await withLayout(
    process(...tasks, ...flows.map((each, index) => each.replace('id="', `id="f${index}-`))),
  );
  assert.equal(xml.match(/<bpmndi:BPMNShape /g)?.length, count);
  assert.equal(xml.match(/<bpmndi:BPMNEdge /g)?.length, 3 * count);
  assert.doesNotMatch(xml, /NaN|Infinity/);
});

const model: fc.Arbitrary<Model> = fc
  .record({
    seed: fc.integer(),
    processes: fc.integer({ min: 1, max: 3 }),
    nodes: fc.integer({ min: 1, max: 14 }),
    lanes: fc.integer({ min: 0, max: 3 }),
  })
  .map((given) => ({ processes: [], messages: [], random: given }));

test('random models: nothing overlaps, everything is drawn from border to border and within what contains it', async () => {
  await fc.assert(
    fc.asyncProperty(model, async (given) => {
      const found = await laidOut(modelXml(given));
      checkFindings(found, JSON.stringify(given.random));
      // Messages between pools and lines across the border of a subprocess may have no other way.
      const flows = found.throughShapes.filter((text) => text.startsWith('flow'));
      assert.deepEqual(flows, [], JSON.stringify(given.random));
    }),
    { numRuns: 40 },
  );
});
