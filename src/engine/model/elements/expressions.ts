import { isFault } from '../../../common/fault.ts';
import { compileExpression, isExpression } from '../../../feel/index.ts';
import type { Expression } from '../../../feel/types.ts';
import type { Source } from '../types.ts';
import type { Element } from '../xml/element.ts';
import type { Report } from '../xml/problems.ts';

/** Compiles an expression. A syntax error is reported and yields `undefined`. */
const compileAt = (
  text: string,
  report: Report,
  element: Element,
  ...below: readonly string[]
): Expression | undefined => {
  try {
    return compileExpression(text);
  } catch (error) {
    if (!isFault(error, 'feel')) throw error;
    report(element, error.message, ...below);
    return undefined;
  }
};

/** Reads a value that is static text or an expression. */
export const sourceAt = (
  text: string,
  report: Report,
  element: Element,
  ...below: readonly string[]
): Source | undefined => {
  if (!isExpression(text)) return { kind: 'static', text };
  const expression = compileAt(text, report, element, ...below);
  return expression === undefined ? undefined : { kind: 'feel', expression };
};

/**
 * Reads a value that must be an expression.
 *
 * @param what names the value in a problem, e.g. `The condition`
 */
export const expressionAt = (
  what: string,
  text: string | undefined,
  report: Report,
  element: Element,
  ...below: readonly string[]
): Expression | undefined => {
  if (text === undefined || text === '') {
    report(element, `${what} is missing or empty. Set a FEEL expression that begins with "=".`, ...below);
    return undefined;
  }
  if (!isExpression(text)) {
    report(element, `${what} must be a FEEL expression, but "${text}" does not begin with "=".`, ...below);
    return undefined;
  }
  return compileAt(text, report, element, ...below);
};
