/** Reads the elements of a process or subprocess: what flows connect, and what stands beside. */
import { type Size, textSize } from './geometry.ts';
import type { Item } from './types.ts';

export const isA = (item: Item, type: string): boolean =>
  (item as unknown as { $instanceOf(name: string): boolean }).$instanceOf(type);

/** The items of a list property. */
export const itemsOf = (item: Item | undefined, property: string): readonly Item[] => {
  const value = item?.[property];
  return Array.isArray(value) ? (value as readonly Item[]) : [];
};

/** The item to which a property refers; `undefined` without one, and for a reference to nothing. */
export const itemOf = (item: Item, property: string): Item | undefined => {
  const value = item[property];
  return typeof value === 'object' && value !== null && '$type' in value ? (value as Item) : undefined;
};

/** A line between two elements. */
export interface Relation {
  readonly item: Item;
  readonly source: Item;
  readonly target: Item;
}

const dataRelations = (activity: Item): readonly Relation[] => [
  ...itemsOf(activity, 'dataInputAssociations').flatMap((item) =>
    itemsOf(item, 'sourceRef')
      .slice(0, 1)
      .map((source) => ({ item, source, target: activity })),
  ),
  ...itemsOf(activity, 'dataOutputAssociations').flatMap((item) => {
    const target = itemOf(item, 'targetRef');
    return target === undefined ? [] : [{ item, source: activity, target }];
  }),
];

const ends = (item: Item): readonly Relation[] => {
  const [source, target] = [itemOf(item, 'sourceRef'), itemOf(item, 'targetRef')];
  return source === undefined || target === undefined ? [] : [{ item, source, target }];
};

/** What a scope contains. */
export interface ScopeItems {
  readonly nodes: readonly Item[];
  readonly boundary: readonly Item[];
  /** Data objects, data stores and texts. */
  readonly artifacts: readonly Item[];
  /** What no line can be followed to, such as groups. */
  readonly others: readonly Item[];
  readonly flows: readonly Relation[];
  /** Lines to data and texts, and from events to what compensates. */
  readonly relations: readonly Relation[];
}

/** Reads a process or a subprocess, without what is in subprocesses of it. */
export const readScope = (scope: Item): ScopeItems => {
  const elements = itemsOf(scope, 'flowElements');
  const artifacts = itemsOf(scope, 'artifacts');
  const isBoundary = (item: Item): boolean =>
    isA(item, 'bpmn:BoundaryEvent') && itemOf(item, 'attachedToRef') !== undefined;
  const nodes = elements.filter((item) => isA(item, 'bpmn:FlowNode') && !isBoundary(item));
  const specification = itemOf(scope, 'ioSpecification');
  const events = elements.filter((item) => isA(item, 'bpmn:Event') || isA(item, 'bpmn:Activity'));
  return {
    nodes,
    boundary: elements.filter(isBoundary),
    artifacts: [
      ...elements.filter(
        (item) => item.$type === 'bpmn:DataObjectReference' || item.$type === 'bpmn:DataStoreReference',
      ),
      ...artifacts.filter(({ $type }) => $type === 'bpmn:TextAnnotation'),
    ],
    others: [
      ...artifacts.filter(({ $type }) => $type === 'bpmn:Group'),
      // Those of activities are not drawn.
      ...(scope.$type === 'bpmn:Process'
        ? [...itemsOf(specification, 'dataInputs'), ...itemsOf(specification, 'dataOutputs')]
        : []),
    ],
    flows: elements.filter(({ $type }) => $type === 'bpmn:SequenceFlow').flatMap(ends),
    relations: [
      ...artifacts.filter(({ $type }) => $type === 'bpmn:Association').flatMap(ends),
      ...events.flatMap(dataRelations),
    ],
  };
};

/** The lanes of a process that have no lanes inside, from above, each with those around it. */
export const leafLanes = (scope: Item): readonly (readonly Item[])[] => {
  const inside = (lane: Item, around: readonly Item[]): readonly (readonly Item[])[] => {
    const inner = itemOf(lane, 'childLaneSet');
    const lanes = inner === undefined ? [] : itemsOf(inner, 'lanes');
    const path = [...around, lane];
    return lanes.length === 0 ? [path] : lanes.flatMap((each) => inside(each, path));
  };
  return itemsOf(scope, 'laneSets')
    .slice(0, 1)
    .flatMap((set) => itemsOf(set, 'lanes'))
    .flatMap((lane) => inside(lane, []));
};

const textWidth = 100;

/** The size of an element that contains no others. */
export const sizeOf = (item: Item): Size => {
  if (isA(item, 'bpmn:Event')) return { width: 36, height: 36 };
  if (isA(item, 'bpmn:Gateway')) return { width: 50, height: 50 };
  switch (item.$type) {
    case 'bpmn:DataStoreReference':
      return { width: 50, height: 50 };
    case 'bpmn:DataObjectReference':
    case 'bpmn:DataInput':
    case 'bpmn:DataOutput':
      return { width: 36, height: 50 };
    case 'bpmn:TextAnnotation': {
      const text = textSize(typeof item.text === 'string' ? item.text : undefined, textWidth - 10);
      return { width: textWidth, height: Math.max(30, (text?.height ?? 0) * 1.1 + 10) };
    }
    case 'bpmn:Group':
      return { width: 140, height: 80 };
    default:
      return { width: 100, height: 80 };
  }
};

/** The size of a text beside the shape; `undefined` if it has none, or if it is inside. */
export const labelOf = (item: Item): Size | undefined =>
  isA(item, 'bpmn:Activity') || item.$type === 'bpmn:TextAnnotation' || item.$type === 'bpmn:Group'
    ? undefined
    : textSize(item.name);
