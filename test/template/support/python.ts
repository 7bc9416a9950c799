/**
 * Templates as the generator of python-camunda-sdk 1.0.1 writes them: no ids on properties, no version, a new template
 * id for each run, only plain text fields, and the old spelling of the task type's binding.
 */
import type { Property, Template } from './shape.ts';

export interface PythonConnector {
  readonly id: string;
  readonly name: string;
  readonly taskType: string;
  /** Labels by field. */
  readonly fields: Readonly<Record<string, string>>;
  readonly kind: 'outbound' | 'inbound';
}

const field = (label: string, name: string, group: string): Property => ({
  label,
  type: 'String',
  feel: 'optional',
  group,
  binding: { type: 'zeebe:input', name },
});

/** The template that the generator writes for a connector class. */
export const pythonTemplate = ({ id, name, taskType, fields, kind }: PythonConnector): Template => {
  const inbound = kind === 'inbound';
  return {
    $schema: 'https://unpkg.com/@camunda/zeebe-element-templates-json-schema@0.9.0/resources/schema.json',
    name,
    id,
    appliesTo: ['bpmn:ServiceTask'],
    groups: [
      { id: 'input', label: 'Input' },
      { id: 'output', label: 'Output' },
      ...(inbound ? [{ id: 'config', label: 'Configuration' }] : []),
    ],
    properties: [
      ...Object.entries(fields).map(([key, label]) => field(label, key, 'input')),
      {
        label: 'Result variable',
        type: 'String',
        group: 'output',
        binding: { type: 'zeebe:taskHeader', key: 'resultVariable' },
      },
      { type: 'Hidden', value: taskType, binding: { type: 'zeebe:taskDefinition:type' } },
      ...(inbound
        ? [field('Correlation key', 'correlation_key', 'config'), field('Message name', 'message_name', 'config')]
        : []),
    ],
  };
};
