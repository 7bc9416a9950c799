import * as v from 'valibot';
import { describeTemporal, type TemporalForm, temporalForm } from '../../connector/values/temporal.ts';
import { toJson } from '../../connector/values/to-json.ts';
import { feelLiteral, isPlainNumber, literalText, literalValue } from '../feel-literal.ts';
import { shapeOf } from '../schema/describe-shape.ts';
import { type FieldContext, pathOf } from '../schema/field-context.ts';
import { limitsOf } from '../schema/limits.ts';
import { type Reading, valuesOf } from '../schema/read-schema.ts';
import { refuseInside, refuseKind } from '../schema/unsupported.ts';
import type { Choice, Constraints, FeelMode, PropertyType } from '../types.ts';
import { choicesOf, type Option, optionsOf, refuseOptions } from './choices.ts';
import { checkFeel, checkHintDefault, defaultValueOf, isFeelHint } from './defaults.ts';
import { describeNumber, hasNoNumbers, numberPattern } from './number-pattern.ts';
import { emptyOr, messageOf, type Pattern, textPattern, wrapPattern } from './text-pattern.ts';

/** The part of a field that the kind of its schema decides. Texts and position are added elsewhere. */
export interface Control {
  readonly type: PropertyType;
  readonly feel?: FeelMode;
  readonly choices?: readonly Choice[];
  readonly value?: string | number | boolean;
  readonly constraints?: Constraints;
  readonly optional?: boolean;
  readonly language?: 'json';
  /** A sentence for the description: what the schema expects but the control does not show. */
  readonly note?: string;
  readonly placeholder?: string;
}

/** An empty field sends null, and so does this choice. */
const unsetValue = '=null';
const unset: Choice = { name: '(not set)', value: unsetValue };

/** Whether a person must fill the field in. */
const isRequired = ({ hints, optional, nullable }: Reading, context: FieldContext): boolean =>
  hints.notEmpty ?? !(optional || nullable || context.mayBeEmpty);

const nonEmptyObject = <T extends object>(value: T): T | undefined =>
  Object.keys(value).length === 0 ? undefined : value;

/** Adds what every text field needs: it must be filled in, or it may stay empty in a way that the engine accepts. */
const withEmptiness = (
  control: Control,
  constraints: Omit<Constraints, 'notEmpty'>,
  reading: Reading,
  context: FieldContext,
): Control => {
  const required = isRequired(reading, context);
  const hasConstraints = nonEmptyObject(constraints) !== undefined;
  if (required) return { ...control, constraints: { notEmpty: true, ...constraints } };
  if (!context.legacy) return hasConstraints ? { ...control, constraints } : control;
  // Without an input mapping the variable would not exist, but the schema requires it, even if it is null.
  if (reading.mustExist && !context.mayBeEmpty) {
    return { ...control, value: control.value ?? unsetValue, constraints: { notEmpty: true, ...constraints } };
  }
  return {
    ...control,
    optional: true,
    ...(hasConstraints ? { constraints: { notEmpty: false, ...constraints } } : {}),
  };
};

const capitalised = (text: string): string => text.charAt(0).toUpperCase() + text.slice(1);

const patternOf = (
  pattern: Pattern | undefined,
  mayBeEmpty: boolean,
  { stored }: FieldContext,
): Pick<Constraints, 'pattern'> => {
  if (pattern === undefined) return {};
  const { source, message } = pattern;
  return { pattern: { value: stored ? emptyOr(source, mayBeEmpty) : wrapPattern(source, mayBeEmpty), message } };
};

const withValue = (value: Control['value']): Pick<Control, 'value'> => (value === undefined ? {} : { value });

const textValue = (reading: Reading, context: FieldContext): Pick<Control, 'value'> => {
  const defaultValue = defaultValueOf(reading, context);
  // An empty field sends null, and then the schema uses its own default. A hint has to be written.
  if (defaultValue === undefined || (defaultValue === '' && reading.hints.default === undefined)) return {};
  if (isFeelHint(reading)) {
    checkFeel(defaultValue as string, context);
    return withValue(defaultValue as string);
  }
  return withValue(typeof defaultValue === 'string' ? literalText(defaultValue) : expressionOf(defaultValue, context));
};

const expressionOf = (value: unknown, context: FieldContext): string | undefined => {
  try {
    return `=${feelLiteral(toJson(value))}`;
  } catch {
    context.report(pathOf(context), 'its default cannot be written as JSON', 'use a default that a process could send');
    return undefined;
  }
};

/** A cluster deploys no process that names one of its secrets in a text: only an expression can name it. */
const secretPattern: Pattern = {
  source: '^(?!\\s*camunda\\.secrets\\.)',
  message: 'must start with "=" to name a secret of the cluster, e.g. =camunda.secrets.NAME',
};

const patternOfText = (reading: Reading, context: FieldContext): Pattern | undefined => {
  const isSecret = reading.hints.secret === true;
  // A credential refers to a secret by its key alone, which has nothing in common with the secret.
  if (isSecret && context.stored) return undefined;
  return textPattern(reading.checks, pathOf(context), context.report) ?? (isSecret ? secretPattern : undefined);
};

const textControl = (reading: Reading, context: FieldContext): Control => {
  const required = isRequired(reading, context);
  const { minLength, maxLength } = reading.hints.secret === true ? {} : limitsOf(reading.core, reading.checks);
  const url = reading.checks.some(({ type }) => type === 'url');
  const constraints = {
    // The Modeler applies it to an empty field too, and notEmpty already asks for one character.
    ...(minLength !== undefined && minLength > 1 && required ? { minLength } : {}),
    ...(maxLength === undefined ? {} : { maxLength }),
    ...patternOf(patternOfText(reading, context), !required, context),
  };
  if (reading.conversion === 'parse_json') {
    return withEmptiness(
      { type: 'Text', language: 'json', ...textValue(reading, context) },
      constraints,
      reading,
      context,
    );
  }
  const control: Control = {
    type: 'String',
    feel: 'optional',
    ...textValue(reading, context),
    ...(url ? { placeholder: 'https://example.org/path' } : {}),
  };
  return withEmptiness(control, constraints, reading, context);
};

const temporalControl = (form: TemporalForm, reading: Reading, context: FieldContext): Control => {
  const expected = describeTemporal(form);
  const control: Control = {
    type: 'String',
    feel: 'optional',
    note: capitalised(expected),
    placeholder: form.examples[0],
    ...textValue(reading, context),
  };
  const pattern = { source: form.source, message: `must be ${expected}` };
  return withEmptiness(control, patternOf(pattern, !isRequired(reading, context), context), reading, context);
};

const numberControl = (reading: Reading, context: FieldContext): Control => {
  const required = isRequired(reading, context);
  const limits = limitsOf(reading.core, reading.checks);
  const pattern = numberPattern(limits, !required);
  const text = describeNumber(limits);
  if (hasNoNumbers(limits)) {
    context.report(pathOf(context), 'no number is within its limits', 'correct its smallest and its largest value');
  }
  const ownMessage = reading.checks.map(messageOf).join('; ');
  const defaultValue = defaultValueOf(reading, context);
  if (typeof defaultValue === 'number' && !isPlainNumber(defaultValue)) {
    context.report(
      pathOf(context),
      'its default needs an exponent, which FEEL does not have',
      'use a number of a smaller scale',
    );
  }
  const value =
    typeof defaultValue === 'number' ? withValue(defaultValue) : isFeelHint(reading) ? textValue(reading, context) : {};
  const hasMessage = reading.checks.some(({ message }) => typeof message === 'string');
  const control: Control = {
    type: 'Number',
    feel: 'optional',
    ...value,
    ...(text === undefined ? {} : { note: capitalised(text) }),
  };
  const constraints =
    pattern === undefined
      ? {}
      : { pattern: { value: pattern.source, message: hasMessage ? ownMessage : pattern.message } };
  return withEmptiness(control, constraints, reading, context);
};

const listValue = (choices: readonly Choice[], reading: Reading, context: FieldContext): string | undefined => {
  const defaultValue = defaultValueOf(reading, context);
  if (defaultValue === undefined) return undefined;
  const value = literalValue(defaultValue);
  if (choices.some((choice) => choice.value === value)) return value;
  context.report(pathOf(context), 'its default is not one of its values', 'use one of them');
  return undefined;
};

const withoutLegacyUnset = ({ optional, mustExist }: Reading, context: FieldContext): boolean =>
  !context.legacy || !optional || (mustExist && !context.mayBeEmpty);

const dropdown = (choices: readonly Choice[], reading: Reading, context: FieldContext): Control => {
  const value = listValue(choices, reading, context);
  const control: Control = { type: 'Dropdown', choices, ...withValue(value) };
  if (value !== undefined)
    return reading.hints.notEmpty === true ? { ...control, constraints: { notEmpty: true } } : control;
  if (isRequired(reading, context)) return { ...control, constraints: { notEmpty: true } };
  // Without this entry a choice could not be undone.
  return withoutLegacyUnset(reading, context)
    ? { ...control, choices: [unset, ...choices], value: unsetValue }
    : { ...control, optional: true };
};

const booleanOptions: readonly Option[] = [
  { value: true, name: 'Yes' },
  { value: false, name: 'No' },
];

const booleanControl = (reading: Reading, context: FieldContext): Control => {
  const defaultValue = defaultValueOf(reading, context);
  // A checkbox always sends a value, so an object that a person leaves out would exist after all.
  if (defaultValue === undefined && (reading.nullable || context.mayBeUnset)) {
    const labels = reading.hints.choices ?? {};
    return dropdown(choicesOf(booleanOptions, labels, pathOf(context), context.report), reading, context);
  }
  if (isFeelHint(reading)) {
    return { type: 'Boolean', feel: 'optional', ...textValue(reading, context) };
  }
  return { type: 'Boolean', feel: 'optional', value: defaultValue === true };
};

const optionControl = (options: readonly Option[], reading: Reading, context: FieldContext): Control | undefined => {
  if (refuseOptions(options, pathOf(context), context.report)) return undefined;
  const [only] = options;
  if (only === undefined) context.report(pathOf(context), 'its list has no values', 'add the values that it may have');
  const mayBeAbsent = reading.optional || reading.nullable || context.mayBeUnset;
  const mustSend = !mayBeAbsent || defaultValueOf(reading, context) !== undefined;
  if (reading.view.type === 'literal' && mustSend) {
    const given = defaultValueOf(reading, context);
    if (given !== undefined && given !== only!.value) {
      context.report(pathOf(context), 'its default is not one of its values', 'use one of them');
    }
    return { type: 'Hidden', value: literalValue(only!.value) };
  }
  return dropdown(choicesOf(options, reading.hints.choices ?? {}, pathOf(context), context.report), reading, context);
};

/** The example of the shape, unless a further check of the schema refuses it. */
const exampleOf = (reading: Reading, sample: unknown): string | undefined => {
  if (sample === undefined) return undefined;
  try {
    const fits = reading.core.async || v.safeParse(reading.core, sample).success;
    return fits ? `=${feelLiteral(toJson(sample))}` : undefined;
  } catch {
    return undefined;
  }
};

const expressionControl = (reading: Reading, context: FieldContext): Control => {
  refuseInside(reading.core, pathOf(context), context.report);
  const shape = shapeOf(reading.core);
  const defaultValue = defaultValueOf(reading, context);
  const empty = reading.core.type === 'object' && Object.keys(reading.view.entries ?? {}).length === 0 ? {} : undefined;
  const example = exampleOf(reading, shape?.sample);
  const written = defaultValue === undefined ? empty : defaultValue;
  const value = isFeelHint(reading)
    ? textValue(reading, context)
    : withValue(written === undefined ? undefined : expressionOf(written, context));
  const control: Control = {
    type: 'Text',
    feel: 'required',
    ...value,
    ...(shape === undefined ? {} : { note: `A FEEL expression for ${shape.text}` }),
    ...(example === undefined ? {} : { placeholder: example }),
  };
  return withEmptiness(control, {}, reading, context);
};

const holdsObject = (type: string): boolean =>
  ['object', 'strict_object', 'loose_object', 'object_with_rest', 'record', 'variant', 'intersect'].includes(type);

const unionControl = (reading: Reading, context: FieldContext): Control | undefined => {
  const form = temporalForm(reading.core);
  if (form !== undefined) return temporalControl(form, reading, context);
  const types = valuesOf(reading.view).map(({ type }) => type);
  if (types.some(holdsObject)) {
    context.report(
      pathOf(context),
      types.every(holdsObject)
        ? 'a union of objects does not say which object is meant'
        : 'a union mixes objects and other values',
      types.every(holdsObject)
        ? 'use v.variant with a key that distinguishes them, or add hints({ opaque: true }) for one expression'
        : "add hints({ feel: 'required' }) for one expression",
    );
    return undefined;
  }
  if (!types.includes('string')) return expressionControl(reading, context);
  refuseInside(reading.core, pathOf(context), context.report);
  return withEmptiness({ type: 'String', feel: 'optional', ...textValue(reading, context) }, {}, reading, context);
};

/** The control for a schema with a single field; `undefined` if there is none, which has been reported. */
export const controlOf = (reading: Reading, context: FieldContext): Control | undefined => {
  if (refuseKind(reading.view, pathOf(context), context.report)) return undefined;
  if (reading.hints.opaque === true || reading.hints.feel === 'required') {
    checkHintDefault(reading, context);
    return expressionControl(reading, context);
  }
  const options = optionsOf(reading, pathOf(context), context.report);
  if (options !== undefined) return optionControl(options, reading, context);
  checkHintDefault(reading, context);
  switch (reading.view.type) {
    case 'string':
      return textControl(reading, context);
    case 'number':
      return numberControl(reading, context);
    case 'boolean':
      return booleanControl(reading, context);
    case 'union':
      return unionControl(reading, context);
    default:
      return expressionControl(reading, context);
  }
};
