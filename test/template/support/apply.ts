/** From a template to a saved diagram in which one element has it. */
import { drawDiagram, type Node } from './diagram.ts';
import { type Diagram, type Entry, openDiagram } from './modeler.ts';
import { type Reading, readXml } from './reading.ts';
import { open } from './shape.ts';

/** Plain elements that a template can be chosen for; the element is always called `it`. */
const nodesFor = (template: object): readonly Node[] => {
  const { appliesTo, elementType } = open(template);
  if (appliesTo.includes('bpmn:BoundaryEvent')) {
    return [
      ['host', 'task'],
      ['it', 'boundaryEvent', 'host'],
    ];
  }
  if (appliesTo.includes('bpmn:Task')) return [['it', 'task']];
  if (appliesTo.includes('bpmn:IntermediateThrowEvent')) return [['it', 'intermediateThrowEvent']];
  const type = elementType?.value ?? appliesTo[0] ?? '';
  return [['it', type.charAt(5).toLowerCase() + type.slice(6)]];
};

/** Opens a new diagram, loads the templates and applies the first to the element `it`. */
export const applyTo = async (...templates: readonly [object, ...object[]]): Promise<Diagram> => {
  const [template] = templates;
  const diagram = await openDiagram(drawDiagram('p', ...nodesFor(template)));
  diagram.load(templates);
  diagram.apply('it', template);
  return diagram;
};

/** What the saved diagram says of the element `it`. */
export const readSaved = async (diagram: Diagram): Promise<Reading> => readXml(await diagram.save(), 'it');

/** Applies a template to a new diagram, fills in fields and reads the saved file. */
export const applyAndRead = async (
  template: object,
  fields: Readonly<Record<string, Entry>> = {},
): Promise<Reading> => {
  const diagram = await applyTo(template);
  diagram.fill('it', fields);
  return readSaved(diagram);
};
