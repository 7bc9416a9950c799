/** From a graph to layers: which nodes stand in which column, and in which order. */
import type { Cell } from './cells.ts';
import type { Edge, Graph } from './types.ts';

/** What stands in a column: a node, or a place for a line that passes, with its label if it has one there. */
export interface Vertex {
  readonly id: number;
  readonly lane: number;
  /** Absent for a line that passes. */
  readonly cell?: Cell;
  readonly left: number;
  readonly right: number;
  readonly top: number;
  readonly bottom: number;
  /** The edge whose label stands here. */
  readonly labelOf?: Edge;
}

/** Two vertices that a part of a line connects. Both are in the same column where a line that goes back turns. */
export interface Link {
  readonly edge: Edge;
  readonly from: Vertex;
  readonly to: Vertex;
}

/** A line through the columns. */
export interface Route {
  readonly edge: Edge;
  /** From the source to the target. */
  readonly vertices: readonly Vertex[];
  /** Whether it goes back to an earlier column. */
  readonly isBack: boolean;
}

export interface Layering {
  /** The vertices of each column, from above. */
  readonly columns: readonly (readonly Vertex[])[];
  readonly columnOf: ReadonlyMap<Vertex, number>;
  readonly routes: readonly Route[];
}

/** Half the height that a line takes which passes a column. */
const lineSpace = 9;

/** The edges that go back, found from the starts on. */
const backEdges = ({ nodes, edges }: Graph): ReadonlySet<Edge> => {
  const leaving = nodes.map((_, index) => edges.filter(({ source }) => source === index));
  const entered = new Set(edges.map(({ target }) => target));
  const state = new Map<number, 'open' | 'done'>();
  const back = new Set<Edge>();
  const visit = (first: number): void => {
    const stack = [{ node: first, next: 0 }];
    state.set(first, 'open');
    for (let top = stack.at(-1); top !== undefined; top = stack.at(-1)) {
      const edge = leaving[top.node]![top.next];
      if (edge === undefined) {
        state.set(top.node, 'done');
        stack.pop();
        continue;
      }
      top.next += 1;
      const found = state.get(edge.target);
      if (found === 'open') back.add(edge);
      else if (found === undefined) {
        state.set(edge.target, 'open');
        stack.push({ node: edge.target, next: 0 });
      }
    }
  };
  const order = [...nodes.keys()].sort((a, b) => Number(entered.has(a)) - Number(entered.has(b)) || a - b);
  for (const index of order) if (!state.has(index)) visit(index);
  return back;
};

/** The column of each node: one after all from which an edge leads to it, and two if the edge has a label. */
const columnsOf = ({ nodes, edges }: Graph, back: ReadonlySet<Edge>): readonly number[] => {
  const forward = edges.filter((edge) => !back.has(edge) && edge.source !== edge.target);
  const lengthOf = ({ label }: Edge): number => (label === undefined ? 1 : 2);
  const columns = nodes.map(() => 0);
  const waiting = nodes.map((_, index) => forward.filter(({ target }) => target === index).length);
  const open = [...nodes.keys()].filter((index) => waiting[index] === 0);
  const sorted: number[] = [];
  for (let index = open.shift(); index !== undefined; index = open.shift()) {
    sorted.push(index);
    for (const edge of forward.filter(({ source }) => source === index)) {
      columns[edge.target] = Math.max(columns[edge.target]!, columns[index]! + lengthOf(edge));
      waiting[edge.target]! -= 1;
      if (waiting[edge.target] === 0) open.push(edge.target);
    }
  }
  // What nothing leads to stands right before what it leads to, unless it is a start.
  for (const index of sorted.toReversed()) {
    const leaving = forward.filter(({ source }) => source === index);
    if (leaving.length === 0 || forward.some(({ target }) => target === index)) continue;
    if (nodes[index]!.item.$type === 'bpmn:StartEvent') continue;
    columns[index] = Math.min(...leaving.map((edge) => columns[edge.target]! - lengthOf(edge)));
  }
  return columns;
};

/** Puts a graph into columns, in the order of the file. */
export const layersOf = (graph: Graph, cells: readonly Cell[]): Layering => {
  const back = backEdges(graph);
  const nodeColumns = columnsOf(graph, back);
  const columns: Vertex[][] = Array.from({ length: Math.max(...nodeColumns) + 1 }, () => []);
  const columnOf = new Map<Vertex, number>();
  let id = 0;
  const add = (column: number, vertex: Omit<Vertex, 'id'>): Vertex => {
    const made = { id, ...vertex };
    id += 1;
    columns[column]!.push(made);
    columnOf.set(made, column);
    return made;
  };
  const nodes = graph.nodes.map(({ lane }, index) => {
    const { left, right, top, bottom } = cells[index]!;
    return add(nodeColumns[index]!, { lane, cell: cells[index]!, left, right, top, bottom });
  });
  const passing = (column: number, lane: number, labelOf: Edge | undefined): Vertex => {
    const label = labelOf?.label;
    if (labelOf === undefined || label === undefined) {
      return add(column, { lane, left: 0, right: 0, top: lineSpace, bottom: lineSpace });
    }
    const half = label.width / 2 + 4;
    return add(column, { lane, left: half, right: half, top: label.height + 5, bottom: lineSpace, labelOf });
  };
  const routes = graph.edges.flatMap((edge): readonly Route[] => {
    const { source, target } = edge;
    // The cell of a node draws a line that leads from the node to itself.
    if (source === target && edge.from === undefined && edge.to === undefined) return [];
    const isBack = back.has(edge);
    const [first, last] = [nodeColumns[source]!, nodeColumns[target]!];
    const between = isBack
      ? Array.from({ length: first - last + 1 }, (_, step) => first - step)
      : Array.from({ length: last - first - 1 }, (_, step) => first + 1 + step);
    const labelled = isBack ? Math.floor(between.length / 2) : 0;
    const lane = graph.nodes[isBack ? source : target]!.lane;
    const passed = between.map((column, step) => passing(column, lane, step === labelled ? edge : undefined));
    return [{ edge, isBack, vertices: [nodes[source]!, ...passed, nodes[target]!] }];
  });
  return { columns, columnOf, routes };
};

/** All parts of all lines. */
export const linksOf = (routes: readonly Route[]): readonly Link[] =>
  routes.flatMap(({ edge, vertices }) => vertices.slice(1).map((to, index) => ({ edge, from: vertices[index]!, to })));

/** How many parts of lines are looked at in all repetitions of a step together. Only models of hundreds of elements have that many. */
const mostLinks = 160_000;

/** How often a step that looks at all parts of lines is repeated: less often in a huge model, so that the page answers. */
export const roundsFor = (links: number, most: number): number =>
  Math.max(1, Math.min(most, Math.floor(mostLinks / Math.max(1, links))));

/** How far below the middle of a vertex a line leaves or enters it. */
export const portOf = (vertex: Vertex, edge: Edge, side: 'out' | 'in'): number =>
  vertex.cell === undefined ? 0 : side === 'out' ? vertex.cell.out(edge).at(-1)!.y : vertex.cell.in(edge)[0]!.y;
