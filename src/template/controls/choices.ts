import type { SchemaView } from '../../connector/schema.ts';
import { literalValue } from '../feel-literal.ts';
import { labelOfChoice, labelOfKey } from '../labels.ts';
import { type Reading, readSchema, valuesOf } from '../schema/read-schema.ts';
import type { Choice } from '../types.ts';
import { refuseHints } from '../validation/hint-places.ts';
import type { Report } from '../validation/problems.ts';

/** One of the fixed values that a schema allows. */
export interface Option {
  readonly value: unknown;
  /** The label that the schema gives it. */
  readonly name?: string;
}

const isNumeric = (name: string): boolean => /^-?\d+(?:\.\d+)?$/.test(name);

/** The object of a TypeScript enum with numbers also maps the numbers back to the names. */
const enumOptions = (view: SchemaView & { readonly enum?: Readonly<Record<string, unknown>> }): readonly Option[] => {
  const entries = Object.entries(view.enum ?? {}).filter(([name]) => !isNumeric(name));
  return (view.options ?? []).map((value) => {
    const name = entries.find(([, item]) => item === value)?.[0];
    return { value, ...(name === undefined ? {} : { name: labelOfKey(name) }) };
  });
};

/** The values of a schema that allows fixed values only; `undefined` for any other schema. */
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
        refuseHints(reading.hints, 'option', path, report);
        return reading.conversion === undefined ? optionsOf(reading, path, report) : undefined;
      });
      return parts.length > 0 && parts.every((part) => part !== undefined) ? parts.flat() : undefined;
    }
    default:
      return undefined;
  }
};

/** The entries of a list. Reports duplicate values, and labels for values that the list does not have. */
export const choicesOf = (
  options: readonly Option[],
  labels: Readonly<Record<string, string>>,
  path: string,
  report: Report,
): readonly Choice[] => {
  const choices = options.map((option) => ({
    name: labelOfChoice(option.value, labels, option.name),
    value: literalValue(option.value),
  }));
  const seen = new Set<string>();
  const twice = choices.find(({ value }) => seen.size === seen.add(value).size);
  if (twice !== undefined) report(path, `its list has the value ${JSON.stringify(twice.value)} twice`, 'remove one');
  const values = new Set(options.map(({ value }) => String(value)));
  for (const label of Object.keys(labels)) {
    if (!values.has(label)) {
      report(
        path,
        `the hint "choices" labels ${JSON.stringify(label)}, which is not a value of the list`,
        'correct the value',
      );
    }
  }
  return choices;
};

/** Reports a value that is not text, a number or a boolean. Returns whether there is one. */
export const refuseOptions = (options: readonly Option[], path: string, report: Report): boolean => {
  const bad = options.find(({ value }) => !['string', 'number', 'boolean'].includes(typeof value));
  if (bad === undefined) return false;
  report(path, `one of its values is a ${typeof bad.value}`, 'use texts, numbers or booleans');
  return true;
};
