/** The order of the vertices in their columns, with few crossings. */
import { type Layering, type Link, linksOf, portOf, type Vertex } from './layers.ts';

/** A link between two neighbouring columns, from the left one to the right one. */
interface Step {
  readonly left: Vertex;
  readonly right: Vertex;
  /** Where it meets them, among the links of the same vertex. */
  readonly leftPort: number;
  readonly rightPort: number;
}

const stepOf = ({ edge, from, to }: Link, columnOf: ReadonlyMap<Vertex, number>): readonly Step[] => {
  const [first, second] = [columnOf.get(from)!, columnOf.get(to)!];
  if (first === second) return [];
  const [fromPort, toPort] = [portOf(from, edge, 'out'), portOf(to, edge, 'in')];
  return first < second
    ? [{ left: from, right: to, leftPort: fromPort, rightPort: toPort }]
    : [{ left: to, right: from, leftPort: toPort, rightPort: fromPort }];
};

/** A place that orders links by their vertices and then by their ports. */
const placeOf = (index: number, port: number): number => index + Math.atan(port / 100) / 10;

const crossingsIn = (steps: readonly Step[], places: ReadonlyMap<Vertex, number>): number => {
  const ends = steps.map(({ left, right, leftPort, rightPort }) => [
    placeOf(places.get(left)!, leftPort),
    placeOf(places.get(right)!, rightPort),
  ]);
  let count = 0;
  for (const [index, [left, right]] of ends.entries()) {
    for (const [otherLeft, otherRight] of ends.slice(index + 1)) {
      if ((left! - otherLeft!) * (right! - otherRight!) < 0) count += 1;
    }
  }
  return count;
};

const rounds = 16;

/** Orders the vertices of each column: by lanes, and so that few lines cross. */
export const orderColumns = ({ columns, columnOf, routes }: Layering): readonly (readonly Vertex[])[] => {
  const steps = linksOf(routes).flatMap((link) => stepOf(link, columnOf));
  const byColumn = columns.map((_, index) => steps.filter(({ left }) => columnOf.get(left) === index));
  const leftOf = new Map<Vertex, Step[]>();
  const rightOf = new Map<Vertex, Step[]>();
  const add = (map: Map<Vertex, Step[]>, vertex: Vertex, step: Step): void => {
    map.set(vertex, [...(map.get(vertex) ?? []), step]);
  };
  for (const step of steps) {
    add(leftOf, step.right, step);
    add(rightOf, step.left, step);
  }
  let current = columns.map((column) => column.toSorted((a, b) => a.lane - b.lane));
  const places = new Map<Vertex, number>();
  const place = (order: readonly (readonly Vertex[])[]): void => {
    for (const column of order) for (const [index, vertex] of column.entries()) places.set(vertex, index);
  };
  const total = (): number => byColumn.reduce((sum, own) => sum + crossingsIn(own, places), 0);
  place(current);
  let best = current;
  let fewest = total();
  for (let round = 0; round < rounds && fewest > 0; round += 1) {
    const isForward = round % 2 === 0;
    const next = [...current];
    for (let step = 1; step < columns.length; step += 1) {
      const index = isForward ? step : columns.length - 1 - step;
      const wish = (vertex: Vertex): number => {
        const found = (isForward ? leftOf : rightOf).get(vertex) ?? [];
        if (found.length === 0) return places.get(vertex)!;
        const sum = found.reduce(
          (all, { left, right, leftPort, rightPort }) =>
            all + (isForward ? placeOf(places.get(left)!, leftPort) : placeOf(places.get(right)!, rightPort)),
          0,
        );
        return sum / found.length;
      };
      const wishes = new Map(next[index]!.map((vertex) => [vertex, wish(vertex)]));
      const column = next[index]!.toSorted((a, b) => a.lane - b.lane || wishes.get(a)! - wishes.get(b)!);
      next[index] = column;
      for (const [at, vertex] of column.entries()) places.set(vertex, at);
    }
    current = next;
    const count = total();
    if (count < fewest) {
      fewest = count;
      best = current;
    }
  }
  return swapped(best, byColumn, places);
};

/** Swaps neighbours as long as that leaves fewer crossings. */
const swapped = (
  order: readonly (readonly Vertex[])[],
  byColumn: readonly (readonly Step[])[],
  places: Map<Vertex, number>,
): readonly (readonly Vertex[])[] => {
  const columns = order.map((column) => [...column]);
  for (const column of columns) for (const [index, vertex] of column.entries()) places.set(vertex, index);
  const near = (column: number): number =>
    crossingsIn(byColumn[column]!, places) + (column === 0 ? 0 : crossingsIn(byColumn[column - 1]!, places));
  for (let round = 0; round < 4; round += 1) {
    let isBetter = false;
    for (const [at, column] of columns.entries()) {
      for (let index = 0; index + 1 < column.length; index += 1) {
        const [upper, lower] = [column[index]!, column[index + 1]!];
        if (upper.lane !== lower.lane) continue;
        const before = near(at);
        if (before === 0) break;
        places.set(upper, index + 1).set(lower, index);
        if (near(at) < before) {
          [column[index], column[index + 1]] = [lower, upper];
          isBetter = true;
        } else places.set(upper, index).set(lower, index + 1);
      }
    }
    if (!isBetter) break;
  }
  return columns;
};
