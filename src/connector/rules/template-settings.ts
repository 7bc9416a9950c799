/** Says what a setting has to be where it is not. */
interface Rule {
  readonly fits: (value: unknown) => boolean;
  readonly expected: string;
}

type Rules = Readonly<Record<string, Rule>>;

type Fields = Readonly<Record<string, unknown>>;

const isText = (value: unknown): value is string => typeof value === 'string' && value.trim() !== '';
const isFields = (value: unknown): value is Fields =>
  typeof value === 'object' && value !== null && !Array.isArray(value);
const isCount = (value: unknown): boolean => Number.isSafeInteger(value) && (value as number) >= 0;
const isListOf = (fits: (value: unknown) => boolean) => (value: unknown) => Array.isArray(value) && value.every(fits);
const isAddress = (value: unknown): boolean => typeof value === 'string' && /^https?:\/\/\S+$/.test(value);
const isExpression = (value: unknown): boolean => typeof value === 'string' && /^=\s*\S/.test(value);

const isGroup = (value: unknown): boolean =>
  isFields(value) &&
  isText(value.id) &&
  isText(value.label) &&
  ['string', 'undefined'].includes(typeof value.tooltip) &&
  ['boolean', 'undefined'].includes(typeof value.openByDefault) &&
  Object.keys(value).every((name) => ['id', 'label', 'tooltip', 'openByDefault'].includes(name));

const products = ['camunda', 'camundaDesktopModeler', 'camundaWebModeler'];

const areUnique = (values: readonly string[]): boolean => new Set(values).size === values.length;

const areEngines = (value: unknown): boolean =>
  isText(value) ||
  (isFields(value) &&
    Object.entries(value).every(([name, range]) => products.includes(name) && (range === undefined || isText(range))));

const isElement = (value: unknown): boolean => typeof value === 'string' && /^bpmn:[A-Za-z]+$/.test(value);

const text: Rule = { fits: isText, expected: 'text that is not empty' };
const expression: Rule = { fits: isExpression, expected: 'a FEEL expression that starts with "="' };
const duration: Rule = {
  fits: (value) =>
    typeof value === 'string' &&
    /^P(?=[\dT])(?:\d+D)?(?:T(?=\d)(?:\d+H)?(?:\d+M)?(?:\d+(?:[.,]\d{1,9})?S)?)?$/.test(value),
  expected: 'a duration such as "PT30S"',
};

const common: Rules = {
  id: text,
  version: { fits: isCount, expected: 'a whole number, 0 or more' },
  name: text,
  description: { fits: (value) => typeof value === 'string', expected: 'text' },
  icon: text,
  documentationRef: { fits: isAddress, expected: 'an address that starts with http:// or https://' },
  category: {
    fits: (value) => isFields(value) && isText(value.id) && isText(value.name) && Object.keys(value).length === 2,
    expected: '{ id, name }, both text',
  },
  keywords: { fits: isListOf(isText), expected: 'a list of texts' },
  engines: { fits: areEngines, expected: `a range of versions, or ranges by product (${products.join(', ')})` },
  groups: {
    fits: (value) => isListOf(isGroup)(value) && areUnique((value as readonly { id: string }[]).map(({ id }) => id)),
    expected: 'a list of { id, label, tooltip?, openByDefault? }, each with an id of its own',
  },
  outputs: { fits: (value) => value === 'variable' || value === 'fields', expected: '"variable" or "fields"' },
};

const rules: { readonly outbound: Rules; readonly inbound: Rules } = {
  outbound: {
    ...common,
    appliesTo: {
      fits: (value) => isListOf(isElement)(value) && (value as readonly unknown[]).length > 0,
      expected: 'a list of BPMN elements such as ["bpmn:Task"]',
    },
    elementType: {
      fits: (value) =>
        isFields(value) &&
        isElement(value.value) &&
        (value.eventDefinition === undefined || isElement(value.eventDefinition)) &&
        Object.keys(value).every((name) => name === 'value' || name === 'eventDefinition'),
      expected: '{ value, eventDefinition? }, BPMN elements such as "bpmn:ServiceTask"',
    },
    resultVariable: text,
    resultExpression: expression,
    errorExpression: expression,
    retryCount: { fits: isCount, expected: 'a whole number, 0 or more' },
    retryBackoff: duration,
    jobTimeout: duration,
  },
  inbound: { ...common, messageName: text },
};

/**
 * Everything wrong with what a connector says of its template, as one line per fault that starts with the setting's
 * name; an empty list: nothing.
 *
 * @example
 * checkTemplateSettings('outbound', { version: -1 }); // ['version: expected a whole number, 0 or more']
 */
export const checkTemplateSettings = (kind: 'outbound' | 'inbound', value: unknown): readonly string[] => {
  if (!isFields(value)) return [`expected an object of ${Object.keys(rules[kind]).join(', ')}`];
  return Object.entries(value).flatMap(([name, setting]) => {
    if (!Object.hasOwn(rules[kind], name)) {
      return [
        `${name}: is no setting of templates of ${kind} connectors; they are ${Object.keys(rules[kind]).join(', ')}`,
      ];
    }
    const { fits, expected } = rules[kind][name]!;
    return setting === undefined || fits(setting) ? [] : [`${name}: expected ${expected}`];
  });
};
