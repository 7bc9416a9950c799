import type { HintCondition, Hints } from '../../connector/hints.ts';
import { type Control, controlOf } from '../controls/control.ts';
import { feelLiteral, literalValue } from '../feel-literal.ts';
import { labelOfName } from '../labels.ts';
import { type FieldContext, pathOf } from '../schema/field-context.ts';
import type { Reading } from '../schema/read-schema.ts';
import type { Binding, FeelMode, PropertyType, SimpleCondition, TemplateProperty } from '../types.ts';
import { type Draft, defaultGroup } from './draft.ts';

const sentence = (text: string): string => (/[.!?]$/.test(text) ? text : `${text}.`);

const escapeHtml = (text: string): string => text.replace(/&/g, '&amp;').replace(/"/g, '&quot;').replace(/</g, '&lt;');

const descriptionOf = ({ description, hints }: Reading, note: string | undefined): string | undefined => {
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

const placeholderOf = ({ hints, examples }: Reading, control: Control, path: string): string | undefined => {
  if (control.type !== 'String' && control.type !== 'Text') return undefined;
  if (hints.placeholder !== undefined) return hints.placeholder;
  if (hints.secret === true) return `{{secrets.${secretName(path)}}}`;
  const text = examples.find((example) => typeof example === 'string');
  if (control.feel !== 'required') return text ?? control.placeholder;
  const [example] = examples;
  if (example === undefined) return control.placeholder;
  return text?.startsWith('=') ? text : `=${feelLiteral(example)}`;
};

const secretTooltip =
  'Refer to a secret of the cluster or the runtime, {{secrets.NAME}}, instead of writing it into the diagram.';

const tooltipOf = ({ hints }: Reading): string | undefined =>
  hints.tooltip ?? (hints.secret === true ? secretTooltip : undefined);

const isText = (type: PropertyType): boolean => type === 'String' || type === 'Text';

/** Reports hints that have no effect on a field of this kind, or contradict the schema. */
const checkHints = (reading: Reading, control: Control, context: FieldContext): void => {
  const { hints } = reading;
  const refuse = (name: keyof Hints, why: string, fix: string): void =>
    context.report(pathOf(context), `the hint "${name}" ${why}`, fix);
  const kind = `has no effect on a field of type ${control.type}`;
  if (hints.placeholder !== undefined && !isText(control.type)) refuse('placeholder', kind, 'use "tooltip" instead');
  if (hints.feel !== undefined && ['Dropdown', 'Hidden'].includes(control.type)) refuse('feel', kind, 'leave it out');
  if (hints.feel === 'static' && isText(control.type)) refuse('feel', 'must not be "static" for text', 'use "none"');
  if (hints.feel === 'none' && ['Number', 'Boolean'].includes(control.type)) {
    refuse('feel', `must not be "none" for a field of type ${control.type}`, 'use "static"');
  }
  if (hints.choices !== undefined && control.type !== 'Dropdown') refuse('choices', kind, 'leave it out');
  if (hints.language !== undefined && !(hints.type === 'Text' || control.type === 'Text')) {
    refuse('language', 'needs a field of type Text', "add type: 'Text'");
  }
  if (hints.language !== undefined && control.language === undefined && hints.feel !== 'none') {
    refuse('language', 'has no effect on a field that takes FEEL', "add feel: 'none'");
  }
  if ((hints.type === 'Text' || hints.type === 'String') && !isText(control.type)) refuse('type', kind, 'leave it out');
  if (hints.type === 'Hidden' && control.value === undefined) {
    refuse('type', 'hides a field without a default', 'give it a default, or use "hidden" to leave it out');
  }
  if (hints.secret === true && !(control.type === 'String' || control.type === 'Text'))
    refuse('secret', kind, 'leave it out');
  if (hints.secret === true && control.value !== undefined && control.value !== '=null') {
    context.report(
      pathOf(context),
      'a secret must not have a default, because everyone who opens the diagram could read it',
      'remove the default',
    );
  }
  if (hints.binding !== undefined && hints.target !== 'header') {
    refuse(
      'binding',
      'would give the variable a different name than the schema',
      "rename the entry, or add target: 'header'",
    );
  }
  const values = [control.value, ...(control.choices ?? []).map(({ value }) => value)];
  if (hints.target === 'header' && values.some((value) => typeof value === 'string' && value.startsWith('='))) {
    refuse('target', 'sends it as a header, which is text, but one of its values is not text', 'use texts');
  }
  if (hints.target === 'header' && !(reading.optional || reading.ownDefault.kind !== 'none')) {
    refuse('target', 'sends it as a header, but the schema requires a variable', 'make it v.optional');
  }
};

const feelOf = ({ hints }: Reading, control: Control, type: PropertyType): FeelMode | undefined => {
  if (type === 'Hidden' || type === 'Dropdown' || hints.target === 'header' || hints.feel === 'none') return undefined;
  return hints.feel ?? control.feel;
};

const typeOf = ({ hints }: Reading, { type }: Control): PropertyType =>
  hints.type === 'Hidden' || (hints.type !== undefined && isText(type)) ? hints.type : type;

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
export const hintConditions = ({ condition }: Hints): readonly SimpleCondition[] =>
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
    tooltip: visible ? tooltipOf(reading) : undefined,
    placeholder: visible && isText(type) ? placeholderOf(reading, { ...control, type }, path) : undefined,
    optional: visible ? control.optional : undefined,
    value: visible || control.value === undefined ? control.value : hiddenValue(control.value),
    constraints: visible ? control.constraints : undefined,
    feel,
    language: feel === undefined && type === 'Text' ? (hints.language ?? control.language) : undefined,
    secret: hints.secret === true ? true : undefined,
    group: hints.group ?? context.group ?? defaultGroup,
    binding: bindingOf(reading, path),
    type,
    choices: type === 'Dropdown' ? control.choices : undefined,
  }) as TemplateProperty & { readonly id: string };
  return { path, property, conditions: context.conditions };
};
