import { activationNames, activationType } from '../connector/activation-names.ts';
import type { InboundTemplateSettings } from '../connector/template-settings.ts';
import type { AnyInboundConnector, Schema } from '../connector/types.ts';
import type { AnyCallbackConnector } from '../connector/webhooks/callback-types.ts';
import { assembleTemplate, type TemplateParts } from './assemble.ts';
import { credentialNeeds, credentialsOf } from './credentials.ts';
import { extensionProperties } from './elements/extensions.ts';
import { allowsLegacy, enginesOf, enginesSince } from './engine-versions.ts';
import { literalText } from './feel-literal.ts';
import { type FinishedProperties, finishProperties, joinGroups } from './fields/finish-properties.ts';
import { draftInput } from './fields/from-schema.ts';
import { createMenu } from './menu/create-menu.ts';
import { menuEntries } from './menu/menu-entries.ts';
import { outputMappings, wholeOutput } from './output-mappings.ts';
import { rootContext } from './schema/field-context.ts';
import { checkHeaders, durationPattern, resultExpression, resultVariable, taskType } from './standard-properties.ts';
import type { ElementTemplate, Group, TemplateProperty } from './types.ts';
import type { Report } from './validation/problems.ts';

type AnyActivated = AnyInboundConnector | AnyCallbackConnector;

/** The elements that an inbound connector has templates for. */
export type InboundPart = 'activation' | 'catchEvent' | 'boundaryEvent' | 'receiveTask' | 'startEvent';

/** An element that templates are for. */
export interface Target {
  /** Follows the id of the connector. */
  readonly id: string;
  /** Follows the name of the connector. */
  readonly name: string;
  readonly appliesTo: readonly string[];
  readonly elementType: ElementTemplate['elementType'];
}

const eventOf = (value: string): ElementTemplate['elementType'] => ({
  value,
  eventDefinition: 'bpmn:MessageEventDefinition',
});

/** The elements by the names of the parts. */
export const targets: Readonly<Record<InboundPart, Target>> = {
  activation: {
    id: 'activation',
    name: 'activation',
    appliesTo: ['bpmn:Task'],
    elementType: { value: 'bpmn:ServiceTask' },
  },
  catchEvent: {
    id: 'catch-event',
    name: 'message event',
    appliesTo: ['bpmn:IntermediateCatchEvent', 'bpmn:IntermediateThrowEvent'],
    elementType: eventOf('bpmn:IntermediateCatchEvent'),
  },
  boundaryEvent: {
    id: 'boundary-event',
    name: 'boundary event',
    appliesTo: ['bpmn:BoundaryEvent'],
    elementType: eventOf('bpmn:BoundaryEvent'),
  },
  receiveTask: {
    id: 'receive-task',
    name: 'receive task',
    appliesTo: ['bpmn:ReceiveTask'],
    elementType: { value: 'bpmn:ReceiveTask' },
  },
  startEvent: {
    id: 'start-event',
    name: 'start of an event subprocess',
    appliesTo: ['bpmn:StartEvent'],
    elementType: eventOf('bpmn:StartEvent'),
  },
};

/** The names of all parts. */
export const inboundParts: readonly InboundPart[] = Object.keys(targets) as InboundPart[];

const configuration: Group = { id: 'config', label: 'Configuration' };
const correlation: Group = { id: 'correlation', label: 'Correlation' };
const output: Group = { id: 'output', label: 'Output mapping' };

const idOf = (connector: AnyActivated, settings: InboundTemplateSettings, part: InboundPart): string =>
  part === 'activation' && settings.id !== undefined
    ? settings.id
    : `${settings.id ?? connector.name}.${targets[part].id}`;

const messageName = (connector: AnyActivated, settings: InboundTemplateSettings): string =>
  literalText(settings.messageName ?? connector.name);

const configurationProperties = (value: string, legacy: boolean): readonly TemplateProperty[] => [
  {
    id: 'correlation_key',
    label: 'Correlation key',
    description: 'Identifies the waiting process instance. The message event must have the same key.',
    constraints: { notEmpty: true },
    feel: 'optional',
    group: configuration.id,
    binding: { type: 'zeebe:input', name: 'correlation_key' },
    type: 'String',
  },
  {
    id: 'message_name',
    label: 'Message name',
    description: 'Name of the message. The message event must have the same name.',
    ...(legacy ? { optional: true } : {}),
    value,
    feel: 'optional',
    group: configuration.id,
    binding: { type: 'zeebe:input', name: 'message_name' },
    type: 'String',
  },
  {
    id: 'expires_after',
    label: 'Expires after',
    description: 'ISO 8601 duration after which the subscription ends. Empty: as the connector defines.',
    placeholder: 'PT1H',
    ...(legacy ? { optional: true } : {}),
    constraints: { ...(legacy ? { notEmpty: false } : {}), pattern: durationPattern },
    feel: 'optional',
    group: configuration.id,
    binding: { type: 'zeebe:input', name: 'expires_after' },
    type: 'String',
  },
];

/** The ids that the connector's inputs must not have, because the activation's own properties have them. */
const takenIds: ReadonlySet<string> = new Set([
  ...activationNames,
  'taskDefinitionType',
  'resultVariable',
  'resultExpression',
]);

/** The headers of the activation that the runtime reads. */
const takenHeaders: ReadonlySet<string> = new Set(['resultVariable', 'resultExpression', 'retryBackoff']);

/** The fields that map the message; absent if the waiting element maps each field of the message, which needs them as variables. */
const activationResult = ({ outputs }: InboundTemplateSettings): readonly TemplateProperty[] =>
  outputs === 'fields'
    ? []
    : [
        {
          ...resultVariable(undefined),
          description: 'Name of the variable for the whole message. It can also be set at the message event.',
        },
        { ...resultExpression(undefined), description: 'FEEL expression that maps the message to variables.' },
      ];

/** What the kinds of templates differ in. */
export type Made = Pick<
  TemplateParts,
  'engines' | 'groups' | 'properties' | 'steps' | 'presets' | 'configurationTemplates'
> &
  Pick<FinishedProperties, 'conditionOf'>;

const activationTemplate = (connector: AnyActivated, settings: InboundTemplateSettings, report: Report): Made => {
  const engines = enginesOf(settings.engines, report);
  const root = rootContext(allowsLegacy(engines), report);
  const drafts = connector.input === undefined ? [] : draftInput(connector.input, root);
  checkHeaders(drafts, takenHeaders, report);
  const credentials = credentialsOf(drafts, report);
  const standard = { ids: takenIds, groups: [configuration, output] };
  const own = finishProperties(drafts, settings.groups ?? [], standard, report);
  const results = activationResult(settings);
  return {
    engines: enginesSince(credentialNeeds(credentials), engines, settings.engines, report),
    configurationTemplates: credentials,
    conditionOf: own.conditionOf,
    groups: joinGroups(own.groups, [configuration, ...(results.length > 0 ? [output] : [])]),
    properties: [
      taskType(activationType, false),
      {
        id: 'name',
        value: literalText(connector.name),
        binding: { type: 'zeebe:input', name: 'name' },
        type: 'Hidden',
      },
      ...own.properties,
      ...configurationProperties(messageName(connector, settings), root.legacy),
      ...results,
    ],
    ...(connector.input === undefined
      ? {}
      : createMenu(menuEntries(connector.input, root, true), own.properties, report)),
  };
};

/** The texts of an element that waits for a message. */
interface WaitingTexts {
  readonly messageName: string;
  readonly messageHelp: string;
  /** Absent: the element has no correlation key. */
  readonly keyHelp?: string | undefined;
}

/** The parts of the template of an element that waits for a message. */
export const waitingParts = (
  connector: { readonly output?: Schema | undefined },
  settings: InboundTemplateSettings,
  report: Report,
  { messageName: value, messageHelp, keyHelp }: WaitingTexts,
): Made => {
  const outputs =
    settings.outputs === 'fields'
      ? outputMappings(connector.output, '', report)
      : wholeOutput(connector.output, report);
  const key: TemplateProperty = {
    id: 'correlationKey',
    label: 'Correlation key',
    description: keyHelp ?? '',
    constraints: { notEmpty: true },
    feel: 'required',
    group: correlation.id,
    binding: { type: 'bpmn:Message#zeebe:subscription#property', name: 'correlationKey' },
    type: 'String',
  };
  return {
    engines: enginesOf(settings.engines, report),
    conditionOf: finishProperties([], [], { ids: new Set(), groups: [] }, report).conditionOf,
    groups: [correlation, ...(outputs.length > 0 ? [output] : [])],
    properties: [
      {
        id: 'messageName',
        label: 'Message name',
        description: messageHelp,
        value,
        constraints: { notEmpty: true },
        feel: 'optional',
        group: correlation.id,
        binding: { type: 'bpmn:Message#property', name: 'name' },
        type: 'String',
      },
      ...(keyHelp === undefined ? [] : [key]),
      ...outputs,
    ],
  };
};

const companionTemplate = (connector: AnyActivated, settings: InboundTemplateSettings, report: Report): Made =>
  waitingParts(connector, settings, report, {
    messageName: messageName(connector, settings),
    messageHelp: 'Must be the same as in the activating task.',
    keyHelp: 'FEEL expression that returns the same key as in the activating task.',
  });

/** Makes the template of an inbound connector for one kind of element. */
export const inboundTemplate = (
  connector: AnyActivated,
  settings: InboundTemplateSettings,
  part: InboundPart,
  report: Report,
): ElementTemplate => {
  const { name, appliesTo, elementType } = targets[part];
  const make = part === 'activation' ? activationTemplate : companionTemplate;
  const { properties, conditionOf, ...made } = make(connector, settings, report);
  return assembleTemplate({
    settings,
    id: idOf(connector, settings, part),
    name: `${settings.name ?? connector.name} (${name})`,
    description: settings.description ?? connector.description,
    appliesTo,
    elementType,
    ...made,
    properties: [...properties, ...extensionProperties(settings, conditionOf)],
  });
};
