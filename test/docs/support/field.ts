/** Template properties in the words of docs/templates.md, so that its tables can be compared with what is generated. */
import type { Condition, SimpleCondition, TemplateProperty } from '../../../src/template/index.ts';

const kinds: Readonly<Record<TemplateProperty['type'], string>> = {
  String: 'text',
  Text: 'multi-line text',
  Number: 'number',
  Boolean: 'checkbox',
  Dropdown: 'list',
  Hidden: 'hidden',
  Configuration: 'credential',
};

const code = (value: unknown): string => `\`${String(value)}\``;

const kindOf = ({ type, feel, language, choices, value }: TemplateProperty): string => {
  if (type === 'Hidden') return `hidden; sends ${code(value)}`;
  if (language === 'json') return 'JSON editor';
  if (feel === 'required') return 'FEEL expression';
  const names = choices === undefined ? '' : ` of ${choices.map(({ name }) => name).join(', ')}`;
  return `${kinds[type]}${names}${feel === 'optional' ? ' or FEEL' : ''}`;
};

const simple = (condition: SimpleCondition): string => {
  const { property } = condition;
  if ('equals' in condition) return `${code(property)} is ${condition.equals}`;
  if ('oneOf' in condition) return `${code(property)} is ${condition.oneOf.join(' or ')}`;
  if ('isEmpty' in condition) return `${code(property)} is ${condition.isEmpty ? 'empty' : 'filled'}`;
  return `${code(property)} is ${condition.isActive ? 'shown' : 'not shown'}`;
};

const conditionOf = (condition: Condition): string =>
  'allMatch' in condition ? condition.allMatch.map(simple).join(' and ') : simple(condition);

const defaultOf = ({ type, value, choices }: TemplateProperty): string | undefined => {
  if (value === undefined || type === 'Hidden' || value === false) return undefined;
  if (value === true) return 'checked by default';
  const name = choices?.find((choice) => choice.value === value)?.name;
  return `default ${name ?? code(value)}`;
};

/** One property: kind, default, checks, and when it is shown. */
export const describeField = (property: TemplateProperty): string => {
  const { constraints = {}, optional, condition } = property;
  const parts = [
    kindOf(property),
    defaultOf(property),
    constraints.notEmpty === true ? 'required' : undefined,
    constraints.minLength === undefined ? undefined : `at least ${constraints.minLength} characters`,
    constraints.maxLength === undefined ? undefined : `at most ${constraints.maxLength} characters`,
    constraints.pattern === undefined ? undefined : `error: "${constraints.pattern.message}"`,
    optional === true ? 'omitted when empty' : undefined,
    condition === undefined ? undefined : `shown when ${conditionOf(condition)}`,
  ];
  return parts.filter((part) => part !== undefined).join('; ');
};

/** The fields of one entry `x` of an input: each with its path where it is not just `x`. */
export const describeFields = (properties: readonly TemplateProperty[]): string => {
  const described = properties.map((property) => {
    const { binding, id } = property;
    const path = binding.type === 'zeebe:input' ? binding.name : (id ?? '');
    return path === 'x' ? describeField(property) : `${code(path)}: ${describeField(property)}`;
  });
  return described.length === 0 ? 'no field' : described.join('<br>');
};
