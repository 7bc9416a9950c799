/** What is wrong with a diagram: shapes that overlap, elements that are not drawn, lines that run through shapes. */
import { BpmnModdle } from 'bpmn-moddle';

interface Item {
  readonly $type: string;
  readonly $parent?: Item;
  readonly id?: string;
  readonly name?: string;
  readonly [property: string]: unknown;
  $instanceOf(type: string): boolean;
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
  readonly item: Item;
  readonly box: Box;
  readonly label?: Box | undefined;
}

interface Line {
  readonly item: Item;
  readonly points: readonly Point[];
  readonly label?: Box | undefined;
}

/** Findings as texts that name the elements. */
export interface Findings {
  readonly overlaps: readonly string[];
  /** Elements that are not within what contains them. */
  readonly outside: readonly string[];
  readonly missing: readonly string[];
  /** Lines that do not begin at the border of their source, or end at that of their target. */
  readonly detached: readonly string[];
  readonly throughShapes: readonly string[];
  readonly crossings: readonly string[];
  /** Labels over shapes, lines or other labels. */
  readonly labels: readonly string[];
  readonly shapes: number;
  readonly lines: number;
}

const list = (item: Item | undefined, property: string): readonly Item[] => {
  const value = item?.[property];
  return Array.isArray(value) ? (value as readonly Item[]) : [];
};

const one = (item: Item | undefined, property: string): Item | undefined => item?.[property] as Item | undefined;

const boxOf = (bounds: Item | undefined): Box | undefined =>
  bounds && (({ x, y, width, height }) => ({ x, y, width, height }))(bounds as unknown as Box);

const idOf = ({ id, $type }: Item): string => id ?? $type;

const overlap = (a: Box, b: Box, shrink = 0): boolean =>
  a.x + shrink < b.x + b.width &&
  b.x + shrink < a.x + a.width &&
  a.y + shrink < b.y + b.height &&
  b.y + shrink < a.y + a.height;

const contains = (outer: Box, inner: Box): boolean =>
  inner.x >= outer.x - 0.5 &&
  inner.y >= outer.y - 0.5 &&
  inner.x + inner.width <= outer.x + outer.width + 0.5 &&
  inner.y + inner.height <= outer.y + outer.height + 0.5;

/** The part of a segment that is inside a box, as a share of the box's size; clipped as Liang and Barsky do. */
const passes = (from: Point, to: Point, box: Box, shrink: number): boolean => {
  const [dx, dy] = [to.x - from.x, to.y - from.y];
  let [begin, end] = [0, 1];
  for (const [p, q] of [
    [-dx, from.x - (box.x + shrink)],
    [dx, box.x + box.width - shrink - from.x],
    [-dy, from.y - (box.y + shrink)],
    [dy, box.y + box.height - shrink - from.y],
  ] as const) {
    if (p === 0) {
      if (q <= 0) return false;
    } else if (p < 0) begin = Math.max(begin, q / p);
    else end = Math.min(end, q / p);
  }
  return begin < end;
};

const segmentsOf = ({ points }: Line): readonly (readonly [Point, Point])[] =>
  points.slice(1).map((point, index) => [points[index]!, point]);

const cross = (o: Point, a: Point, b: Point): number => (a.x - o.x) * (b.y - o.y) - (a.y - o.y) * (b.x - o.x);

const intersect = ([a, b]: readonly [Point, Point], [c, d]: readonly [Point, Point]): boolean =>
  cross(a, b, c) * cross(a, b, d) < 0 && cross(c, d, a) * cross(c, d, b) < 0;

const containersOf = (item: Item): readonly Item[] => {
  const parent = item.$parent;
  return parent === undefined ? [] : [parent, ...containersOf(parent)];
};

const isOnBorder = ({ x, y }: Point, { item, box }: Shape): boolean => {
  const [u, v] = [(x - box.x - box.width / 2) / (box.width / 2), (y - box.y - box.height / 2) / (box.height / 2)];
  const tolerance = 2 / Math.min(box.width, box.height) + 0.02;
  const reach = item.$instanceOf('bpmn:Event')
    ? Math.hypot(u, v)
    : item.$instanceOf('bpmn:Gateway')
      ? Math.abs(u) + Math.abs(v)
      : Math.max(Math.abs(u), Math.abs(v));
  return Math.abs(reach - 1) <= tolerance;
};

/** The elements of a file that a diagram has to show. */
const drawnItems = (definitions: Item): readonly Item[] => {
  const roots = list(definitions, 'rootElements');
  const inScope = (scope: Item): readonly Item[] => [
    ...list(scope, 'flowElements').filter(({ $type }) => $type !== 'bpmn:DataObject'),
    ...list(scope, 'flowElements').flatMap(inScope),
    ...list(scope, 'flowElements').flatMap((item) => [
      ...list(item, 'dataInputAssociations'),
      ...list(item, 'dataOutputAssociations'),
    ]),
    ...list(scope, 'artifacts'),
  ];
  const lanes = (set: Item): readonly Item[] =>
    list(set, 'lanes').flatMap((lane) => [
      lane,
      ...(one(lane, 'childLaneSet') ? lanes(one(lane, 'childLaneSet')!) : []),
    ]);
  return roots.flatMap((root) => [
    ...inScope(root),
    ...list(root, 'laneSets').flatMap(lanes),
    ...list(root, 'participants'),
    ...list(root, 'messageFlows'),
  ]);
};

/** The ends of a line, as a viewer finds them. */
const endsOf = (item: Item): readonly [Item | undefined, Item | undefined] => {
  if (item.$type === 'bpmn:DataInputAssociation') return [list(item, 'sourceRef')[0], item.$parent];
  if (item.$type === 'bpmn:DataOutputAssociation') return [item.$parent, one(item, 'targetRef')];
  return [one(item, 'sourceRef'), one(item, 'targetRef')];
};

/** Looks for what is wrong with the diagram of a file. */
export const inspectDiagram = async (xml: string): Promise<Findings> => {
  const { rootElement } = await new BpmnModdle().fromXML(xml);
  const definitions = rootElement as object as Item;
  const elements = list(definitions, 'diagrams').flatMap((diagram) => list(one(diagram, 'plane'), 'planeElement'));
  const labelOf = (element: Item): Box | undefined => boxOf(one(one(element, 'label'), 'bounds'));
  const shapes = elements.flatMap((element): readonly Shape[] => {
    const [box, item] = [boxOf(one(element, 'bounds')), one(element, 'bpmnElement')];
    return box === undefined || item === undefined ? [] : [{ item, box, label: labelOf(element) }];
  });
  const lines = elements.flatMap((element): readonly Line[] => {
    const [points, item] = [list(element, 'waypoint') as unknown as readonly Point[], one(element, 'bpmnElement')];
    return points.length === 0 || item === undefined ? [] : [{ item, points, label: labelOf(element) }];
  });
  const shapeOf = new Map(shapes.map((shape) => [shape.item, shape]));
  const poolOf = new Map(
    shapes.flatMap(({ item }) => (item.$type === 'bpmn:Participant' ? [[one(item, 'processRef'), item] as const] : [])),
  );
  const isFrame = ({ $type }: Item): boolean => ['bpmn:Participant', 'bpmn:Lane', 'bpmn:Group'].includes($type);
  const laneOf = new Map<Item, Item>();
  for (const { item } of shapes) {
    if (item.$type !== 'bpmn:Lane') continue;
    for (const node of list(item, 'flowNodeRef')) laneOf.set(node, item);
  }
  /** The shapes in which an element has to be. */
  const framesOf = (item: Item): readonly Shape[] =>
    [...containersOf(item).flatMap((each) => [each, poolOf.get(each)]), laneOf.get(item)].flatMap((each) => {
      const shape = each && shapeOf.get(each);
      return shape === undefined ? [] : [shape];
    });
  const overlaps = shapes.flatMap((a, index) =>
    shapes.slice(index + 1).flatMap((b) => {
      if (!overlap(a.box, b.box, 0.5)) return [];
      if (framesOf(a.item).includes(b) || framesOf(b.item).includes(a)) return [];
      if (one(a.item, 'attachedToRef') === b.item || one(b.item, 'attachedToRef') === a.item) return [];
      // What is in a pool is no part of it in the file, and lanes contain elements by reference.
      const isInside = (isFrame(a.item) && contains(a.box, b.box)) || (isFrame(b.item) && contains(b.box, a.box));
      return isInside ? [] : [`${idOf(a.item)} and ${idOf(b.item)}`];
    }),
  );
  const outside = shapes.flatMap((shape) =>
    framesOf(shape.item)
      .filter((frame) => {
        const { x, y, width, height } = shape.box;
        const host = one(shape.item, 'attachedToRef');
        const box = host === undefined ? shape.box : { x: x + width / 2, y: y + height / 2, width: 0, height: 0 };
        return !contains(frame.box, box);
      })
      .map((frame) => `${idOf(shape.item)} in ${idOf(frame.item)}`),
  );
  const drawn = new Set([...shapes, ...lines].map(({ item }) => item));
  const missing = drawnItems(definitions)
    .filter((item) => !drawn.has(item))
    .map(idOf);
  const detached = lines.flatMap((line) => {
    const [source, target] = endsOf(line.item);
    const isAt = (item: Item | undefined, point: Point): boolean => {
      const shape = item && shapeOf.get(item);
      return shape === undefined || isOnBorder(point, shape);
    };
    return isAt(source, line.points[0]!) && isAt(target, line.points.at(-1)!) ? [] : [idOf(line.item)];
  });
  const throughShapes = lines.flatMap((line) => {
    const ends = endsOf(line.item);
    const around = new Set(ends.flatMap((end) => (end === undefined ? [] : framesOf(end).map(({ item }) => item))));
    return shapes.flatMap(({ item, box }) => {
      if (isFrame(item) || around.has(item)) return [];
      // A round shape does not fill its box, and lines end at borders.
      const shrink = ends.includes(item) ? Math.min(box.width, box.height) * 0.3 : 2;
      const isHit = segmentsOf(line).some(([from, to]) => passes(from, to, box, shrink));
      return isHit ? [`${idOf(line.item)} through ${idOf(item)}`] : [];
    });
  });
  const crossings = lines.flatMap((a, index) =>
    lines
      .slice(index + 1)
      .filter((b) => segmentsOf(a).some((first) => segmentsOf(b).some((second) => intersect(first, second))))
      .map((b) => `${idOf(a.item)} and ${idOf(b.item)}`),
  );
  const labelled = [...shapes, ...lines].flatMap(({ item, label }) => (label === undefined ? [] : [{ item, label }]));
  const labels = labelled.flatMap(({ item, label }, index) => [
    ...shapes
      .filter((shape) => !isFrame(shape.item) && !framesOf(item).includes(shape) && overlap(label, shape.box, 1))
      .map((shape) => `label of ${idOf(item)} over ${idOf(shape.item)}`),
    ...lines
      .filter((line) => segmentsOf(line).some(([from, to]) => passes(from, to, label, 1)))
      .map((line) => `label of ${idOf(item)} over ${idOf(line.item)}`),
    ...labelled
      .slice(index + 1)
      .filter((other) => overlap(label, other.label, 1))
      .map((other) => `label of ${idOf(item)} over that of ${idOf(other.item)}`),
  ]);
  return {
    overlaps,
    outside,
    missing,
    detached,
    throughShapes,
    crossings,
    labels,
    shapes: shapes.length,
    lines: lines.length,
  };
};

/** The file without diagram information. */
export const withoutDiagram = (xml: string): string =>
  xml.replace(/<(\w+:)?BPMNDiagram\b[\s\S]*<\/(\w+:)?BPMNDiagram>/, '');
