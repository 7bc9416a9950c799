import { temporalForm } from '../../connector/values/temporal.ts';
import type { Control } from '../controls/control.ts';
import { effectiveDefault } from '../controls/defaults.ts';
import { feelLiteral } from '../feel-literal.ts';
import { labelOfName } from '../labels.ts';
import { holdsDocument } from '../schema/document-kinds.ts';
import { type FieldContext, pathOf } from '../schema/field-context.ts';
import { type Reading, valuesOf } from '../schema/read-schema.ts';
import { constantSchema } from '../schema/tool-schema.ts';
import type { FeelMode, PropertyType } from '../types.ts';
import type { ToolParameter } from './draft.ts';

/** The types of parameters that agents know, in the words of JSON Schema. */
type ParameterType = 'string' | 'number' | 'integer' | 'boolean' | 'array' | 'object';

const byKind: Readonly<Record<string, ParameterType>> = {
  string: 'string',
  number: 'number',
  boolean: 'boolean',
  array: 'array',
  tuple: 'array',
  loose_tuple: 'array',
  strict_tuple: 'array',
  tuple_with_rest: 'array',
  object: 'object',
  loose_object: 'object',
  strict_object: 'object',
  object_with_rest: 'object',
  record: 'object',
  variant: 'object',
  intersect: 'object',
};

/** The type that all of the fixed values of a list have; `undefined`: they have none in common. */
const typeOfValues = (values: readonly unknown[]): ParameterType | undefined => {
  const types = [...new Set(values.map((value) => typeof value))];
  return types.length === 1 ? byKind[types[0]!] : undefined;
};

/** The type of the values that a schema takes; `undefined`: there is no word for it. */
const parameterType = ({ core, view, checks }: Reading): ParameterType | undefined => {
  if (view.type === 'picklist' || view.type === 'enum') return typeOfValues(view.options ?? []);
  if (view.type === 'union') {
    if (temporalForm(core) !== undefined) return 'string';
    const literals = valuesOf(view).map((option) => (option as { readonly literal?: unknown }).literal);
    if (!literals.includes(undefined)) return typeOfValues(literals);
    return valuesOf(view).some(({ type }) => type === 'string') ? 'string' : undefined;
  }
  if (view.type === 'number' && checks.some(({ type }) => type === 'integer' || type === 'safe_integer'))
    return 'integer';
  return byKind[view.type];
};

/** FEEL joins such a text from several, and an agent reads constants only. */
const plainText = (text: string): string =>
  text
    .replace(/\s+/g, ' ')
    .replace(/\\(?=")/g, '/')
    .trim();

const sentence = (text: string): string => (/[.!?]$/.test(text) ? text : `${text}.`);

/** What the field says to a person: its label, its description, and the form of a date. */
const describe = ({ title, description, core }: Reading, { note }: Control, { path }: FieldContext): string => {
  const label = title ?? (description === undefined ? labelOfName(path.at(-1)!) : undefined);
  const parts = [label, description, temporalForm(core) === undefined ? undefined : note];
  const texts = parts.filter((part) => part !== undefined);
  return plainText(texts.map((text, index) => (index < texts.length - 1 ? sentence(text) : text)).join(' '));
};

/** The call that describes a parameter to an agent. Arguments at the end that say nothing are left out. */
const callOf = (
  name: string,
  type: ParameterType,
  reading: Reading,
  control: Control,
  context: FieldContext,
): string => {
  const schema = temporalForm(reading.core) === undefined ? constantSchema(reading.core, reading.checks) : undefined;
  const { hints, optional, nullable, ownDefault } = reading;
  const mayBeAbsent =
    hints.notEmpty !== true && (optional || nullable || context.mayBeEmpty || ownDefault.kind !== 'none');
  const rest = [
    schema === undefined ? 'null' : feelLiteral(schema),
    ...(mayBeAbsent ? [feelLiteral({ required: false })] : []),
  ];
  const given = rest.length === 1 && schema === undefined ? [] : rest;
  const values = [`toolCall.${name}`, feelLiteral(describe(reading, control, context)), feelLiteral(type), ...given];
  return `=fromAi(${values.join(', ')})`;
};

const controlTypes: Readonly<Partial<Record<ParameterType, PropertyType>>> = {
  number: 'Number',
  integer: 'Number',
  boolean: 'Boolean',
};

/** How a field looks: the type of its control, and whether it takes FEEL. */
interface Look {
  readonly type: PropertyType;
  readonly feel: FeelMode | undefined;
}

/** Why an agent cannot fill in a field, and what to do; `undefined`: it can. */
const obstacleOf = (
  { hints, conversion, core }: Reading,
  { type, feel }: Look,
  kind: ParameterType | undefined,
  { tool }: FieldContext,
): readonly [why: string, fix: string] | undefined => {
  if (tool === undefined) return ['has an effect on the fields of an outbound connector only', 'leave it out'];
  if (hints.secret === true) return ['must not be true for a secret, which no agent may know', 'leave it out'];
  if (hints.target === 'header') return ['has no effect on a header, which is text', 'leave it out'];
  if (hints.generated !== undefined) return ['does not go with a generated value', 'remove one of them'];
  if (type === 'Hidden') return ['has no effect on a hidden field', 'leave it out'];
  if (holdsDocument(core)) return ['has no effect on a document, which no agent can make', 'leave it out'];
  if (conversion === 'parse_json') return ['has no effect on JSON text', 'take the object itself'];
  if (type !== 'Dropdown' && feel !== 'optional' && feel !== 'required') {
    return ['needs a field that takes FEEL', 'remove the hint "feel"'];
  }
  if (kind === undefined) {
    return ['needs a schema that says whether the value is text, a number, a list …', 'use a schema of one type'];
  }
  return undefined;
};

/**
 * What a field is in a template for a tool, if an agent fills it in; `undefined` if no agent does. Reports a hint that has no
 * effect, also for the other templates.
 *
 * An agent fills in what a person would have to: fields that take FEEL and have no default. A list of values stays a choice of
 * the person, unless a hint gives it to the agent.
 */
export const toolParameter = (
  reading: Reading,
  control: Control,
  look: Look,
  context: FieldContext,
): ToolParameter | undefined => {
  const { hints } = reading;
  const kind = parameterType(reading);
  const obstacle = obstacleOf(reading, look, kind, context);
  const isFilledIn = effectiveDefault(reading, context).kind === 'value' || look.type === 'Dropdown';
  const byItself = obstacle === undefined && !isFilledIn && (control.value === undefined || look.type === 'Boolean');
  const refuse = (why: string, fix: string): void => context.report(pathOf(context), `the hint "tool" ${why}`, fix);
  if (hints.tool === true && obstacle !== undefined) refuse(...obstacle);
  if (hints.tool === false && !byItself) {
    refuse('has no effect, because no agent fills in the field anyway', 'leave it out');
  }
  const isParameter = obstacle === undefined && (hints.tool ?? byItself);
  if (!isParameter || kind === undefined || context.tool !== true) return undefined;
  // The parameters of a tool have no dots.
  const name = pathOf(context).replace(/\./g, '_');
  return {
    name,
    value: callOf(name, kind, reading, control, context),
    type: look.type === 'Dropdown' ? (controlTypes[kind] ?? 'String') : look.type,
    wanted: hints.tool === true,
  };
};
