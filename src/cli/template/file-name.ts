import { createHash } from 'node:crypto';

/** Longest name in bytes, without its ending. File systems allow 143 to 255 bytes in all. */
const longest = 120;

/** Names that Windows keeps for devices, with any ending. */
const reserved = /^(?:con|prn|aux|nul|com\d|lpt\d)$/;

/**
 * Lower-case words joined by `-`, as is common for file names of templates.
 *
 * @example
 * kebabCase('io.example.HTTPGet.v2'); // 'io-example-http-get-v2'
 */
const kebabCase = (text: string): string =>
  text
    .replace(/([\p{Ll}\d])(\p{Lu})/gu, '$1-$2')
    .replace(/(\p{Lu})(\p{Lu}\p{Ll})/gu, '$1-$2')
    .replace(/[^\p{L}\p{N}]+/gu, '-')
    .replace(/^-|-$/g, '')
    .toLowerCase();

const codePoints = (text: string): string => [...text].map((one) => one.codePointAt(0)!.toString(16)).join('-');

const cut = (name: string, id: string): string => {
  const bytes = Buffer.from(name);
  if (bytes.length <= longest) return name;
  // The hash keeps ids apart that differ only at the end.
  const hash = createHash('sha256').update(id).digest('hex').slice(0, 12);
  const start = bytes.subarray(0, longest - hash.length - 1).toString('utf8');
  return `${start.replace(/[\ufffd-]+$/, '')}-${hash}`;
};

/**
 * The name of the file of a template, without its ending: the id in lower case with `-` between its words. An id without
 * letters and digits becomes the numbers of its characters, and a long one is cut.
 *
 * @example
 * fileNameOf('io.example.HTTPGet.v2'); // 'io-example-http-get-v2'
 * fileNameOf('🎉'); // 'template-1f389'
 */
export const fileNameOf = (id: string): string => {
  const name = kebabCase(id);
  if (name === '') return cut(`template-${codePoints(id)}`, id);
  return reserved.test(name) ? `template-${name}` : cut(name, id);
};
