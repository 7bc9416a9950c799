import { stringifyValue } from '../../../../connector/values/json-text.ts';
import type { MachineHost } from '../../../host/machine-host.ts';
import type { TaskChanges } from '../../../host/task-changes.ts';
import { reject } from '../../../machine/rejection.ts';
import { defaultTenant } from '../../../machine/tenants.ts';
import type { ElementActivation, MachineUserTask, UserTaskChanges } from '../../../machine/types.ts';
import { invalidArgument } from '../../call-status.ts';
import { readVariables } from '../../messages/grpc-messages.ts';
import { parseBody, readFields } from '../fields.ts';
import { noContent, type Operation, type OperationAnswer, type OperationRequest } from '../operation.ts';
import { type Item, search } from '../search.ts';

/** What the operations need. */
export interface UserTaskServices {
  readonly host: MachineHost;
  readonly changes: TaskChanges;
}

const json = (value: object): OperationAnswer => ({ status: 200, json: stringifyValue(value) });

const direct = (act: (request: OperationRequest) => OperationAnswer | Promise<OperationAnswer>): Operation => ({
  kind: 'direct',
  act,
});

const fieldsOf = ({ body }: OperationRequest): Readonly<Record<string, unknown>> => parseBody(body.toString('utf8'));

/** Answers without content when a change has taken effect. */
const changed = async (change: Promise<unknown>): Promise<OperationAnswer> => {
  await change;
  return noContent;
};

const toItem = (task: MachineUserTask): Item => ({
  userTaskKey: task.key,
  name: task.name,
  state: task.state,
  assignee: task.assignee,
  candidateGroups: task.candidateGroups,
  candidateUsers: task.candidateUsers,
  dueDate: task.dueDate,
  followUpDate: task.followUpDate,
  priority: task.priority,
  formKey: task.formKey,
  externalFormReference: task.externalFormReference,
  customHeaders: task.headers,
  elementId: task.elementId,
  elementInstanceKey: task.elementInstanceKey,
  processDefinitionId: task.bpmnProcessId,
  processDefinitionKey: task.processDefinitionKey,
  processInstanceKey: task.processInstanceKey,
  tenantId: defaultTenant,
});

const searchable = {
  all: [
    ...['userTaskKey', 'name', 'state', 'assignee', 'candidateGroup', 'candidateUser', 'dueDate', 'followUpDate'],
    ...['priority', 'elementId', 'elementInstanceKey', 'processDefinitionId', 'processDefinitionKey'],
    ...['processInstanceKey', 'tenantId'],
  ],
  enumerated: ['state'],
};

const searchTasks = ({ host }: UserTaskServices, request: OperationRequest): OperationAnswer => {
  const tasks = host.read((machine) => machine.userTasks());
  const items = tasks.map((task) => ({
    ...toItem(task),
    candidateGroup: task.candidateGroups,
    candidateUser: task.candidateUsers,
  }));
  const page = search('searchUserTasks', fieldsOf(request), items, searchable);
  return json({ ...page, items: page.items.map(({ candidateGroup: _g, candidateUser: _u, ...item }) => item) });
};

const taskOf = ({ host }: UserTaskServices, key: string): MachineUserTask => {
  const task = host.read((machine) => machine.userTasks()).find((known) => known.key === key);
  if (task !== undefined) return task;
  throw reject('NOT_FOUND', 'GET', `Expected to find user task with key '${key}', but it is not open`);
};

/** The variables that are visible to a task: those of its element first, then those of the scopes around it. */
const variablesOf = ({ host }: UserTaskServices, task: MachineUserTask): readonly Item[] => {
  const { processInstanceKey } = task;
  const elements = new Map(
    host.read((machine) => machine.elements(processInstanceKey)).map((element) => [element.key, element]),
  );
  const found: Item[] = [];
  const add = (scopeKey: string, variables: object): void => {
    for (const [name, value] of Object.entries(variables)) {
      found.push({ name, value: stringifyValue(value), scopeKey, processInstanceKey, tenantId: defaultTenant });
    }
  };
  for (let at = elements.get(task.elementInstanceKey); at !== undefined; at = elements.get(at.scopeKey)) {
    add(at.key, at.variables);
  }
  add(processInstanceKey, host.read((machine) => machine.instance(processInstanceKey))?.variables ?? {});
  return found;
};

const variableFields = { all: ['name', 'value', 'scopeKey', 'processInstanceKey', 'tenantId'], enumerated: [] };

const searchVariables = (
  services: UserTaskServices,
  request: OperationRequest,
  effective: boolean,
): OperationAnswer => {
  const all = variablesOf(services, taskOf(services, request.keys[0]!));
  const items = effective
    ? all.filter(({ name }, index) => all.findIndex((other) => other.name === name) === index)
    : all;
  return json(search('searchUserTaskVariables', fieldsOf(request), items, variableFields));
};

const readActivations = (elements: readonly Readonly<Record<string, unknown>>[]): readonly ElementActivation[] =>
  elements.map((element) => {
    const { elementId, variables = '' } = readFields('activateAdHocSubProcessActivities', element, {
      ...({ 'elementId!': 'text', variables: 'document' } as const),
    });
    return { elementId, variables: readVariables(variables) };
  });

/** The operations on user tasks, ad-hoc subprocesses and variables, by method and path. */
export const userTaskOperations = (services: UserTaskServices): Readonly<Record<string, Operation>> => {
  const { host, changes } = services;
  return {
    'POST /user-tasks/search': direct((request) => searchTasks(services, request)),
    'GET /user-tasks/*': direct(({ keys }) => json(toItem(taskOf(services, keys[0]!)))),
    'POST /user-tasks/*/assignment': direct((request) => {
      const fields = readFields('assignUserTask', fieldsOf(request), {
        ...({ 'assignee!': 'text', allowOverride: 'boolean', action: 'text' } as const),
      });
      const { assignee, allowOverride = true, action } = fields;
      return changed(changes.assign(request.keys[0]!, assignee, allowOverride, action));
    }),
    'DELETE /user-tasks/*/assignee': direct(({ keys }) => changed(changes.unassign(keys[0]!))),
    'PATCH /user-tasks/*': direct((request) => {
      const { changeset, action } = readFields('updateUserTask', fieldsOf(request), {
        ...({ changeset: 'object', action: 'text' } as const),
      });
      if (changeset === undefined) throw invalidArgument('The request of updateUserTask has no changeset.');
      return changed(changes.update(request.keys[0]!, changeset as UserTaskChanges, action));
    }),
    'POST /user-tasks/*/completion': direct((request) => {
      const { variables = '', action } = readFields('completeUserTask', fieldsOf(request), {
        ...({ variables: 'document', action: 'text' } as const),
      });
      return changed(changes.complete(request.keys[0]!, readVariables(variables), action));
    }),
    'POST /user-tasks/*/variables/search': direct((request) => searchVariables(services, request, false)),
    'POST /user-tasks/*/effective-variables/search': direct((request) => searchVariables(services, request, true)),
    'PUT /element-instances/*/variables': direct((request) => {
      const fields = readFields('createElementInstanceVariables', fieldsOf(request), {
        ...({ 'variables!': 'document', local: 'boolean', operationReference: 'integer' } as const),
      });
      const { variables, local = false } = fields;
      return changed(changes.setVariables(request.keys[0]!, readVariables(variables), local));
    }),
    'POST /element-instances/ad-hoc-activities/*/activation': direct((request) => {
      const { elements, cancelRemainingInstances = false } = readFields(
        'activateAdHocSubProcessActivities',
        fieldsOf(request),
        { 'elements!': 'objects', cancelRemainingInstances: 'boolean' },
      );
      const activations = readActivations(elements);
      host.run((machine) => machine.activateAdHocActivities(request.keys[0]!, activations, cancelRemainingInstances));
      return noContent;
    }),
  };
};
