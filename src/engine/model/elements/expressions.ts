import { isFault } from '../../../common/fault.ts';
import { compileExpression, isExpression } from '../../../feel/index.ts';
import type { Expression } from '../../../feel/types.ts';
import type { Source } from '../types.ts';
import { type Element, textAt } from '../xml/element.ts';
import type { Report } from '../xml/problems.ts';

/** The message of a syntax error; that of a mapping names its target, because an element has several of them. */
const named = (message: string, element: Element): string => {
  const target = textAt(element, 'target');
  if (target === undefined || !/^zeebe:(?:In|Out)put$/.test(element.$type)) return message;
  const mapping = element.$type === 'zeebe:Input' ? 'input mapping' : 'output mapping';
  return message.replace(
    /^The FEEL expression/,
    `The FEEL expression of the ${mapping} with the target ${JSON.stringify(target)}`,
  );
};

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
    report(element, named(error.message, element), ...below);
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
    report(
      element,
      `${what} must be a FEEL expression, but "${text}" does not begin with "=". Fix: write "=${text}".`,
      ...below,
    );
    return undefined;
  }
  return compileAt(text, report, element, ...below);
};
