import assert from 'node:assert/strict';
import { readFile } from 'node:fs/promises';
import { describe, test } from 'node:test';
import { drawDiagram, type Look } from '../../../src/testing/diagram/draw.ts';
import { activityIcons, eventIcons, gatewayIcons } from '../../../src/testing/diagram/icons.ts';
import { type Layout, readLayout, type Shape } from '../../../src/testing/diagram/layout.ts';

const plain: Look = { className: 'plain', tip: '' };

const box = { x: 100, y: 80, width: 100, height: 80 };

const shape = (parts: Partial<Shape>): Shape => ({
  ...{ id: 'a', form: 'activity', tag: 'task', isInterrupting: true, text: 'Text', box },
  ...parts,
});

const layoutOf = (parts: Partial<Layout>): Layout => ({
  ...{ title: 'Any', shapes: [], lines: [], errorEnds: new Set() },
  ...parts,
});

const draw = (layout: Layout, lookOf: (id: string) => Look = () => plain): string =>
  drawDiagram(layout, { title: 'Any', lookOf }) ?? '';

describe('an example is drawn with all its elements', () => {
  for (const name of ['lend-book', 'remind', 'log-random', 'hello']) {
    test(name, async () => {
      const file = `examples/bpmn/${name}.bpmn`;
      const content = await readFile(file);
      const layout = await readLayout(file, content);
      const ids = [...content.toString().matchAll(/bpmnElement="([^"]+)"/g)].map(([, id]) => id!).slice(1);
      assert.deepEqual([...layout.shapes, ...layout.lines].map(({ id }) => id).sort(), ids.sort());
      const svg = draw(layout, (id) => ({ className: 'used', tip: `tip of ${id}` }));
      for (const id of ids) assert.ok(svg.includes(`<title>tip of ${id}</title>`), id);
    });
  }
});

describe('each sign differs from a shape without one', () => {
  const without = draw(layoutOf({ shapes: [shape({})] }));
  for (const tag of Object.keys(activityIcons)) {
    test(tag, () => assert.notEqual(draw(layoutOf({ shapes: [shape({ tag })] })), without));
  }
  const event = (trigger?: string): string =>
    draw(
      layoutOf({
        shapes: [shape({ form: 'event', tag: 'startEvent', ...(trigger === undefined ? {} : { trigger }) })],
      }),
    );
  for (const trigger of Object.keys(eventIcons)) test(trigger, () => assert.notEqual(event(trigger), event()));
  const gateway = (tag: string): string => draw(layoutOf({ shapes: [shape({ form: 'gateway', tag })] }));
  for (const tag of Object.keys(gatewayIcons)) test(tag, () => assert.notEqual(gateway(tag), gateway('gateway')));
});

test('a shape of an unknown kind is drawn all the same', () => {
  assert.match(draw(layoutOf({ shapes: [shape({ tag: 'somethingNew' })] })), /<rect [^>]*>/);
});

test('what was missed has a class of its own, and what is unknown is plain', () => {
  const layout = layoutOf({ shapes: [shape({ id: 'used' }), shape({ id: 'missed' }), shape({ id: 'other' })] });
  const looks: Readonly<Record<string, Look>> = {
    used: { className: 'used', tip: '' },
    missed: { className: 'missed', tip: '' },
  };
  const classes = [...draw(layout, (id) => looks[id] ?? plain).matchAll(/<g class="(used|missed|plain)">/g)];
  assert.deepEqual(
    classes.map(([, name]) => name),
    ['used', 'missed', 'plain'],
  );
});

test('a non-interrupting event is dashed, a default flow has its mark', () => {
  const boundary = { form: 'event', tag: 'boundaryEvent' } as const;
  assert.match(draw(layoutOf({ shapes: [shape({ ...boundary, isInterrupting: false })] })), /stroke-dasharray/);
  assert.doesNotMatch(draw(layoutOf({ shapes: [shape(boundary)] })), /stroke-dasharray/);
  const line = {
    id: 'f',
    form: 'flow',
    text: '',
    points: [
      { x: 0, y: 0 },
      { x: 50, y: 0 },
    ],
  } as const;
  const flow = (isDefault: boolean): string => draw(layoutOf({ shapes: [shape({})], lines: [{ ...line, isDefault }] }));
  assert.notEqual(flow(true), flow(false));
});

test('texts are wrapped, shortened where there is no room, and never markup', () => {
  const text = `<b>${'word '.repeat(60)}`;
  const svg = draw(layoutOf({ shapes: [shape({ text })] }));
  assert.match(svg, /&lt;b&gt;/);
  assert.match(svg, /…/);
  assert.doesNotMatch(svg, /<b>/);
});

test('a file without a diagram is not drawn', async () => {
  const empty = await readLayout('x.bpmn', Buffer.from('no XML'));
  assert.equal(drawDiagram(empty, { title: 'x', lookOf: () => plain }), undefined);
});
