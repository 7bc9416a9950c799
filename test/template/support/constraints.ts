/** What the Modeler says of a field's content, in its order: empty, too long, too short, wrong form. */
import type { Property } from './shape.ts';

/**
 * The Modeler's complaint about the text of a field, or undefined when it is content. An empty field of an input
 * mapping is tested as the text `undefined`, because that is what its regular expressions get to see.
 *
 * @param text as it stands in the XML; undefined when the field is empty
 */
export const complaint = (property: Property, text: string | undefined): string | undefined => {
  const { notEmpty, maxLength, minLength, pattern } = property.constraints ?? {};
  const empty = text === undefined || text === '';
  if (notEmpty && empty) return 'must not be empty';
  if (property.feel !== undefined && text?.startsWith('=')) return undefined;
  const length = text?.length ?? 0;
  if (maxLength !== undefined && length > maxLength) return `must have at most ${maxLength} characters`;
  if (minLength !== undefined && length < minLength) return `must have at least ${minLength} characters`;
  if (pattern === undefined) return undefined;
  const { value, message } = typeof pattern === 'string' ? { value: pattern, message: undefined } : pattern;
  return new RegExp(value).test(String(text)) ? undefined : (message ?? `must match ${value}`);
};
