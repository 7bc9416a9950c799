/** Gives a file without diagram information a layout. Loaded only for such a file. */
import { BpmnModdle } from 'bpmn-moddle';
import { borderPoint, centreOf } from './geometry.ts';
import { drawPools, type Pool } from './pools.ts';
import { isA, itemOf, itemsOf, leafLanes, type Relation } from './read-scope.ts';
import { drawScope } from './scope.ts';
import type { Drawing, Item, PlacedLine, PlacedShape } from './types.ts';

type Mutable = Record<string, unknown>;

/** What is drawn of a file, and the element of which it is the diagram. */
interface Diagram {
  readonly root: Item;
  readonly drawing: Drawing;
}

/** Lines that no graph contains, such as those of texts to flows: straight from border to border. */
const openLines = ({ shapes, lines }: Drawing, open: readonly Relation[]): readonly PlacedLine[] =>
  open.flatMap(({ item, source, target }) => {
    const place = (end: Item) => {
      const shape = shapes.find((each) => each.item === end);
      if (shape !== undefined) return { shape, centre: centreOf(shape.box) };
      const points = lines.find((each) => each.item === end)?.points;
      return points && { shape: undefined, centre: points[Math.floor(points.length / 2)]! };
    };
    const [from, to] = [place(source), place(target)];
    if (from === undefined || to === undefined) return [];
    const border = (one: NonNullable<typeof from>, other: NonNullable<typeof from>) =>
      one.shape === undefined ? one.centre : borderPoint(one.shape.box, one.shape.outline, other.centre);
    return [{ item, points: [border(from, to), border(to, from)] }];
  });

/** Draws all processes of a file. Several of them become pools. */
const drawFile = (definitions: Item, moddle: BpmnModdle): Diagram | undefined => {
  const roots = itemsOf(definitions, 'rootElements');
  const processes = roots.filter((item) => item.$type === 'bpmn:Process');
  const given = roots.find((item) => isA(item, 'bpmn:Collaboration'));
  const open: Relation[] = [];
  const draw = (process: Item): Drawing => {
    const drawn = drawScope(process);
    open.push(...drawn.open);
    return drawn.drawing;
  };
  const [first] = processes;
  if (given === undefined && processes.length === 1) {
    const drawing = draw(first!);
    return { root: first!, drawing: { ...drawing, lines: [...drawing.lines, ...openLines(drawing, open)] } };
  }
  if (given === undefined && first === undefined) return undefined;
  const collaboration = (given ?? moddle.create('bpmn:Collaboration', { id: 'generated_collaboration' })) as Item &
    Mutable;
  if (given === undefined) (definitions as Mutable).rootElements = [...roots, collaboration];
  const participants = itemsOf(collaboration, 'participants');
  const known = new Set(participants.map((item) => itemOf(item, 'processRef')));
  const added = processes
    .filter((process) => !known.has(process))
    .map((process, index) => {
      const name = process.name ?? process.id;
      return moddle.create('bpmn:Participant', { id: `generated_pool_${index}`, name, processRef: process }) as Item;
    });
  for (const item of added) (item as Mutable).$parent = collaboration;
  (collaboration as Mutable).participants = [...participants, ...added];
  const pools = [...participants, ...added].map((item): Pool => {
    const process = itemOf(item, 'processRef');
    const isEmpty = process === undefined || itemsOf(process, 'flowElements').length === 0;
    return {
      item,
      content: isEmpty ? undefined : draw(process),
      hasLanes: process !== undefined && leafLanes(process).length > 0,
    };
  });
  const messages = itemsOf(collaboration, 'messageFlows').flatMap((item): readonly Relation[] => {
    const [source, target] = [itemOf(item, 'sourceRef'), itemOf(item, 'targetRef')];
    return source === undefined || target === undefined ? [] : [{ item, source, target }];
  });
  const drawing = drawPools(pools, messages);
  return { root: collaboration, drawing: { ...drawing, lines: [...drawing.lines, ...openLines(drawing, open)] } };
};

/** Writes where everything is as elements of the file. */
const diagramElements = ({ shapes, lines }: Drawing, moddle: BpmnModdle): readonly object[] => {
  let count = 0;
  const elementOf = (item: Item): Item => {
    // A diagram refers to elements by their ids.
    if (item.id === undefined) {
      count += 1;
      (item as Mutable).id = `generated_${count}`;
    }
    return item;
  };
  const labelOf = (label: PlacedShape['label']): object =>
    label === undefined
      ? {}
      : { label: moddle.create('bpmndi:BPMNLabel', { bounds: moddle.create('dc:Bounds', { ...label }) }) };
  return [
    ...shapes.map(({ item, box, label, isFrame }) =>
      moddle.create('bpmndi:BPMNShape', {
        bpmnElement: elementOf(item),
        id: `${item.id}_di`,
        bounds: moddle.create('dc:Bounds', { ...box }),
        ...(isFrame !== true ? {} : isA(item, 'bpmn:Activity') ? { isExpanded: true } : { isHorizontal: true }),
        ...labelOf(label),
      }),
    ),
    ...lines.map(({ item, points, label }) =>
      moddle.create('bpmndi:BPMNEdge', {
        bpmnElement: elementOf(item),
        id: `${item.id}_di`,
        waypoint: points.map((point) => moddle.create('dc:Point', { ...point })),
        ...labelOf(label),
      }),
    ),
  ];
};

/** The file with diagram information. */
export const withLayout = async (xml: string): Promise<string> => {
  const moddle = new BpmnModdle();
  const { rootElement } = await moddle.fromXML(xml);
  const definitions = rootElement as object as Item & Mutable;
  const diagram = drawFile(definitions, moddle);
  if (diagram === undefined) return xml;
  const { root, drawing } = diagram;
  if (root.id === undefined) (root as Mutable).id = 'generated_root';
  const plane = moddle.create('bpmndi:BPMNPlane', {
    id: 'generated_plane',
    bpmnElement: root,
    planeElement: diagramElements(drawing, moddle),
  });
  (definitions as Mutable).diagrams = [moddle.create('bpmndi:BPMNDiagram', { id: 'generated_diagram', plane })];
  return (await moddle.toXML(definitions)).xml;
};
