import { fault } from '../../../../common/fault.ts';
import { isObject } from '../../../../common/is-object.ts';
import type { EvaluatedForm, FormComponent } from '../contract.ts';
import { evaluateForm } from '../forms/evaluate-form.ts';
import { visibleVariables } from '../queries/tasks.ts';
import type { ActionsOf, Sources } from '../sources.ts';

/** The components of a form; `undefined` if the file is not one of form-js. */
const componentsOf = (content: Uint8Array): readonly FormComponent[] | undefined => {
  try {
    const form: unknown = JSON.parse(Buffer.from(content).toString('utf8'));
    return isObject(form) && Array.isArray(form.components) ? (form.components as readonly FormComponent[]) : undefined;
  } catch {
    return undefined;
  }
};

/** The action that evaluates the expressions of a form. */
export const formActions = ({ engine }: Sources): ActionsOf<'evaluateForm'> => ({
  evaluateForm: ({ task: key, values }): EvaluatedForm => {
    const task = engine()
      .userTasks()
      .find((each) => each.key === key);
    const content = task?.formKey == null ? undefined : engine().resource(task.formKey)?.content;
    const components = content && componentsOf(content);
    if (task === undefined || components === undefined) {
      throw fault('rejection', {
        what: task === undefined ? 'The user task is not open any more.' : 'The task has no form of form-js.',
        fix: 'close the dialog and open it again.',
      });
    }
    return evaluateForm(components, visibleVariables(engine(), task), values);
  },
});
