import type { Point } from './layout.ts';

/** Drawing of a sign around a middle, as SVG. */
export type Icon = (middle: Point) => string;

const round = (value: number): number => Math.round(value * 10) / 10;

const path = (points: readonly (readonly [number, number])[], closed = false): string =>
  `<path d="M${points.map(([x, y]) => `${round(x)} ${round(y)}`).join('L')}${closed ? 'Z' : ''}"/>`;

const around = ({ x, y }: Point, radius: number, count: number): readonly (readonly [number, number])[] =>
  Array.from({ length: count }, (_, index) => {
    const angle = (2 * Math.PI * index) / count - Math.PI / 2;
    return [x + radius * Math.cos(angle), y + radius * Math.sin(angle)] as const;
  });

const ring = ({ x, y }: Point, radius: number): string => `<circle cx="${round(x)}" cy="${round(y)}" r="${radius}"/>`;

const dot = ({ x, y }: Point, radius: number): string =>
  `<circle class="solid" cx="${round(x)}" cy="${round(y)}" r="${radius}"/>`;

const moved = (
  points: readonly (readonly [number, number])[],
  { x, y }: Point,
): readonly (readonly [number, number])[] => points.map(([dx, dy]) => [x + dx, y + dy] as const);

/** A sign of one line through points around the middle. */
const outline =
  (points: readonly (readonly [number, number])[], closed = false): Icon =>
  (middle) =>
    path(moved(points, middle), closed);

const joined =
  (...icons: readonly Icon[]): Icon =>
  (middle) =>
    icons.map((icon) => icon(middle)).join('');

const envelope = joined(
  ({ x, y }) => `<rect x="${round(x - 9)}" y="${round(y - 6)}" width="18" height="12"/>`,
  outline([
    [-9, -6],
    [0, 1],
    [9, -6],
  ]),
);
const clock = joined(
  (middle) => ring(middle, 10),
  outline([
    [4, -6],
    [0, 0],
    [5, 2],
  ]),
);
const bolt = outline(
  [
    [-8, 8],
    [-3, -7],
    [3, 1],
    [8, -8],
    [3, 7],
    [-3, -1],
  ],
  true,
);
const triangle = outline(
  [
    [0, -8],
    [8, 6],
    [-8, 6],
  ],
  true,
);
const arrowUp = outline(
  [
    [0, -8],
    [7, 7],
    [0, 1],
    [-7, 7],
  ],
  true,
);
const rewind = joined(
  outline(
    [
      [-1, -6],
      [-9, 0],
      [-1, 6],
    ],
    true,
  ),
  outline(
    [
      [8, -6],
      [0, 0],
      [8, 6],
    ],
    true,
  ),
);
const list = joined(
  ({ x, y }) => `<rect x="${round(x - 7)}" y="${round(y - 8)}" width="14" height="16"/>`,
  outline([
    [-4, -4],
    [4, -4],
  ]),
  outline([
    [-4, 0],
    [4, 0],
  ]),
  outline([
    [-4, 4],
    [4, 4],
  ]),
);
const link = outline(
  [
    [-9, -3],
    [1, -3],
    [1, -7],
    [9, 0],
    [1, 7],
    [1, 3],
    [-9, 3],
  ],
  true,
);

const gear: Icon = (middle) =>
  `${ring(middle, 5)}${ring(middle, 2)}${around(middle, 8, 8)
    .map((outer, index) => path([around(middle, 5, 8)[index]!, outer]))
    .join('')}`;
const person = joined(
  ({ x, y }) => ring({ x, y: y - 4 }, 4),
  outline([
    [-8, 9],
    [-7, 4],
    [-3, 1],
    [3, 1],
    [7, 4],
    [8, 9],
  ]),
);
const script = joined(
  outline(
    [
      [-6, -8],
      [6, -8],
      [3, 0],
      [6, 8],
      [-6, 8],
      [-9, 0],
    ],
    true,
  ),
  outline([
    [-3, -3],
    [2, -3],
  ]),
  outline([
    [-4, 2],
    [1, 2],
  ]),
);
const grid = joined(
  ({ x, y }) => `<rect x="${round(x - 8)}" y="${round(y - 6)}" width="16" height="12"/>`,
  outline([
    [-8, -2],
    [8, -2],
  ]),
  outline([
    [-3, -6],
    [-3, 6],
  ]),
);
const plusBox = joined(
  ({ x, y }) => `<rect x="${round(x - 7)}" y="${round(y - 7)}" width="14" height="14"/>`,
  outline([
    [-4, 0],
    [4, 0],
  ]),
  outline([
    [0, -4],
    [0, 4],
  ]),
);
const wave = outline([
  [-8, 2],
  [-4, -2],
  [0, 2],
  [4, -2],
  [8, 2],
]);

const bold = (points: string): string => `<path class="bold" d="${points}"/>`;
const cross: Icon = ({ x, y }) => bold(`M${x - 7} ${y - 7}L${x + 7} ${y + 7}M${x - 7} ${y + 7}L${x + 7} ${y - 7}`);
const plus: Icon = ({ x, y }) => bold(`M${x - 9} ${y}L${x + 9} ${y}M${x} ${y - 9}L${x} ${y + 9}`);
const star = joined(cross, plus);
const pentagon: Icon = (middle) => `${ring(middle, 14)}${ring(middle, 11)}${path(around(middle, 8, 5), true)}`;

/** Signs of events, by the tag of their definition. */
export const eventIcons: Readonly<Record<string, Icon>> = {
  messageEventDefinition: envelope,
  timerEventDefinition: clock,
  errorEventDefinition: bolt,
  escalationEventDefinition: arrowUp,
  signalEventDefinition: triangle,
  compensateEventDefinition: rewind,
  conditionalEventDefinition: list,
  linkEventDefinition: link,
  terminateEventDefinition: (middle) => dot(middle, 10),
};

/** Signs of gateways, by tag. */
export const gatewayIcons: Readonly<Record<string, Icon>> = {
  exclusiveGateway: cross,
  parallelGateway: plus,
  inclusiveGateway: (middle) => ring(middle, 11),
  eventBasedGateway: pentagon,
  complexGateway: star,
};

/** Signs of activities, by tag. */
export const activityIcons: Readonly<Record<string, Icon>> = {
  serviceTask: gear,
  userTask: person,
  sendTask: envelope,
  receiveTask: envelope,
  scriptTask: script,
  businessRuleTask: grid,
  callActivity: plusBox,
  subProcess: plusBox,
  adHocSubProcess: wave,
};
