import { escapeMarkup } from '../../common/escape-markup.ts';
import { activityIcons, eventIcons, gatewayIcons, type Icon } from './icons.ts';
import type { Box, Layout, Line, Point, Shape } from './layout.ts';

const round = (value: number): number => Math.round(value * 10) / 10;

/** Room around the drawing, for texts below the lowest shapes. */
const margin = 24;

/** Average width of a letter in the font of the drawing. */
const letter = 6;
const lineHeight = 14;

const wrap = (text: string, width: number, most: number): readonly string[] => {
  const room = Math.max(4, Math.floor(width / letter));
  const lines: string[] = [''];
  for (const word of text.split(/\s+/).filter((each) => each !== '')) {
    const current = lines.at(-1)!;
    if (current !== '' && current.length + 1 + word.length > room) lines.push(word);
    else lines[lines.length - 1] = current === '' ? word : `${current} ${word}`;
  }
  if (lines.length <= most) return lines;
  return [...lines.slice(0, most - 1), `${lines[most - 1]!.slice(0, Math.max(1, room - 1))}…`];
};

const textLines = (lines: readonly string[], x: number, y: number): string => {
  const first = y - ((lines.length - 1) * lineHeight) / 2;
  const spans = lines.map(
    (line, index) => `<tspan x="${round(x)}" y="${round(first + index * lineHeight)}">${escapeMarkup(line)}</tspan>`,
  );
  return `<text text-anchor="middle" dominant-baseline="middle">${spans.join('')}</text>`;
};

const middle = ({ x, y, width, height }: Box): Point => ({ x: x + width / 2, y: y + height / 2 });

const label = ({ text, label: box }: Pick<Shape, 'text' | 'label'>, fallback: Point): string => {
  if (text === '') return '';
  const at = box === undefined ? fallback : middle(box);
  return textLines(wrap(text, Math.max(90, box?.width ?? 0), 4), at.x, at.y);
};

const sign = (icon: Icon | undefined, at: Point): string =>
  icon === undefined ? '' : `<g class="sign">${icon(at)}</g>`;

const drawEvent = (shape: Shape): string => {
  const { box, tag, trigger, isInterrupting } = shape;
  const { x, y } = middle(box);
  const radius = Math.min(box.width, box.height) / 2;
  const dashes = isInterrupting ? '' : ' stroke-dasharray="4 3"';
  const circle = (size: number, extra = ''): string =>
    `<circle cx="${round(x)}" cy="${round(y)}" r="${round(size)}"${dashes}${extra}/>`;
  const inner = tag === 'intermediateCatchEvent' || tag === 'intermediateThrowEvent' || tag === 'boundaryEvent';
  const outline = tag === 'endEvent' ? circle(radius, ' stroke-width="4"') : circle(radius);
  return `${outline}${inner ? circle(radius - 3, ' fill="none"') : ''}${sign(trigger === undefined ? undefined : eventIcons[trigger], { x, y })}${label(shape, { x, y: box.y + box.height + 12 })}`;
};

const drawGateway = (shape: Shape): string => {
  const { x, y, width, height } = shape.box;
  const { x: cx, y: cy } = middle(shape.box);
  const points = [`${cx},${y}`, `${x + width},${cy}`, `${cx},${y + height}`, `${x},${cy}`].join(' ');
  return `<polygon points="${points}"/>${sign(gatewayIcons[shape.tag], { x: cx, y: cy })}${label(shape, { x: cx, y: y + height + 12 })}`;
};

const drawActivity = ({ box, text, tag }: Shape): string => {
  const { x, y, width, height } = box;
  const { x: cx, y: cy } = middle(box);
  const mark = activityIcons[tag];
  const most = Math.max(1, Math.floor((height - 16) / lineHeight));
  return `<rect x="${x}" y="${y}" width="${width}" height="${height}" rx="10"/>${sign(mark, { x: x + 15, y: y + 15 })}${
    text === '' ? '' : textLines(wrap(text, width - 10, most), cx, cy + (mark === undefined ? 0 : 4))
  }`;
};

const drawFrame = ({ box, text }: Shape): string =>
  `<rect class="frame" x="${box.x}" y="${box.y}" width="${box.width}" height="${box.height}" rx="4"/>${
    text === '' ? '' : `<text x="${box.x + 8}" y="${box.y + 16}">${escapeMarkup(text)}</text>`
  }`;

const drawOther = ({ box, text }: Shape): string =>
  text === ''
    ? ''
    : textLines(wrap(text, box.width, Math.max(1, Math.floor(box.height / lineHeight))), middle(box).x, middle(box).y);

const drawings: Readonly<Record<Shape['form'], (shape: Shape) => string>> = {
  event: drawEvent,
  gateway: drawGateway,
  activity: drawActivity,
  frame: drawFrame,
  other: drawOther,
};

/** How a shape or line looks. */
export interface Look {
  /** What the style of the page colours. */
  readonly className: 'used' | 'missed' | 'plain';
  /** The tooltip; empty: none. */
  readonly tip: string;
}

const group = ({ className, tip }: Look, content: string): string =>
  content === ''
    ? ''
    : `<g class="${className}">${tip === '' ? '' : `<title>${escapeMarkup(tip)}</title>`}${content}</g>`;

/** The mark of a default flow, near its beginning. */
const slash = ([from, to]: readonly Point[]): string => {
  const length = Math.hypot(to!.x - from!.x, to!.y - from!.y) || 1;
  const x = round(from!.x + (12 * (to!.x - from!.x)) / length);
  const y = round(from!.y + (12 * (to!.y - from!.y)) / length);
  return `<path d="M${x - 4} ${y - 6}L${x + 4} ${y + 6}"/>`;
};

const drawLine = (line: Line, { className }: Look): string => {
  const points = line.points.map(({ x, y }) => `${round(x)},${round(y)}`).join(' ');
  const marker = line.form === 'flow' ? ` marker-end="url(#arrow-${className})"` : '';
  const half = Math.floor((line.points.length - 1) / 2);
  const [from, to] = [line.points[half]!, line.points[half + 1]!];
  const place = { x: (from.x + to.x) / 2, y: (from.y + to.y) / 2 - 10 };
  return `<polyline points="${points}"${marker}/>${line.isDefault ? slash(line.points) : ''}${label(line, place)}`;
};

const areaOf = ({ shapes, lines }: Layout): Box => {
  const boxes = [...shapes, ...lines].flatMap(({ label: box }) => (box === undefined ? [] : [box]));
  const all: readonly Box[] = [
    ...shapes.map(({ box }) => box),
    ...boxes,
    ...lines.flatMap(({ points }) => points.map(({ x, y }) => ({ x, y, width: 0, height: 0 }))),
  ];
  const left = Math.min(...all.map(({ x }) => x)) - margin;
  const top = Math.min(...all.map(({ y }) => y)) - margin;
  return {
    x: left,
    y: top,
    width: Math.max(...all.map(({ x, width }) => x + width)) + margin - left,
    height: Math.max(...all.map(({ y, height }) => y + height)) + margin - top,
  };
};

const arrow = (className: Look['className']): string =>
  `<marker id="arrow-${className}" class="arrow-${className}" viewBox="0 0 10 10" refX="9" refY="5" markerWidth="8" markerHeight="8" orient="auto-start-reverse"><path d="M 0 1 L 10 5 L 0 9 z"/></marker>`;

/** The style of the drawing, for a page or for the drawing itself. Colours are variables. */
export const drawingStyle = `svg { font: 12px Arial, Helvetica, sans-serif; stroke-linejoin: round; }
svg text { fill: var(--ink); stroke: none; } svg polyline, svg .sign { fill: none; } svg .sign .bold { stroke-width: 4; }
svg g { stroke: var(--plain); fill: var(--plain-fill); stroke-width: 1.5; }
svg .used { stroke: var(--used); fill: var(--used-fill); stroke-width: 2; } svg .missed { stroke: var(--missed); fill: var(--missed-fill); }
svg .missed > :is(rect, circle, polygon, polyline) { stroke-dasharray: 5 4; } svg .frame { fill: none; }
svg .sign { stroke: inherit; stroke-width: 1.5; } svg .sign .solid { fill: currentColor; }
svg .arrow-plain { fill: var(--plain); stroke: none; } svg .arrow-used { fill: var(--used); stroke: none; } svg .arrow-missed { fill: var(--missed); stroke: none; }`;

/**
 * Draws the diagram of a file as SVG.
 *
 * @param title for people who cannot see it
 * @param lookOf how the shape or the line of an element looks, by its id
 * @param style CSS inside the drawing, if it is a file of its own
 * @returns `undefined` if the file has no diagram
 */
export const drawDiagram = (
  layout: Layout,
  { title, lookOf, style }: { readonly title: string; readonly lookOf: (id: string) => Look; readonly style?: string },
): string | undefined => {
  if (layout.shapes.length === 0) return undefined;
  const { x, y, width, height } = areaOf(layout);
  const frames = layout.shapes.filter(({ form }) => form === 'frame');
  const others = layout.shapes.filter(({ form }) => form !== 'frame');
  const draw = (shape: Shape): string => group(lookOf(shape.id), drawings[shape.form](shape));
  const view = [x, y, width, height].map(round).join(' ');
  return [
    `<svg xmlns="http://www.w3.org/2000/svg" role="img" aria-label="${escapeMarkup(title)}" viewBox="${view}" width="${round(width)}" height="${round(height)}">`,
    ...(style === undefined ? [] : [`<style>${style}</style>`]),
    `<defs>${arrow('plain')}${arrow('used')}${arrow('missed')}</defs>`,
    ...frames.map(draw),
    ...layout.lines.map((line) => {
      const look = lookOf(line.id);
      return group(look, drawLine(line, look));
    }),
    ...others.map(draw),
    '</svg>',
  ].join('\n');
};
