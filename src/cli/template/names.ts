/** The file that `--single-file` writes. */
export const singleFileName = 'connectors.json';

/**
 * Lower-case words joined by `-`, as file names of templates are by custom.
 *
 * @example
 * kebabCase('io.example.HTTPGet.v2'); // 'io-example-http-get-v2'
 */
export const kebabCase = (text: string): string =>
  text
    .replace(/([\p{Ll}\d])(\p{Lu})/gu, '$1-$2')
    .replace(/(\p{Lu})(\p{Lu}\p{Ll})/gu, '$1-$2')
    .replace(/[^\p{L}\p{N}]+/gu, '-')
    .replace(/^-|-$/g, '')
    .toLowerCase();

/** The name of a template's file, from its id, which stays when the display name changes. */
export const templateFileName = (id: string): string => `${kebabCase(id)}.json`;

/** Where a template goes when a higher version takes its place; one without a version counts as 0. */
export const archivePath = ({ id, version = 0 }: { readonly id: string; readonly version?: number }): string =>
  `versioned/${kebabCase(id)}-${version}.json`;

/** JSON as templates are written: two spaces, LF, a final newline. */
export const stringify = (content: unknown): string => `${JSON.stringify(content, null, 2)}\n`;
