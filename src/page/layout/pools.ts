/** Draws pools and the messages between them. */
import { movedDrawing } from './drawing.ts';
import {
  type Box,
  boxAround,
  centreOf,
  type Outline,
  overlap,
  type Point,
  type Size,
  simplified,
  textSize,
} from './geometry.ts';

import type { Relation } from './read-scope.ts';
import type { Drawing, Item, PlacedLine, PlacedShape } from './types.ts';

/** A pool with what is in it; without a drawing, nothing is known of it. */
export interface Pool {
  readonly item: Item;
  readonly content: Drawing | undefined;
  /** Whether the content begins with lanes, which fill the pool. */
  readonly hasLanes: boolean;
}

const header = 30;
const padding = 30;
const emptyHeight = 60;
const smallestWidth = 400;

const drawPool = ({ item, content, hasLanes }: Pool, width: number): Drawing => {
  const frame = (height: number): PlacedShape => ({
    item,
    box: { x: 0, y: 0, width, height },
    outline: 'rectangle',
    isFrame: true,
  });
  if (content === undefined) return { width, height: emptyHeight, shapes: [frame(emptyHeight)], lines: [] };
  if (!hasLanes) {
    const height = Math.max(content.height + 2 * padding, 100);
    const inside = movedDrawing(content, header + padding, padding);
    return { width, height, shapes: [frame(height), ...inside.shapes], lines: inside.lines };
  }
  const inside = movedDrawing(content, header, 0);
  const shapes = inside.shapes.map((shape) =>
    shape.item.$type === 'bpmn:Lane' ? { ...shape, box: { ...shape.box, width: width - shape.box.x } } : shape,
  );
  return { width, height: content.height, shapes: [frame(content.height), ...shapes], lines: inside.lines };
};

const outerWidth = ({ content, hasLanes }: Pool): number =>
  content === undefined ? 0 : header + content.width + (hasLanes ? 0 : 2 * padding);

/** Space between two pools, and for each message between them. */
const apart = 40;
const smallestRow = 12;

interface End {
  readonly box: Box;
  readonly outline: Outline;
  readonly pool: number;
  readonly isPool: boolean;
}

/** How far a message goes before it turns. */
const step = 9;

/** The horizontal place nearest to a wished one at which nothing is in the way; `undefined` if there is none. */
const freePlace = (
  wished: number,
  from: number,
  to: number,
  obstacles: readonly Box[],
  [least, most]: readonly [number, number],
): number | undefined => {
  const [y, height] = [Math.min(from, to), Math.abs(to - from)];
  const isFree = (x: number): boolean =>
    obstacles.every((box) => !overlap({ x: x - 3, y, width: 6, height }, box)) && x >= least && x <= most;
  for (let distance = 0; distance <= most - least; distance += 4) {
    if (isFree(wished + distance)) return wished + distance;
    if (isFree(wished - distance)) return wished - distance;
  }
  return undefined;
};

/** Draws pools below each other, and the messages that are exchanged. */
export const drawPools = (pools: readonly Pool[], messages: readonly Relation[]): Drawing => {
  const width = Math.max(smallestWidth, ...pools.map(outerWidth));
  const labels = new Map(messages.map(({ item }) => [item, textSize(item.name)]));
  const perMessage = Math.max(smallestRow, ...[...labels.values()].map((label) => (label?.height ?? 0) + 6));
  const space = apart + perMessage * messages.length;
  const placed: { readonly drawing: Drawing; readonly y: number }[] = [];
  let y = 0;
  for (const pool of pools) {
    const drawing = drawPool(pool, width);
    placed.push({ drawing: movedDrawing(drawing, 0, y), y });
    y += drawing.height + space;
  }
  const shapes = placed.flatMap(({ drawing }) => drawing.shapes);
  const frames = placed.map(({ drawing }) => drawing.shapes[0]!.box);
  const endOf = (item: Item): End | undefined => {
    const pool = placed.findIndex(({ drawing }) => drawing.shapes.some((shape) => shape.item === item));
    const shape = placed[pool]?.drawing.shapes.find((each) => each.item === item);
    return shape && { box: shape.box, outline: shape.outline, pool, isPool: pools[pool]!.item === item };
  };
  const obstaclesOf = (pool: number, own: Box): readonly Box[] =>
    placed[pool]!.drawing.shapes.filter(({ isFrame, box }) => isFrame !== true && box !== own).flatMap(
      ({ box, label }) => (label === undefined ? [box] : [box, label]),
    );
  /** How many messages run in the space below each pool. */
  const used = pools.map(() => 0);

  /** From the border of a shape to the border of its pool. */
  const wayOut = ({ box, outline, pool, isPool }: End, isDown: boolean, wished: number): readonly Point[] => {
    const frame = frames[pool]!;
    const border = isDown ? frame.y + frame.height : frame.y;
    if (isPool) return [{ x: Math.min(Math.max(wished, frame.x + 40), frame.x + frame.width - 10), y: border }];
    const centre = centreOf(box);
    const start = isDown ? box.y + box.height : box.y;
    const obstacles = obstaclesOf(pool, box);
    // Beside the events at the border. Round shapes and gateways have only one place.
    const slack = outline === 'rectangle' ? box.width / 2 - 12 : 0;
    const sides = [centre.x - slack, centre.x + slack] as const;
    const straight = freePlace(centre.x, start, border, obstacles, sides);
    if (straight !== undefined) {
      return [
        { x: straight, y: start },
        { x: straight, y: border },
      ];
    }
    const turn = start + (isDown ? step : -step);
    const exit = freePlace(centre.x, start, turn, obstacles, sides) ?? centre.x;
    const x = freePlace(exit, turn, border, obstacles, [frame.x + 40, frame.x + frame.width - 10]) ?? exit;
    return [
      { x: exit, y: start },
      { x: exit, y: turn },
      { x, y: turn },
      { x, y: border },
    ];
  };

  const lines = messages.flatMap(({ item, source, target }): readonly PlacedLine[] => {
    const [from, to] = [endOf(source), endOf(target)];
    if (from === undefined || to === undefined) return [];
    const isDown = from.pool < to.pool || (from.pool === to.pool && !from.isPool);
    const wished = from.isPool ? centreOf(to.box).x : to.isPool ? centreOf(from.box).x : undefined;
    const start = wayOut(from, isDown, wished ?? centreOf(from.box).x);
    const end = wayOut(
      to,
      from.pool === to.pool ? isDown : !isDown,
      to.isPool ? start.at(-1)!.x : (wished ?? centreOf(to.box).x),
    );
    const begin = from.isPool ? [{ x: end.at(-1)!.x, y: start[0]!.y }] : start;
    const finish = to.isPool ? [{ x: begin.at(-1)!.x, y: end[0]!.y }] : end;
    const gapAfter = isDown ? from.pool : from.pool - 1;
    const level = (pool: number): number => {
      const place = frames[pool] === undefined ? -apart : frames[pool].y + frames[pool].height;
      const row = used[pool] ?? 0;
      if (pool in used) used[pool] = row + 1;
      return place + apart / 2 + row * perMessage;
    };
    const first = level(gapAfter);
    /** On the horizontal part or, where that is short, beside the line. */
    const label = (size: Size | undefined, left: number, right: number): Box | undefined => {
      if (size === undefined) return undefined;
      const x = right - left > size.width + 10 ? (left + right - size.width) / 2 : right + 4;
      return { ...size, x, y: first - size.height - 2 };
    };
    const sideways = [begin.at(-1)!.x, finish.at(-1)!.x].sort((a, b) => a - b);
    const isNear = Math.abs(from.pool - to.pool) <= 1;
    const direct = [
      ...begin,
      { x: begin.at(-1)!.x, y: first },
      { x: finish.at(-1)!.x, y: first },
      ...finish.toReversed(),
    ];
    if (isNear) {
      return [{ item, points: simplified(direct), label: label(labels.get(item), sideways[0]!, sideways[1]!) }];
    }
    // Around the pools between them.
    const outside = width + 20 + (used[gapAfter] ?? 0) * perMessage;
    const second = level(isDown ? to.pool - 1 : to.pool);
    const around = [
      ...begin,
      { x: begin.at(-1)!.x, y: first },
      { x: outside, y: first },
      { x: outside, y: second },
      { x: finish.at(-1)!.x, y: second },
      ...finish.toReversed(),
    ];
    return [{ item, points: simplified(around), label: label(labels.get(item), begin.at(-1)!.x, outside) }];
  });
  const all = [...placed.flatMap(({ drawing }) => drawing.lines), ...lines];
  const { width: total, height } = boxAround([
    ...frames,
    ...all.flatMap(({ points }) => points.map((point) => ({ ...point, width: 0, height: 0 }))),
  ]);
  return { width: total, height, shapes, lines: all };
};
