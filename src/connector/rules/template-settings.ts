import { plainDurationSource } from '../../common/duration.ts';
import { isObject } from '../../common/is-object.ts';
import type {
  ExecutionListener,
  InboundTemplateSettings,
  LinkedResource,
  OutboundTemplateSettings,
} from '../template-settings.ts';
import { anyText, count, flag, text, webAddress } from './common-rules.ts';
import { conditionRule } from './condition.ts';
import { inTurn, isText, listOf, mapOf, objectOf, oneOf, type Rule, type Rules, when } from './rule-engine.ts';
import { groupsRule } from './template-groups.ts';

const engines = objectOf(
  { camunda: text, camundaDesktopModeler: text, camundaWebModeler: text },
  { expected: 'a range of versions, or ranges by product', noun: 'product' },
);

const category = objectOf({ id: text, name: text }, { expected: '{ id, name }', required: ['id', 'name'] });

const bpmnElement = when(
  (value) => typeof value === 'string' && /^bpmn:[A-Za-z]+$/.test(value),
  'a BPMN element such as "bpmn:ServiceTask"',
);

const elementType = objectOf(
  { value: bpmnElement, eventDefinition: bpmnElement },
  { expected: '{ value, eventDefinition? }', required: ['value'] },
);

const expression = when(
  (value) => typeof value === 'string' && /^=\s*\S/.test(value),
  'a FEEL expression that starts with "="',
);

const plainDuration = new RegExp(plainDurationSource);

const duration = when((value) => typeof value === 'string' && plainDuration.test(value), 'a duration such as "PT30S"');

const entriesVisible = objectOf(
  { outputs: flag, executionListeners: flag, taskListeners: flag },
  { expected: 'true, false or an object of sections', noun: 'section' },
);

const deprecated = objectOf(
  { message: text, documentationRef: webAddress },
  { expected: 'true, false or { message?, documentationRef? }' },
);

const flagOr =
  (rule: Rule): Rule =>
  (value) =>
    typeof value === 'boolean' ? undefined : rule(value);

const generatedText = objectOf(
  { generated: oneOf('uuid') },
  { expected: "text, { generated: 'uuid' } or { value, condition }", required: ['generated'] },
);

const conditionalText = objectOf(
  { value: text, condition: conditionRule },
  { expected: '{ value, condition }', required: ['value', 'condition'] },
);

const extensionValue: Rule = (value) => {
  if (typeof value === 'string') return text(value);
  if (Array.isArray(value)) return listOf(conditionalText, 'a list of { value, condition }', 1)(value);
  return isObject(value) && 'value' in value ? conditionalText(value) : generatedText(value);
};

const extensionProperties = mapOf(extensionValue, 'an object of texts by name', (name) =>
  isText(name) ? undefined : 'the name must not be blank',
);

const linkedResource = inTurn(
  objectOf(
    {
      linkName: text,
      resourceType: text,
      resourceId: text,
      binding: oneOf('latest', 'deployment', 'versionTag'),
      versionTag: text,
      label: text,
      condition: conditionRule,
    },
    {
      expected: '{ linkName, resourceType?, resourceId?, binding?, versionTag?, label?, condition? }',
      required: ['linkName'],
    },
  ),
  (value) => {
    const { binding, versionTag, resourceId, label } = value as LinkedResource;
    if (versionTag !== undefined && binding !== 'versionTag') return "versionTag needs binding: 'versionTag'";
    return label !== undefined && resourceId !== undefined
      ? 'label has no effect, because no field asks for the resource id'
      : undefined;
  },
);

const linkedResources: Rule = inTurn(listOf(linkedResource, 'a list of linked resources', 1), (value) => {
  const names = (value as readonly LinkedResource[]).map(({ linkName }) => linkName);
  const twice = names.find((name, index) => names.indexOf(name) !== index);
  return twice === undefined ? undefined : `two resources have the link name ${JSON.stringify(twice)}`;
});

const isPriority = (value: unknown): boolean =>
  typeof value === 'number' ? Number.isInteger(value) && Math.abs(value) < 2 ** 31 : expression(value) === undefined;

const executionListener = objectOf(
  { eventType: oneOf('start', 'end'), type: text, retries: count },
  { expected: '{ eventType, type, retries? }', required: ['eventType', 'type'] },
);

const executionListeners: Rule = inTurn(listOf(executionListener, 'a list of listeners', 1), (value) => {
  const keys = (value as readonly ExecutionListener[]).map(({ eventType, type }) => `${eventType} ${type}`);
  const twice = keys.find((key, index) => keys.indexOf(key) !== index);
  if (twice === undefined) return undefined;
  return `two listeners have the same event and type, ${JSON.stringify(twice)}. Fix: give them different types`;
});

const adHoc = objectOf(
  {
    outputCollection: when((value) => isText(value) && !value.startsWith('='), 'the name of a variable'),
    outputElement: expression,
  },
  { expected: '{ outputCollection, outputElement }', required: ['outputCollection', 'outputElement'] },
);

const common = {
  id: text,
  version: count,
  name: text,
  description: anyText,
  icon: text,
  documentationRef: webAddress,
  category,
  keywords: listOf(text, 'a list of texts'),
  engines: (value: unknown) => (isObject(value) ? engines : text)(value),
  groups: groupsRule,
  outputs: oneOf('variable', 'fields'),
  entriesVisible: flagOr(entriesVisible),
  deprecated: flagOr(deprecated),
  properties: extensionProperties,
} as const satisfies Rules;

const forOutbound = {
  appliesTo: listOf(bpmnElement, 'a list of BPMN elements such as ["bpmn:Task"]', 1),
  elementType,
  resultVariable: text,
  resultExpression: expression,
  errorExpression: expression,
  retryCount: count,
  retryBackoff: duration,
  jobTimeout: duration,
  linkedResources,
  jobPriority: when(isPriority, 'a whole number of 32 bits, or a FEEL expression that starts with "="'),
  executionListeners,
  adHoc,
  agentType: oneOf('external', 'aiAgentTask', 'aiAgentSubProcess'),
  tool: flag,
} as const satisfies Rules;

const forInbound = { messageName: text } as const satisfies Rules;

const outbound: Readonly<Record<keyof OutboundTemplateSettings, Rule>> = { ...common, ...forOutbound };

const inbound: Readonly<Record<keyof InboundTemplateSettings, Rule>> = { ...common, ...forInbound };

const misplacedOf = (rules: Rules, kind: string): Readonly<Record<string, string>> =>
  Object.fromEntries(
    Object.keys(rules).map((name) => [name, `only templates of ${kind} connectors have this setting`]),
  );

/** The settings of the templates of one kind of connector. */
export interface SettingRules {
  readonly rules: Rules;
  /** The settings of the other kind, each with what to say about it. */
  readonly misplaced: Readonly<Record<string, string>>;
}

type ByKind<T> = Readonly<Record<'outbound' | 'inbound', T>>;

/** The settings of element templates by the kind of the connector. */
export const templateSettings: ByKind<SettingRules> = {
  outbound: { rules: outbound, misplaced: misplacedOf(forInbound, 'inbound') },
  inbound: { rules: inbound, misplaced: misplacedOf(forOutbound, 'outbound') },
};

const settingsRule = ({ rules, misplaced }: SettingRules): Rule =>
  objectOf(rules, { expected: 'an object of template settings', noun: 'template setting', misplaced });

/** What a connector may say about its element template, by the connector's kind. */
export const templateSettingsRule: ByKind<Rule> = {
  outbound: settingsRule(templateSettings.outbound),
  inbound: settingsRule(templateSettings.inbound),
};
