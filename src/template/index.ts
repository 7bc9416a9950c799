/** Element templates for the Camunda Modeler, made from connectors. */

export type { InboundPart, InboundTemplateOptions, OutboundTemplateOptions, TemplateOptions } from './create.ts';
export { createTemplate, createTemplates } from './create.ts';
export { stringifyTemplate } from './stringify.ts';
export type {
  Binding,
  Choice,
  Condition,
  Constraints,
  ElementTemplate,
  FeelMode,
  Group,
  Preset,
  PropertyType,
  SimpleCondition,
  Step,
  TemplateProperty,
} from './types.ts';
