/** Draws what is in a process or subprocess. */
import { drawingOf, movedDrawing } from './drawing.ts';
import { type Outline, textSize } from './geometry.ts';
import { drawGraph } from './graph.ts';
import {
  isA,
  itemOf,
  itemsOf,
  labelOf,
  leafLanes,
  type Relation,
  readScope,
  type ScopeItems,
  sizeOf,
} from './read-scope.ts';
import type { Drawing, Edge, Graph, Item, Node, PlacedShape, Satellite } from './types.ts';

/** A drawing, and the lines that can only be drawn when everything has its place. */
export interface DrawnScope {
  readonly drawing: Drawing;
  readonly open: readonly Relation[];
}

const outlineOf = (item: Item): Outline => {
  if (isA(item, 'bpmn:Event')) return 'circle';
  return isA(item, 'bpmn:Gateway') ? 'diamond' : 'rectangle';
};

/** Space around what is in a subprocess; its name stands above. */
const [side, above, below] = [30, 40, 30];

const padded = ({ width, height, ...drawing }: Drawing): Drawing => ({
  ...movedDrawing({ width, height, ...drawing }, side, above),
  ...{ width: width + 2 * side, height: height + above + below },
});

/** Where the elements of a scope stand: at which node, and as what. */
interface Places {
  readonly nodeOf: ReadonlyMap<Item, number>;
  readonly hostOf: ReadonlyMap<Item, number>;
  readonly satelliteOf: ReadonlyMap<Item, number>;
}

/** Data and texts stand at the first node to which a line connects them. */
const placesOf = ({ nodes, boundary, artifacts, relations }: ScopeItems): Places => {
  const nodeOf = new Map(nodes.map((item, index) => [item, index]));
  const hostOf = new Map<Item, number>();
  for (const item of boundary) {
    const host = nodeOf.get(itemOf(item, 'attachedToRef')!);
    if (host !== undefined) hostOf.set(item, host);
  }
  const satelliteOf = new Map<Item, number>();
  for (const item of artifacts) {
    const nearest = relations
      .map(({ source, target }) => (source === item ? target : target === item ? source : undefined))
      .find((other) => other !== undefined && nodeOf.has(other));
    if (nearest !== undefined) satelliteOf.set(item, nodeOf.get(nearest)!);
  }
  return { nodeOf, hostOf, satelliteOf };
};

/** The lines of a scope as edges, those within the surroundings of a node, and the rest. */
const linesOf = (items: ScopeItems, { nodeOf, hostOf, satelliteOf }: Places) => {
  const edges: Edge[] = [];
  const open: Relation[] = [];
  const own = new Map<Item, Satellite['lines'][number][]>();
  for (const relation of [...items.flows, ...items.relations]) {
    const { item, source, target } = relation;
    const satellite = satelliteOf.has(source) ? source : satelliteOf.has(target) ? target : undefined;
    const other = satellite === source ? target : source;
    if (satellite !== undefined && nodeOf.get(other) === satelliteOf.get(satellite)) {
      own.set(satellite, [...(own.get(satellite) ?? []), { item, leadsHere: target === satellite }]);
      continue;
    }
    const from = nodeOf.get(source) ?? hostOf.get(source) ?? satelliteOf.get(source);
    const to = nodeOf.get(target) ?? satelliteOf.get(target);
    if (from === undefined || to === undefined || (satelliteOf.has(source) && from === to)) {
      open.push(relation);
      continue;
    }
    const label = item.$type === 'bpmn:SequenceFlow' ? textSize(item.name) : undefined;
    edges.push({
      ...{ item, source: from, target: to },
      ...(nodeOf.has(source) ? {} : { from: source }),
      ...(nodeOf.has(target) ? {} : { to: target }),
      ...(label === undefined ? {} : { label }),
    });
  }
  return { edges, open, own };
};

/** The parts of a graph that no edge connects. */
const components = ({ nodes, edges, lanes }: Graph): readonly Graph[] => {
  const partOf = nodes.map((_, index) => index);
  const rootOf = (index: number): number => {
    let root = index;
    while (partOf[root] !== root) root = partOf[root]!;
    return root;
  };
  for (const { source, target } of edges)
    partOf[Math.max(rootOf(source), rootOf(target))] = Math.min(rootOf(source), rootOf(target));
  const roots = [...new Set(nodes.map((_, index) => rootOf(index)))];
  return roots.map((root) => {
    const indexes = [...nodes.keys()].filter((index) => rootOf(index) === root);
    const newIndex = new Map(indexes.map((index, at) => [index, at]));
    return {
      nodes: indexes.map((index) => nodes[index]!),
      edges: edges
        .filter(({ source }) => newIndex.has(source))
        .map((edge) => ({ ...edge, source: newIndex.get(edge.source)!, target: newIndex.get(edge.target)! })),
      lanes,
    };
  });
};

const apart = 50;
const shelfWidth = 700;

/** Puts drawings below each other, and single shapes beside each other below them. */
const stacked = (parts: readonly Drawing[], singles: readonly Drawing[]): Drawing => {
  const placed: Drawing[] = [];
  let y = 0;
  for (const part of parts) {
    placed.push(movedDrawing(part, 0, y));
    y += part.height + apart;
  }
  const width = Math.max(shelfWidth, ...parts.map((part) => part.width));
  let [x, rowHeight] = [0, 0];
  for (const single of singles) {
    if (x > 0 && x + single.width > width) {
      y += rowHeight + apart;
      [x, rowHeight] = [0, 0];
    }
    placed.push(movedDrawing(single, x, y));
    x += single.width + apart;
    rowHeight = Math.max(rowHeight, single.height);
  }
  return drawingOf(
    placed.flatMap(({ shapes }) => shapes),
    placed.flatMap(({ lines }) => lines),
  );
};

const looseShape = (item: Item): Drawing => {
  const size = sizeOf(item);
  const label = labelOf(item);
  const shape: PlacedShape = {
    item,
    box: { x: 0, y: 0, ...size },
    outline: outlineOf(item),
    label: label && { ...label, x: (size.width - label.width) / 2, y: size.height + 4 },
  };
  return drawingOf([shape], []);
};

/** Events at the border of an activity stand beside each other. */
const boundaryLabelWidth = 70;

const laneHeader = 30;

/** Draws lanes around what is in them. */
const withLanes = (lanes: readonly (readonly Item[])[], graph: Graph, loose: readonly Drawing[]): Drawing => {
  const drawn = graph.nodes.length === 0 ? { width: 0, height: 0, shapes: [], lines: [], bands: [] } : drawGraph(graph);
  const depth = Math.max(...lanes.map(({ length }) => length));
  const left = depth * laneHeader + 20;
  const shelf = loose.length === 0 ? undefined : stacked([], loose);
  const extra = shelf === undefined ? 0 : shelf.height + apart;
  const bands = lanes.map((_, index) => {
    const band = drawn.bands[index] ?? { top: index * 90, bottom: (index + 1) * 90 };
    return index === lanes.length - 1 ? { ...band, bottom: band.bottom + extra } : band;
  });
  const width = left + Math.max(drawn.width, shelf?.width ?? 0) + 30;
  const frames = new Map<Item, PlacedShape>();
  for (const [index, path] of lanes.entries()) {
    for (const [level, lane] of path.entries()) {
      const y = frames.get(lane)?.box.y ?? bands[index]!.top;
      const x = level * laneHeader;
      const box = { x, y, width: width - x, height: bands[index]!.bottom - y };
      frames.set(lane, { item: lane, box, outline: 'rectangle', isFrame: true });
    }
  }
  const content = movedDrawing(drawn, left, 0);
  const below = shelf && movedDrawing(shelf, left, bands.at(-1)!.bottom - extra);
  return {
    width,
    height: bands.at(-1)!.bottom,
    shapes: [...frames.values(), ...content.shapes, ...(below?.shapes ?? [])],
    lines: [...content.lines, ...(below?.lines ?? [])],
  };
};

/** Draws what is in a process or subprocess, and in the subprocesses of it. */
export const drawScope = (scope: Item): DrawnScope => {
  const items = readScope(scope);
  const places = placesOf(items);
  const { edges, open, own } = linesOf(items, places);
  const allOpen = [...open];
  const lanes = leafLanes(scope);
  const laneOf = new Map(
    lanes.flatMap((path, index) => itemsOf(path.at(-1), 'flowNodeRef').map((item) => [item, index] as const)),
  );
  const nodes = items.nodes.map((item, index): Node => {
    let inner: Drawing | undefined;
    if (isA(item, 'bpmn:SubProcess') && itemsOf(item, 'flowElements').length > 0) {
      const drawn = drawScope(item);
      inner = padded(drawn.drawing);
      allOpen.push(...drawn.open);
    }
    const satellites = [...places.satelliteOf].flatMap(([artifact, at]): readonly Satellite[] =>
      at === index
        ? [{ item: artifact, size: sizeOf(artifact), label: labelOf(artifact), lines: own.get(artifact) ?? [] }]
        : [],
    );
    return {
      item,
      outline: outlineOf(item),
      size: inner ?? sizeOf(item),
      label: labelOf(item),
      inner,
      boundary: items.boundary
        .filter((event) => places.hostOf.get(event) === index)
        .map((event) => ({ item: event, label: textSize(event.name, boundaryLabelWidth) })),
      satellites,
      lane: laneOf.get(item) ?? 0,
    };
  });
  const lost = items.boundary.filter((event) => !places.hostOf.has(event));
  const loose = [...lost, ...items.artifacts.filter((item) => !places.satelliteOf.has(item)), ...items.others].map(
    looseShape,
  );
  const graph = { nodes, edges, lanes: lanes.length };
  if (lanes.length > 0) return { drawing: withLanes(lanes, graph, loose), open: allOpen };
  const parts = components(graph);
  const isSingle = (part: Graph): boolean => part.nodes.length === 1 && part.edges.length === 0;
  const drawing = stacked(parts.filter((part) => !isSingle(part)).map(drawGraph), [
    ...parts.filter(isSingle).map(drawGraph),
    ...loose,
  ]);
  return { drawing, open: allOpen };
};
