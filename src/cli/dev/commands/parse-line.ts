import { fault } from '../../../common/fault.ts';
import { parseVariables } from '../../arguments.ts';

/** A line of input. */
export interface ParsedLine {
  readonly name: string;
  readonly words: readonly string[];
  readonly variables: Readonly<Record<string, unknown>>;
}

const word = /"((?:[^"\\]|\\.)*)"|(\S+)/g;

const readVariables = (text: string): ParsedLine['variables'] => {
  if (text === '') return {};
  const variables = parseVariables(text);
  if (variables !== undefined) return variables;
  throw fault('definition', {
    what: 'The variables must be a JSON object.',
    fix: 'write them at the end of the line, e.g. start hello { "name": "Ada" }',
  });
};

/**
 * Reads a line: the name of a command, words (in quotation marks if they contain blanks), and a JSON object.
 *
 * @throws a fault of kind `definition` if what begins with `{` is no JSON object
 * @example
 * parseLine('publish "order paid" 7 { "sum": 3 }'); // { name: 'publish', words: ['order paid', '7'], variables: { sum: 3 } }
 */
export const parseLine = (line: string): ParsedLine => {
  const brace = line.search(/(?<=^|\s)\{/);
  const head = brace < 0 ? line : line.slice(0, brace);
  const [name = '', ...words] = [...head.matchAll(word)].map(([, quoted, plain]) =>
    quoted === undefined ? (plain ?? '') : quoted.replace(/\\(.)/g, '$1'),
  );
  return { name, words, variables: readVariables(brace < 0 ? '' : line.slice(brace).trim()) };
};
