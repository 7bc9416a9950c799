/** Draws a graph: in columns from the left to the right, along its flows. */
import { cellOf } from './cells.ts';
import { drawingOf, movedDrawing } from './drawing.ts';
import { boxAround, movedPoints, simplified } from './geometry.ts';
import { type Band, heightsOf } from './heights.ts';
import { layersOf } from './layers.ts';
import { orderColumns } from './order.ts';
import { gapWidth, planLines, trackPlace } from './routes.ts';
import type { Drawing, Graph, PlacedLine } from './types.ts';

/** A graph as it is drawn. The lanes begin at the top of the drawing if there are any. */
export interface DrawnGraph extends Drawing {
  readonly bands: readonly Band[];
}

/** Draws a graph with at least one node. */
export const drawGraph = (graph: Graph): DrawnGraph => {
  const cells = graph.nodes.map((node, index) => {
    const own = graph.edges.filter(({ source, target }) => source === index || target === index);
    // Lines may leave a gateway below, so its text stands above.
    return cellOf(node, own, index, node.outline === 'diamond');
  });
  const layering = layersOf(graph, cells);
  const columns = orderColumns(layering);
  const heights = heightsOf(columns, layering, graph.lanes);
  const { lines, tracks } = planLines(columns, layering, heights);

  let x = tracks[0] === 0 ? 0 : gapWidth(tracks[0]!);
  /** Where each space between columns begins, the first one before the first column. */
  const gapStarts = [0];
  const middles = columns.map((column, index) => {
    const middle = x + Math.max(...column.map(({ left }) => left));
    gapStarts.push(middle + Math.max(...column.map(({ right }) => right)));
    x = gapStarts.at(-1)! + gapWidth(tracks[index + 1]!);
    return middle;
  });

  const shapes = columns.flatMap((column, index) =>
    column.flatMap((vertex) => {
      const { cell } = vertex;
      if (cell === undefined) return [];
      return movedDrawing({ width: 0, height: 0, ...cell }, middles[index]!, heights.placeOf.get(vertex)!).shapes;
    }),
  );
  const atCells = columns.flatMap((column, index) =>
    column.flatMap((vertex) => {
      const { cell } = vertex;
      if (cell === undefined) return [];
      return movedDrawing({ width: 0, height: 0, ...cell }, middles[index]!, heights.placeOf.get(vertex)!).lines;
    }),
  );
  const labels = new Map(
    columns.flatMap((column, index) =>
      column.flatMap((vertex) => {
        const { labelOf } = vertex;
        if (labelOf?.label === undefined) return [];
        const { width, height } = labelOf.label;
        const y = heights.placeOf.get(vertex)! - height - 3;
        return [[labelOf, { x: middles[index]! - width / 2, y, width, height }] as const];
      }),
    ),
  );
  const routed = lines.map(({ edge, start, end, steps }): PlacedLine => {
    const points = [
      ...movedPoints(start.points, middles[start.column]!, 0),
      ...steps.flatMap(({ net, from, to }) => {
        if (from === to) return [];
        const place = gapStarts[net.gap + 1]! + trackPlace(net.track);
        return [
          { x: place, y: from },
          { x: place, y: to },
        ];
      }),
      ...movedPoints(end.points, middles[end.column]!, 0),
    ];
    return { item: edge.item, points: simplified(points), label: labels.get(edge) };
  });
  if (graph.lanes === 0) return { ...drawingOf(shapes, [...atCells, ...routed]), bands: [] };
  // The lanes begin where they are, and are as wide as what is in them.
  const { bands } = heights;
  const corner = { x: 0, y: bands[0]!.top, width: 0, height: bands.at(-1)!.bottom - bands[0]!.top };
  const whole = boxAround([
    corner,
    ...shapes.flatMap(({ box, label }) => (label === undefined ? [box] : [box, label])),
    ...routed.flatMap(({ points }) => points.map((point) => ({ ...point, width: 0, height: 0 }))),
  ]);
  const [dx, dy] = [-whole.x, -bands[0]!.top];
  return {
    ...movedDrawing({ width: whole.width, height: corner.height, shapes, lines: [...atCells, ...routed] }, dx, dy),
    bands: bands.map(({ top, bottom }) => ({ top: top + dy, bottom: bottom + dy })),
  };
};
