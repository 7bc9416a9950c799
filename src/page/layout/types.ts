import type { Box, Outline, Point, Size } from './geometry.ts';

/** An element of a file, as the parser returns it. */
export interface Item {
  readonly $type: string;
  readonly id?: string;
  readonly name?: string;
  readonly [property: string]: unknown;
}

/** A shape and where it is. */
export interface PlacedShape {
  readonly item: Item;
  readonly box: Box;
  readonly outline: Outline;
  /** Where its text is, if it is outside the shape. */
  readonly label?: Box | undefined;
  /** Whether other shapes are inside of it. */
  readonly isFrame?: boolean;
}

/** A line and where it runs. */
export interface PlacedLine {
  readonly item: Item;
  readonly points: readonly Point[];
  readonly label?: Box | undefined;
}

/** A part of a diagram: its upper left corner is the origin. */
export interface Drawing extends Size {
  readonly shapes: readonly PlacedShape[];
  readonly lines: readonly PlacedLine[];
}

/** An event at the border of an activity. */
export interface BoundaryEvent {
  readonly item: Item;
  readonly label?: Size | undefined;
}

/** A data object or a text that stands above the element that it belongs to. */
export interface Satellite {
  readonly item: Item;
  readonly size: Size;
  readonly label?: Size | undefined;
  /** The lines between it and its element, and whether they lead to it. */
  readonly lines: readonly { readonly item: Item; readonly leadsHere: boolean }[];
}

/** An element of a scope that flows connect. */
export interface Node {
  readonly item: Item;
  readonly outline: Outline;
  /** Of a subprocess, that of what is inside of it. */
  readonly size: Size;
  readonly label?: Size | undefined;
  /** What a subprocess contains, with the place inside of it. */
  readonly inner?: Drawing | undefined;
  readonly boundary: readonly BoundaryEvent[];
  readonly satellites: readonly Satellite[];
  /** The index of its lane; 0 without lanes. */
  readonly lane: number;
}

/** A line between two nodes of a scope, or what stands at them. */
export interface Edge {
  readonly item: Item;
  /** Indexes of nodes. */
  readonly source: number;
  readonly target: number;
  /** The boundary event or satellite at which it begins; absent: the node itself. */
  readonly from?: Item | undefined;
  /** The satellite at which it ends; absent: the node itself. */
  readonly to?: Item | undefined;
  readonly label?: Size | undefined;
}

/** The nodes of a scope and the lines between them. */
export interface Graph {
  readonly nodes: readonly Node[];
  readonly edges: readonly Edge[];
  /** How many lanes there are; 0 without lanes. */
  readonly lanes: number;
}
