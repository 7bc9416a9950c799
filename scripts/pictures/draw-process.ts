/** Draws a BPMN process as SVG, at the coordinates of its own diagram. */
import type { Box, Diagram, Flow, Point, Shape } from './read-diagram.ts';

const margin = 12;
const line = '#22242a';
const fontSize = 12;
const lineHeight = 14;

/** About as wide is a character, so that lines break where they would in the Modeler. */
const characterWidth = 5.6;

const escaped = (text: string): string =>
  text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;').replaceAll('"', '&quot;');

const wrapped = (text: string, width: number): readonly string[] => {
  const maxLength = Math.max(1, Math.floor(width / characterWidth));
  return text.split(/\s+/).reduce<string[]>((lines, word) => {
    const last = lines.at(-1);
    if (last === undefined || last.length + 1 + word.length > maxLength) lines.push(word);
    else lines[lines.length - 1] = `${last} ${word}`;
    return lines;
  }, []);
};

/** Lines of text around a middle; the first baseline is at `y`. */
const textAt = (lines: readonly string[], x: number, y: number): string =>
  lines.map((text, index) => `<text x="${x}" y="${y + index * lineHeight}">${escaped(text)}</text>`).join('');

const textInside = (text: string, { x, y, width, height }: Box): string => {
  const lines = wrapped(text, width - 10);
  const top = y + height / 2 - (lines.length * lineHeight) / 2;
  return textAt(lines, x + width / 2, top + fontSize - 1);
};

/** A label begins at the top of its space. A word that is too long for it stands out at both sides. */
const labelIn = (text: string, { x, y, width }: Box): string =>
  textAt(wrapped(text, width), x + width / 2, y + fontSize - 1);

const middleOf = ({ x, y, width, height }: Box): Point => ({ x: x + width / 2, y: y + height / 2 });

const path = (points: readonly (readonly [number, number])[], closed = false): string =>
  `<path d="M${points.map(([x, y]) => `${x} ${y}`).join('L')}${closed ? 'Z' : ''}"/>`;

const around = ({ x, y }: Point, radius: number, count: number): readonly (readonly [number, number])[] =>
  Array.from({ length: count }, (_, index) => {
    const angle = (2 * Math.PI * index) / count - Math.PI / 2;
    return [round(x + radius * Math.cos(angle)), round(y + radius * Math.sin(angle))] as const;
  });

const round = (value: number): number => Math.round(value * 10) / 10;

const circle = ({ x, y }: Point, radius: number, attributes = ''): string =>
  `<circle cx="${x}" cy="${y}" r="${radius}"${attributes}/>`;

const envelope = ({ x, y }: Point): string =>
  `<rect x="${x - 9}" y="${y - 6}" width="18" height="12"/>${path([
    [x - 9, y - 6],
    [x, y + 1],
    [x + 9, y - 6],
  ])}`;

const clock = (middle: Point): string =>
  `${circle(middle, 10)}${path([
    [middle.x + 4, middle.y - 6],
    [middle.x, middle.y],
    [middle.x + 5, middle.y + 2],
  ])}`;

const bolt = ({ x, y }: Point): string =>
  path(
    [
      [x - 8, y + 8],
      [x - 3, y - 7],
      [x + 3, y + 1],
      [x + 8, y - 8],
      [x + 3, y + 7],
      [x - 3, y - 1],
    ],
    true,
  );

const eventIcons: Readonly<Record<string, (middle: Point) => string>> = {
  message: envelope,
  timer: clock,
  error: bolt,
};

const iconOf = (event: string | undefined, middle: Point): string => {
  if (event === undefined) return '';
  const icon = eventIcons[event];
  if (icon === undefined) throw new Error(`No icon for an event of kind ${event}`);
  return icon(middle);
};

/** The mark of a service task: a wheel. */
const gear = (middle: Point): string =>
  `${circle(middle, 5)}${circle(middle, 2)}${around(middle, 8, 8)
    .map((outer, index) => path([around(middle, 5, 8)[index]!, outer]))
    .join('')}`;

const task = ({ name, box }: Shape, icon: (middle: Point) => string): string =>
  `<rect x="${box.x}" y="${box.y}" width="${box.width}" height="${box.height}" rx="10"/>` +
  `${icon({ x: box.x + 15, y: box.y + 15 })}${textInside(name, box)}`;

const event = ({ box, event: kind }: Shape, rings: 1 | 2, thick = false): string => {
  const middle = middleOf(box);
  const radius = box.width / 2;
  const inner = rings === 2 ? circle(middle, radius - 4) : '';
  return `${circle(middle, radius, thick ? ' stroke-width="4"' : '')}${inner}${iconOf(kind, middle)}`;
};

const gateway = ({ box }: Shape, icon: (middle: Point) => string): string => {
  const middle = middleOf(box);
  return `${path(around(middle, box.width / 2, 4), true)}${icon(middle)}`;
};

const cross = ({ x, y }: Point): string =>
  `<path d="M${x - 7} ${y - 7}L${x + 7} ${y + 7}M${x - 7} ${y + 7}L${x + 7} ${y - 7}" stroke-width="4"/>`;

const pentagon = (middle: Point): string =>
  `${circle(middle, 14)}${circle(middle, 11)}${path(around(middle, 8, 5), true)}`;

const drawings: Readonly<Record<string, (shape: Shape) => string>> = {
  startEvent: (shape) => event(shape, 1),
  endEvent: (shape) => event(shape, 1, true),
  intermediateCatchEvent: (shape) => event(shape, 2),
  boundaryEvent: (shape) => event(shape, 2),
  serviceTask: (shape) => task(shape, gear),
  exclusiveGateway: (shape) => gateway(shape, cross),
  eventBasedGateway: (shape) => gateway(shape, pentagon),
};

const drawShape = (shape: Shape): string => {
  const drawing = drawings[shape.kind];
  if (drawing === undefined) throw new Error(`No drawing for ${shape.kind}`);
  const inside = shape.kind.endsWith('Task');
  return `<g>${drawing(shape)}${inside || shape.label === undefined ? '' : labelIn(shape.name, shape.label)}</g>`;
};

const drawFlow = ({ name, points, label, isDefault }: Flow): string => {
  const [from, to] = points;
  const slash = isDefault ? slashOn(from!, to!) : '';
  const course = points.map(({ x, y }) => `${x} ${y}`).join('L');
  return `<g><path d="M${course}" marker-end="url(#arrow)"/>${slash}${label === undefined ? '' : labelIn(name, label)}</g>`;
};

/** The mark of a default flow, near its beginning. */
const slashOn = (from: Point, to: Point): string => {
  const length = Math.hypot(to.x - from.x, to.y - from.y);
  const x = round(from.x + (12 * (to.x - from.x)) / length);
  const y = round(from.y + (12 * (to.y - from.y)) / length);
  return `<path d="M${x - 4} ${y - 6}L${x + 4} ${y + 6}"/>`;
};

/** The space that a label takes, which is higher than its own box if the text needs more lines. */
const spaceOf = ({ name, label }: Shape | Flow): readonly Box[] =>
  label === undefined || name === '' ? [] : [{ ...label, height: wrapped(name, label.width).length * lineHeight }];

const extentOf = ({ shapes, flows }: Diagram): Box => {
  const boxes = [...shapes.map(({ box }) => box), ...[...shapes, ...flows].flatMap(spaceOf)];
  const points = flows.flatMap((flow) => flow.points);
  const left = Math.min(...boxes.map(({ x }) => x), ...points.map(({ x }) => x));
  const top = Math.min(...boxes.map(({ y }) => y), ...points.map(({ y }) => y));
  const right = Math.max(...boxes.map(({ x, width }) => x + width), ...points.map(({ x }) => x));
  const bottom = Math.max(...boxes.map(({ y, height }) => y + height), ...points.map(({ y }) => y));
  return {
    x: left - margin,
    y: top - margin,
    width: right - left + 2 * margin,
    height: bottom - top + 2 * margin,
  };
};

/** The process as an SVG file. Throws for an element or event that it has no drawing for. */
export const drawProcess = (diagram: Diagram): string => {
  const { x, y, width, height } = extentOf(diagram);
  return `${[
    `<svg xmlns="http://www.w3.org/2000/svg" width="${width}" height="${height}" viewBox="${x} ${y} ${width} ${height}">`,
    `<title>${escaped(diagram.title)}</title>`,
    '<style>text{font:12px Arial,Helvetica,sans-serif;fill:#22242a;stroke:none;text-anchor:middle}</style>',
    '<defs><marker id="arrow" viewBox="0 0 10 10" refX="10" refY="5" markerWidth="7" markerHeight="7" orient="auto">' +
      `<path d="M0 0L10 5L0 10Z" fill="${line}" stroke="none"/></marker></defs>`,
    `<rect x="${x}" y="${y}" width="${width}" height="${height}" rx="8" fill="#fff"/>`,
    `<g fill="none" stroke="${line}" stroke-width="1.5" stroke-linejoin="round">`,
    ...diagram.flows.map(drawFlow),
    '</g>',
    `<g fill="#fff" stroke="${line}" stroke-width="1.5" stroke-linejoin="round">`,
    ...diagram.shapes.map(drawShape),
    '</g>',
    '</svg>',
  ].join('\n')}\n`;
};
