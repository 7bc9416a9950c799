import type { Report } from '../validation/problems.ts';
import type { Draft, ToolParameter } from './draft.ts';

/** Turns the fields of a template into those of a tool, which an agent fills in. */

/** Agents keep their own data about a call under this name. */
const reserved = '_meta';

const filledIn = (
  { choices: _choices, value: _value, feel, ...property }: Draft['property'],
  { value, type }: ToolParameter,
): Draft['property'] => ({ ...property, value, feel: feel === 'required' ? feel : 'optional', type });

/** Reports names of parameters that no agent accepts. */
const checkNames = (drafts: readonly Draft[], report: Report): void => {
  const paths = new Map<string, string>();
  for (const { path, parameter } of drafts) {
    if (parameter === undefined) continue;
    const { name } = parameter;
    const other = paths.get(name);
    if (name === reserved) {
      report(path, 'agents reserve this name', 'rename the entry, or add hints({ tool: false })');
    } else if (other !== undefined && other !== path) {
      report(
        path,
        `an agent cannot distinguish it from ${JSON.stringify(other)}, because both are its parameter ${JSON.stringify(name)}`,
        'rename one of them, or add hints({ tool: false })',
      );
    }
    paths.set(name, other ?? path);
  }
};

/** The fields with those that an agent fills in. A field that decides which others are shown stays a choice of the person. */
export const toolFields = (drafts: readonly Draft[], report: Report): readonly Draft[] => {
  const named = new Set(drafts.flatMap(({ conditions }) => conditions.map(({ property }) => property)));
  const chosen = drafts.map((draft): Draft => {
    const { parameter, property, path, ...rest } = draft;
    if (parameter === undefined || !(named.has(property.id) || named.has(path))) return draft;
    if (parameter.wanted) {
      report(
        path,
        'the hint "tool" would give the field to an agent, but other fields are shown by its value',
        'leave it out, or remove their conditions',
      );
    }
    return { ...rest, property, path };
  });
  checkNames(chosen, report);
  return chosen.map(({ parameter, ...draft }) =>
    parameter === undefined ? draft : { ...draft, property: filledIn(draft.property, parameter) },
  );
};

/** The variable that an agent takes the result of a tool from. */
export const toolResult = 'toolCallResult';
