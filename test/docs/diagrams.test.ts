import assert from 'node:assert/strict';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';

/** The parts of moddle's tree that a diagram is checked by. */
interface Element {
  readonly $type: string;
  readonly id: string;
  readonly name?: string;
  readonly $attrs: Record<string, string>;
  readonly rootElements?: readonly Element[];
  readonly flowElements?: readonly Element[];
  readonly diagrams?: readonly { readonly plane: { readonly planeElement: readonly Shape[] } }[];
  readonly attachedToRef?: Element;
  readonly sourceRef?: Element;
  readonly targetRef?: Element;
}

interface Point {
  readonly x: number;
  readonly y: number;
}

interface Box extends Point {
  readonly width: number;
  readonly height: number;
}

interface Shape {
  readonly $type: string;
  readonly bpmnElement: Element;
  readonly bounds?: Box;
  readonly waypoint?: readonly Point[];
  readonly label?: { readonly bounds?: Box };
}

interface Moddle {
  fromXML(text: string): Promise<{ readonly rootElement: Element; readonly warnings: readonly { message: string }[] }>;
}

const { BpmnModdle } = (await import('bpmn-moddle' as string)) as {
  readonly BpmnModdle: new (packages: object) => Moddle;
};
const zeebe = JSON.parse(readFileSync('node_modules/zeebe-bpmn-moddle/resources/zeebe.json', 'utf8')) as object;

const overlap = (a: Box, b: Box): boolean =>
  a.x < b.x + b.width && b.x < a.x + a.width && a.y < b.y + b.height && b.y < a.y + a.height;

const onBorder = ({ x, y }: Point, box: Box): boolean =>
  x >= box.x &&
  x <= box.x + box.width &&
  y >= box.y &&
  y <= box.y + box.height &&
  (x === box.x || x === box.x + box.width || y === box.y || y === box.y + box.height);

const folder = 'examples/bpmn';
const files = readdirSync(folder).filter((name) => name.endsWith('.bpmn'));

test('there are example files to check', () => assert.ok(files.length >= 5));

for (const file of files) {
  test(`${file} opens in the Camunda Modeler as drawn`, async () => {
    const { rootElement, warnings } = await new BpmnModdle({ zeebe }).fromXML(readFileSync(join(folder, file), 'utf8'));
    assert.deepEqual(warnings, []);
    assert.equal(rootElement.$attrs['modeler:executionPlatform'], 'Camunda Cloud');
    assert.match(rootElement.$attrs['modeler:executionPlatformVersion'] ?? '', /^8\.\d+\.\d+$/);

    const processes = (rootElement.rootElements ?? []).filter(({ $type }) => $type === 'bpmn:Process');
    const elements = processes.flatMap(({ flowElements = [] }) => flowElements);
    const drawn = (rootElement.diagrams ?? []).flatMap(({ plane }) => plane.planeElement);
    assert.ok(elements.length > 0);
    assert.deepEqual(drawn.map(({ bpmnElement }) => bpmnElement.id).sort(), elements.map(({ id }) => id).sort());

    const boxes = new Map(drawn.flatMap(({ bpmnElement, bounds }) => (bounds ? [[bpmnElement.id, bounds]] : [])));
    for (const { bpmnElement, label, waypoint } of drawn) {
      if (bpmnElement.$type !== 'bpmn:SequenceFlow') {
        const own = boxes.get(bpmnElement.id)!;
        for (const [id, other] of boxes) {
          const together = id === bpmnElement.id || bpmnElement.attachedToRef?.id === id;
          const host = elements.find((element) => element.id === id)?.attachedToRef?.id === bpmnElement.id;
          assert.ok(together || host || !overlap(own, other), `${bpmnElement.id} lies over ${id}`);
          assert.ok(!label?.bounds || !overlap(label.bounds, other), `the label of ${bpmnElement.id} lies over ${id}`);
        }
      } else {
        const [source, target] = [bpmnElement.sourceRef!.id, bpmnElement.targetRef!.id];
        assert.ok(waypoint && waypoint.length >= 2, `${bpmnElement.id} has no course`);
        assert.ok(onBorder(waypoint[0]!, boxes.get(source)!), `${bpmnElement.id} does not begin at ${source}`);
        assert.ok(onBorder(waypoint.at(-1)!, boxes.get(target)!), `${bpmnElement.id} does not end at ${target}`);
      }
    }
  });
}
