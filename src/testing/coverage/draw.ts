import { escapeMarkup } from '../../common/escape-markup.ts';
import type { Box, Layout, Line, Point, Shape } from './layout.ts';
import type { ProcessCoverage } from './types.ts';

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

/** Signs of events and gateways, as letters that every font has. */
const triggers: Readonly<Record<string, string>> = {
  messageEventDefinition: '✉',
  timerEventDefinition: '◷',
  errorEventDefinition: 'ϟ',
  escalationEventDefinition: '▲',
  signalEventDefinition: '△',
  compensateEventDefinition: '«',
  conditionalEventDefinition: '≡',
  linkEventDefinition: '➔',
  terminateEventDefinition: '●',
};
const gateways: Readonly<Record<string, string>> = {
  exclusiveGateway: '×',
  parallelGateway: '+',
  inclusiveGateway: '○',
  eventBasedGateway: '⬠',
  complexGateway: '✱',
};
const tasks: Readonly<Record<string, string>> = {
  serviceTask: '⚙',
  userTask: '☺',
  sendTask: '✉',
  receiveTask: '✉',
  scriptTask: '§',
  businessRuleTask: '▤',
  callActivity: '⊞',
  subProcess: '⊞',
  adHocSubProcess: '~',
  manualTask: '✋',
};

const middle = ({ x, y, width, height }: Box): Point => ({ x: x + width / 2, y: y + height / 2 });

const label = ({ text, label: box }: Pick<Shape, 'text' | 'label'>, fallback: Point): string => {
  if (text === '') return '';
  const at = box === undefined ? fallback : middle(box);
  return textLines(wrap(text, Math.max(90, box?.width ?? 0), 4), at.x, at.y);
};

const sign = (text: string | undefined, { x, y }: Point): string =>
  text === undefined
    ? ''
    : `<text class="sign" text-anchor="middle" dominant-baseline="central" x="${round(x)}" y="${round(y)}">${text}</text>`;

const drawEvent = (shape: Shape): string => {
  const { box, tag, trigger, isInterrupting } = shape;
  const { x, y } = middle(box);
  const radius = Math.min(box.width, box.height) / 2;
  const dashes = isInterrupting ? '' : ' stroke-dasharray="4 3"';
  const circle = (size: number, extra = ''): string =>
    `<circle cx="${round(x)}" cy="${round(y)}" r="${round(size)}"${dashes}${extra}/>`;
  const inner = tag === 'intermediateCatchEvent' || tag === 'intermediateThrowEvent' || tag === 'boundaryEvent';
  const outline = tag === 'endEvent' ? circle(radius, ' stroke-width="4"') : circle(radius);
  return `${outline}${inner ? circle(radius - 3, ' fill="none"') : ''}${sign(trigger && triggers[trigger], { x, y })}${label(shape, { x, y: box.y + box.height + 12 })}`;
};

const drawGateway = (shape: Shape): string => {
  const { x, y, width, height } = shape.box;
  const { x: cx, y: cy } = middle(shape.box);
  const points = [`${cx},${y}`, `${x + width},${cy}`, `${cx},${y + height}`, `${x},${cy}`].join(' ');
  return `<polygon points="${points}"/>${sign(gateways[shape.tag], { x: cx, y: cy })}${label(shape, { x: cx, y: y + height + 12 })}`;
};

const drawActivity = ({ box, text, tag }: Shape): string => {
  const { x, y, width, height } = box;
  const { x: cx, y: cy } = middle(box);
  const mark = tasks[tag];
  const most = Math.max(1, Math.floor((height - 16) / lineHeight));
  return `<rect x="${x}" y="${y}" width="${width}" height="${height}" rx="10"/>${sign(mark, { x: x + 14, y: y + 13 })}${
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

/** How much of a shape or line was used, for its colour and its tooltip. */
interface Use {
  readonly className: 'used' | 'missed' | 'plain';
  readonly tip: string;
}

const times = (count: number): string => `${count} ${count === 1 ? 'time' : 'times'}`;

const group = ({ className, tip }: Use, content: string): string =>
  content === ''
    ? ''
    : `<g class="${className}">${tip === '' ? '' : `<title>${escapeMarkup(tip)}</title>`}${content}</g>`;

const drawLine = (line: Line, isUsed: boolean): string => {
  const points = line.points.map(({ x, y }) => `${round(x)},${round(y)}`).join(' ');
  const marker = line.form === 'flow' ? ` marker-end="url(#${isUsed ? 'arrow-used' : 'arrow-missed'})"` : '';
  const half = line.points[Math.floor((line.points.length - 1) / 2)]!;
  const next = line.points[Math.floor((line.points.length - 1) / 2) + 1]!;
  const place = { x: (half.x + next.x) / 2, y: (half.y + next.y) / 2 - 10 };
  return `<polyline points="${points}"${marker}/>${label(line, place)}`;
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

const arrow = (id: string): string =>
  `<marker id="${id}" class="${id}" viewBox="0 0 10 10" refX="9" refY="5" markerWidth="8" markerHeight="8" orient="auto-start-reverse"><path d="M 0 1 L 10 5 L 0 9 z"/></marker>`;

/**
 * Draws the diagram of a file with what was used of it, as SVG. Colours come from the style of the page, by the classes `used`,
 * `missed` and `plain`; what was missed is dashed as well.
 *
 * @param processes all processes of the file
 * @returns `undefined` if the file has no diagram
 */
export const drawDiagram = (
  layout: Layout,
  processes: readonly ProcessCoverage[],
  title: string,
): string | undefined => {
  if (layout.shapes.length === 0) return undefined;
  const elements = new Map(processes.flatMap((each) => each.elements.map((element) => [element.id, element] as const)));
  const flows = new Map(processes.flatMap((each) => each.flows.map((flow) => [flow.id, flow] as const)));

  const useOfShape = ({ id }: Shape): Use => {
    const element = elements.get(id);
    if (element === undefined) return { className: 'plain', tip: '' };
    const { name, entered, completed, terminated } = element;
    const tip = `${name}: entered ${times(entered)}, completed ${times(completed)}${terminated > 0 ? `, terminated ${times(terminated)}` : ''}`;
    return { className: entered > 0 ? 'used' : 'missed', tip };
  };
  const useOfLine = ({ id }: Line): Use => {
    const flow = flows.get(id);
    if (flow === undefined) return { className: 'plain', tip: '' };
    return { className: flow.taken > 0 ? 'used' : 'missed', tip: `${id}: taken ${times(flow.taken)}` };
  };

  const { x, y, width, height } = areaOf(layout);
  const frames = layout.shapes.filter(({ form }) => form === 'frame');
  const others = layout.shapes.filter(({ form }) => form !== 'frame');
  const draw = (shape: Shape): string => group(useOfShape(shape), drawings[shape.form](shape));
  return [
    `<svg xmlns="http://www.w3.org/2000/svg" role="img" aria-label="${escapeMarkup(title)}" viewBox="${round(x)} ${round(y)} ${round(width)} ${round(height)}" width="${round(width)}" height="${round(height)}">`,
    `<defs>${arrow('arrow-used')}${arrow('arrow-missed')}</defs>`,
    ...frames.map(draw),
    ...layout.lines.map((line) => {
      const use = useOfLine(line);
      return group(use, drawLine(line, use.className === 'used'));
    }),
    ...others.map(draw),
    '</svg>',
  ].join('\n');
};
