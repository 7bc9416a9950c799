/** The rules for the selectors and the values of instructions. */
import { parseDayTimeDuration } from '../../../common/duration.ts';
import { isObject } from '../../../common/is-object.ts';
import { text } from '../../../connector/rules/common-rules.ts';
import { inTurn, listOf, objectOf, type Rule, type Rules, when } from '../../../connector/rules/rule-engine.ts';

/** Accepts every JSON value. */
export const anything: Rule = () => undefined;

export const variables: Rule = when(isObject, 'an object of variables by name');

export const duration: Rule = when(
  (value) => typeof value === 'string' && parseDayTimeDuration(value) !== undefined,
  'an ISO 8601 duration of days, hours, minutes and seconds, such as PT1H or P1DT12H',
);

export const instant: Rule = when(
  (value) =>
    typeof value === 'string' &&
    /^\d{4}-\d{2}-\d{2}T[\d:.]+(?:Z|[+-]\d{2}:\d{2})$/.test(value) &&
    !Number.isNaN(Date.parse(value)),
  'an ISO 8601 date and time with an offset, such as 2030-01-31T09:00:00Z',
);

export const texts: Rule = listOf(text, 'a list of texts');

const isRuleNumber = (value: unknown): boolean => Number.isSafeInteger(value) && (value as number) > 0;

export const ruleNumbers: Rule = listOf(
  when(isRuleNumber, 'the number of a rule, from 1'),
  'a list of numbers of rules',
);

/** Makes a rule for an object of fields. */
export const fieldsOf = (rules: Rules, required: readonly string[] = []): Rule =>
  objectOf(rules, { noun: 'field', required });

/** Makes a rule for a selector that needs at least one of its fields. */
const selector = (...names: readonly string[]): Rule =>
  inTurn(
    fieldsOf(Object.fromEntries(names.map((name) => [name, text]))),
    when((value) => Object.keys(value as object).length > 0, `one of the fields ${names.join(', ')}`),
  );

type SelectorName =
  | 'processDefinition'
  | 'processInstance'
  | 'element'
  | 'job'
  | 'userTask'
  | 'incident'
  | 'message'
  | 'decision'
  | 'decisionDefinition';

/** The rules for selectors. */
export const selectors: Readonly<Record<SelectorName, Rule>> = {
  processDefinition: fieldsOf({ processDefinitionId: text }, ['processDefinitionId']),
  processInstance: fieldsOf({ processDefinitionId: text }, ['processDefinitionId']),
  element: selector('elementId', 'elementName'),
  job: selector('jobType', 'elementId', 'processDefinitionId'),
  userTask: selector('elementId', 'taskName', 'processDefinitionId'),
  incident: selector('elementId', 'processDefinitionId'),
  message: fieldsOf({ messageName: text, correlationKey: when((value) => typeof value === 'string', 'text') }, [
    'messageName',
  ]),
  decision: selector('decisionDefinitionId', 'decisionDefinitionName'),
  decisionDefinition: fieldsOf({ decisionDefinitionId: text }, ['decisionDefinitionId']),
};
