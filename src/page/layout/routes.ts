/** The ways of lines between the columns. */
import type { Point } from './geometry.ts';
import type { Heights } from './heights.ts';
import { type Layering, portOf, type Route, type Vertex } from './layers.ts';
import type { Edge } from './types.ts';

/** The vertical part of lines in the space between two columns, with the horizontal parts that meet it. */
interface Net {
  /** The space is after this column; -1: before the first one. */
  readonly gap: number;
  /** Where horizontal parts come from the left, and from the right. */
  readonly left: number[];
  readonly right: number[];
  track: number;
}

/** A part of a line in the space between two columns. */
interface Step {
  readonly net: Net;
  readonly from: number;
  readonly to: number;
}

/** A line before the columns have their places. */
export interface PlannedLine {
  readonly edge: Edge;
  /** The way out of the source, around the middle of its column; and into the target. */
  readonly start: { readonly column: number; readonly points: readonly Point[] };
  readonly end: { readonly column: number; readonly points: readonly Point[] };
  readonly steps: readonly Step[];
}

/** Space between two columns at both sides of the vertical parts, and between two of them. */
const [before, after, between] = [16, 26, 10];
const narrowest = 40;

/** The width of the space for its vertical parts. */
export const gapWidth = (tracks: number): number =>
  tracks === 0 ? narrowest : Math.max(narrowest, before + (tracks - 1) * between + after);

/** Where a vertical part is in its space. */
export const trackPlace = (track: number): number => before + track * between;

type Span = readonly [top: number, bottom: number];

const spanOf = ({ left, right }: Net): Span => {
  const ends = [...left, ...right];
  return [Math.min(...ends), Math.max(...ends)];
};

/** A net with the height of its vertical part. */
interface Tall {
  readonly net: Net;
  readonly span: Span;
}

const countWithin = (places: readonly number[], [top, bottom]: Span): number => {
  let count = 0;
  for (const place of places) if (place >= top && place <= bottom) count += 1;
  return count;
};

/** How many lines cross if one net is to the left of another one. */
const cost = (one: Tall, two: Tall): number =>
  countWithin(one.net.right, two.span) + countWithin(two.net.left, one.span);

const clearance = 6;

/** How many pairs of nets a space compares to sort them: those of a huge model stay partly as they are. */
const mostComparisons = 10_000;

/** Gives each net of a space its track, so that vertical parts do not lie on each other. Returns how many tracks there are. */
const assignTracks = (nets: readonly Net[]): number => {
  const order = nets
    .map((net): Tall => ({ net, span: spanOf(net) }))
    .filter(({ span: [top, bottom] }) => top !== bottom)
    .toSorted(({ net: a }, { net: b }) => (a.left[0] ?? a.right[0] ?? 0) - (b.left[0] ?? b.right[0] ?? 0));
  const rounds = Math.min(order.length, Math.ceil(mostComparisons / Math.max(1, order.length)));
  for (let round = 0; round < rounds; round += 1) {
    let isSorted = true;
    for (let index = 0; index + 1 < order.length; index += 1) {
      const [one, two] = [order[index]!, order[index + 1]!];
      if (cost(two, one) >= cost(one, two)) continue;
      [order[index], order[index + 1]] = [two, one];
      isSorted = false;
    }
    if (isSorted) break;
  }
  let count = 0;
  for (const [index, { net, span }] of order.entries()) {
    const [top, bottom] = span;
    for (let before = 0; before < index; before += 1) {
      const { net: other, span: around } = order[before]!;
      if (around[0] > bottom + clearance || top > around[1] + clearance) continue;
      net.track = Math.max(net.track, other.track + 1);
    }
    count = Math.max(count, net.track + 1);
  }
  return count;
};

/** Whether nothing stands in a column between a vertex and a height above or below it. */
const isFree = (column: readonly Vertex[], vertex: Vertex, height: number, { placeOf }: Heights): boolean => {
  const own = placeOf.get(vertex)!;
  const [top, bottom] = [Math.min(own, height) - 8, Math.max(own, height) + 8];
  return column.every((other) => {
    const place = placeOf.get(other)!;
    return other === vertex || place - other.top > bottom || place + other.bottom < top;
  });
};

/** Half the height of a gateway. */
const corner = 25;

/** A line from or to a gateway uses its upper or lower corner where nothing is in the way. Absent: it uses the side. */
const cornerWay = (
  column: readonly Vertex[],
  vertex: Vertex,
  height: number,
  heights: Heights,
): readonly Point[] | undefined => {
  const { cell } = vertex;
  if (cell?.node.outline !== 'diamond') return undefined;
  const own = heights.placeOf.get(vertex)!;
  const isBelow = height > own;
  if (Math.abs(height - own) < corner + 10) return undefined;
  if (!(isBelow ? cell.isOpenBelow : cell.isOpenAbove) || !isFree(column, vertex, height, heights)) return undefined;
  return [
    { x: 0, y: own + (isBelow ? corner : -corner) },
    { x: 0, y: height },
  ];
};

const absolute = (points: readonly Point[], place: number): readonly Point[] =>
  points.map(({ x, y }) => ({ x, y: y + place }));

/** Plans the lines, and says how many vertical parts each space has. The first space is before the first column. */
export const planLines = (
  columns: readonly (readonly Vertex[])[],
  { columnOf, routes }: Layering,
  heights: Heights,
): { readonly lines: readonly PlannedLine[]; readonly tracks: readonly number[] } => {
  const { placeOf } = heights;
  const nets: Net[] = [];
  /** Lines that leave a vertex at the same height share their vertical part. */
  const shared = new Map<string, Net>();
  const netFor = (gap: number, left: readonly number[], right: readonly number[], key?: string): Net => {
    const known = key === undefined ? undefined : shared.get(key);
    if (known !== undefined) {
      known.right.push(...right);
      return known;
    }
    const net = { gap, left: [...left], right: [...right], track: 0 };
    nets.push(net);
    if (key !== undefined) shared.set(key, net);
    return net;
  };
  const counts = new Map<Vertex | undefined, number>();
  for (const { vertices } of routes) counts.set(vertices[0], (counts.get(vertices[0]) ?? 0) + 1);
  const leaving = (vertex: Vertex): number => counts.get(vertex) ?? 0;
  const plan = ({ edge, vertices, isBack }: Route): PlannedLine => {
    const [source, target] = [vertices[0]!, vertices.at(-1)!];
    const [first, last] = [columnOf.get(source)!, columnOf.get(target)!];
    const heightAt = (vertex: Vertex, side: 'out' | 'in'): number => placeOf.get(vertex)! + portOf(vertex, edge, side);
    const second = vertices[1]!;
    const next = placeOf.get(second)! + (second === target ? portOf(target, edge, 'in') : 0);
    const outCorner = isBack || edge.from !== undefined ? undefined : cornerWay(columns[first]!, source, next, heights);
    const outHeight = outCorner === undefined ? heightAt(source, 'out') : next;
    const previous = vertices.at(-2) === source ? outHeight : placeOf.get(vertices.at(-2)!)!;
    const inCorner =
      isBack || edge.to !== undefined || leaving(target) > 1
        ? undefined
        : cornerWay(columns[last]!, target, previous, heights);
    const inHeight = inCorner === undefined ? heightAt(target, 'in') : previous;
    const heightOf = (index: number): number =>
      index === 0 ? outHeight : index === vertices.length - 1 ? inHeight : placeOf.get(vertices[index]!)!;
    const steps = vertices.slice(1).map((vertex, index): Step => {
      const [from, to] = [heightOf(index), heightOf(index + 1)];
      const [fromColumn, toColumn] = [columnOf.get(vertices[index]!)!, columnOf.get(vertex)!];
      if (fromColumn < toColumn) {
        const key = index === 0 ? `${fromColumn} ${source.id} ${from}` : undefined;
        return { from, to, net: netFor(fromColumn, [from], [to], key) };
      }
      if (fromColumn > toColumn) return { from, to, net: netFor(toColumn, [to], [from]) };
      return index === 0
        ? { from, to, net: netFor(fromColumn, [from, to], []) }
        : { from, to, net: netFor(toColumn - 1, [], [from, to]) };
    });
    return {
      edge,
      start: { column: first, points: outCorner ?? absolute(source.cell!.out(edge), placeOf.get(source)!) },
      end: { column: last, points: inCorner?.toReversed() ?? absolute(target.cell!.in(edge), placeOf.get(target)!) },
      steps,
    };
  };
  const lines = routes.map(plan);
  const inGaps: Net[][] = Array.from({ length: columns.length + 1 }, () => []);
  for (const net of nets) inGaps[net.gap + 1]!.push(net);
  const tracks = inGaps.map(assignTracks);
  return { lines, tracks };
};
