/** Reads what a BPMN file shows, and where. */
import { readFileSync } from 'node:fs';

/** A point of a diagram, in its own units. */
export interface Point {
  readonly x: number;
  readonly y: number;
}

/** A rectangle of a diagram. */
export interface Box extends Point {
  readonly width: number;
  readonly height: number;
}

/** A text, and the middle of the space for it. */
export interface Label {
  readonly text: string;
  readonly box: Box;
}

/** An element that is not a flow. */
export interface Shape {
  /** Its kind, e.g. `serviceTask`. */
  readonly kind: string;
  readonly name: string;
  readonly box: Box;
  readonly label: Box | undefined;
  /** The kind of the event that it waits for or raises, e.g. `message`. */
  readonly event: string | undefined;
}

/** A sequence flow. */
export interface Flow {
  readonly name: string;
  readonly points: readonly Point[];
  readonly label: Box | undefined;
  /** The flow that its gateway takes if no condition holds. */
  readonly isDefault: boolean;
}

/** A process as it is drawn. */
export interface Diagram {
  /** The name of the process. */
  readonly title: string;
  readonly shapes: readonly Shape[];
  readonly flows: readonly Flow[];
}

interface Element {
  readonly $type: string;
  readonly id: string;
  readonly name?: string;
  readonly default?: Element;
  readonly sourceRef?: Element;
  readonly eventDefinitions?: readonly Element[];
}

interface Drawn {
  readonly bpmnElement: Element;
  readonly bounds?: Box;
  readonly waypoint?: readonly Point[];
  readonly label?: { readonly bounds?: Box };
}

interface Root {
  readonly diagrams: readonly [
    { readonly plane: { readonly bpmnElement: Element; readonly planeElement: readonly Drawn[] } },
  ];
}

interface Moddle {
  fromXML(text: string): Promise<{ readonly rootElement: Root }>;
}

const { BpmnModdle } = (await import('bpmn-moddle' as string)) as {
  readonly BpmnModdle: new (packages: object) => Moddle;
};
const zeebe = JSON.parse(readFileSync('node_modules/zeebe-bpmn-moddle/resources/zeebe.json', 'utf8')) as object;

/** `bpmn:ServiceTask` -> `serviceTask`. */
const kindOf = ({ $type }: Element): string => {
  const name = $type.slice($type.indexOf(':') + 1);
  return name.charAt(0).toLowerCase() + name.slice(1);
};

const eventOf = ({ eventDefinitions = [] }: Element): string | undefined => {
  const [definition] = eventDefinitions;
  return definition === undefined ? undefined : kindOf(definition).replace('EventDefinition', '');
};

/** Reads the first diagram of a BPMN file. */
export const readDiagram = async (xml: string): Promise<Diagram> => {
  const { rootElement } = await new BpmnModdle({ zeebe }).fromXML(xml);
  const { bpmnElement: process, planeElement: drawn } = rootElement.diagrams[0].plane;
  return {
    title: process.name ?? process.id,
    shapes: drawn.flatMap(({ bpmnElement: element, bounds, label }) =>
      bounds === undefined
        ? []
        : [
            {
              kind: kindOf(element),
              name: element.name ?? '',
              box: bounds,
              label: label?.bounds,
              event: eventOf(element),
            },
          ],
    ),
    flows: drawn.flatMap(({ bpmnElement: element, waypoint, label }) =>
      waypoint === undefined
        ? []
        : [
            {
              name: element.name ?? '',
              points: waypoint,
              label: label?.bounds,
              isDefault: element.sourceRef?.default?.id === element.id,
            },
          ],
    ),
  };
};
