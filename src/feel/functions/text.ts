import { type Context, type FeelFunction, type FeelRange, kindOf } from '../values/kinds.ts';

/** The text of a value inside another one. Texts have quotes, but nothing in them is escaped. */
export const nestedText = (value: unknown): string => {
  switch (kindOf(value)) {
    case 'string':
      return `"${value as string}"`;
    case 'list':
      return `[${(value as readonly unknown[]).map(nestedText).join(', ')}]`;
    case 'context':
      return `{${Object.entries(value as Context)
        .map(([key, item]) => `${key}:${nestedText(item)}`)
        .join(', ')}}`;
    case 'range': {
      const { start, end, startIncluded, endIncluded } = value as FeelRange;
      return `${startIncluded ? '[' : '('}${nestedText(start)}..${nestedText(end)}${endIncluded ? ']' : ')'}`;
    }
    case 'function':
      return `function(${(value as FeelFunction).parameters.join(', ')})`;
    case undefined:
    case 'null':
      return 'null';
    default:
      return String(value);
  }
};

/** The text of a value in FEEL; null for null. */
export const textOf = (value: unknown): string | null => {
  if (value === null || value === undefined) return null;
  return typeof value === 'string' ? value : nestedText(value);
};
