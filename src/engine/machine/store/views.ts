import type {
  MachineElement,
  MachineIncident,
  MachineInstance,
  MachineJob,
  MachineMessage,
  ProcessMetadata,
} from '../types.ts';
import { keyText } from './keys.ts';
import type { Definition, ElementInstance, EndedInstance, Incident, Job, Message } from './records.ts';
import { localVariables } from './variables.ts';

/** Records as clients and listeners see them. */

export const viewDefinition = ({ key, version, model, resource }: Definition): ProcessMetadata => ({
  bpmnProcessId: model.id,
  version,
  processDefinitionKey: keyText(key),
  resourceName: resource.name,
});

export const viewInstance = (root: ElementInstance): MachineInstance => ({
  key: keyText(root.key),
  bpmnProcessId: root.definition.model.id,
  version: root.definition.version,
  processDefinitionKey: keyText(root.definition.key),
  state: 'ACTIVE',
  variables: localVariables(root),
});

export const viewEnded = ({ key, definition, state, variables }: EndedInstance): MachineInstance => ({
  key: keyText(key),
  bpmnProcessId: definition.model.id,
  version: definition.version,
  processDefinitionKey: keyText(definition.key),
  state,
  variables,
});

export const viewElement = (element: ElementInstance): MachineElement => ({
  key: keyText(element.key),
  elementId: element.node?.id ?? element.definition.model.id,
  kind: element.node?.kind ?? 'process',
  state: element.state,
  processInstanceKey: keyText(element.root.key),
  scopeKey: keyText((element.scope ?? element).key),
  variables: localVariables(element),
});

export const viewJob = (job: Job): MachineJob => {
  const { node, definition, root, key } = job.element;
  return {
    key: keyText(job.key),
    type: job.type,
    state: job.state,
    processInstanceKey: keyText(root.key),
    bpmnProcessId: definition.model.id,
    processDefinitionVersion: definition.version,
    processDefinitionKey: keyText(definition.key),
    elementId: node!.id,
    elementInstanceKey: keyText(key),
    headers: node?.kind === 'jobTask' ? node.job.headers : {},
    retries: job.retries,
    worker: job.worker,
    deadline: job.state === 'ACTIVATED' ? job.due : 0,
    errorMessage: job.errorMessage,
  };
};

export const viewIncident = ({ key, type, message, element }: Incident): MachineIncident => ({
  key: keyText(key),
  type,
  message,
  elementId: element.node?.id ?? element.definition.model.id,
  elementInstanceKey: keyText(element.key),
  processInstanceKey: keyText(element.root.key),
  jobKey: element.job === undefined ? '-1' : keyText(element.job.key),
});

export const viewMessage = (message: Message): MachineMessage => ({
  key: keyText(message.key),
  name: message.name,
  correlationKey: message.correlationKey,
  messageId: message.messageId,
  deadline: message.due,
  variables: message.variables,
});
