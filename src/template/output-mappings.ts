import { viewSchema } from '../connector/schema.ts';
import type { AnyOutbound, Schema } from '../connector/types.ts';
import { humanise } from './labels.ts';
import { readSchema } from './schema/read-schema.ts';
import type { TemplateProperty } from './types.ts';
import type { Report } from './validation/problems.ts';
import { refusedName } from './validation/variable-name.ts';

const fixOutput = "name the result's fields in an output schema that is a v.object, or use outputs: 'variable'";

/** Fields of an output schema with what they are called; `undefined` if it names none. */
const fieldsOf = (
  output: Schema | undefined,
  report: Report,
): readonly (readonly [name: string, label: string, description?: string])[] => {
  if (output === undefined) {
    report('output', "is missing, but outputs: 'fields' needs it", fixOutput);
    return [];
  }
  const { view } = readSchema(output, 'output', report);
  const entries = Object.entries(view.entries ?? {});
  if (entries.length === 0)
    report('output', `a schema of type "${viewSchema(output).type}" names no fields`, fixOutput);
  return entries.map(([name, schema]) => {
    const { title, description } = readSchema(schema, `output.${name}`, report);
    return description === undefined ? [name, title ?? humanise(name)] : [name, title ?? humanise(name), description];
  });
};

/** One property per field that maps it to a variable; emptied, the field is dropped. */
export const outputMappings = (output: Schema | undefined, from: string, report: Report): readonly TemplateProperty[] =>
  fieldsOf(output, report).flatMap(([name, label, description]) => {
    const fix = refusedName(name);
    if (fix !== undefined) {
      report(`output.${name}`, 'the name cannot be part of an expression', fix);
      return [];
    }
    return [
      {
        id: `output.${name}`,
        label,
        description: description ?? `Name of the variable that takes "${name}" of the result.`,
        optional: true,
        value: name,
        group: 'output',
        binding: { type: 'zeebe:output', source: `=${from}${name}` },
        type: 'String',
      },
    ];
  });

/**
 * One property that puts all variables of a message into one; left empty, each of them becomes a variable of the process.
 * There is none where the schema does not name the fields.
 */
export const wholeOutput = (output: Schema | undefined, report: Report): readonly TemplateProperty[] => {
  const entries = output === undefined ? undefined : readSchema(output, 'output', report).view.entries;
  const names = Object.keys(entries ?? {});
  if (names.length === 0 || names.some((name) => refusedName(name) !== undefined)) return [];
  return [
    {
      id: 'resultVariable',
      label: 'Result variable',
      description:
        'Name of a variable that takes the whole message, if the activation names none. Without one each field becomes a variable.',
      optional: true,
      group: 'output',
      binding: { type: 'zeebe:output', source: `={${names.map((name) => `${name}: ${name}`).join(', ')}}` },
      type: 'String',
    },
  ];
};

/** Where a result goes that no task names: there the mappings find it. */
const dropped = 'result';

/** Where the mappings of a result find its fields, by what the connector does with the result. */
export const resultPath = ({ resultVariable }: AnyOutbound): string => {
  if (resultVariable === undefined) return '';
  return `${resultVariable === false ? dropped : resultVariable}.`;
};

/** Names a variable for the result of a connector that drops it otherwise. */
export const keepResult = ({ resultVariable }: AnyOutbound): readonly TemplateProperty[] =>
  resultVariable === false
    ? [
        {
          id: 'resultVariable',
          value: dropped,
          group: 'output',
          binding: { type: 'zeebe:taskHeader', key: 'resultVariable' },
          type: 'Hidden',
        },
      ]
    : [];
