/** Element templates for the Camunda Modeler, made from connectors. */

export type {
  InboundTemplateOptions,
  OutboundTemplateOptions,
  TemplateOptions,
  WebhookTemplateOptions,
} from './create.ts';
export { createTemplate, createTemplates, stringifyTemplate } from './create.ts';
export type { InboundPart } from './inbound.ts';
export type { OutboundPart } from './outbound.ts';
export type {
  Binding,
  Choice,
  Condition,
  ConfigurationProperty,
  ConfigurationTemplate,
  Constraints,
  ElementTemplate,
  FeelMode,
  Group,
  Preset,
  PropertyType,
  SimpleCondition,
  Step,
  StepCategory,
  StepLeaf,
  TemplateProperty,
} from './types.ts';
export type { WebhookPart } from './webhook.ts';
