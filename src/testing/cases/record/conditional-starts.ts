import { elements, isA } from '../../../engine/model/xml/element.ts';
import { parseBpmn } from '../../../engine/model/xml/parse-xml.ts';
import type { Engine } from '../../../engine/types.ts';

/** A start event of a process, as one text. */
export const startPlace = (bpmnProcessId: string, elementId: string): string => `${bpmnProcessId} ${elementId}`;

/** The start events of all deployed processes that a condition triggers. No event of the engine names them. */
export const conditionalStartsOf = async (engine: Engine): Promise<ReadonlySet<string>> => {
  const found = new Set<string>();
  for (const { processDefinitionKey, bpmnProcessId } of engine.processes()) {
    const resource = engine.resource(processDefinitionKey);
    const parsed = resource === undefined ? undefined : await parseBpmn(resource.name, resource.content);
    if (parsed?.ok !== true) continue;
    const process = elements(parsed.document.definitions, 'rootElements').find(({ id }) => id === bpmnProcessId);
    for (const node of process === undefined ? [] : elements(process, 'flowElements')) {
      const isConditional = elements(node, 'eventDefinitions').some((each) =>
        isA(each, 'bpmn:ConditionalEventDefinition'),
      );
      if (isA(node, 'bpmn:StartEvent') && isConditional) found.add(startPlace(bpmnProcessId, node.id ?? ''));
    }
  }
  return found;
};
