import { isExpression } from '../../../feel/index.ts';
import { parseDateTime } from '../iso8601.ts';
import type { FormReference, Source, UserTaskProperties } from '../types.ts';
import { type Element, textAt } from '../xml/element.ts';
import type { Report } from '../xml/problems.ts';
import { sourceAt } from './expressions.ts';
import { readTaskListeners } from './listeners/task-listeners.ts';
import type { ReadNode } from './node-base.ts';
import { readBinding, readHeaders, single } from './zeebe-extensions.ts';

/** Reads an optional attribute of an extension; an empty one is absent. */
const optional = (extension: Element | undefined, property: string, report: Report): Source | undefined => {
  const text = extension && textAt(extension, property);
  if (extension === undefined || text === undefined || text === '') return undefined;
  const source = sourceAt(text, report, extension);
  return source && Object.freeze(source);
};

const optionalDate = (extension: Element | undefined, property: string, report: Report): Source | undefined => {
  const source = optional(extension, property, report);
  if (extension !== undefined && source?.kind === 'static' && parseDateTime(source.text) === undefined) {
    const example = 'an ISO 8601 date and time such as 2030-01-31T09:00:00Z';
    report(extension, `The attribute "${property}" is "${source.text}". Set ${example}, or an expression.`);
    return undefined;
  }
  return source;
};

const readForm = (
  element: Element,
  kinds: readonly FormReference['kind'][],
  report: Report,
): FormReference | undefined => {
  const definition = single(element, 'zeebe:FormDefinition', report);
  if (definition === undefined) return undefined;
  const given = kinds.filter((kind) => (textAt(definition, kind) ?? '') !== '');
  const [kind] = given;
  if (kind === undefined || given.length > 1) {
    const found = given.length === 0 ? 'there is none' : 'there are both';
    report(definition, `Exactly one of the attributes ${kinds.join(' and ')} is required, but ${found}.`);
    return undefined;
  }
  const value = optional(definition, kind, report);
  const binding = readBinding(definition, report);
  return value && Object.freeze({ kind, value, binding });
};

const readProperties = (element: Element, isNative: boolean, report: Report): UserTaskProperties => {
  const assignment = single(element, 'zeebe:AssignmentDefinition', report);
  const schedule = single(element, 'zeebe:TaskSchedule', report);
  const entries = {
    assignee: optional(assignment, 'assignee', report),
    candidateGroups: optional(assignment, 'candidateGroups', report),
    candidateUsers: optional(assignment, 'candidateUsers', report),
    dueDate: optionalDate(schedule, 'dueDate', report),
    followUpDate: optionalDate(schedule, 'followUpDate', report),
    form: readForm(element, isNative ? ['formId', 'externalReference'] : ['formId', 'formKey'], report),
  };
  const given = Object.entries(entries).filter(([, value]) => value !== undefined);
  return Object.freeze(Object.fromEntries(given) as UserTaskProperties);
};

/** Reads the priority. Static text must be a whole number from 0 to 100. */
const readPriority = (element: Element, report: Report): Source | undefined => {
  const definition = single(element, 'zeebe:PriorityDefinition', report);
  const text = definition && textAt(definition, 'priority');
  if (definition === undefined || text === undefined || text === '') return undefined;
  const isValid = isExpression(text) || (/^\d{1,3}$/.test(text) && Number(text) <= 100);
  if (isValid) return optional(definition, 'priority', report);
  report(definition, `The priority "${text}" is not a whole number from 0 to 100.`);
  return undefined;
};

/** A user task: one that waits for commands if it has a `zeebe:userTask`, or else one that a worker completes. */
export const readUserTask: ReadNode = ({ element }, base, { report }) => {
  const isNative = single(element, 'zeebe:UserTask', report) !== undefined;
  const properties = readProperties(element, isNative, report);
  const headers = readHeaders(element, report);
  const priority = readPriority(element, report);
  const taskListeners = readTaskListeners(element, isNative, report);
  if (!isNative) return { ...base, kind: 'jobUserTask', properties, headers };
  const listeners = Object.freeze({ ...base.listeners, ...taskListeners });
  return {
    ...base,
    kind: 'userTask',
    properties,
    headers,
    ...(priority === undefined ? {} : { priority }),
    ...(Object.keys(listeners).length === 0 ? {} : { listeners }),
  };
};
