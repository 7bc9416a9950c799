/** How far below the top each vertex stands, so that lines are straight and nothing overlaps. */
import { type Layering, type Link, linksOf, portOf, type Route, roundsFor, type Vertex } from './layers.ts';

/** Space between two vertices of a column. */
const gap = 22;
/** Space between the border of a lane and what is in it. */
const lanePadding = 24;
const smallestLane = 90;

/** The upper and lower border of a lane. */
export interface Band {
  readonly top: number;
  readonly bottom: number;
}

const distance = (upper: Vertex, lower: Vertex): number => upper.bottom + lower.top + gap;

const sum = (numbers: readonly number[]): number => numbers.reduce((total, number) => total + number, 0);

/** How high the vertices of a column are, one below the other. */
const stackHeight = (column: readonly Vertex[]): number =>
  column.length === 0
    ? 0
    : column[0]!.top +
      column.at(-1)!.bottom +
      sum(column.slice(1).map((vertex, index) => distance(column[index]!, vertex)));

const bandsOf = (columns: readonly (readonly Vertex[])[], lanes: number): readonly Band[] => {
  let top = 0;
  return Array.from({ length: lanes }, (_, lane) => {
    const heights = columns.map((column) => stackHeight(column.filter((vertex) => vertex.lane === lane)));
    const height = Math.max(smallestLane, ...heights.map((each) => each + 2 * lanePadding));
    const band = { top, bottom: top + height };
    top += height;
    return band;
  });
};

interface Wish {
  readonly place: number;
  readonly weight: number;
}

/** The places that are nearest to what is wished, in this order and with these distances. */
const settle = (column: readonly Vertex[], wishes: readonly Wish[], band: Band | undefined): readonly number[] => {
  const offsets: number[] = [];
  for (const [index, vertex] of column.entries()) {
    offsets.push(index === 0 ? 0 : offsets[index - 1]! + distance(column[index - 1]!, vertex));
  }
  const blocks: { place: number; weight: number; count: number }[] = [];
  for (const [index, { place, weight }] of wishes.entries()) {
    let block = { place: place - offsets[index]!, weight, count: 1 };
    for (let last = blocks.at(-1); last !== undefined && last.place > block.place; last = blocks.at(-1)) {
      const total = last.weight + block.weight;
      block = {
        place: (last.place * last.weight + block.place * block.weight) / total,
        weight: total,
        count: last.count + block.count,
      };
      blocks.pop();
    }
    blocks.push(block);
  }
  const least = band === undefined ? Number.NEGATIVE_INFINITY : band.top + lanePadding + column[0]!.top;
  const most =
    band === undefined ? Number.POSITIVE_INFINITY : band.bottom - lanePadding - column.at(-1)!.bottom - offsets.at(-1)!;
  const places = blocks.flatMap(({ place, count }) =>
    Array.from({ length: count }, () => Math.min(Math.max(place, least), Math.max(most, least))),
  );
  return places.map((place, index) => place + offsets[index]!);
};

/** How much a vertex wants to be beside the other end of a link: nodes beside nodes, and lines straight. */
const weightOf = (vertex: Vertex, { edge, from, to }: Link): number => {
  const other = from === vertex ? to : from;
  if (vertex.cell === undefined) return other.cell === undefined ? 10 : 3;
  // What boundary events lead to stands beside the way of the activity.
  if (edge.from !== undefined) return 0.2;
  return other.cell === undefined ? 1 : 4;
};

/** What a link wants of one of its vertices: a place beside the other one. */
interface Pull {
  readonly other: Vertex;
  /** How far below the other vertex. */
  readonly shift: number;
  readonly weight: number;
  /** On which side the other one is; `both` in the same column. */
  readonly side: 'left' | 'right' | 'both';
}

const pullsOf = (
  links: readonly Link[],
  columnOf: ReadonlyMap<Vertex, number>,
): ReadonlyMap<Vertex, readonly Pull[]> => {
  const pulls = new Map<Vertex, Pull[]>();
  for (const link of links) {
    const { from, to, edge } = link;
    const shift = portOf(from, edge, 'out') - portOf(to, edge, 'in');
    for (const vertex of [from, to]) {
      const other = from === vertex ? to : from;
      const [own, column] = [columnOf.get(vertex)!, columnOf.get(other)!];
      const side = column < own ? 'left' : column > own ? 'right' : 'both';
      const pull = { other, shift: from === vertex ? -shift : shift, weight: weightOf(vertex, link), side } as const;
      const found = pulls.get(vertex);
      if (found === undefined) pulls.set(vertex, [pull]);
      else found.push(pull);
    }
  }
  return pulls;
};

/** A small step in a line is worse than a node that is not quite in the middle. */
const smallStep = 16;

/** The neighbours of a vertex in its column, and its lane. */
interface Surroundings {
  readonly before: Vertex | undefined;
  readonly after: Vertex | undefined;
  readonly band: Band | undefined;
}

/** Moves vertices a little, so that lines have fewer steps, as far as nothing comes nearer to another than it may. */
const straighten = (
  groups: readonly (readonly (readonly Vertex[])[])[],
  routes: readonly Route[],
  placeOf: Map<Vertex, number>,
  bands: readonly Band[],
): void => {
  const around = new Map<Vertex, Surroundings>();
  for (const column of groups) {
    for (const [lane, group] of column.entries()) {
      for (const [index, vertex] of group.entries()) {
        around.set(vertex, { before: group[index - 1], after: group[index + 1], band: bands[lane] });
      }
    }
  }
  /** Between which places a vertex can be, as long as the others stay. */
  const range = (vertex: Vertex): readonly [number, number] => {
    const { before, after, band } = around.get(vertex)!;
    const least = band === undefined ? Number.NEGATIVE_INFINITY : band.top + lanePadding + vertex.top;
    const most = band === undefined ? Number.POSITIVE_INFINITY : band.bottom - lanePadding - vertex.bottom;
    return [
      Math.ceil(Math.max(least, before ? placeOf.get(before)! + distance(before, vertex) : least)),
      Math.floor(Math.min(most, after ? placeOf.get(after)! - distance(vertex, after) : most)),
    ];
  };
  const links = linksOf(routes);
  const counts = { from: new Map<Vertex, number>(), to: new Map<Vertex, number>() };
  for (const link of links.filter(({ edge }) => edge.from === undefined)) {
    for (const end of ['from', 'to'] as const) counts[end].set(link[end], (counts[end].get(link[end]) ?? 0) + 1);
  }
  const countAt = (vertex: Vertex, end: 'from' | 'to'): number => counts[end].get(vertex) ?? 0;
  const align = ({ from, to, edge }: Link): void => {
    const shift = portOf(from, edge, 'out') - portOf(to, edge, 'in');
    const step = placeOf.get(from)! + shift - placeOf.get(to)!;
    if (step === 0 || Math.abs(step) > smallStep) return;
    for (const [vertex, place, isFree] of [
      [to, placeOf.get(to)! + step, countAt(to, 'from') === 0 || countAt(to, 'to') === 1],
      [from, placeOf.get(from)! - step, countAt(from, 'to') === 0 || countAt(from, 'from') === 1],
    ] as const) {
      const [least, most] = range(vertex);
      if (vertex.cell === undefined || !isFree || place < least || place > most) continue;
      placeOf.set(vertex, place);
      return;
    }
  };
  /** All places of a line that passes columns become one, near one of its ends. */
  const level = ({ edge, vertices }: Route): void => {
    const passing = vertices.slice(1, -1);
    if (passing.length === 0) return;
    const ranges = passing.map(range);
    const least = Math.max(...ranges.map(([low]) => low));
    const most = Math.min(...ranges.map(([, high]) => high));
    if (least > most) return;
    const [source, target] = [vertices[0]!, vertices.at(-1)!];
    const ends = [
      placeOf.get(source)! + portOf(source, edge, 'out'),
      placeOf.get(target)! + portOf(target, edge, 'in'),
    ];
    const mean = passing.reduce((sum, vertex) => sum + placeOf.get(vertex)!, 0) / passing.length;
    const near = ends.find((place) => place >= least && place <= most && Math.abs(place - mean) <= smallStep);
    const place = near ?? Math.round(Math.min(Math.max(mean, least), most));
    for (const vertex of passing) placeOf.set(vertex, place);
  };
  for (let round = 0; round < 3; round += 1) {
    for (const link of links) align(link);
    for (const route of routes) level(route);
  }
};

/** Where the middle of each vertex is, and the lanes. */
export interface Heights {
  readonly placeOf: ReadonlyMap<Vertex, number>;
  readonly bands: readonly Band[];
}

/** Whose wishes count in each sweep: those of one side in turn, and then those of both. */
const sweepsFor = (links: number): readonly Pull['side'][] => [
  ...Array.from({ length: roundsFor(2 * links, 6) }, () => ['left', 'right'] as const).flat(),
  ...Array.from({ length: roundsFor(links, 8) }, () => 'both' as const),
];

/** Places the vertices of ordered columns. */
export const heightsOf = (
  columns: readonly (readonly Vertex[])[],
  { columnOf, routes }: Layering,
  lanes: number,
): Heights => {
  const bands = bandsOf(columns, lanes);
  const links = linksOf(routes);
  const pulls = pullsOf(links, columnOf);
  const placeOf = new Map<Vertex, number>();
  const groups = columns.map((column) =>
    lanes === 0 ? [column] : bands.map((_, lane) => column.filter((vertex) => vertex.lane === lane)),
  );
  const place = (index: number, wishOf: (vertex: Vertex) => Wish): void => {
    for (const [lane, group] of groups[index]!.entries()) {
      if (group.length === 0) continue;
      const places = settle(group, group.map(wishOf), bands[lane]);
      for (const [at, vertex] of group.entries()) placeOf.set(vertex, places[at]!);
    }
  };
  for (const [index, column] of columns.entries()) {
    const height = stackHeight(column);
    let next = -height / 2;
    const first = new Map<Vertex, number>();
    for (const [at, vertex] of column.entries()) {
      next += at === 0 ? vertex.top : distance(column[at - 1]!, vertex);
      first.set(vertex, next);
    }
    place(index, (vertex) => ({ place: first.get(vertex)!, weight: 1 }));
  }
  const wishFrom =
    (side: Pull['side']) =>
    (vertex: Vertex): Wish => {
      let [total, weight] = [0, 0];
      for (const pull of pulls.get(vertex) ?? []) {
        if (pull.side !== 'both' && side !== 'both' && pull.side !== side) continue;
        total += (placeOf.get(pull.other)! + pull.shift) * pull.weight;
        weight += pull.weight;
      }
      return weight === 0 ? { place: placeOf.get(vertex)!, weight: 0.1 } : { place: total / weight, weight };
    };
  for (const side of sweepsFor(links.length)) {
    const indexes = [...columns.keys()];
    for (const index of side === 'right' ? indexes.toReversed() : indexes) place(index, wishFrom(side));
  }
  const rounded = new Map([...placeOf].map(([vertex, y]) => [vertex, Math.round(y)]));
  straighten(groups, routes, rounded, bands);
  return { placeOf: rounded, bands };
};
