import { isInternalProcess } from '../../../connector/activation-names.ts';
import type { TaskEvent } from '../../model/types.ts';
import { viewTenant } from '../tenants.ts';
import type {
  DecisionMetadata,
  DecisionRequirementsMetadata,
  FormMetadata,
  MachineActivatedJob,
  MachineElement,
  MachineIncident,
  MachineInstance,
  MachineJob,
  MachineMessage,
  MachineUserTask,
  ProcessMetadata,
  ResourceMetadata,
  UserTaskState,
} from '../types.ts';
import { keyText } from './keys.ts';
import { jobHeadersOf, jobKindOf, jobUserTaskOf, listenerEventOf } from './listeners.ts';
import { isLoopBody } from './loops.ts';
import type {
  DecisionVersion,
  Definition,
  ElementInstance,
  EndedInstance,
  Form,
  Incident,
  Job,
  JobExtras,
  Message,
  Requirements,
  StoredFile,
  UserTask,
} from './records.ts';
import { elementIdOf, localVariables } from './variables.ts';

/** Records as clients and listeners see them. */

/** The mark of processes that belong to the runtime and not to the user. */
const markOf = ({ model }: Definition): { readonly internal?: true } =>
  isInternalProcess(model.id) ? { internal: true } : {};

export const viewDefinition = (definition: Definition): ProcessMetadata => {
  const { key, version, model, resource, tenant } = definition;
  const view: ProcessMetadata = {
    bpmnProcessId: model.id,
    version,
    processDefinitionKey: keyText(key),
    resourceName: resource.name,
  };
  if (isInternalProcess(model.id)) Object.assign(view, markOf(definition));
  if (tenant !== undefined) Object.assign(view, viewTenant(definition));
  return view;
};

/** The keys of the call activity that started a process instance, and of its process instance. */
export const callerOf = ({ details }: ElementInstance): EndedInstance['caller'] => {
  const caller = details?.caller;
  return caller && { element: caller.key, instance: caller.root.key };
};

const viewCaller = (caller: EndedInstance['caller']): Partial<MachineInstance> =>
  caller === undefined
    ? {}
    : { parentElementInstanceKey: keyText(caller.element), parentProcessInstanceKey: keyText(caller.instance) };

/** The tags and the business id of a process instance. */
export const marksOf = ({ details }: ElementInstance): Pick<MachineInstance, 'tags' | 'businessId'> => {
  if (details === undefined) return {};
  const { tags, businessId } = details;
  return { ...(tags === undefined ? {} : { tags }), ...(businessId === undefined ? {} : { businessId }) };
};

export const viewInstance = (root: ElementInstance): MachineInstance => ({
  key: keyText(root.key),
  bpmnProcessId: root.definition.model.id,
  version: root.definition.version,
  processDefinitionKey: keyText(root.definition.key),
  state: 'ACTIVE',
  variables: localVariables(root),
  ...viewCaller(callerOf(root)),
  ...markOf(root.definition),
  ...marksOf(root),
  ...viewTenant(root.definition),
});

export const viewEnded = ({ key, definition, state, variables, caller, marks }: EndedInstance): MachineInstance => ({
  key: keyText(key),
  bpmnProcessId: definition.model.id,
  version: definition.version,
  processDefinitionKey: keyText(definition.key),
  state,
  variables,
  ...viewCaller(caller),
  ...markOf(definition),
  ...marks,
  ...viewTenant(definition),
});

export const viewElement = (element: ElementInstance): MachineElement => ({
  key: keyText(element.key),
  elementId: elementIdOf(element),
  name: element.node?.name ?? elementIdOf(element),
  kind: isLoopBody(element) ? 'multiInstanceBody' : (element.node?.kind ?? 'process'),
  state: element.state,
  processInstanceKey: keyText(element.root.key),
  bpmnProcessId: element.definition.model.id,
  scopeKey: keyText((element.scope ?? element).key),
  ...(element.details?.called === undefined ? {} : { calledProcessInstanceKey: keyText(element.details.called.key) }),
  variables: localVariables(element),
});

/** What a worker learns about the process instance of its job. */
export const instanceOfJob = ({
  element: { root },
}: Job): Pick<MachineActivatedJob, 'rootProcessInstanceKey' | 'businessId'> => {
  if (root.details === undefined) return {};
  const { businessId } = root.details;
  let outermost = root;
  while (outermost.details?.caller !== undefined) outermost = outermost.details.caller.root;
  return {
    ...(outermost === root ? {} : { rootProcessInstanceKey: keyText(outermost.key) }),
    ...(businessId === undefined ? {} : { businessId }),
  };
};

const extrasOf = ({ priority, lease }: JobExtras): Pick<MachineJob, 'priority' | 'isLeased'> => ({
  ...(priority === undefined ? {} : { priority }),
  ...(lease === undefined ? {} : { isLeased: true }),
});

export const viewJob = (job: Job): MachineJob => {
  const { element } = job;
  const { definition, root, key } = element;
  const view: MachineJob = {
    key: keyText(job.key),
    type: job.type,
    kind: jobKindOf(element),
    state: job.state,
    processInstanceKey: keyText(root.key),
    bpmnProcessId: definition.model.id,
    processDefinitionVersion: definition.version,
    processDefinitionKey: keyText(definition.key),
    elementId: elementIdOf(element),
    elementInstanceKey: keyText(key),
    headers: jobHeadersOf(element),
    retries: job.retries,
    worker: job.worker,
    deadline: job.state === 'ACTIVATED' ? job.due : 0,
    errorMessage: job.errorMessage,
  };
  if (job.state === 'FAILED' && job.dueIndex >= 0) Object.assign(view, { backoffUntil: job.due });
  const tags = root.details?.tags;
  if (tags !== undefined) Object.assign(view, { tags });
  if (definition.tenant !== undefined) Object.assign(view, viewTenant(definition));
  if (job.extras !== undefined) Object.assign(view, extrasOf(job.extras));
  const listenerEvent = listenerEventOf(element);
  if (listenerEvent === undefined) return view;
  const userTask = jobUserTaskOf(element);
  return { ...view, listenerEvent, ...(userTask === undefined ? {} : { userTask }) };
};

export const viewIncident = ({ key, type, message, element }: Incident): MachineIncident => ({
  ...viewTenant(element.definition),
  key: keyText(key),
  type,
  message,
  elementId: elementIdOf(element),
  elementInstanceKey: keyText(element.key),
  processInstanceKey: keyText(element.root.key),
  bpmnProcessId: element.definition.model.id,
  jobKey: element.job === undefined ? '-1' : keyText(element.job.key),
});

export const viewDecision = ({ key, version, model, requirements }: DecisionVersion): DecisionMetadata => ({
  ...viewTenant(requirements),
  dmnDecisionId: model.id,
  dmnDecisionName: model.name,
  version,
  decisionKey: keyText(key),
  dmnDecisionRequirementsId: requirements.model.id,
  decisionRequirementsKey: keyText(requirements.key),
});

export const viewRequirements = ({
  key,
  version,
  model,
  resource,
  ...rest
}: Requirements): DecisionRequirementsMetadata => ({
  ...viewTenant(rest),
  dmnDecisionRequirementsId: model.id,
  dmnDecisionRequirementsName: model.name,
  version,
  decisionRequirementsKey: keyText(key),
  resourceName: resource.name,
});

export const viewForm = ({ id, version, key, resource, ...rest }: Form): FormMetadata => ({
  ...viewTenant(rest),
  formId: id,
  version,
  formKey: keyText(key),
  resourceName: resource.name,
});

export const viewFile = ({ id, version, key, resource, versionTag, ...rest }: StoredFile): ResourceMetadata => ({
  ...viewTenant(rest),
  resourceId: id,
  version,
  resourceKey: keyText(key),
  resourceName: resource.name,
  ...(versionTag === undefined ? {} : { versionTag }),
});

const taskStates: Readonly<Record<TaskEvent, UserTaskState>> = {
  creating: 'CREATING',
  assigning: 'ASSIGNING',
  updating: 'UPDATING',
  completing: 'COMPLETING',
  canceling: 'CANCELING',
};

/** @param state if the task has ended */
export const viewUserTask = (
  { key, element, form, change, ...task }: UserTask,
  state: UserTaskState = change === undefined ? 'CREATED' : taskStates[change.event],
): MachineUserTask => {
  const { node, definition, root } = element;
  return {
    ...viewTenant(definition),
    ...task,
    key: keyText(key),
    state,
    elementId: node!.id,
    name: node?.name ?? node!.id,
    elementInstanceKey: keyText(element.key),
    processInstanceKey: keyText(root.key),
    bpmnProcessId: definition.model.id,
    processDefinitionKey: keyText(definition.key),
    formKey: form === null ? null : keyText(form),
    headers: node?.kind === 'userTask' ? node.headers : {},
  };
};

export const viewMessage = (message: Message): MachineMessage => ({
  ...viewTenant(message),
  key: keyText(message.key),
  name: message.name,
  correlationKey: message.correlationKey,
  messageId: message.messageId,
  publishedAt: message.publishedAt,
  deadline: message.due,
  correlatedTo: [...message.correlated],
  variables: message.variables,
});
