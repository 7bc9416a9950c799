/** The order of the vertices in their columns, with few crossings. */
import { type Layering, type Link, linksOf, portOf, roundsFor, type Vertex } from './layers.ts';

/** A link between two neighbouring columns, from the left one to the right one. */
interface Step {
  readonly left: Vertex;
  readonly right: Vertex;
  /** Where it meets them, among the links of the same vertex: less than one half from the place of the vertex. */
  readonly leftPort: number;
  readonly rightPort: number;
}

/** Orders links first by their vertices and then by their ports. */
const shiftOf = (port: number): number => Math.atan(port / 100) / 10;

const stepOf = ({ edge, from, to }: Link, columnOf: ReadonlyMap<Vertex, number>): readonly Step[] => {
  const [first, second] = [columnOf.get(from)!, columnOf.get(to)!];
  if (first === second) return [];
  const [fromPort, toPort] = [shiftOf(portOf(from, edge, 'out')), shiftOf(portOf(to, edge, 'in'))];
  return first < second
    ? [{ left: from, right: to, leftPort: fromPort, rightPort: toPort }]
    : [{ left: to, right: from, leftPort: toPort, rightPort: fromPort }];
};

type Places = ReadonlyMap<Vertex, number>;

const leftPlace = ({ left, leftPort }: Step, places: Places): number => places.get(left)! + leftPort;

const rightPlace = ({ right, rightPort }: Step, places: Places): number => places.get(right)! + rightPort;

/** How many pairs of numbers are in the wrong order. Sorts them: two sorted halves tell how many pairs they have. */
const inversionsIn = (numbers: number[], from = 0, to = numbers.length, buffer: number[] = []): number => {
  if (to - from < 2) return 0;
  const middle = (from + to) >> 1;
  let count = inversionsIn(numbers, from, middle, buffer) + inversionsIn(numbers, middle, to, buffer);
  if (numbers[middle - 1]! <= numbers[middle]!) return count;
  let [at, other] = [from, middle];
  for (let index = from; index < to; index += 1) {
    if (other >= to || (at < middle && numbers[at]! <= numbers[other]!)) {
      buffer[index] = numbers[at]!;
      at += 1;
    } else {
      buffer[index] = numbers[other]!;
      other += 1;
      count += middle - at;
    }
  }
  for (let index = from; index < to; index += 1) numbers[index] = buffer[index]!;
  return count;
};

/** How many pairs of links cross. In the order of their left ends, those are the pairs whose right ends are in the wrong order. */
const crossingsIn = (steps: readonly Step[], places: Places): number => {
  const ends = steps.map((step) => [leftPlace(step, places), rightPlace(step, places)] as const);
  ends.sort(([left, right], [otherLeft, otherRight]) => left - otherLeft || right - otherRight);
  return inversionsIn(ends.map(([, right]) => right));
};

const noSteps: readonly Step[] = [];

/** The links of each vertex on one side. */
type StepsAt = ReadonlyMap<Vertex, readonly Step[]>;

/** How many fewer crossings there are when two neighbours of a column change places: only their own links matter. */
const gainOfSwap = (upper: Vertex, lower: Vertex, leftOf: StepsAt, rightOf: StepsAt, places: Places): number => {
  const gain = (sideOf: StepsAt, placeOf: typeof leftPlace): number => {
    let count = 0;
    for (const first of sideOf.get(upper) ?? noSteps) {
      const place = placeOf(first, places);
      for (const second of sideOf.get(lower) ?? noSteps) count += Math.sign(place - placeOf(second, places));
    }
    return count;
  };
  return gain(leftOf, leftPlace) + gain(rightOf, rightPlace);
};

/** How often the columns are ordered anew, in a model of the usual size. */
const rounds = 16;

/** Orders the vertices of each column: by lanes, and so that few lines cross. */
export const orderColumns = ({ columns, columnOf, routes }: Layering): readonly (readonly Vertex[])[] => {
  const steps = linksOf(routes).flatMap((link) => stepOf(link, columnOf));
  const byColumn: Step[][] = columns.map(() => []);
  const leftOf = new Map<Vertex, Step[]>();
  const rightOf = new Map<Vertex, Step[]>();
  const add = (map: Map<Vertex, Step[]>, vertex: Vertex, step: Step): void => {
    const found = map.get(vertex);
    if (found === undefined) map.set(vertex, [step]);
    else found.push(step);
  };
  for (const step of steps) {
    byColumn[columnOf.get(step.left)!]!.push(step);
    add(leftOf, step.right, step);
    add(rightOf, step.left, step);
  }
  const most = roundsFor(steps.length, rounds);
  let current = columns.map((column) => column.toSorted((a, b) => a.lane - b.lane));
  const places = new Map<Vertex, number>();
  const place = (order: readonly (readonly Vertex[])[]): void => {
    for (const column of order) for (const [index, vertex] of column.entries()) places.set(vertex, index);
  };
  const total = (): number => byColumn.reduce((sum, own) => sum + crossingsIn(own, places), 0);
  place(current);
  let best = current;
  let fewest = total();
  for (let round = 0; round < most && fewest > 0; round += 1) {
    const isForward = round % 2 === 0;
    const next = [...current];
    for (let step = 1; step < columns.length; step += 1) {
      const index = isForward ? step : columns.length - 1 - step;
      const wish = (vertex: Vertex): number => {
        const found = (isForward ? leftOf : rightOf).get(vertex) ?? [];
        if (found.length === 0) return places.get(vertex)!;
        const sum = found.reduce(
          (all, each) => all + (isForward ? leftPlace(each, places) : rightPlace(each, places)),
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
  return swapped(best, roundsFor(steps.length, swapRounds), byColumn, leftOf, rightOf, places);
};

const swapRounds = 4;

/** Swaps neighbours as long as that leaves fewer crossings. */
const swapped = (
  order: readonly (readonly Vertex[])[],
  most: number,
  byColumn: readonly (readonly Step[])[],
  leftOf: StepsAt,
  rightOf: StepsAt,
  places: Map<Vertex, number>,
): readonly (readonly Vertex[])[] => {
  const columns = order.map((column) => [...column]);
  for (const column of columns) for (const [index, vertex] of column.entries()) places.set(vertex, index);
  for (let round = 0; round < most; round += 1) {
    let isBetter = false;
    for (const [at, column] of columns.entries()) {
      // Most columns have no crossings, and are left as they are.
      let count = [at - 1, at].reduce((sum, index) => sum + crossingsIn(byColumn[index] ?? noSteps, places), 0);
      for (let index = 0; index + 1 < column.length && count > 0; index += 1) {
        const [upper, lower] = [column[index]!, column[index + 1]!];
        if (upper.lane !== lower.lane) continue;
        const gain = gainOfSwap(upper, lower, leftOf, rightOf, places);
        if (gain <= 0) continue;
        count -= gain;
        places.set(upper, index + 1).set(lower, index);
        [column[index], column[index + 1]] = [lower, upper];
        isBetter = true;
      }
    }
    if (!isBetter) break;
  }
  return columns;
};
