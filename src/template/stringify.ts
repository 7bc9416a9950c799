import type { ElementTemplate } from './types.ts';

/**
 * A template, or a list of them, as the text of a file: two spaces, LF, a final newline. The order of the keys is the
 * one in which {@link createTemplate} makes them.
 *
 * @param template what {@link createTemplate} or {@link createTemplates} gave
 * @example
 * await writeFile('log.json', stringifyTemplate(createTemplate(log)));
 */
export const stringifyTemplate = (template: ElementTemplate | readonly ElementTemplate[]): string =>
  `${JSON.stringify(template, null, 2)}\n`;
