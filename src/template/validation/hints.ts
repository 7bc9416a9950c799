import type { Hints } from '../../connector/hints.ts';
import { hintRule } from '../../connector/rules/hints.ts';
import { findProblems, isObject, problemLine } from '../../connector/rules/rule-engine.ts';
import type { Report } from './problems.ts';

/**
 * Checks the hints in the metadata of a schema. Problems are reported, and the hints that have one are left out.
 *
 * @param given the value of the metadata `camunda`
 * @param path the path of the field
 */
export const checkedHints = (given: unknown, path: string, report: Report): Hints => {
  const problems = findProblems(hintRule, given, ['hints']);
  for (const problem of problems) report(path, problemLine(problem));
  if (!isObject(given)) return {};
  const wrong = new Set(problems.map((problem) => problem.path[1]));
  return Object.fromEntries(Object.entries(given).filter(([name, value]) => value !== undefined && !wrong.has(name)));
};
