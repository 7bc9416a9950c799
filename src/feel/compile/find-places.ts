import { parse } from '../syntax/parse.ts';
import { childrenOf, type Syntax } from '../syntax/tree.ts';

/** Where the value of a reference ends up in the value of an expression. */
export interface FoundPlace {
  /** The keys from the value of the expression on; none: the value itself, or a part of its text. */
  readonly path: readonly string[];
  /** The names of the reference behind the context: one, or more for a longer path. */
  readonly names: readonly string[];
}

/** What an expression does with references to the members of one context. */
export interface FoundPlaces {
  /** The references whose values have a place of their own. */
  readonly places: readonly FoundPlace[];
  /** The names of those whose values have none, and why. */
  readonly lost: readonly { readonly names: readonly string[]; readonly within: 'list' | 'conditional context' }[];
  /** All constant texts of the expression. */
  readonly texts: readonly string[];
}

type Prefix = readonly string[];

/** The names behind the prefix; `undefined` for any other node. */
const namesOf = (node: Syntax, prefix: Prefix): readonly string[] | undefined => {
  if (node.kind !== 'reference' || node.names.length <= prefix.length) return undefined;
  return prefix.every((name, index) => node.names[index] === name) ? node.names.slice(prefix.length) : undefined;
};

const all = (node: Syntax): readonly Syntax[] => [node, ...childrenOf(node).flatMap(all)];

const referencesIn = (node: Syntax, prefix: Prefix): readonly (readonly string[])[] =>
  all(node).flatMap((inner) => {
    const names = namesOf(inner, prefix);
    return names === undefined ? [] : [names];
  });

/**
 * Follows references to the members of a context through an expression: through sums of texts, the entries of contexts, and the
 * branches of conditions.
 *
 * @param source the expression without the leading `=`; it must be valid
 * @param prefix the path to the context
 * @example
 * findPlaces('{ auth: "Bearer " + vault.TOKEN }', ['vault']).places; // [{ path: ['auth'], names: ['TOKEN'] }]
 */
export const findPlaces = (source: string, prefix: Prefix): FoundPlaces => {
  const tree = parse(source);
  const places: FoundPlace[] = [];
  const lost: FoundPlaces['lost'][number][] = [];

  const follow = (node: Syntax, path: readonly string[], inBranch: boolean): void => {
    const names = namesOf(node, prefix);
    if (names !== undefined) {
      places.push({ path, names });
      return;
    }
    switch (node.kind) {
      case 'arithmetic':
        follow(node.left, path, inBranch);
        follow(node.right, path, inBranch);
        break;
      case 'context':
        if (inBranch) {
          for (const found of referencesIn(node, prefix)) lost.push({ names: found, within: 'conditional context' });
        } else {
          for (const [key, value] of node.entries) follow(value, [...path, key], false);
        }
        break;
      case 'if':
        follow(node.positive, path, true);
        follow(node.otherwise, path, true);
        break;
      case 'list':
        for (const found of referencesIn(node, prefix)) lost.push({ names: found, within: 'list' });
        break;
      default:
    }
  };

  follow(tree, [], false);
  const texts = all(tree).flatMap((node) =>
    node.kind === 'literal' && typeof node.value === 'string' ? node.value : [],
  );
  return { places, lost, texts };
};
