import { isObject } from '../../../../common/is-object.ts';
import type { StoredUserTask, StoredVariable, Tables } from '../../../secondary-storage/records.ts';
import { invalidArgument } from '../../call-status.ts';
import type { Operation, OperationAnswer, OperationRequest } from '../operation.ts';
import type { SearchField } from '../search/filter.ts';
import { search } from '../search/search.ts';
import { userTaskStates } from './enumerations.ts';
import { type DefinitionServices, formAnswer } from './process-definitions.ts';
import { readVariableFilter } from './process-instances.ts';
import {
  bodyOf,
  byInstance,
  byKey,
  direct,
  found,
  instanceFields,
  isoTime,
  jsonAnswer,
  key,
  number,
  oneOf,
  searchOperation,
  text,
  time,
  toInstanceItem,
} from './shared.ts';
import { variableSearch } from './variables.ts';

const toItem = (task: StoredUserTask): object => {
  const { view, instance } = task;
  return {
    userTaskKey: task.key,
    name: view.name,
    state: task.state,
    assignee: view.assignee,
    candidateGroups: view.candidateGroups,
    candidateUsers: view.candidateUsers,
    dueDate: view.dueDate,
    followUpDate: view.followUpDate,
    creationDate: isoTime(task.creationDate),
    completionDate: isoTime(task.completionDate),
    priority: view.priority,
    formKey: view.formKey,
    externalFormReference: view.externalFormReference,
    customHeaders: view.headers,
    elementId: view.elementId,
    elementInstanceKey: view.elementInstanceKey,
    processName: instance.process.view.name,
    processDefinitionVersion: instance.process.view.version,
    tags: instance.tags,
    businessId: instance.businessId ?? null,
    ...toInstanceItem(instance),
  };
};

const dateOf = (date: string | null): number | undefined => (date === null ? undefined : Date.parse(date));

/** The states of a task that is not over. */
const openStates = ['CREATING', 'CREATED', 'ASSIGNING', 'UPDATING', 'COMPLETING', 'CANCELING'];

const fields: Readonly<Record<string, SearchField<StoredUserTask>>> = {
  userTaskKey: key(({ key: own }) => own),
  name: text(({ view }) => view.name),
  state: oneOf(userTaskStates, ({ state }) => state),
  assignee: text(({ view }) => view.assignee),
  candidateGroup: text(({ view }) => view.candidateGroups),
  candidateUser: text(({ view }) => view.candidateUsers),
  dueDate: time(({ view }) => dateOf(view.dueDate)),
  followUpDate: time(({ view }) => dateOf(view.followUpDate)),
  creationDate: time(({ creationDate }) => creationDate),
  completionDate: time(({ completionDate }) => completionDate),
  priority: number(({ view }) => view.priority),
  elementId: text(({ view }) => view.elementId),
  elementInstanceKey: key(({ view }) => view.elementInstanceKey),
  businessId: text(({ instance }) => instance.businessId),
  ...instanceFields(({ instance }: StoredUserTask) => instance),
};

const readConditions = (filter: Readonly<Record<string, unknown>>): ((task: StoredUserTask) => boolean) => {
  const { processInstanceVariables, localVariables, tags } = filter;
  const tests: ((task: StoredUserTask) => boolean)[] = [];
  if (processInstanceVariables !== undefined) {
    const variablesOf = ({ instance }: StoredUserTask) => instance.variables;
    tests.push(readVariableFilter(processInstanceVariables, 'filter.processInstanceVariables', variablesOf));
  }
  if (localVariables !== undefined) {
    const variablesOf = ({ instance, view }: StoredUserTask) =>
      instance.variables.filter(({ scopeKey }) => scopeKey === view.elementInstanceKey);
    tests.push(readVariableFilter(localVariables, 'filter.localVariables', variablesOf));
  }
  if (tags !== undefined) {
    if (!Array.isArray(tags)) throw invalidArgument('filter.tags must be a list of texts.');
    tests.push(({ instance }) => tags.every((tag) => instance.tags.includes(tag)));
  }
  return (task) => tests.every((test) => test(task));
};

/** The variables that are visible to a task: those of its element first, then those of the scopes around it. */
const variablesOf = ({ elements }: Tables, { instance, view }: StoredUserTask): readonly StoredVariable[] => {
  const scopes: string[] = [];
  for (let at = elements.get(view.elementInstanceKey); at !== undefined; at = elements.get(at.scopeKey)) {
    scopes.push(at.key);
  }
  return [...scopes, instance.key].flatMap((scope) => instance.variables.filter(({ scopeKey }) => scopeKey === scope));
};

const what = 'User Task';

/** The operations that read user tasks, by method and path. */
export const userTaskQueries = (services: DefinitionServices): Readonly<Record<string, Operation>> => {
  const { storage } = services;

  const searchVariables = (request: OperationRequest, isEffective: boolean): OperationAnswer => {
    const operation = isEffective ? 'searchUserTaskEffectiveVariables' : 'searchUserTaskVariables';
    const body = bodyOf(request);
    const { page } = body;
    if (isEffective && isObject(page) && (page.after !== undefined || page.before !== undefined)) {
      throw invalidArgument(`${operation} takes a page by offset only. Use page.from.`);
    }
    const tables = storage.read();
    const all = variablesOf(tables, found(tables.userTasks, what, request));
    const variables = isEffective
      ? all.filter(({ name }, index) => all.findIndex((other) => other.name === name) === index)
      : all;
    // Without a sort, the order is from the innermost scope outward.
    const ordered = variables.map((variable, order) => ({ ...variable, order }));
    return jsonAnswer(search(variableSearch(operation, request), body, ordered));
  };

  return {
    'POST /user-tasks/search': searchOperation(
      storage,
      ({ userTasks }) => userTasks.values(),
      (tables) => ({
        operation: 'searchUserTasks',
        fields,
        lookups: {
          userTaskKey: byKey(tables.userTasks),
          processInstanceKey: byInstance(tables, ({ userTasks }) => userTasks),
        },
        inStates: { field: 'state', states: openStates, find: tables.userTasks.open },
        conditions: { names: ['processInstanceVariables', 'localVariables', 'tags'], read: readConditions },
        hasAlternatives: true,
        toItem,
      }),
    ),
    'GET /user-tasks/*': direct((request) => jsonAnswer(toItem(found(storage.read().userTasks, what, request)))),
    'GET /user-tasks/*/form': direct((request) => {
      const tables = storage.read();
      const { formKey } = found(tables.userTasks, what, request).view;
      return formAnswer(services, formKey === null ? undefined : tables.forms.get(formKey)?.view);
    }),
    'POST /user-tasks/*/variables/search': direct((request) => searchVariables(request, false)),
    'POST /user-tasks/*/effective-variables/search': direct((request) => searchVariables(request, true)),
  };
};
