/** Parts of a diagram, and how they are moved. */
import { type Box, boxAround, movedBox, movedPoints } from './geometry.ts';
import type { Drawing, PlacedLine, PlacedShape } from './types.ts';

/** A part of a diagram at another place. */
export const movedDrawing = (drawing: Drawing, dx: number, dy: number): Drawing => ({
  ...drawing,
  shapes: drawing.shapes.map((shape) => ({
    ...shape,
    box: movedBox(shape.box, dx, dy),
    label: shape.label && movedBox(shape.label, dx, dy),
  })),
  lines: drawing.lines.map((line) => ({
    ...line,
    points: movedPoints(line.points, dx, dy),
    label: line.label && movedBox(line.label, dx, dy),
  })),
});

/** A part of a diagram whose upper left corner is the origin. */
export const drawingOf = (shapes: readonly PlacedShape[], lines: readonly PlacedLine[]): Drawing => {
  const boxes: Box[] = [
    ...shapes.flatMap(({ box, label }) => (label === undefined ? [box] : [box, label])),
    ...lines.flatMap(({ points, label }) => [
      ...points.map((point) => ({ ...point, width: 0, height: 0 })),
      ...(label === undefined ? [] : [label]),
    ]),
  ];
  const { x, y, width, height } = boxAround(boxes);
  return movedDrawing({ width, height, shapes, lines }, -x, -y);
};
