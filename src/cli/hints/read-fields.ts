import type { Expression } from '../../feel/index.ts';
import { parse } from '../../feel/syntax/parse.ts';
import { childrenOf, type Entry, type Syntax } from '../../feel/syntax/tree.ts';

/** Nodes, each with the names that mean something else there. */
type Scoped = readonly [node: Syntax, bound: readonly string[]];

/** Entries of which each sees the names of those before it. */
const inOrder = (entries: readonly Entry[], bound: readonly string[]): readonly Scoped[] =>
  entries.map(([, value], index) => [value, [...bound, ...entries.slice(0, index).map(([name]) => name)]]);

const namesOf = (entries: readonly Entry[]): readonly string[] => entries.map(([name]) => name);

/** The nodes below a node. In a filter, each name may be one of the item. */
const below = (node: Syntax, bound: readonly string[]): readonly Scoped[] => {
  switch (node.kind) {
    case 'context':
      return inOrder(node.entries, bound);
    case 'for':
      return [...inOrder(node.iterations, bound), [node.body, [...bound, ...namesOf(node.iterations), 'partial']]];
    case 'some':
    case 'every':
      return [...inOrder(node.iterations, bound), [node.condition, [...bound, ...namesOf(node.iterations)]]];
    case 'function':
      return [[node.body, [...bound, ...node.parameters]]];
    case 'filter':
      return [[node.target, bound]];
    default:
      return childrenOf(node).map((child) => [child, bound]);
  }
};

const fieldsIn = (node: Syntax, variable: string, bound: readonly string[]): readonly string[] => {
  if (bound.includes(variable)) return [];
  if (node.kind === 'reference') return node.names[0] === variable ? node.names.slice(1, 2) : [];
  return below(node, bound).flatMap(([inner, names]) => fieldsIn(inner, variable, names));
};

/**
 * The fields of a variable that an expression reads. Those of what has the same name in a part of it do not count: of a loop, a
 * parameter, an entry of a context, or an item of a filtered list. Pure.
 *
 * @param expression a leading `=` is optional; one that is not valid reads nothing
 * @example
 * readFields('={id: response.id, old: previous.response.id}', 'response'); // ['id']
 */
export const readFields = (expression: string, variable: string): readonly string[] => {
  let tree: Syntax;
  try {
    tree = parse(expression.trim().replace(/^=/, ''));
  } catch {
    return [];
  }
  return [...new Set(fieldsIn(tree, variable, []))];
};

const namesIn = (node: Syntax, bound: readonly string[]): readonly string[] => [
  ...(node.kind === 'reference' && !bound.includes(node.names[0]) ? [node.names[0]] : []),
  ...below(node, bound).flatMap(([inner, names]) => namesIn(inner, names)),
];

/**
 * The variables that an expression reads for certain. A name that only filters have may be one of the item instead. Pure.
 *
 * @example
 * readNames(compileExpression('count(orders[total > limit]) + extra')); // ['orders', 'extra']
 */
export const readNames = ({ source, names }: Expression): readonly string[] => {
  if (!source.includes('[')) return names;
  const certain = new Set(namesIn(parse(source), []));
  return names.filter((name) => certain.has(name));
};
