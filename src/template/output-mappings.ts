import { viewSchema } from '../connector/schema.ts';
import type { AnyOutbound, Schema } from '../connector/types.ts';
import { labelOfName } from './labels.ts';
import { readSchema } from './schema/read-schema.ts';
import type { TemplateProperty } from './types.ts';
import type { Report } from './validation/problems.ts';
import { refusedName } from './validation/variable-name.ts';

const fixOutput = "give the connector an output schema that is a v.object, or use outputs: 'variable'";

/** The fields of an output schema with their labels. Reports a schema that names no fields. */
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
    return description === undefined
      ? [name, title ?? labelOfName(name)]
      : [name, title ?? labelOfName(name), description];
  });
};

/** One property for each field of the output, which maps it to a variable. If it is empty, the field is dropped. */
export const outputMappings = (output: Schema | undefined, from: string, report: Report): readonly TemplateProperty[] =>
  fieldsOf(output, report).flatMap(([name, label, description]) => {
    const fix = refusedName(name);
    if (fix !== undefined) {
      report(`output.${name}`, 'an expression cannot contain this name', fix);
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
 * A property for the variable that receives the whole message. If it is empty, each field of the message becomes a
 * variable. There is no such property if the schema does not name the fields.
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
        'Name of the variable for the whole message, if the activating task sets none. Without a name, each field becomes a variable.',
      optional: true,
      group: 'output',
      binding: { type: 'zeebe:output', source: `={${names.map((name) => `${name}: ${name}`).join(', ')}}` },
      type: 'String',
    },
  ];
};

/** The variable for a result that the connector would drop, so that the mappings can read it. */
const droppedResult = 'result';

/** The path before the fields in the mappings, which depends on what the connector does with its result. */
export const resultPath = ({ resultVariable }: AnyOutbound): string => {
  if (resultVariable === undefined) return '';
  return `${resultVariable === false ? droppedResult : resultVariable}.`;
};

/** Sets a variable for the result of a connector that would drop it otherwise. */
export const keepResult = ({ resultVariable }: AnyOutbound): readonly TemplateProperty[] =>
  resultVariable === false
    ? [
        {
          id: 'resultVariable',
          value: droppedResult,
          group: 'output',
          binding: { type: 'zeebe:taskHeader', key: 'resultVariable' },
          type: 'Hidden',
        },
      ]
    : [];
