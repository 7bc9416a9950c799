import { type Element, elementAt } from './element.ts';
import type { Document } from './parse-xml.ts';
import type { Report } from './problems.ts';

/** What reading needs at every element: where problems go, and which references are unresolved. */
export interface Context {
  readonly report: Report;
  readonly unresolved: Document['unresolved'];
}

/** The element that a reference names. An unknown id is reported. */
export const refer = (element: Element, property: string, { report, unresolved }: Context): Element | undefined => {
  const id = unresolved(element, property);
  if (id !== undefined) report(element, `"${property}" names "${id}", which does not exist in the file.`);
  return elementAt(element, property);
};
