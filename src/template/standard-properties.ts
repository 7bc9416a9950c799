import { plainDurationSource } from '../common/duration.ts';
import type { OutboundTemplateSettings } from '../connector/template-settings.ts';
import { literalText } from './feel-literal.ts';
import type { Draft } from './fields/draft.ts';
import type { Group, TemplateProperty } from './types.ts';
import type { Report } from './validation/problems.ts';

/** The ids of the properties that every template of an outbound connector has. */
export const standardIds: ReadonlySet<string> = new Set([
  'taskDefinitionType',
  'version',
  'id',
  'resultVariable',
  'resultExpression',
  'errorExpression',
  'retryCount',
  'retryBackoff',
  'jobTimeout',
]);

/** The headers that they write and the runtime reads. */
export const standardHeaders: ReadonlySet<string> = new Set([
  'elementTemplateVersion',
  'elementTemplateId',
  'resultVariable',
  'resultExpression',
  'errorExpression',
  'retryBackoff',
  'jobTimeout',
]);

/** Reports inputs that would write a header that the runtime reads. */
export const checkHeaders = (drafts: readonly Draft[], taken: ReadonlySet<string>, report: Report): void => {
  for (const { path, property } of drafts) {
    const { binding } = property;
    if (binding.type !== 'zeebe:taskHeader' || path.startsWith('#') || !taken.has(binding.key)) continue;
    report(
      path,
      `the runtime reads the header ${JSON.stringify(binding.key)} itself`,
      'name a different header with "binding"',
    );
  }
};

/** Their sections, which follow those of the connector. */
export const standardGroups: readonly Group[] = [
  { id: 'connector', label: 'Connector' },
  { id: 'output', label: 'Output mapping' },
  { id: 'error', label: 'Error handling' },
  { id: 'retries', label: 'Retries' },
];

/** A duration of days and smaller units, as the runtime reads it, or an empty field. */
export const durationPattern = {
  value: `^(?:undefined)?$|${plainDurationSource}`,
  message: 'must be a duration such as PT30S or PT1M30S',
};

const withValue = (value: string | undefined): { readonly value?: string } => (value === undefined ? {} : { value });

/** The task type: fixed, or a field in a hybrid template. */
export const taskType = (type: string, hybrid: boolean): TemplateProperty =>
  hybrid
    ? {
        id: 'taskDefinitionType',
        label: 'Task definition type',
        description: 'Job type of the runtime that executes the task.',
        value: type,
        constraints: { notEmpty: true },
        group: 'taskDefinitionType',
        binding: { type: 'zeebe:taskDefinition', property: 'type' },
        type: 'String',
      }
    : { value: literalText(type), binding: { type: 'zeebe:taskDefinition', property: 'type' }, type: 'Hidden' };

/** The section of the task type in a hybrid template. */
export const taskTypeGroup: Group = { id: 'taskDefinitionType', label: 'Task definition type' };

/** Headers that name the template of an element. */
export const identity = (id: string, version: number): readonly TemplateProperty[] => [
  {
    id: 'version',
    label: 'Version',
    description: 'Version of the element template',
    value: String(version),
    group: 'connector',
    binding: { type: 'zeebe:taskHeader', key: 'elementTemplateVersion' },
    type: 'Hidden',
  },
  {
    id: 'id',
    label: 'ID',
    description: 'ID of the element template',
    value: id,
    group: 'connector',
    binding: { type: 'zeebe:taskHeader', key: 'elementTemplateId' },
    type: 'Hidden',
  },
];

/** The field for the variable that receives the result. */
export const resultVariable = (value: string | undefined): TemplateProperty => ({
  id: 'resultVariable',
  label: 'Result variable',
  description: 'Name of the variable for the whole result.',
  ...withValue(value),
  group: 'output',
  binding: { type: 'zeebe:taskHeader', key: 'resultVariable' },
  type: 'String',
});

/** The field for the expression that maps the result. */
export const resultExpression = (value: string | undefined): TemplateProperty => ({
  id: 'resultExpression',
  label: 'Result expression',
  description: 'FEEL expression that maps the result to variables.',
  ...withValue(value),
  feel: 'required',
  group: 'output',
  binding: { type: 'zeebe:taskHeader', key: 'resultExpression' },
  type: 'Text',
});

/** The fields that turn the result into variables, as the official connectors have them. */
export const resultProperties = (
  settings: OutboundTemplateSettings,
  ownVariable: string | undefined,
): readonly TemplateProperty[] => [
  resultVariable(settings.resultVariable ?? ownVariable),
  resultExpression(settings.resultExpression),
];

/** The fields that decide what happens after an error. */
export const failureProperties = (settings: OutboundTemplateSettings): readonly TemplateProperty[] => [
  {
    id: 'errorExpression',
    label: 'Error expression',
    description: 'FEEL expression that handles errors. It returns a BPMN error, a failed job, or null to continue.',
    ...withValue(settings.errorExpression),
    feel: 'required',
    group: 'error',
    binding: { type: 'zeebe:taskHeader', key: 'errorExpression' },
    type: 'Text',
  },
  {
    id: 'retryCount',
    label: 'Retries',
    description: 'Number of attempts.',
    value: String(settings.retryCount ?? 3),
    feel: 'optional',
    group: 'retries',
    binding: { type: 'zeebe:taskDefinition', property: 'retries' },
    type: 'String',
  },
  {
    id: 'retryBackoff',
    label: 'Retry backoff',
    description: 'ISO 8601 duration to wait between attempts.',
    value: settings.retryBackoff ?? 'PT30S',
    constraints: { pattern: durationPattern },
    group: 'retries',
    binding: { type: 'zeebe:taskHeader', key: 'retryBackoff' },
    type: 'String',
  },
  {
    id: 'jobTimeout',
    label: 'Job timeout',
    description: 'ISO 8601 duration after which an attempt times out.',
    optional: true,
    ...withValue(settings.jobTimeout),
    constraints: { notEmpty: false, pattern: durationPattern },
    group: 'retries',
    binding: { type: 'zeebe:taskHeader', key: 'jobTimeout' },
    type: 'String',
  },
];
