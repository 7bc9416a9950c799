import type { Problem } from '../types.ts';
import { type Element, pathOf } from '../xml/element.ts';

/** Notes a problem at an element, or at something below it that is named by tag. */
export type Report = (element: Element, text: string, ...below: readonly string[]) => void;

/** Collects the problems of a file; the same one twice counts once. */
export interface Problems {
  readonly report: Report;
  readonly add: (problem: Problem) => void;
  readonly list: () => readonly Problem[];
}

/** Makes an empty collection. */
export const createProblems = (): Problems => {
  const found = new Map<string, Problem>();
  const add = (problem: Problem): void => {
    found.set(JSON.stringify([problem.element, problem.text]), problem);
  };
  return {
    report: (element, text, ...below) => add({ element: pathOf(element, ...below).join(' > '), text }),
    add,
    list: () => [...found.values()],
  };
};
