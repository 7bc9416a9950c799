import type { Problem } from '../types.ts';
import { type Element, pathOf } from './element.ts';

/** Records a problem at an element, or at something below it that has no id: `below` are tag names. */
export type Report = (element: Element, text: string, ...below: readonly string[]) => void;

/** Collects the problems of a file. A problem that is reported twice counts once. */
export interface Problems {
  readonly report: Report;
  readonly add: (problem: Problem) => void;
  readonly list: () => readonly Problem[];
}

/** Creates an empty collection. */
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

/** The text of a problem: the engine does not support these things (a plural), but a Camunda 8 cluster may. */
export const notSupported = (things: string): string =>
  `The embedded engine does not support ${things}; a Camunda 8 cluster may. Remove this to run the file here.`;

/** Whether a problem may be one of the embedded engine alone, so that a Camunda 8 cluster may deploy the file. */
export const isOfEngineOnly = ({ text }: Problem): boolean =>
  /\bnot support(?:ed)?\b/.test(text) && !text.includes('neither does Camunda 8');

/**
 * The text that tells a client why files were not deployed: the problems of each file, in the format of Camunda's own
 * clients.
 *
 * @param results files in the order of the request; files without problems are skipped
 * @example
 * deploymentErrorText([{ name: 'order.bpmn', problems: [{ element: 'pay', text: 'The job type is missing.' }] }]);
 * // These files cannot be deployed; nothing was deployed:
 * // 'order.bpmn':
 * // - Element: pay
 * //     - ERROR: The job type is missing.
 */
export const deploymentErrorText = (
  results: readonly { readonly name: string; readonly problems: readonly Problem[] }[],
): string =>
  [
    'These files cannot be deployed; nothing was deployed:',
    ...results
      .filter(({ problems }) => problems.length > 0)
      .flatMap(({ name, problems }) => [`'${name}':`, ...byElement(problems)]),
  ].join('\n');

const byElement = (problems: readonly Problem[]): readonly string[] => {
  const texts = new Map<string, string[]>();
  for (const { element, text } of problems) texts.set(element, [...(texts.get(element) ?? []), text]);
  return [...texts].flatMap(([element, lines]) => [
    `- Element: ${element}`,
    ...lines.map((line) => `    - ERROR: ${line.replaceAll('\n', '\n      ')}`),
  ]);
};
