import { isExpression } from '../../../feel/index.ts';
import type {
  Binding,
  InputMapping,
  JobDefinition,
  LinkedResource,
  OutputMapping,
  ProcessModel,
  Source,
} from '../types.ts';
import { type Element, elementAt, elements, extensionsOf, tagOf, textAt } from '../xml/element.ts';
import { notSupported, type Report } from '../xml/problems.ts';
import { expressionAt, sourceAt } from './expressions.ts';

/** Extensions that the engine reads, or that do not affect execution. */
const allowed = new Set([
  'zeebe:TaskDefinition',
  'zeebe:TaskHeaders',
  'zeebe:IoMapping',
  'zeebe:Subscription',
  'zeebe:Properties',
  'zeebe:AgentDefinition',
  'zeebe:FormDefinition',
  'zeebe:UserTaskForm',
  'zeebe:UserTask',
  'zeebe:AssignmentDefinition',
  'zeebe:TaskSchedule',
  'zeebe:PriorityDefinition',
  'zeebe:Script',
  'zeebe:CalledElement',
  'zeebe:CalledDecision',
  'zeebe:LoopCharacteristics',
  'zeebe:ExecutionListeners',
  'zeebe:TaskListeners',
  'zeebe:AdHoc',
  'zeebe:JobPriorityDefinition',
  'zeebe:LinkedResources',
]);

/** Names of extensions that the engine rejects. Other unknown extensions are rejected by their tag. */
const rejected: Readonly<Record<string, string>> = {
  'zeebe:VersionTag': 'version tags here',
};

/** Extensions that an element may have only once. */
const singleUse = new Set([
  ...[
    'zeebe:IoMapping',
    'zeebe:ExecutionListeners',
    'zeebe:TaskListeners',
    'zeebe:TaskHeaders',
    'zeebe:LinkedResources',
  ],
  ...[
    'zeebe:TaskDefinition',
    'zeebe:UserTask',
    'zeebe:AssignmentDefinition',
    'zeebe:FormDefinition',
    'zeebe:TaskSchedule',
  ],
  ...[
    'zeebe:PriorityDefinition',
    'zeebe:JobPriorityDefinition',
    'zeebe:CalledDecision',
    'zeebe:CalledElement',
    'zeebe:Script',
    'zeebe:AdHoc',
  ],
  ...['zeebe:LoopCharacteristics', 'zeebe:Subscription', 'zeebe:VersionTag', 'zeebe:ConditionalFilter'],
]);

/**
 * Reports Zeebe's extensions that the engine does not support, and those that are there twice. Extensions of other vendors
 * are ignored.
 */
export const checkExtensions = (element: Element, report: Report): void => {
  const seen = new Set<string>();
  for (const extension of extensionsOf(element)) {
    const { $type } = extension;
    if (singleUse.has($type) && seen.has($type)) single(element, $type, report);
    seen.add($type);
    if (!$type.startsWith('zeebe:')) continue;
    if ($type === 'zeebe:VersionTag' && element.$type === 'bpmn:Process') continue;
    if ($type === 'zeebe:ConditionalFilter' && element.$type === 'bpmn:ConditionalEventDefinition') continue;
    if ($type === 'zeebe:TaskListeners' && element.$type !== 'bpmn:UserTask') {
      report(extension, 'Only a user task has task listeners. Use execution listeners.');
    }
    if (!allowed.has($type)) report(extension, notSupported(rejected[$type] ?? `<zeebe:${tagOf(extension)}> here`));
  }
};

/** The only extension of a type. If there are more, they are reported and the first one counts. */
export const single = (element: Element, type: string, report: Report): Element | undefined => {
  const [first, second] = extensionsOf(element, type);
  if (second !== undefined) report(second, `Only one zeebe:${tagOf(second)} is allowed here. Remove the others.`);
  return first;
};

/** Which version of a resource an extension refers to. */
export const readBinding = (extension: Element, report: Report): Binding => {
  const kind = textAt(extension, 'bindingType') ?? 'latest';
  const versionTag = textAt(extension, 'versionTag') ?? '';
  if (kind === 'versionTag' ? versionTag === '' : versionTag !== '') {
    const is = kind === 'versionTag' ? 'is required with' : 'is only allowed with';
    report(extension, `The attribute "versionTag" ${is} bindingType="versionTag".`);
  } else if (kind === 'versionTag') {
    return Object.freeze({ kind, versionTag });
  }
  if (kind === 'deployment') return Object.freeze({ kind });
  if (kind !== 'latest' && kind !== 'versionTag') {
    report(extension, `The bindingType must be latest, deployment or versionTag, but is "${kind}".`);
  }
  return Object.freeze({ kind: 'latest' });
};

/** `zeebe:versionTag` of a process. */
export const readVersionTag = (process: Element, report: Report): string | undefined => {
  const extension = single(process, 'zeebe:VersionTag', report);
  const value = extension && textAt(extension, 'value');
  return value === '' ? undefined : value;
};

/** The deployed form of a start event. The engine only shows it, so that problems of it are not reported. */
export const readStartForm = (start: Element): ProcessModel['startForm'] => {
  const [definition] = extensionsOf(start, 'zeebe:FormDefinition');
  const formId = definition && textAt(definition, 'formId');
  if (definition === undefined || formId === undefined || formId === '') return undefined;
  return Object.freeze({ formId, binding: readBinding(definition, () => {}) });
};

/** Reports forms of a process that are empty. Whether a user task refers to a form is not checked, as in Camunda. */
export const checkForms = (process: Element, report: Report): void => {
  for (const form of extensionsOf(process, 'zeebe:UserTaskForm')) {
    if ((textAt(form, 'body') ?? '').trim() === '') report(form, 'The form is empty.');
  }
};

/** `zeebe:ioMapping`. */
export const readMappings = (
  element: Element,
  report: Report,
): { readonly inputs: readonly InputMapping[]; readonly outputs: readonly OutputMapping[] } => {
  const mapping = single(element, 'zeebe:IoMapping', report);
  if (mapping === undefined) return { inputs: [], outputs: [] };
  return {
    inputs: elements(mapping, 'inputParameters').flatMap((input) => readInput(input, report)),
    outputs: elements(mapping, 'outputParameters').flatMap((output) => readOutput(output, report)),
  };
};

const readInput = (input: Element, report: Report): readonly InputMapping[] => {
  const target = readTarget(input, report);
  const text = textAt(input, 'source') ?? '';
  const source = text === '' ? undefined : sourceAt(text, report, input);
  if (target === undefined || (text !== '' && source === undefined)) return [];
  return [Object.freeze({ target, ...(source === undefined ? {} : { source: Object.freeze(source) }) })];
};

const readOutput = (output: Element, report: Report): readonly OutputMapping[] => {
  const target = readTarget(output, report);
  const source = expressionAt('The source of an output mapping', textAt(output, 'source'), report, output);
  return target === undefined || source === undefined ? [] : [Object.freeze({ target, source })];
};

const segment = /^[\p{L}_][\p{L}\p{N}_]*$/u;

const readTarget = (mapping: Element, report: Report): readonly string[] | undefined => {
  const text = textAt(mapping, 'target') ?? '';
  const path = text.split('.');
  if (path.every((name) => segment.test(name))) return Object.freeze(path);
  report(
    mapping,
    text === ''
      ? 'The target is missing or empty. Set the name of a variable.'
      : `The target "${text}" is not a path. Use names of letters, digits and "_", joined by dots; none may begin with a digit.`,
  );
  return undefined;
};

/** The job of a task definition or listener: its type and its retries, 3 by default. */
export const jobAt = (
  definition: Element,
  headers: Readonly<Record<string, string>>,
  report: Report,
): JobDefinition | undefined => {
  const required = (property: string, text: string) => {
    if (text !== '') return sourceAt(text, report, definition);
    report(definition, `The attribute "${property}" is missing or empty.`);
    return undefined;
  };
  const type = required('type', textAt(definition, 'type') ?? '');
  const retries = required('retries', textAt(definition, 'retries') ?? '3');
  return type && retries && Object.freeze({ type: Object.freeze(type), retries: Object.freeze(retries), headers });
};

/** The smallest and the largest priority of a job: integers of 32 bits. */
export const priorityRange = [-2147483648, 2147483647] as const;

/** `zeebe:jobPriorityDefinition` of a process or an element; undefined without a priority. */
export const readJobPriority = (element: Element, report: Report): Source | undefined => {
  const definition = single(element, 'zeebe:JobPriorityDefinition', report);
  const text = (definition && textAt(definition, 'priority')) ?? '';
  if (definition === undefined || text === '') return undefined;
  const [min, max] = priorityRange;
  const isWhole = /^[+-]?\d+$/.test(text) && Number(text) >= min && Number(text) <= max;
  if (isExpression(text) || isWhole) return sourceAt(text, report, definition);
  report(
    definition,
    `The priority "${text}" must be a whole number of 32 bits, or an expression that begins with "=".`,
  );
  return undefined;
};

const readLinkedResource = (resource: Element, report: Report): readonly LinkedResource[] => {
  const required = (property: string): string => {
    const text = textAt(resource, property) ?? '';
    if (text === '') report(resource, `The attribute "${property}" is missing or empty.`);
    return text;
  };
  const [id, type] = [required('resourceId'), required('resourceType')];
  const source = id === '' ? undefined : sourceAt(id, report, resource);
  const linkName = textAt(resource, 'linkName');
  const binding = readBinding(resource, report);
  if (source === undefined) return [];
  return [Object.freeze({ id: Object.freeze(source), type, binding, ...(linkName === undefined ? {} : { linkName }) })];
};

/** `zeebe:linkedResources`. */
const readLinkedResources = (element: Element, report: Report): Pick<JobDefinition, 'linkedResources'> => {
  const holder = single(element, 'zeebe:LinkedResources', report);
  const resources = holder === undefined ? [] : elements(holder, 'values');
  if (resources.length === 0) return {};
  return { linkedResources: Object.freeze(resources.flatMap((resource) => readLinkedResource(resource, report))) };
};

/** `zeebe:taskDefinition` with `zeebe:taskHeaders`, `zeebe:jobPriorityDefinition` and `zeebe:linkedResources`. */
export const readJob = (element: Element, report: Report): JobDefinition | undefined => {
  const definition = single(element, 'zeebe:TaskDefinition', report);
  const headers = readHeaders(element, report);
  const priority = readJobPriority(element, report);
  const linked = readLinkedResources(element, report);
  if (definition !== undefined) {
    const job = jobAt(definition, headers, report);
    return job && Object.freeze({ ...job, ...linked, ...(priority && { priority: Object.freeze(priority) }) });
  }
  report(element, 'The zeebe:taskDefinition with a job type is missing. Set the job type of the task.');
  return undefined;
};

/**
 * `zeebe:taskHeaders`, without empty ones.
 *
 * @param property where an element that is itself an extension contains them
 */
export const readHeaders = (element: Element, report: Report, property?: string): Readonly<Record<string, string>> => {
  const holder = property === undefined ? single(element, 'zeebe:TaskHeaders', report) : elementAt(element, property);
  const entries = (holder === undefined ? [] : elements(holder, 'values')).map(
    (header) => [textAt(header, 'key') ?? '', textAt(header, 'value') ?? ''] as const,
  );
  return Object.freeze(Object.fromEntries(entries.filter(([key, value]) => key !== '' && value !== '')));
};

/** `zeebe:properties` of an element. */
export const propertiesOf = (element: Element): Readonly<Record<string, string>> =>
  Object.fromEntries(
    extensionsOf(element, 'zeebe:Properties')
      .flatMap((holder) => elements(holder, 'properties'))
      .map((property) => [textAt(property, 'name') ?? '', textAt(property, 'value') ?? ''] as const)
      .filter(([name]) => name !== ''),
  );
