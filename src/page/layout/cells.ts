/** A node with all that stands at it: labels, boundary events, data objects, and where lines enter and leave. */
import { movedDrawing } from './drawing.ts';
import { type Box, borderPoint, boxAround, centreOf, type Point, type Size } from './geometry.ts';
import type { Edge, Item, Node, PlacedLine, PlacedShape } from './types.ts';

/** Where a line leaves or enters a cell: the way between the border of the shape and that of the cell. */
export type Port = readonly Point[];

/** A node with its surroundings, around the centre of its shape. */
export interface Cell {
  readonly node: Node;
  readonly shape: Box;
  /** How far it reaches from the centre. */
  readonly left: number;
  readonly right: number;
  readonly top: number;
  readonly bottom: number;
  readonly shapes: readonly PlacedShape[];
  readonly lines: readonly PlacedLine[];
  /** The way of an edge that leaves it, from the shape to the right side of the cell. */
  out(edge: Edge): Port;
  /** The way of an edge that enters it, from the left side of the cell to the shape. */
  in(edge: Edge): Port;
  /** Whether lines can leave and enter the shape from above or from below. */
  readonly isOpenAbove: boolean;
  readonly isOpenBelow: boolean;
}

const eventSize = 36;
/** From the middle of a boundary event to that of the next one. */
const boundaryStep = 84;
const rowHeight = 16;
const space = 20;

const around = (size: Size, x: number, y: number): Box => ({ ...size, x: x - size.width / 2, y });

/** How wide a node has to be for its boundary events. */
const widthOf = ({ size, boundary }: Node): number => Math.max(size.width, boundary.length * boundaryStep);

/** The events at the lower border, from left to right, and the rows below in which their lines leave. */
const boundaryParts = (node: Node, shape: Box, edges: readonly Edge[]) => {
  const bottom = shape.y + shape.height;
  const labels = Math.max(0, ...node.boundary.map(({ label }) => label?.height ?? 0));
  const below = bottom + eventSize / 2 + (labels > 0 ? labels + 6 : 0);
  const shapes: PlacedShape[] = [];
  const rows = new Map<Item, readonly Point[]>();
  const open = node.boundary.filter(({ item }) => edges.some(({ from }) => from === item));
  for (const [index, { item, label }] of node.boundary.entries()) {
    const x = shape.x + ((index + 0.5) * shape.width) / node.boundary.length;
    const box = { x: x - eventSize / 2, y: bottom - eventSize / 2, width: eventSize, height: eventSize };
    const labelBox = label && { ...label, x: x + 6, y: bottom + eventSize / 2 + 3 };
    shapes.push({ item, box, outline: 'circle', label: labelBox });
    const place = open.findIndex((each) => each.item === item);
    if (place === -1) continue;
    // The event on the left leaves in the lowest row, so that it crosses no other one.
    const y = below + (open.length - place) * rowHeight;
    rows.set(item, [
      { x, y: bottom + eventSize / 2 },
      { x, y },
    ]);
  }
  const reach = node.boundary.length === 0 ? bottom : below + open.length * rowHeight;
  return { shapes, rows, reach };
};

/** Data objects and texts above a node, and the rows above them in which their lines run. */
const satelliteParts = ({ satellites, outline }: Node, shape: Box, above: number, edges: readonly Edge[]) => {
  const shapes: PlacedShape[] = [];
  const lines: PlacedLine[] = [];
  const ways = new Map<Edge, readonly Point[]>();
  const total = satellites.reduce(
    (sum, { size, label }) => sum + Math.max(size.width, label?.width ?? 0) + space,
    -space,
  );
  const foot = above - space;
  let x = -total / 2;
  let top = above;
  for (const { item, size, label, lines: own } of satellites) {
    const width = Math.max(size.width, label?.width ?? 0);
    const middle = x + width / 2;
    const box = around(size, middle, foot - size.height);
    // A label below would be crossed by the line to the element.
    const labelBox = label && around(label, middle, box.y - label.height - 2);
    shapes.push({ item, box, outline: 'rectangle', label: labelBox });
    for (const { item: line, leadsHere } of own) {
      const start = borderPoint(box, 'rectangle', centreOf(shape));
      const end =
        outline === 'rectangle'
          ? { x: Math.min(Math.max(middle, shape.x + 10), shape.x + shape.width - 10), y: shape.y }
          : borderPoint(shape, outline, start);
      const points = [{ x: middle, y: foot }, end];
      lines.push({ item: line, points: leadsHere ? points.toReversed() : points });
    }
    top = Math.min(top, labelBox?.y ?? box.y);
    x += width + space;
  }
  const rows = edges.filter(
    ({ from, to }) => satellites.some(({ item }) => item === from) || satellites.some(({ item }) => item === to),
  );
  for (const [index, edge] of rows.entries()) {
    const placed = shapes.find(({ item }) => item === edge.from || item === edge.to)!;
    const y = top - (index + 1) * rowHeight;
    // Lines leave and enter beside the label.
    const side = placed.box.x + placed.box.width - 4;
    ways.set(edge, [
      { x: side, y: placed.box.y },
      { x: side, y },
    ]);
  }
  return { shapes, lines, ways, reach: top - rows.length * rowHeight, width: total };
};

/** A line from a node to itself: out on the right, around the corner, and in from above. */
const ownLoop = (edge: Edge, shape: Box): PlacedLine => {
  const right = shape.x + shape.width;
  return {
    item: edge.item,
    points: [
      { x: right, y: 0 },
      { x: right + 16, y: 0 },
      { x: right + 16, y: shape.y - 16 },
      { x: 0, y: shape.y - 16 },
      { x: 0, y: shape.y },
    ],
    label: edge.label && { ...edge.label, x: right + 16 - edge.label.width, y: shape.y - 18 - edge.label.height },
  };
};

/**
 * Arranges a node and what stands at it.
 *
 * @param edges those that leave or enter it
 * @param labelAbove whether its label stands above it, because lines leave below
 */
export const cellOf = (node: Node, edges: readonly Edge[], index: number, labelAbove: boolean): Cell => {
  const width = widthOf(node);
  const { height } = node.size;
  const shape = { x: -width / 2, y: -height / 2, width, height };
  const loops = edges.filter(({ source, target, from, to }) => source === index && target === index && !from && !to);
  const { label } = node;
  const labelBox = label && around(label, 0, labelAbove ? shape.y - label.height - 3 : shape.y + height + 4);
  const boundary = boundaryParts(node, shape, edges);
  const above =
    Math.min(shape.y, labelAbove && labelBox ? labelBox.y : shape.y) -
    (loops.length > 0 ? 24 + Math.max(...loops.map((edge) => edge.label?.height ?? 0)) : 0);
  const satellites = satelliteParts(node, shape, above, edges);
  const own: PlacedShape = {
    item: node.item,
    box: shape,
    outline: node.outline,
    label: labelBox,
    ...(node.inner === undefined ? {} : { isFrame: true }),
  };
  const inner = node.inner === undefined ? { shapes: [], lines: [] } : movedInto(node.inner, shape);
  const shapes = [own, ...inner.shapes, ...boundary.shapes, ...satellites.shapes];
  const lines = [...loops.map((edge) => ownLoop(edge, shape)), ...inner.lines, ...satellites.lines];
  const reach = boxAround([
    ...shapes.flatMap(({ box, label: text }) => (text === undefined ? [box] : [box, text])),
    ...(loops.length > 0 ? [{ x: 0, y: shape.y - 16, width: width / 2 + 16, height: 1 }] : []),
    ...lines.flatMap(({ label: text }) => (text === undefined ? [] : [text])),
  ]);
  const [left, right] = [-reach.x, reach.x + reach.width];
  const top = Math.max(-reach.y, -satellites.reach);
  const bottom = Math.max(reach.y + reach.height, boundary.reach);
  return {
    ...{ node, shape, left, right, top, bottom, shapes, lines },
    out: (edge) => {
      const way = edge.from === undefined ? undefined : (boundary.rows.get(edge.from) ?? satellites.ways.get(edge));
      return way === undefined
        ? [
            { x: shape.x + width, y: 0 },
            { x: right, y: 0 },
          ]
        : [...way, { x: right, y: way.at(-1)!.y }];
    },
    in: (edge) => {
      const way = edge.to === undefined ? undefined : satellites.ways.get(edge);
      return way === undefined
        ? [
            { x: -left, y: 0 },
            { x: shape.x, y: 0 },
          ]
        : [{ x: -left, y: way.at(-1)!.y }, ...way.toReversed()];
    },
    isOpenAbove: node.satellites.length === 0 && loops.length === 0 && !(labelAbove && label !== undefined),
    isOpenBelow: node.boundary.length === 0 && (labelAbove || label === undefined),
  };
};

/** What a subprocess contains, at its place in the shape. */
const movedInto = (inner: NonNullable<Node['inner']>, shape: Box) => {
  const dx = shape.x + (shape.width - inner.width) / 2;
  const dy = shape.y + (shape.height - inner.height) / 2;
  return movedDrawing(inner, dx, dy);
};
