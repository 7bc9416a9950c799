import * as v from 'valibot';
import { describeTemporal, type TemporalForm, temporalForm } from '../../connector/values/temporal.ts';
import { toJson } from '../../connector/values/to-json.ts';
import { feelLiteral, isPlainNumber, literalText, literalValue } from '../feel-literal.ts';
import { shapeOf } from '../schema/describe-shape.ts';
import { type Place, pathOf } from '../schema/field-context.ts';
import { factsOf } from '../schema/limits.ts';
import { type Reading, valuesOf } from '../schema/read-schema.ts';
import { refuseInside, refuseKind } from '../schema/unsupported.ts';
import type { Choice, Constraints, FeelMode, PropertyType } from '../types.ts';
import { choicesOf, type Option, optionsOf, refuseOptions } from './choices.ts';
import { checkFeel, checkPreset, isFeelHint, presetOf } from './defaults.ts';
import { describeNumber, numberPattern } from './number-pattern.ts';
import { messageOf, type Pattern, textPattern, wrapPattern } from './text-pattern.ts';

/** What the kind of a schema decides of its field; texts and places come from elsewhere. */
export interface Control {
  readonly type: PropertyType;
  readonly feel?: FeelMode;
  readonly choices?: readonly Choice[];
  readonly value?: string | number | boolean;
  readonly constraints?: Constraints;
  readonly optional?: boolean;
  readonly language?: 'json';
  /** A sentence for the description: what the schema expects and the control does not show. */
  readonly note?: string;
  readonly placeholder?: string;
}

/** A field that is not filled in sends null, and so does this choice. */
const unsetValue = '=null';
const unset: Choice = { name: '(not set)', value: unsetValue };

/** Whether the panel has to ask for a value. */
const isRequired = ({ hints, optional, nullable }: Reading, place: Place): boolean =>
  hints.notEmpty ?? !(optional || nullable || place.mayBeEmpty);

const nonEmptyObject = <T extends object>(value: T): T | undefined =>
  Object.keys(value).length === 0 ? undefined : value;

/** What holds for every field with text in it: it must be filled, or it may stay empty in the way of the engine. */
const withEmptiness = (
  control: Control,
  limits: Omit<Constraints, 'notEmpty'>,
  reading: Reading,
  place: Place,
): Control => {
  const required = isRequired(reading, place);
  const hasLimits = nonEmptyObject(limits) !== undefined;
  if (required) return { ...control, constraints: { notEmpty: true, ...limits } };
  if (!place.legacy) return hasLimits ? { ...control, constraints: limits } : control;
  // Without an input mapping there would be no variable, which a schema that wants at least null refuses.
  if (reading.mustExist && !place.mayBeEmpty) {
    return { ...control, value: control.value ?? unsetValue, constraints: { notEmpty: true, ...limits } };
  }
  return { ...control, optional: true, ...(hasLimits ? { constraints: { notEmpty: false, ...limits } } : {}) };
};

const capitalised = (text: string): string => text.charAt(0).toUpperCase() + text.slice(1);

const patternOf = (pattern: Pattern | undefined, mayBeEmpty: boolean): Pick<Constraints, 'pattern'> =>
  pattern === undefined
    ? {}
    : { pattern: { value: wrapPattern(pattern.source, mayBeEmpty), message: pattern.message } };

const withValue = (value: Control['value']): Pick<Control, 'value'> => (value === undefined ? {} : { value });

const textValue = (reading: Reading, place: Place): Pick<Control, 'value'> => {
  const preset = presetOf(reading, place);
  if (preset === undefined || preset === '') return {};
  if (isFeelHint(reading)) {
    checkFeel(preset as string, place);
    return withValue(preset as string);
  }
  return withValue(typeof preset === 'string' ? literalText(preset) : expressionOf(preset, place));
};

const expressionOf = (value: unknown, place: Place): string | undefined => {
  try {
    return `=${feelLiteral(toJson(value))}`;
  } catch {
    place.report(pathOf(place), 'its default has no form in JSON', 'use a default that a process could send');
    return undefined;
  }
};

const textControl = (reading: Reading, place: Place): Control => {
  const required = isRequired(reading, place);
  const { minLength, maxLength } = reading.hints.secret === true ? {} : factsOf(reading.core, reading.checks);
  const url = reading.checks.some(({ type }) => type === 'url');
  const limits = {
    // The Modeler applies it to the empty field too; and one character is what notEmpty says.
    ...(minLength !== undefined && minLength > 1 && required ? { minLength } : {}),
    ...(maxLength === undefined ? {} : { maxLength }),
    ...patternOf(textPattern(reading.checks, pathOf(place), place.report), !required),
  };
  if (reading.conversion === 'parse_json') {
    return withEmptiness({ type: 'Text', language: 'json', ...textValue(reading, place) }, limits, reading, place);
  }
  const control: Control = {
    type: 'String',
    feel: 'optional',
    ...textValue(reading, place),
    ...(url ? { placeholder: 'https://example.org/path' } : {}),
  };
  return withEmptiness(control, limits, reading, place);
};

const temporalControl = (form: TemporalForm, reading: Reading, place: Place): Control => {
  const expected = describeTemporal(form);
  const control: Control = {
    type: 'String',
    feel: 'optional',
    note: capitalised(expected),
    placeholder: form.examples[0],
    ...textValue(reading, place),
  };
  const pattern = { source: form.source, message: `must be ${expected}` };
  return withEmptiness(control, patternOf(pattern, !isRequired(reading, place)), reading, place);
};

const numberControl = (reading: Reading, place: Place): Control => {
  const required = isRequired(reading, place);
  const facts = factsOf(reading.core, reading.checks);
  const pattern = numberPattern(facts, !required);
  const text = describeNumber(facts);
  const ownMessage = reading.checks.map(messageOf).join('; ');
  const preset = presetOf(reading, place);
  if (typeof preset === 'number' && !isPlainNumber(preset)) {
    place.report(
      pathOf(place),
      'its default is a number that FEEL writes only with an exponent',
      'use a smaller scale',
    );
  }
  const value = typeof preset === 'number' ? withValue(preset) : isFeelHint(reading) ? textValue(reading, place) : {};
  const hasMessage = reading.checks.some(({ message }) => typeof message === 'string');
  const control: Control = {
    type: 'Number',
    feel: 'optional',
    ...value,
    ...(text === undefined ? {} : { note: capitalised(text) }),
  };
  const limits =
    pattern === undefined
      ? {}
      : { pattern: { value: pattern.source, message: hasMessage ? ownMessage : pattern.message } };
  return withEmptiness(control, limits, reading, place);
};

const listValue = (choices: readonly Choice[], reading: Reading, place: Place): string | undefined => {
  const preset = presetOf(reading, place);
  if (preset === undefined) return undefined;
  const value = literalValue(preset);
  if (choices.some((choice) => choice.value === value)) return value;
  place.report(pathOf(place), 'its default is not among its values', 'use one of them');
  return undefined;
};

const withoutLegacyUnset = ({ optional, mustExist }: Reading, place: Place): boolean =>
  !place.legacy || !optional || (mustExist && !place.mayBeEmpty);

const dropdown = (choices: readonly Choice[], reading: Reading, place: Place): Control => {
  const value = listValue(choices, reading, place);
  const control: Control = { type: 'Dropdown', choices, ...withValue(value) };
  if (value !== undefined) return control;
  if (isRequired(reading, place)) return { ...control, constraints: { notEmpty: true } };
  // Without an entry for it a choice could not be undone.
  return withoutLegacyUnset(reading, place)
    ? { ...control, choices: [unset, ...choices], value: unsetValue }
    : { ...control, optional: true };
};

const booleanChoices: readonly Choice[] = [
  { name: 'Yes', value: '=true' },
  { name: 'No', value: '=false' },
];

const booleanControl = (reading: Reading, place: Place): Control => {
  const preset = presetOf(reading, place);
  // A checkbox always sends something, and would so keep an object alive that a person leaves out.
  if (preset === undefined && (reading.nullable || place.mayBeUnset)) return dropdown(booleanChoices, reading, place);
  if (isFeelHint(reading)) {
    return { type: 'Boolean', feel: 'optional', ...textValue(reading, place) };
  }
  return { type: 'Boolean', feel: 'optional', value: preset === true };
};

const optionControl = (options: readonly Option[], reading: Reading, place: Place): Control | undefined => {
  if (refuseOptions(options, pathOf(place), place.report)) return undefined;
  const [only] = options;
  if (only === undefined) place.report(pathOf(place), 'its list has no values', 'name those that it may have');
  const mayLack = reading.optional || reading.nullable || place.mayBeUnset;
  const mustSend = !mayLack || presetOf(reading, place) !== undefined;
  if (reading.view.type === 'literal' && mustSend) return { type: 'Hidden', value: literalValue(only!.value) };
  return dropdown(choicesOf(options, reading.hints.choices ?? {}, pathOf(place), place.report), reading, place);
};

/** The shape's example, unless a further check of the schema refuses it. */
const exampleOf = (reading: Reading, sample: unknown): string | undefined => {
  if (sample === undefined) return undefined;
  try {
    const fits = reading.core.async || v.safeParse(reading.core, sample).success;
    return fits ? `=${feelLiteral(toJson(sample))}` : undefined;
  } catch {
    return undefined;
  }
};

const expressionControl = (reading: Reading, place: Place): Control => {
  refuseInside(reading.core, pathOf(place), place.report);
  const shape = shapeOf(reading.core);
  const preset = presetOf(reading, place);
  const empty = reading.core.type === 'object' && Object.keys(reading.view.entries ?? {}).length === 0 ? {} : undefined;
  const example = exampleOf(reading, shape?.sample);
  const written = preset === undefined ? empty : preset;
  const value = isFeelHint(reading)
    ? textValue(reading, place)
    : withValue(written === undefined ? undefined : expressionOf(written, place));
  const control: Control = {
    type: 'Text',
    feel: 'required',
    ...value,
    ...(shape === undefined ? {} : { note: `A FEEL expression for ${shape.text}` }),
    ...(example === undefined ? {} : { placeholder: example }),
  };
  return withEmptiness(control, {}, reading, place);
};

const holdsObject = (type: string): boolean =>
  ['object', 'strict_object', 'loose_object', 'object_with_rest', 'record', 'variant', 'intersect'].includes(type);

const unionControl = (reading: Reading, place: Place): Control | undefined => {
  const form = temporalForm(reading.core);
  if (form !== undefined) return temporalControl(form, reading, place);
  const types = valuesOf(reading.view).map(({ type }) => type);
  if (types.some(holdsObject)) {
    place.report(
      pathOf(place),
      types.every(holdsObject)
        ? 'a union of objects tells nobody which one is meant'
        : 'a union mixes objects and other values',
      types.every(holdsObject)
        ? 'use v.variant with a key that tells them apart, or add hints({ opaque: true }) for one expression'
        : "add hints({ feel: 'required' }) for one expression",
    );
    return undefined;
  }
  if (!types.includes('string')) return expressionControl(reading, place);
  refuseInside(reading.core, pathOf(place), place.report);
  return withEmptiness({ type: 'String', feel: 'optional', ...textValue(reading, place) }, {}, reading, place);
};

/** The control for a schema that gets a single field; `undefined` where it was reported that there is none. */
export const controlOf = (reading: Reading, place: Place): Control | undefined => {
  if (refuseKind(reading.view, pathOf(place), place.report)) return undefined;
  if (reading.hints.opaque === true || reading.hints.feel === 'required') {
    checkPreset(reading, place);
    return expressionControl(reading, place);
  }
  const options = optionsOf(reading, pathOf(place), place.report);
  if (options !== undefined) return optionControl(options, reading, place);
  checkPreset(reading, place);
  switch (reading.view.type) {
    case 'string':
      return textControl(reading, place);
    case 'number':
      return numberControl(reading, place);
    case 'boolean':
      return booleanControl(reading, place);
    case 'union':
      return unionControl(reading, place);
    default:
      return expressionControl(reading, place);
  }
};
