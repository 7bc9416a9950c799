import { type Element, elementAt, elements, isA, textAt } from '../../engine/model/xml/element.ts';
import { parseBpmn } from '../../engine/model/xml/parse-xml.ts';

/** A rectangle in a diagram, in its own units. */
export interface Box {
  readonly x: number;
  readonly y: number;
  readonly width: number;
  readonly height: number;
}

export interface Point {
  readonly x: number;
  readonly y: number;
}

/** A shape in a diagram. */
export interface Shape {
  readonly id: string;
  /** `event`, `gateway`, `activity`, `frame` (pools, lanes, expanded subprocesses), or `other`. */
  readonly form: 'event' | 'gateway' | 'activity' | 'frame' | 'other';
  /** The tag without its prefix, e.g. `boundaryEvent`. */
  readonly tag: string;
  /** The tag of its first event definition, e.g. `timerEventDefinition`. */
  readonly trigger?: string;
  readonly isInterrupting: boolean;
  readonly text: string;
  readonly box: Box;
  /** Where the text is, if it is outside the shape. */
  readonly label?: Box;
}

/** A line in a diagram. */
export interface Line {
  readonly id: string;
  readonly form: 'flow' | 'other';
  readonly text: string;
  /** The flow that its gateway takes if no condition holds. */
  readonly isDefault: boolean;
  readonly points: readonly Point[];
  readonly label?: Box;
}

/** What a file draws: empty lists if it has no diagram. */
export interface Layout {
  /** The name of the first process. */
  readonly title: string;
  readonly shapes: readonly Shape[];
  readonly lines: readonly Line[];
  /** Ids of end events that throw an error or an escalation. */
  readonly errorEnds: ReadonlySet<string>;
}

const boxOf = (bounds: Element | undefined): Box | undefined => {
  const { x, y, width, height } = bounds ?? ({} as Record<string, unknown>);
  return [x, y, width, height].every((value) => typeof value === 'number' && Number.isFinite(value))
    ? { x: x as number, y: y as number, width: width as number, height: height as number }
    : undefined;
};

const formOf = (element: Element, isExpanded: boolean): Shape['form'] => {
  if (isA(element, 'bpmn:Participant') || isA(element, 'bpmn:Lane')) return 'frame';
  if (isA(element, 'bpmn:Event')) return 'event';
  if (isA(element, 'bpmn:Gateway')) return 'gateway';
  if (isA(element, 'bpmn:SubProcess') && isExpanded) return 'frame';
  return isA(element, 'bpmn:Activity') ? 'activity' : 'other';
};

const withoutPrefix = (type: string): string => {
  const local = type.slice(type.indexOf(':') + 1);
  return local.charAt(0).toLowerCase() + local.slice(1);
};

const labelOf = (diagramElement: Element): { readonly label?: Box } => {
  const label = elementAt(diagramElement, 'label');
  const box = label === undefined ? undefined : boxOf(elementAt(label, 'bounds'));
  return box === undefined ? {} : { label: box };
};

const shapeOf = (diagramElement: Element, element: Element): readonly Shape[] => {
  const box = boxOf(elementAt(diagramElement, 'bounds'));
  if (box === undefined) return [];
  const trigger = elements(element, 'eventDefinitions')[0];
  return [
    {
      id: element.id ?? '',
      form: formOf(element, diagramElement.isExpanded === true),
      tag: withoutPrefix(element.$type),
      ...(trigger === undefined ? {} : { trigger: withoutPrefix(trigger.$type) }),
      isInterrupting: element.cancelActivity !== false && element.isInterrupting !== false,
      text: textAt(element, 'name') ?? textAt(element, 'text') ?? '',
      box,
      ...labelOf(diagramElement),
    },
  ];
};

const lineOf = (diagramElement: Element, element: Element): readonly Line[] => {
  const points = elements(diagramElement, 'waypoint').flatMap(({ x, y }) =>
    typeof x === 'number' && typeof y === 'number' ? [{ x, y }] : [],
  );
  if (points.length < 2) return [];
  return [
    {
      id: element.id ?? '',
      form: isA(element, 'bpmn:SequenceFlow') ? 'flow' : 'other',
      text: textAt(element, 'name') ?? '',
      isDefault: elementAt(element, 'sourceRef')?.default === element,
      points,
      ...labelOf(diagramElement),
    },
  ];
};

const errorTriggers = new Set(['errorEventDefinition', 'escalationEventDefinition']);

const errorEndsIn = (scope: Element): readonly string[] =>
  elements(scope, 'flowElements').flatMap((element) => {
    if (isA(element, 'bpmn:SubProcess')) return errorEndsIn(element);
    const throwsError =
      isA(element, 'bpmn:EndEvent') &&
      elements(element, 'eventDefinitions').some(({ $type }) => errorTriggers.has(withoutPrefix($type)));
    return throwsError && element.id !== undefined ? [element.id] : [];
  });

/** Reads where a file draws its elements. All processes of the file are in one drawing. */
export const readLayout = async (resourceName: string, content: Uint8Array): Promise<Layout> => {
  const parsed = await parseBpmn(resourceName, content);
  if (!parsed.ok) return { title: resourceName, shapes: [], lines: [], errorEnds: new Set() };
  const { definitions } = parsed.document;
  const drawn = elements(definitions, 'diagrams').flatMap((diagram) => {
    const plane = elementAt(diagram, 'plane');
    return plane === undefined ? [] : elements(plane, 'planeElement');
  });
  const withElements = drawn.flatMap((diagramElement) => {
    const element = elementAt(diagramElement, 'bpmnElement');
    return element === undefined ? [] : [{ diagramElement, element }];
  });
  const isShape = ({ diagramElement }: { readonly diagramElement: Element }): boolean =>
    diagramElement.$type === 'bpmndi:BPMNShape';
  const first = elements(definitions, 'rootElements').find((element) => isA(element, 'bpmn:Process'));
  return {
    title: (first === undefined ? undefined : (textAt(first, 'name') ?? first.id)) ?? resourceName,
    shapes: withElements.filter(isShape).flatMap(({ diagramElement, element }) => shapeOf(diagramElement, element)),
    lines: withElements
      .filter((each) => !isShape(each))
      .flatMap(({ diagramElement, element }) => lineOf(diagramElement, element)),
    errorEnds: new Set(elements(definitions, 'rootElements').flatMap(errorEndsIn)),
  };
};
