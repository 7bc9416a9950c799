import { isFault } from '../../../common/fault.ts';
import { compileExpression, compileTests } from '../../../feel/index.ts';
import type { Expression } from '../../../feel/types.ts';
import { type Element, textAt } from '../../model/xml/element.ts';
import type { Report } from '../../model/xml/problems.ts';

/** The names that Camunda accepts for FEEL, in lower case. */
const feelNames: ReadonlySet<string> = new Set([
  '',
  'feel',
  'http://www.omg.org/spec/feel/20140401',
  'http://www.omg.org/spec/dmn/20180521/feel/',
  'https://www.omg.org/spec/dmn/20191111/feel/',
  'https://www.omg.org/spec/dmn/20211108/feel/',
]);

const isFeel = (element: Element, report: Report): boolean => {
  const language = textAt(element, 'expressionLanguage') ?? '';
  if (feelNames.has(language.toLowerCase())) return true;
  report(element, `The expression language "${language}" is not supported. Use FEEL.`);
  return false;
};

const compiled = (
  compile: (text: string) => Expression,
  text: string,
  element: Element,
  report: Report,
): Expression | undefined => {
  try {
    return compile(text);
  } catch (error) {
    if (!isFault(error, 'feel')) throw error;
    report(element, error.message);
    return undefined;
  }
};

/** Compiles the text of a literal expression. In DMN it has no leading `=`. */
export const readExpression = (element: Element, report: Report): Expression | undefined => {
  if (!isFeel(element, report)) return undefined;
  const text = (textAt(element, 'text') ?? '').trim();
  if (text === '') {
    report(element, 'The expression is empty.');
    return undefined;
  }
  if (text.startsWith('=')) {
    report(element, 'The expression begins with "=", which is not allowed in a DMN file. Remove the "=".');
    return undefined;
  }
  return compiled(compileExpression, text, element, report);
};

/** Compiles the unary tests of an input entry; `always` if they match everything. */
export const readTests = (element: Element, report: Report): Expression | 'always' | undefined => {
  if (!isFeel(element, report)) return undefined;
  const text = (textAt(element, 'text') ?? '').trim();
  return text === '' || text === '-' ? 'always' : compiled(compileTests, text, element, report);
};
