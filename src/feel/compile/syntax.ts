import { parseExpression } from 'feelin';
import { type Position, syntaxFault } from '../failure.ts';

type TreeNode = ReturnType<typeof parseExpression>['topNode'];

/** A node of the syntax tree, without blanks and comments. */
export interface Syntax {
  /** The grammar's name, e.g. `ArithmeticExpression`; of a keyword or sign, its text. */
  readonly name: string;
  readonly text: string;
  /** Offset of its first character. */
  readonly from: number;
  readonly children: readonly Syntax[];
}

/** Names of functions that the grammar would cut apart at a keyword if it did not know them. */
const namesWithKeywords = { 'get or else': 1 };

/** What can stand at the place where the text breaks off, by the construct around it. */
const expected: Readonly<Record<string, string>> = {
  Expression: 'the expression should have ended here',
  ArithmeticExpression: 'an operand is missing',
  Comparison: 'a value to compare with is missing',
  Conjunction: 'a condition is missing beside `and`',
  Disjunction: 'a condition is missing beside `or`',
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
  FunctionDefinition: 'a function reads `function(a, b) a + b`',
  IfExpression: 'a condition reads `if a then b else c`, with all three parts',
  ForExpression: 'a loop reads `for x in list return y`',
  InExpression: 'an iteration reads `x in list`',
  QuantifiedExpression: 'a quantifier reads `some x in list satisfies condition`',
  PathExpression: 'a name is expected after `.`',
  FilterExpression: 'a condition or index and `]` is expected',
  InstanceOfExpression: 'a type is expected after `instance of`',
};

/** Slips of people who come from other languages, by what the text has at the place. */
const slips: readonly (readonly [pattern: RegExp, what: string, fix: string])[] = [
  [/^"/, 'the text is not closed', 'close it with `"`; a quote within it is written `\\"`.'],
  [/^'/, "texts stand in double quotes, not in '", 'write "text".'],
  [/^`/, 'the name is not closed', 'close it with a backtick.'],
  [
    /^==?/,
    'a comparison has one `=`, and something on its left',
    'write `a = b`; a leading `=` marks the expression once.',
  ],
  [/^(?:&&|\|\|)/, '`&&` and `||` are not FEEL', 'write `and`, `or`.'],
  [/^!(?!=)/, '`!` is not FEEL', 'write `not(...)` or `!=`.'],
];

/** From about here on the parser may give up on a right text, because its stack is full. */
const parserLimit = 2000;

const faultAt = (source: string, node: TreeNode): Error & { readonly position: Position } => {
  const rest = source.slice(node.from);
  const gap = rest.length - rest.trimStart().length;
  // The parser reports an error before the blanks that precede the place, or at the end of the text.
  const offset = node.from + (rest.trim() === '' ? 0 : gap);
  const at = source.slice(offset);
  const slip = slips.find(([pattern]) => pattern.test(at));
  if (slip !== undefined) return syntaxFault(source, offset, { what: slip[1], fix: slip[2] });
  const around = expected[node.parent?.name ?? ''] ?? 'something is missing or does not belong here';
  const found =
    at.trim() === '' ? 'the text ends' : `unexpected ${JSON.stringify(/^(?:[\p{L}\p{N}_]+|.)/su.exec(at)?.[0] ?? '')}`;
  return syntaxFault(source, offset, {
    what: `${found}: ${around}`,
    fix:
      offset < parserLimit
        ? 'correct the expression at the marked place.'
        : 'correct the expression at the marked place; if it is right there, it is too long or too deep for the parser: split it.',
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
  // Names are read as Camunda reads them: the variables do not change how the text parses.
  const root = parseExpression(source, namesWithKeywords, 'camunda').topNode;
  const children = convert(source, root).children;
  if (children.every(({ text }) => text === '')) {
    throw syntaxFault(source, 0, { what: 'there is only a comment', fix: 'write an expression beside it.' });
  }
  const error = firstError(root);
  if (error !== undefined) throw faultAt(source, error);
  const [expression, more] = children as [Syntax, Syntax?];
  if (more !== undefined) {
    throw syntaxFault(source, more.from, { what: 'it holds more than one expression', fix: 'write one expression.' });
  }
  return expression;
};

/** The child of that name. */
export const childOf = (node: Syntax, name: string): Syntax | undefined =>
  node.children.find((child) => child.name === name);

/** Whether a name stands anywhere below a node, as a variable. */
export const mentions = (node: Syntax, name: string): boolean =>
  (node.name === 'VariableName' && nameOf(node) === name) ||
  (node.name === name && node.children.length === 0) ||
  node.children.some((child) => mentions(child, name));

/** The name that a node of identifiers stands for: parts joined by one blank, backticks taken off. */
export const nameOf = (node: Syntax): string =>
  node.text.startsWith('`') ? node.text.slice(1, -1) : node.text.replace(/\s+/g, ' ');
