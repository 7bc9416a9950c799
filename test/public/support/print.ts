/** Writes declarations in one form, whatever form the compiler or an author gave them. */
import type { Statement, Token } from './modules.ts';

/** A line that is longer gets a line for each member of its unions. */
const longest = 110;

const pairs: Readonly<Record<string, string>> = { '{': '}', '(': ')', '[': ']' };

/** The index of the bracket that closes the one at the given index. */
const closing = (tokens: readonly Token[], open: number): number => {
  const [start, end] = [tokens[open]!.text, pairs[tokens[open]!.text]];
  let depth = 0;
  for (let index = open; index < tokens.length; index++) {
    if (tokens[index]!.text === start) depth++;
    if (tokens[index]!.text === end && --depth === 0) return index;
  }
  throw new Error(`No end of ${start}`);
};

/** A parameter that is taken apart where it is declared has no name; what its parts are called is internal. */
const hidePatterns = (tokens: readonly Token[]): readonly Token[] => {
  const result: Token[] = [];
  for (let index = 0; index < tokens.length; index++) {
    const token = tokens[index]!;
    const before = tokens[index - 1]?.text;
    if ((token.text === '{' || token.text === '[') && (before === '(' || before === ',')) {
      const end = closing(tokens, index);
      const after = tokens[end + 1]?.text;
      if (after === ':' || (after === '?' && tokens[end + 2]?.text === ':')) {
        result.push({ text: 'options', spaced: token.spaced });
        index = end;
        continue;
      }
    }
    result.push(token);
  }
  return result;
};

/** A `|` or `&` in front of the first member says nothing. */
const dropLeading = (tokens: readonly Token[]): readonly Token[] =>
  tokens.filter(({ text }, index) => {
    const before = tokens[index - 1]?.text ?? '';
    return !((text === '|' || text === '&') && ['=', '(', ':', '<', ',', '?', '=>'].includes(before));
  });

const noSpaceBefore = new Set([')', ']', ',', ';', ':', '.', '>', '?']);
const noSpaceAfter = new Set(['(', '[', '.', '<', '...']);

const hasSpace = (before: Token, token: Token): boolean => {
  if (token.text === '?' || token.text === ':') return token.spaced;
  if (noSpaceBefore.has(token.text) || noSpaceAfter.has(before.text)) return false;
  if (['|', '&', '=', '=>', '{', '}'].includes(token.text)) return true;
  return token.spaced || [',', ':', '|', '&', '=', '=>'].includes(before.text);
};

/** Splits a long line at each `|` that stands in no bracket. */
const splitUnion = (text: string): string => {
  if (text.length <= longest) return text;
  const indent = `${/^ */.exec(text)![0]}  `;
  let depth = 0;
  let result = '';
  for (let index = 0; index < text.length; index++) {
    const character = text[index]!;
    if ('([<'.includes(character)) depth++;
    if (')]'.includes(character) || (character === '>' && text[index - 1] !== '=')) depth--;
    result += depth === 0 && text.startsWith(' | ', index) ? `\n${indent}` : character;
  }
  return result;
};

/** A declaration as text: a line for each property, no comments, two spaces for each level. */
export const printStatement = (statement: Statement): string => {
  const tokens = dropLeading(hidePatterns(statement));
  const lines: string[] = [];
  const brackets: string[] = [];
  let line = '';
  const finish = (): void => {
    if (line.trim() !== '') lines.push(line);
    line = '  '.repeat(brackets.length - brackets.filter((bracket) => bracket !== '{').length);
  };
  let before: Token | undefined;
  for (const token of tokens) {
    if (token.text === '}') {
      if (line.trim() !== '' && !line.endsWith(';')) line += ';';
      brackets.pop();
      finish();
    }
    if (token.text === ')' || token.text === ']') brackets.pop();
    if (before !== undefined && line.trim() !== '' && token.text !== ';' && hasSpace(before, token)) line += ' ';
    line += token.text;
    if (token.text === '{' || token.text === '(' || token.text === '[') brackets.push(token.text);
    if (token.text === '{' || (token.text === ';' && brackets.at(-1) === '{')) finish();
    before = token;
  }
  finish();
  return lines
    .map(splitUnion)
    .join('\n')
    .replace(/\{\n\s*\}/g, '{}');
};
