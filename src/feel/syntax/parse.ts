import { type Position, syntaxFault } from '../faults.ts';
import type { Parser } from './combinators.ts';
import { expressionRule, unaryTests } from './grammar.ts';
import { createScanner, skip } from './scanner.ts';
import type { Syntax } from './tree.ts';

/** Common mistakes of people who know other languages, by the text at the error. */
const commonMistakes: readonly (readonly [pattern: RegExp, what: string, fix: string])[] = [
  [/^"/, 'the string is not closed', 'close it with `"`; write a quote inside it as `\\"`.'],
  [/^'/, "strings need double quotes, not '", 'write "text".'],
  [/^`/, 'the name is not closed', 'close it with a backtick.'],
  [/^==?/, 'a comparison has one `=` and a left side', 'write `a = b`; a leading `=` marks the expression once.'],
  [/^(?:&&|\|\|)/, '`&&` and `||` are not FEEL', 'write `and` or `or`.'],
  [/^!(?!=)/, '`!` is not FEEL', 'write `not(...)` or `!=`.'],
  [/^%/, '`%` is not FEEL', 'write `modulo(a, b)`.'],
];

const faultAt = (source: string, offset: number, expected: string): Error & { readonly position: Position } => {
  const at = source.slice(offset);
  const mistake = commonMistakes.find(([pattern]) => pattern.test(at));
  if (mistake !== undefined) return syntaxFault(source, offset, { what: mistake[1], fix: mistake[2] });
  const found =
    at === '' ? 'the text ends' : `unexpected ${JSON.stringify(/^(?:[\p{L}\p{N}_]+|.)/su.exec(at)?.[0] ?? '')}`;
  return syntaxFault(source, offset, {
    what: `${found}: ${expected}`,
    fix: /^\p{L}/u.test(at)
      ? 'correct the expression at the marked place. A name with blanks needs backticks: `first name`.'
      : 'correct the expression at the marked place.',
  });
};

const parseWith = (source: string, rule: (parser: Parser) => Syntax | undefined): Syntax => {
  if (source === '') {
    throw syntaxFault(source, 0, { what: 'it is empty', fix: 'write an expression, e.g. `=order.id`.' });
  }
  const parser: Parser = { ...createScanner(source), expressions: new Map(), sums: new Map() };
  skip(parser);
  if (parser.position === source.length) {
    throw syntaxFault(source, 0, { what: 'it contains only a comment', fix: 'add an expression.' });
  }
  const start = parser.position;
  const tree = rule(parser);
  if (tree !== undefined) {
    skip(parser);
    if (parser.position === source.length) return tree;
  }
  const end = tree === undefined ? start : parser.position;
  if (parser.failedAt > end) throw faultAt(source, parser.failedAt, parser.expected);
  throw faultAt(
    source,
    end,
    tree === undefined ? 'something is missing or misplaced here' : 'the expression should have ended here',
  );
};

/**
 * Parses one expression.
 *
 * @param source without the leading `=`
 * @throws a `feel` fault with the position and what was expected there
 */
export const parse = (source: string): Syntax => parseWith(source, expressionRule);

/** As {@link parse}, for the unary tests of a decision table's cell: `> 5`, `"a", "b"`, `not(1)`, `-`. */
export const parseTests = (source: string): Syntax => parseWith(source, unaryTests);
