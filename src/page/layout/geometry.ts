/** Points, boxes and text in a diagram, in its own units. */

export interface Point {
  readonly x: number;
  readonly y: number;
}

export interface Size {
  readonly width: number;
  readonly height: number;
}

export interface Box extends Point, Size {}

/** The outline of a shape. */
export type Outline = 'circle' | 'diamond' | 'rectangle';

export const centreOf = ({ x, y, width, height }: Box): Point => ({ x: x + width / 2, y: y + height / 2 });

export const movedBox = (box: Box, dx: number, dy: number): Box => ({ ...box, x: box.x + dx, y: box.y + dy });

export const movedPoints = (points: readonly Point[], dx: number, dy: number): readonly Point[] =>
  points.map(({ x, y }) => ({ x: x + dx, y: y + dy }));

/** The smallest box around others. */
export const boxAround = (boxes: readonly Box[]): Box => {
  const [x, y] = [Math.min(...boxes.map((box) => box.x)), Math.min(...boxes.map((box) => box.y))];
  const right = Math.max(...boxes.map((box) => box.x + box.width));
  const bottom = Math.max(...boxes.map((box) => box.y + box.height));
  return boxes.length === 0 ? { x: 0, y: 0, width: 0, height: 0 } : { x, y, width: right - x, height: bottom - y };
};

export const overlap = (one: Box, two: Box, margin = 0): boolean =>
  one.x < two.x + two.width + margin &&
  two.x < one.x + one.width + margin &&
  one.y < two.y + two.height + margin &&
  two.y < one.y + one.height + margin;

/** Where a straight line from a point to the centre of a shape meets its border. */
export const borderPoint = (box: Box, outline: Outline, from: Point): Point => {
  const centre = centreOf(box);
  const [dx, dy] = [from.x - centre.x, from.y - centre.y];
  if (dx === 0 && dy === 0) return { x: centre.x, y: box.y };
  const [halfWidth, halfHeight] = [box.width / 2, box.height / 2];
  const [u, v] = [Math.abs(dx) / halfWidth, Math.abs(dy) / halfHeight];
  const scale = { circle: Math.hypot(u, v), diamond: u + v, rectangle: Math.max(u, v) }[outline];
  return { x: Math.round(centre.x + dx / scale), y: Math.round(centre.y + dy / scale) };
};

/** The points without those that lie on a straight line between others. */
export const simplified = (points: readonly Point[]): readonly Point[] => {
  const kept: Point[] = [];
  for (const point of points) {
    const last = kept.at(-1);
    if (last !== undefined && last.x === point.x && last.y === point.y) continue;
    const before = kept.at(-2);
    const isStraight =
      before !== undefined &&
      last !== undefined &&
      ((before.x === last.x && last.x === point.x) || (before.y === last.y && last.y === point.y));
    if (isStraight) kept.pop();
    kept.push(point);
  }
  return kept;
};

/** The width at which the library that draws wraps labels, in its font of 11 pixels. */
const labelWidth = 90;
const characterWidth = 6;
const lineHeight = 14;

const linesOf = (text: string, width: number): readonly string[] => {
  const perLine = Math.max(1, Math.floor(width / characterWidth));
  const lines: string[] = [];
  let line = '';
  for (const word of text.trim().split(/\s+/)) {
    if (line !== '' && line.length + 1 + word.length > perLine) {
      lines.push(line);
      line = word;
    } else line = line === '' ? word : `${line} ${word}`;
    while (line.length > perLine) {
      lines.push(line.slice(0, perLine));
      line = line.slice(perLine);
    }
  }
  return [...lines, line];
};

/** The size of a text that is wrapped; `undefined` without text. */
export const textSize = (text: string | undefined, width: number = labelWidth): Size | undefined => {
  if (text === undefined || text.trim() === '') return undefined;
  const lines = linesOf(text, width);
  const longest = Math.max(...lines.map(({ length }) => length));
  return { width: Math.min(width, longest * characterWidth + 4), height: lines.length * lineHeight };
};
