import { parse } from '../syntax/parse.ts';
import type { Entry, Syntax } from '../syntax/tree.ts';
import type { Expression } from '../types.ts';
import { expressionOf } from './compile-expression.ts';

/** One value of a context that is built from several expressions. */
export interface Mapping {
  /** The place of the value: the keys from the root on. */
  readonly target: readonly string[];
  /** An expression, with or without the leading `=`, or a constant value. */
  readonly source:
    | { readonly kind: 'expression'; readonly text: string }
    | { readonly kind: 'constant'; readonly value: unknown };
}

/** A context under construction. A value in the place of a context replaces it, and vice versa. */
type Branch = Map<string, Branch | Mapping['source']>;

const isBranch = (node: Branch | Mapping['source']): node is Branch => node instanceof Map;

/** An entry keeps the place of its first mention. */
const put = (root: Branch, { target, source }: Mapping): void => {
  let branch = root;
  for (const key of target.slice(0, -1)) {
    const known = branch.get(key);
    const inner: Branch = known !== undefined && isBranch(known) ? known : new Map();
    if (inner !== known) branch.set(key, inner);
    branch = inner;
  }
  branch.set(target[target.length - 1]!, source);
};

const literal = (value: unknown): Syntax => ({ kind: 'literal', from: 0, value });

const call = (name: string, ...values: readonly Syntax[]): Syntax => ({
  kind: 'call',
  from: 0,
  path: undefined,
  name,
  arguments: { kind: 'positional', values },
});

/** The context merged into what the path holds outside; null if that is not a context. */
const mergedInto = (outer: readonly string[], key: string, context: Syntax): Syntax => {
  const [root = key, ...keys] = [...outer, key];
  const existing: Syntax = { kind: 'reference', from: 0, names: [root, ...keys] };
  const known = call('get or else', existing, { kind: 'context', from: 0, entries: [] });
  return call('context merge', known, context);
};

const contextOf = (branch: Branch, merging: boolean, path: readonly string[]): Syntax => {
  const entries = [...branch].map(([key, node]): Entry => {
    if (!isBranch(node)) return [key, node.kind === 'constant' ? literal(node.value) : parse(sourceOf(node.text))];
    const inner = contextOf(node, merging, [...path, key]);
    return [key, merging ? mergedInto(path, key, inner) : inner];
  });
  return { kind: 'context', from: 0, entries };
};

const sourceOf = (text: string): string => text.trim().replace(/^=/, '').trim();

const keyText = (key: string): string => (/^[\p{L}_]\w*$/u.test(key) ? key : JSON.stringify(key));

const textOf = (branch: Branch): string =>
  `{${[...branch]
    .map(([key, node]) => {
      if (isBranch(node)) return `${keyText(key)}: ${textOf(node)}`;
      return `${keyText(key)}: ${node.kind === 'expression' ? sourceOf(node.text) : JSON.stringify(node.value)}`;
    })
    .join(', ')}}`;

/**
 * Compiles several mappings to one expression that gives a context with all their values. A source sees the finished
 * entries of its own context by their bare names, then those of the enclosing contexts, then the variables.
 *
 * @param merging whether a nested context is merged into the object that exists at its place, or replaces it
 * @throws a fault of kind `feel` for a source that is not an expression
 * @example
 * compileMappings([{ target: ['order', 'id'], source: { kind: 'expression', text: '=orderId' } }], false);
 */
export const compileMappings = (mappings: readonly Mapping[], merging: boolean): Expression => {
  const root: Branch = new Map();
  for (const mapping of mappings) put(root, mapping);
  return expressionOf(textOf(root), contextOf(root, merging, []));
};
