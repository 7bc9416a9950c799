/** The order of columns: few lines cross, and huge models get less work. */
import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import fc from 'fast-check';
import { type Layering, roundsFor, type Vertex } from '../../../src/page/layout/layers.ts';
import { orderColumns } from '../../../src/page/layout/order.ts';
import type { Edge } from '../../../src/page/layout/types.ts';

/** Columns of the same size, with lines between places of neighbouring columns. */
const layering = (
  size: number,
  lines: readonly (readonly (readonly [from: number, to: number])[])[],
  lanes: number,
): Layering => {
  const columns = Array.from({ length: lines.length + 1 }, (_, column) =>
    Array.from({ length: size }, (_, place): Vertex => {
      const half = { left: 0, right: 0, top: 9, bottom: 9 };
      return { id: column * size + place, lane: place % lanes, ...half };
    }),
  );
  const edge = { source: 0, target: 0 } as Edge;
  return {
    columns,
    columnOf: new Map(columns.flatMap((column, index) => column.map((vertex) => [vertex, index] as const))),
    routes: lines.flatMap((own, index) =>
      own.map(([from, to]) => ({
        edge,
        isBack: false,
        vertices: [columns[index]![from]!, columns[index + 1]![to]!],
      })),
    ),
  };
};

/** Compares each line with each other one. */
const crossings = (columns: readonly (readonly Vertex[])[], { routes, columnOf }: Layering): number => {
  const placeOf = new Map(columns.flatMap((column) => column.map((vertex, place) => [vertex, place] as const)));
  const ends = routes.map(({ vertices: [from, to] }) => ({
    column: columnOf.get(from!)!,
    from: placeOf.get(from!)!,
    to: placeOf.get(to!)!,
  }));
  return ends.flatMap((one, index) =>
    ends.slice(index + 1).filter((two) => one.column === two.column && (one.from - two.from) * (one.to - two.to) < 0),
  ).length;
};

test('no order has more crossings than the one before, and lanes stay together', () => {
  const line = fc.tuple(fc.nat(4), fc.nat(4));
  const between = fc.array(line, { maxLength: 12 });
  fc.assert(
    fc.property(fc.array(between, { minLength: 1, maxLength: 3 }), fc.integer({ min: 1, max: 2 }), (lines, lanes) => {
      const given = layering(5, lines, lanes);
      const byLanes = given.columns.map((column) => column.toSorted((a, b) => a.lane - b.lane));
      const ordered = orderColumns(given);
      const count = crossings(ordered, given);
      assert.ok(count <= crossings(byLanes, given), 'there are not more crossings than before');
      for (const [index, column] of ordered.entries()) {
        assert.deepEqual(new Set(column), new Set(given.columns[index]), 'all vertices are there');
        const lanesOf = column.map(({ lane }) => lane);
        assert.deepEqual(lanesOf, lanesOf.toSorted(), 'lanes stay together');
      }
    }),
  );
});

for (const [size, lines, expected] of [
  [
    2,
    [
      [0, 1],
      [1, 0],
    ],
    0,
  ],
  [
    3,
    [
      [0, 2],
      [1, 1],
      [2, 0],
    ],
    0,
  ],
  // Each of two meets each of two.
  [
    2,
    [
      [0, 0],
      [0, 1],
      [1, 0],
      [1, 1],
    ],
    1,
  ],
] as const) {
  test(`lines ${JSON.stringify(lines)} have ${expected} crossings`, () => {
    const given = layering(size, [lines], 1);
    assert.equal(crossings(orderColumns(given), given), expected);
  });
}

test('thousands of lines between two columns are ordered', () => {
  const size = 3_000;
  const given = layering(size, [Array.from({ length: size }, (_, index) => [index, size - 1 - index] as const)], 1);
  const [first, second] = orderColumns(given);
  assert.deepEqual(
    second!.map(({ id }) => id - size),
    first!.map(({ id }) => size - 1 - id),
  );
});

describe('rounds', () => {
  for (const [links, most, expected] of [
    [0, 8, 8],
    [500, 16, 16],
    [10_000, 16, 16],
    [40_000, 16, 4],
    [160_000, 16, 1],
    [2_000_000, 4, 1],
  ] as const) {
    test(`${links} parts of lines have ${expected} of ${most}`, () => assert.equal(roundsFor(links, most), expected));
  }
});
