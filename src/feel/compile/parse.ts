import { parseExpression } from 'feelin';
import { type Position, syntaxFault } from '../faults.ts';

type TreeNode = ReturnType<typeof parseExpression>['topNode'];

/** A node of the syntax tree, without whitespace and comments. */
export interface Syntax {
  /** The name in the grammar, e.g. `ArithmeticExpression`, or the text of a keyword or symbol. */
  readonly name: string;
  readonly text: string;
  /** Offset of the first character. */
  readonly from: number;
  readonly children: readonly Syntax[];
}

/** Names of functions that contain a keyword, at which the grammar would otherwise split them. */
const namesWithKeywords = { 'get or else': 1 };

/** What is expected at an error, by the node around it. */
const expected: Readonly<Record<string, string>> = {
  Expression: 'the expression should have ended here',
  ArithmeticExpression: 'an operand is missing',
  Comparison: 'a value to compare with is missing',
  Conjunction: 'a condition is missing next to `and`',
  Disjunction: 'a condition is missing next to `or`',
  List: 'an item, `,` or `]` is expected',
  Interval: 'a range needs two bounds, as in `[1..10]`',
  Context: 'an entry `key: value`, `,` or `}` is expected',
  ContextEntry: 'the entry needs a value after its `:`',
  ParenthesizedExpression: 'a `)` is expected',
  FunctionInvocation: 'an argument, `,` or `)` is expected',
  PositionalParameters: 'an argument is expected',
  NamedParameters: 'an argument `name: value` is expected',
  DateTimeLiteral: 'an argument or `)` is expected',
  AtLiteral: 'a date, time or duration in double quotes is expected after `@`',
  FunctionDefinition: 'a function has the form `function(a, b) a + b`',
  IfExpression: 'a condition has the form `if a then b else c`, with all three parts',
  ForExpression: 'a loop has the form `for x in list return y`',
  InExpression: 'an iteration has the form `x in list`',
  QuantifiedExpression: 'a quantifier has the form `some x in list satisfies condition`',
  PathExpression: 'a name is expected after `.`',
  FilterExpression: 'a condition or index and `]` is expected',
  InstanceOfExpression: 'a type is expected after `instance of`',
};

/** Common mistakes of people who know other languages, by the text at the error. */
const commonMistakes: readonly (readonly [pattern: RegExp, what: string, fix: string])[] = [
  [/^"/, 'the string is not closed', 'close it with `"`; write a quote inside it as `\\"`.'],
  [/^'/, "strings need double quotes, not '", 'write "text".'],
  [/^`/, 'the name is not closed', 'close it with a backtick.'],
  [/^==?/, 'a comparison has one `=` and a left side', 'write `a = b`; a leading `=` marks the expression once.'],
  [/^(?:&&|\|\|)/, '`&&` and `||` are not FEEL', 'write `and` or `or`.'],
  [/^!(?!=)/, '`!` is not FEEL', 'write `not(...)` or `!=`.'],
];

/** From about this offset on, the parser can fail on a correct text because its stack is full. */
const parserLimit = 2000;

const faultAt = (source: string, node: TreeNode): Error & { readonly position: Position } => {
  const rest = source.slice(node.from);
  const gap = rest.length - rest.trimStart().length;
  // The parser reports an error before the whitespace in front of it, or at the end of the text.
  const offset = node.from + (rest.trim() === '' ? 0 : gap);
  const at = source.slice(offset);
  const mistake = commonMistakes.find(([pattern]) => pattern.test(at));
  if (mistake !== undefined) return syntaxFault(source, offset, { what: mistake[1], fix: mistake[2] });
  const around = expected[node.parent?.name ?? ''] ?? 'something is missing or misplaced here';
  const found =
    at.trim() === '' ? 'the text ends' : `unexpected ${JSON.stringify(/^(?:[\p{L}\p{N}_]+|.)/su.exec(at)?.[0] ?? '')}`;
  return syntaxFault(source, offset, {
    what: `${found}: ${around}`,
    fix:
      offset < parserLimit
        ? 'correct the expression at the marked place.'
        : 'correct the expression at the marked place. If it is correct, it is too long or too deep for the parser: split it.',
  });
};

const firstError = (root: TreeNode): TreeNode | undefined => {
  const cursor = root.cursor();
  do {
    if (cursor.type.isError) return cursor.node;
  } while (cursor.next());
  return undefined;
};

const isComment = (name: string): boolean => name === 'LineComment' || name === 'BlockComment';

const convert = (source: string, node: TreeNode): Syntax => {
  const children: Syntax[] = [];
  for (let child = node.firstChild; child !== null; child = child.nextSibling) {
    if (!isComment(child.name)) children.push(convert(source, child));
  }
  return { name: node.name, text: source.slice(node.from, node.to), from: node.from, children };
};

/**
 * Parses one expression.
 *
 * @param source without the leading `=`
 * @throws a `feel` fault with the position and what was expected there
 */
export const parse = (source: string): Syntax => {
  if (source === '') {
    throw syntaxFault(source, 0, { what: 'it is empty', fix: 'write an expression, e.g. `=order.id`.' });
  }
  // As in Camunda, the names of the variables do not affect how the text is parsed.
  const root = parseExpression(source, namesWithKeywords, 'camunda').topNode;
  const children = convert(source, root).children;
  if (children.every(({ text }) => text === '')) {
    throw syntaxFault(source, 0, { what: 'it contains only a comment', fix: 'add an expression.' });
  }
  const error = firstError(root);
  if (error !== undefined) throw faultAt(source, error);
  const [expression, more] = children as [Syntax, Syntax?];
  if (more !== undefined) {
    throw syntaxFault(source, more.from, {
      what: 'it contains more than one expression',
      fix: 'write one expression.',
    });
  }
  return expression;
};

/** The first child with this name. */
export const childOf = (node: Syntax, name: string): Syntax | undefined =>
  node.children.find((child) => child.name === name);

/** Tells whether a node contains a variable with this name. */
export const mentions = (node: Syntax, name: string): boolean =>
  (node.name === 'VariableName' && nameOf(node) === name) ||
  (node.name === name && node.children.length === 0) ||
  node.children.some((child) => mentions(child, name));

/** The name in a node: its parts joined by single spaces, without backticks. */
export const nameOf = (node: Syntax): string =>
  node.text.startsWith('`') ? node.text.slice(1, -1) : node.text.replace(/\s+/g, ' ');
