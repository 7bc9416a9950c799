import type { Engine, MachineElement, MachineUserTask, Variables } from '../../../../engine/index.ts';
import type { Rows, TaskRow } from '../contract.ts';
import type { Sources } from '../sources.ts';
import { withoutLarge } from './large-values.ts';

/** The variables that a task sees: its own, those of the scopes around it, and those of its instance. */
export const visibleVariables = (engine: Engine, task: MachineUserTask): Variables => {
  const elements = new Map(engine.elements(task.processInstanceKey).map((element) => [element.key, element]));
  const scopes: Variables[] = [];
  let scope: MachineElement | undefined = elements.get(task.elementInstanceKey);
  while (scope !== undefined) {
    scopes.unshift(scope.variables);
    scope = elements.get(scope.scopeKey);
  }
  return Object.assign({}, engine.instance(task.processInstanceKey)?.variables, ...scopes);
};

/**
 * The user tasks that are open.
 *
 * @param count how many rows at most
 * @param only the key of the one that is wanted
 */
export const tasks = (sources: Sources, count: number, only?: string): Rows<TaskRow> => {
  const engine = sources.engine();
  const all = engine.userTasks().filter(({ key }) => only === undefined || key === only);
  return {
    more: Math.max(0, all.length - count),
    rows: all.slice(0, count).map((task): TaskRow => {
      const { key, name, state, assignee, candidateGroups, candidateUsers, dueDate, priority, formKey } = task;
      const form = formKey === null ? undefined : engine.resource(formKey)?.content;
      return {
        ...{ key, name, state, assignee, candidateGroups, candidateUsers, dueDate, priority },
        process: task.bpmnProcessId,
        instance: task.processInstanceKey,
        elementId: task.elementId,
        // The form needs them all: the dialog reads its task by its key.
        variables: only === undefined ? withoutLarge(visibleVariables(engine, task)) : visibleVariables(engine, task),
        ...(form === undefined ? {} : { form: Buffer.from(form).toString('utf8') }),
        externalForm: task.externalFormReference,
      };
    }),
  };
};
