import type { Hints } from '../../connector/hints.ts';
import type { HintCondition } from '../../connector/template-settings.ts';
import { type Control, controlOf } from '../controls/control.ts';
import { feelLiteral, literalValue } from '../feel-literal.ts';
import { labelOfName } from '../labels.ts';
import { type FieldContext, pathOf } from '../schema/field-context.ts';
import type { Reading } from '../schema/read-schema.ts';
import type { Binding, PropertyType, SimpleCondition, TemplateProperty } from '../types.ts';
import { type Draft, defaultGroup } from './draft.ts';
import { checkHints, feelOf, typeOf } from './field-hints.ts';
import { toolParameter } from './tool-parameter.ts';

const sentence = (text: string): string => (/[.!?]$/.test(text) ? text : `${text}.`);

const escapeHtml = (text: string): string => text.replace(/&/g, '&amp;').replace(/"/g, '&quot;').replace(/</g, '&lt;');

/** The text below a field, with a link to its documentation. */
export const descriptionOf = ({ description, hints }: Reading, note: string | undefined): string | undefined => {
  const link =
    hints.documentation === undefined ? undefined : `<a href="${escapeHtml(hints.documentation)}">Documentation</a>`;
  const parts = [description, note, link].filter((part) => part !== undefined && part !== '');
  if (parts.length === 0) return undefined;
  return parts.length === 1 && note === undefined
    ? parts[0]
    : parts.map((part) => (part === link ? part : sentence(part!))).join(' ');
};

const secretName = (path: string): string =>
  path
    .replace(/([a-z\d])([A-Z])/g, '$1_$2')
    .replace(/\./g, '_')
    .toUpperCase();

const placeholderOf = (
  { hints, examples }: Reading,
  control: Control,
  path: string,
  { stored }: FieldContext,
): string | undefined => {
  if (control.type !== 'String' && control.type !== 'Text') return undefined;
  if (hints.placeholder !== undefined) return hints.placeholder;
  if (hints.secret === true) return stored ? secretName(path) : `{{secrets.${secretName(path)}}}`;
  const text = examples.find((example) => typeof example === 'string');
  if (control.feel !== 'required') return text ?? control.placeholder;
  const [example] = examples;
  if (example === undefined) return control.placeholder;
  return text?.startsWith('=') ? text : `=${feelLiteral(example)}`;
};

const secretTooltip =
  'Refer to a secret instead of writing it into the diagram: {{secrets.NAME}}, or =camunda.secrets.NAME for a secret of a cluster from Camunda 8.10 on.';

const storedTooltip = 'The key of a secret of the cluster. The credential does not contain the secret itself.';

const tooltipOf = ({ hints }: Reading, { stored }: FieldContext): string | undefined =>
  hints.tooltip ?? (hints.secret === true ? (stored ? storedTooltip : secretTooltip) : undefined);

const isText = (type: PropertyType): boolean => type === 'String' || type === 'Text';

const bindingOf = ({ hints }: Reading, path: string): Binding =>
  hints.target === 'header'
    ? { type: 'zeebe:taskHeader', key: hints.binding ?? path }
    : { type: 'zeebe:input', name: path };

/** A hint's condition as the template writes it. It may name the other field by path or by id. */
export const simpleCondition = (condition: HintCondition): SimpleCondition => {
  const { property } = condition;
  if ('equals' in condition) return { property, equals: condition.equals, type: 'simple' };
  if ('oneOf' in condition) return { property, oneOf: condition.oneOf, type: 'simple' };
  if ('isEmpty' in condition) return { property, isEmpty: condition.isEmpty, type: 'simple' };
  return { property, isActive: condition.isActive, type: 'simple' };
};

/** The conditions in the hints of a field or of a whole object. */
export const hintConditions = ({ condition }: Pick<Hints, 'condition'>): readonly SimpleCondition[] =>
  condition === undefined ? [] : [condition].flat().map((one) => simpleCondition(one as HintCondition));

const defined = <T extends object>(value: T): { [K in keyof T]: Exclude<T[K], undefined> } =>
  Object.fromEntries(Object.entries(value).filter(([, item]) => item !== undefined)) as {
    [K in keyof T]: Exclude<T[K], undefined>;
  };

/** A hidden property holds text only, so numbers and booleans become FEEL. */
const hiddenValue = (value: string | number | boolean): string =>
  typeof value === 'string' ? value : literalValue(value);

/** The field of a schema that has a single field; `undefined` if there is none, which has been reported. */
export const draftField = (reading: Reading, context: FieldContext): Draft | undefined => {
  const { hints, title } = reading;
  const path = pathOf(context);
  // A header is text without FEEL. An empty one is left out, as inputs are before Camunda 8.8.
  const control = controlOf(reading, hints.target === 'header' ? { ...context, legacy: true } : context);
  if (control === undefined) return undefined;
  checkHints(reading, control, context);
  const type = typeOf(reading, control);
  const feel = feelOf(reading, control, type);
  const visible = type !== 'Hidden';
  const property = defined({
    id: hints.id ?? path,
    label: visible ? (title ?? labelOfName(context.path.at(-1)!)) : undefined,
    description: visible ? descriptionOf(reading, control.note) : undefined,
    tooltip: visible ? tooltipOf(reading, context) : undefined,
    placeholder: visible && isText(type) ? placeholderOf(reading, { ...control, type }, path, context) : undefined,
    optional: visible ? control.optional : undefined,
    value: visible || control.value === undefined ? control.value : hiddenValue(control.value),
    generatedValue: hints.generated === undefined ? undefined : { type: hints.generated },
    constraints: visible ? control.constraints : undefined,
    feel,
    language: feel === undefined && type === 'Text' ? (hints.language ?? control.language) : undefined,
    secret: hints.secret === true ? true : undefined,
    group: hints.group ?? context.group ?? defaultGroup,
    binding: bindingOf(reading, path),
    type,
    choices: type === 'Dropdown' ? control.choices : undefined,
  }) as TemplateProperty & { readonly id: string };
  const parameter = toolParameter(reading, control, { type, feel }, context);
  return {
    path,
    property,
    conditions: context.conditions,
    ...(hints.id === undefined ? {} : { ownId: true }),
    ...(parameter === undefined ? {} : { parameter }),
  };
};
