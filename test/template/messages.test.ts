/** Processes of an activation template and the template of the element that waits for the message, executed. */
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import * as v from 'valibot';
import type { Variables } from '../../src/engine/machine/types.ts';
import { defineInbound, defineOutbound } from '../../src/index.ts';
import { createTemplate } from '../../src/template/index.ts';
import { mail } from './support/connectors.ts';
import { drawDiagram, type Node } from './support/diagram.ts';
import { type Entry, openDiagram } from './support/modeler.ts';
import { type Stage, startStage } from './support/stage.ts';

const keeper = defineInbound({
  name: 'keeper',
  cycle: 0.01,
  input: v.object({ box: v.string(), limit: v.optional(v.number(), 10), seen: v.boolean() }),
  loop: (input) => ({ letter: input }),
});

const parcel = defineInbound({
  name: 'parcel',
  cycle: 0.01,
  output: v.object({ weight: v.number(), sender: v.string() }),
  loop: () => ({ weight: 2, sender: 'Ada' }),
});

let stage: Stage;

before(async () => {
  stage = await startStage({ inbound: [mail, keeper, parcel] });
});

after(() => stage.stop());

const waiting: readonly (readonly [part: 'catchEvent' | 'boundaryEvent' | 'receiveTask', nodes: readonly Node[]])[] = [
  ['catchEvent', [['wait', 'intermediateThrowEvent']]],
  ['receiveTask', [['wait', 'receiveTask']]],
  [
    'boundaryEvent',
    [
      ['busy', 'task'],
      ['wait', 'boundaryEvent', 'busy'],
    ],
  ],
];

/** Keeps its task open until the boundary event interrupts it, because no worker takes the type. */
const nobody = createTemplate(defineOutbound({ name: 'Nobody', type: 'nobody', input: v.object({}), run: () => ({}) }));

for (const [part, nodes] of waiting) {
  test(`a process of the activation template and the ${part} template receives its message`, async () => {
    const activation = createTemplate(keeper);
    const companion = createTemplate(keeper, { part });
    const diagram = await openDiagram(drawDiagram('p', ['ask', 'task'], ...nodes));
    diagram.load([activation, companion, nobody]);
    diagram.apply('ask', activation);
    if (part === 'boundaryEvent') diagram.apply('busy', nobody);
    diagram.apply('wait', companion);
    diagram.fill('ask', { box: 'in', seen: true, correlation_key: '=order' });
    diagram.fill('wait', { correlationKey: '=order' });
    const variables = await stage.run(await diagram.save(), { order: 'o-1' });
    assert.deepEqual(variables, { order: 'o-1', letter: { box: 'in', limit: 10, seen: true } });
  });
}

test('the two templates can share a different message name, and two waiting processes are distinguished by key', async () => {
  const [activation, companion] = [createTemplate(mail), createTemplate(mail, { part: 'catchEvent' })];
  const diagram = await openDiagram(drawDiagram('p', ['ask', 'task'], ['wait', 'intermediateThrowEvent']));
  diagram.load([activation, companion]);
  diagram.apply('ask', activation);
  diagram.apply('wait', companion);
  diagram.fill('ask', { box: '=box', correlation_key: '=box', message_name: 'other' });
  diagram.fill('wait', { messageName: 'other', correlationKey: '=box' });
  const xml = await diagram.save();
  const all = await Promise.all([stage.run(xml, { box: 'a' }), stage.run(xml, { box: 'b' })]);
  assert.deepEqual(
    all.map(({ letter }) => (letter as { box: string }).box),
    ['a', 'b'],
  );
});

test('the activation sets the variable of the whole message if the event sets none', async () => {
  const activation = createTemplate(parcel);
  const diagram = await openDiagram(drawDiagram('p', ['ask', 'task'], ['wait', 'intermediateThrowEvent']));
  const companion = createTemplate(parcel, { part: 'catchEvent' });
  diagram.load([activation, companion]);
  diagram.apply('ask', activation);
  diagram.apply('wait', companion);
  diagram.fill('ask', { correlation_key: 'k', resultVariable: 'parcel' });
  diagram.fill('wait', { correlationKey: '="k"' });
  assert.deepEqual(await stage.run(await diagram.save()), { parcel: { weight: 2, sender: 'Ada' } });
});

const outputs: readonly (readonly [
  outputs: 'variable' | 'fields',
  fields: Record<string, Entry>,
  result: Variables,
])[] = [
  ['variable', {}, { weight: 2, sender: 'Ada' }],
  ['variable', { resultVariable: 'parcel' }, { parcel: { weight: 2, sender: 'Ada' } }],
  ['fields', {}, { weight: 2, sender: 'Ada' }],
  ['fields', { 'output.weight': 'kilos', 'output.sender': undefined }, { kilos: 2 }],
];

for (const [style, fields, result] of outputs) {
  test(`the process receives what the event states about the message: ${style}, ${JSON.stringify(fields)}`, async () => {
    const activation = createTemplate(parcel);
    const companion = createTemplate(parcel, { part: 'catchEvent', outputs: style });
    const diagram = await openDiagram(drawDiagram('p', ['ask', 'task'], ['wait', 'intermediateThrowEvent']));
    diagram.load([activation, companion]);
    diagram.apply('ask', activation);
    diagram.apply('wait', companion);
    diagram.fill('ask', { correlation_key: 'k' });
    diagram.fill('wait', { correlationKey: '="k"', ...fields });
    assert.deepEqual(await stage.run(await diagram.save()), result);
  });
}
