import type { Problem } from '../types.ts';

/**
 * The text that tells a client why files were not deployed: the name of each file with its problems, in the shape that
 * Camunda's own clients show.
 *
 * @param results files in the order of the request; those without problems are passed over
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
