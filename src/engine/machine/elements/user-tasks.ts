import type { Binding, FormReference, UserTaskProperties } from '../../model/types.ts';
import { evaluateText } from '../evaluation/expressions.ts';
import {
  evaluateIntegerWithin,
  evaluateOptionalDate,
  evaluateOptionalText,
  evaluateTexts,
} from '../evaluation/optional-values.ts';
import { startChange } from '../flow/user-task-changes.ts';
import { findVersion } from '../store/bindings.ts';
import type { Context } from '../store/context.ts';
import { stepFailure } from '../store/incidents.ts';
import { keyText, nextKey } from '../store/keys.ts';
import type { Definition, ElementInstance, UserTask } from '../store/records.ts';
import { lookupFrom } from '../store/variables.ts';
import { createJob } from '../store/work/jobs.ts';
import { addUserTask } from '../store/work/user-tasks.ts';
import { tenantKey } from '../tenants.ts';
import { activateWith, type Behavior } from './behavior.ts';

/** The type of the jobs of user tasks. */
export const userTaskJobType = 'io.camunda.zeebe:userTask';

/** The key of the form with this id, in the version to which the task is bound. */
const findForm = ({ state }: Context, formId: string, binding: Binding, process: Definition): number => {
  const form = findVersion(
    state.forms.get(tenantKey(process.tenant, formId)) ?? [],
    binding,
    process,
    ({ versionTag }) => versionTag,
  );
  if (form !== undefined) return form.key;
  throw stepFailure(
    'FORM_NOT_FOUND',
    `Expected to find a form with id '${formId}', but no form with this id is deployed. Fix: deploy the form ${formId}, or correct the id in the user task, and resolve the incident.`,
  );
};

interface EvaluatedForm {
  readonly formKey?: number;
  /** The key as in the file, or the external reference. */
  readonly reference?: string;
}

const evaluateForm = (context: Context, element: ElementInstance, form: FormReference | undefined): EvaluatedForm => {
  if (form === undefined) return {};
  const lookup = lookupFrom(element);
  if (form.kind === 'formId') {
    const formId = evaluateText(context, form.value, lookup);
    return { formKey: findForm(context, formId, form.binding, element.definition) };
  }
  const reference = evaluateOptionalText(context, form.value, lookup);
  return reference === undefined ? {} : { reference };
};

const evaluateProperties = (context: Context, element: ElementInstance, properties: UserTaskProperties) => {
  const lookup = lookupFrom(element);
  return {
    assignee: evaluateOptionalText(context, properties.assignee, lookup),
    candidateGroups: evaluateTexts(context, properties.candidateGroups, lookup),
    candidateUsers: evaluateTexts(context, properties.candidateUsers, lookup),
    dueDate: evaluateOptionalDate(context, properties.dueDate, lookup),
    followUpDate: evaluateOptionalDate(context, properties.followUpDate, lookup),
    form: evaluateForm(context, element, properties.form),
  };
};

const listText = (list: readonly string[]): string | undefined =>
  list.length === 0 ? undefined : JSON.stringify(list);

/** The headers that tell a worker the properties of a user task. */
const headersOf = ({
  form,
  candidateGroups,
  candidateUsers,
  ...texts
}: ReturnType<typeof evaluateProperties>): Readonly<Record<string, string>> => {
  const entries = {
    formKey: form.formKey === undefined ? form.reference : keyText(form.formKey),
    ...texts,
    candidateGroups: listText(candidateGroups),
    candidateUsers: listText(candidateUsers),
  };
  const given = Object.entries(entries).filter((entry): entry is [string, string] => entry[1] !== undefined);
  return Object.fromEntries(given.map(([name, value]) => [`io.camunda.zeebe:${name}`, value]));
};

/** A user task that waits for a worker to complete its job. */
export const jobUserTask: Behavior<'jobUserTask'> = {
  activate: (context, element, node) => {
    const headers = { ...node.headers, ...headersOf(evaluateProperties(context, element, node.properties)) };
    activateWith(context, element, node, []);
    element.details = { ...element.details, headers };
    createJob(context, element, { type: userTaskJobType, retries: 1 });
  },
};

const defaultPriority = 50;

/** A user task that waits for commands. */
export const userTask: Behavior<'userTask'> = {
  activate: (context, element, node) => {
    const { assignee, dueDate, followUpDate, form, ...lists } = evaluateProperties(context, element, node.properties);
    const lookup = lookupFrom(element);
    const priority =
      node.priority === undefined ? defaultPriority : evaluateIntegerWithin(context, node.priority, lookup, [0, 100]);
    activateWith(context, element, node, []);
    const task: UserTask = {
      key: nextKey(context),
      element,
      assignee: null,
      ...lists,
      dueDate: dueDate ?? null,
      followUpDate: followUpDate ?? null,
      priority,
      form: form.formKey ?? null,
      externalFormReference: form.reference ?? null,
    };
    addUserTask(context, task);
    const requested = assignee === undefined ? {} : { assignee };
    startChange(context, task, { event: 'creating', action: 'create', requested });
  },
};
