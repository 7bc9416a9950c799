import type { SchemaView } from '../../connector/schema.ts';
import { literalValue } from '../feel-literal.ts';
import { humanise, labelOfValue } from '../labels.ts';
import { type Reading, readSchema, valuesOf } from '../schema/read-schema.ts';
import type { Choice } from '../types.ts';
import type { Report } from '../validation/problems.ts';

/** One of several fixed values. */
export interface Option {
  readonly value: unknown;
  readonly name?: string;
}

const isNumeric = (name: string): boolean => /^-?\d+(?:\.\d+)?$/.test(name);

/** An enum of TypeScript with numbers also leads from the numbers back to the names. */
const enumOptions = (view: SchemaView & { readonly enum?: Readonly<Record<string, unknown>> }): readonly Option[] => {
  const entries = Object.entries(view.enum ?? {}).filter(([name]) => !isNumeric(name));
  return (view.options ?? []).map((value) => {
    const name = entries.find(([, item]) => item === value)?.[0];
    return { value, ...(name === undefined ? {} : { name: humanise(name) }) };
  });
};

/** The values of a schema that allows only fixed ones; `undefined` for any other schema. */
export const optionsOf = ({ view, title }: Reading, path: string, report: Report): readonly Option[] | undefined => {
  switch (view.type) {
    case 'literal':
      return [{ value: view.literal, ...(title === undefined ? {} : { name: title }) }];
    case 'picklist':
      return (view.options ?? []).map((value) => ({ value }));
    case 'enum':
      return enumOptions(view);
    case 'union': {
      const parts = valuesOf(view).map((option) => {
        const reading = readSchema(option, path, report);
        return reading.conversion === undefined ? optionsOf(reading, path, report) : undefined;
      });
      return parts.length > 0 && parts.every((part) => part !== undefined) ? parts.flat() : undefined;
    }
    default:
      return undefined;
  }
};

const nameOf = ({ value, name }: Option, labels: Readonly<Record<string, string>>): string => {
  const key = String(value);
  if (Object.hasOwn(labels, key)) return labels[key]!;
  return name ?? (typeof value === 'string' && value !== '' ? labelOfValue(value) : key === '' ? '(empty)' : key);
};

/** The list's entries; what is no text, number or boolean is reported. */
export const choicesOf = (
  options: readonly Option[],
  labels: Readonly<Record<string, string>>,
  path: string,
  report: Report,
): readonly Choice[] => {
  const choices = options.map((option) => ({ name: nameOf(option, labels), value: literalValue(option.value) }));
  const twice = choices.find(({ value }, index) => choices.findIndex((other) => other.value === value) !== index);
  if (twice !== undefined)
    report(path, `the value ${JSON.stringify(twice.value)} is in its list twice`, 'name it once');
  for (const label of Object.keys(labels)) {
    if (!options.some(({ value }) => String(value) === label)) {
      report(
        path,
        `the hint "choices" labels ${JSON.stringify(label)}, which is no value of the list`,
        'correct the value',
      );
    }
  }
  return choices;
};

/** Values without a form in JSON that a list or a literal may hold. */
export const refuseOptions = (options: readonly Option[], path: string, report: Report): boolean => {
  const bad = options.find(({ value }) => !['string', 'number', 'boolean'].includes(typeof value));
  if (bad === undefined) return false;
  report(path, `a ${typeof bad.value} is one of its values`, 'use texts, numbers or booleans');
  return true;
};
