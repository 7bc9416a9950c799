import { plainDurationSource } from '../../common/duration.ts';
import { isObject } from '../../common/is-object.ts';
import type { InboundTemplateSettings, OutboundTemplateSettings } from '../template-settings.ts';
import { anyText, count, flag, text, webAddress } from './common-rules.ts';
import { inTurn, listOf, objectOf, oneOf, type Rule, type Rules, when } from './rule-engine.ts';

const engines = objectOf(
  { camunda: text, camundaDesktopModeler: text, camundaWebModeler: text },
  { expected: 'a range of versions, or ranges by product', noun: 'product' },
);

const category = objectOf({ id: text, name: text }, { expected: '{ id, name }', required: ['id', 'name'] });

const group = objectOf(
  { id: text, label: text, tooltip: anyText, openByDefault: flag },
  { expected: '{ id, label, tooltip?, openByDefault? }', required: ['id', 'label'] },
);

const groups: Rule = inTurn(listOf(group, 'a list of groups'), (value) => {
  const ids = (value as readonly { readonly id: string }[]).map(({ id }) => id);
  const twice = ids.find((id, index) => ids.indexOf(id) !== index);
  return twice === undefined ? undefined : `two groups have the id ${JSON.stringify(twice)}`;
});

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
  groups,
  outputs: oneOf('variable', 'fields'),
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
