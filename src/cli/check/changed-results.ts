/** What in FEEL expressions has another result since they are evaluated as on a cluster. */
import { builtins } from '../../feel/functions/index.ts';
import { parse } from '../../feel/syntax/parse.ts';
import { type Call, childrenOf, contains, mentions, type Syntax } from '../../feel/syntax/tree.ts';
import { kindOf } from '../../feel/values/kinds.ts';

/** Finds something in a node whose result has changed, and says how. */
type Rule = (node: Syntax) => string | undefined;

const positional = ({ arguments: args }: Call): readonly Syntax[] => (args.kind === 'positional' ? args.values : []);

const textOf = (node: Syntax | undefined): string | undefined =>
  node?.kind === 'literal' && typeof node.value === 'string' ? node.value : undefined;

const isNumber = (node: Syntax | undefined): boolean => node?.kind === 'literal' && kindOf(node.value) === 'number';

const isCallOf = (node: Syntax | undefined, ...names: readonly string[]): node is Call =>
  node?.kind === 'call' && node.path === undefined && names.includes(node.name);

const isZero = (node: Syntax | undefined): boolean => node?.kind === 'literal' && node.value === 0;

/** A rule for calls of some functions. */
const calls =
  (names: readonly string[], find: (call: Call, args: readonly Syntax[]) => string | undefined): Rule =>
  (node) =>
    isCallOf(node, ...names) ? find(node, positional(node)) : undefined;

const isTime = (node: Syntax): boolean =>
  isCallOf(node, 'now', 'time', 'date and time') ||
  (node.kind === 'literal' && ['time', 'date and time'].includes(kindOf(node.value) ?? ''));

const isDuration = (node: Syntax): boolean =>
  isCallOf(node, 'duration', 'years and months duration') ||
  (node.kind === 'literal' && String(kindOf(node.value)).endsWith('duration'));

const mayBeTime = (node: Syntax): boolean => isTime(node) || node.kind === 'reference' || node.kind === 'path';

/** A time zone with a name, in which clocks change. */
const isInZone = (node: Syntax): boolean =>
  isTime(node) && contains(node, (inner) => inner.kind === 'literal' && /@\w/.test(String(inner.value)));

const javaOnly: RegExp = /\\[-@#%&~:;<>=!"'`, ]|\(\?[a-zA-Z]+[:)]|[*+?}]\+/;

const searches: Rule = calls(['matches', 'replace', 'split', 'extract'], ({ name }, args) => {
  const flags = textOf(args[name === 'replace' ? 3 : 2]);
  if (!javaOnly.test(textOf(args[1]) ?? '') && !flags?.includes('x')) return undefined;
  return `the pattern of ${name}(…) has the meaning of Java; the result was null`;
});

/** An entry of a context hid the function of the same name. */
const hiddenFunctions: Rule = (node) => {
  if (node.kind !== 'context') return undefined;
  const hidden = node.entries.find(([key]) => builtins.has(key) && contains(node, (inner) => isCallOf(inner, key)));
  return hidden && `the entry ${hidden[0]} no longer hides the function ${hidden[0]}(…)`;
};

const loops: Rule = (node) => {
  if (node.kind !== 'for' && node.kind !== 'some' && node.kind !== 'every') return undefined;
  const { iterations } = node;
  const found = iterations.find(([, list], index) =>
    iterations.slice(0, index).some(([name]) => list.kind !== 'counting' && mentions(list, name)),
  );
  return found && 'a list of the loop does not see the variables of the same loop, but those outside';
};

const rules: readonly Rule[] = [
  calls(['is defined'], () => 'is defined(…) is false for null; it was true'),
  calls(['put', 'put all'], ({ name }) => `${name}(…) has a result; it was null`),
  calls(['list replace', 'is'], ({ name }) => `${name}(…) is null, because Camunda has no such function`),
  calls(['number'], (_, [from, ...more]) =>
    more.length === 0 && isNumber(from) ? 'number(…) of a number is null; it was the number' : undefined,
  ),
  calls(['round up', 'round down', 'round half up', 'round half down'], ({ name }, args) =>
    args.length === 1 ? `${name}(…) without a scale is null` : undefined,
  ),
  calls(['years and months duration'], () => 'years and months duration(…) has no days'),
  calls(['date and time'], (_, [, zone]) =>
    textOf(zone) === undefined ? undefined : 'date and time(…) with a zone has a result; it was null',
  ),
  calls(['string length', 'substring'], ({ name }, [text]) =>
    /[\u{10000}-\u{10ffff}]/u.test(textOf(text) ?? '') ? `${name}(…) counts UTF-16 units` : undefined,
  ),
  calls(['modulo'], (_, [, divisor]) => (isZero(divisor) ? 'modulo(…, 0) fails; it was null' : undefined)),
  calls(['log'], (_, [number]) => (isZero(number) ? 'log(0) fails; it was null' : undefined)),
  calls(['string', 'to json'], ({ name }, [from]) =>
    from?.kind === 'range' ? `${name}(…) of a range is a text; it was null` : undefined,
  ),
  (node) =>
    isCallOf(node, 'context put') && node.arguments.kind === 'named'
      ? 'context put(…) with names of parameters has a result; it was null'
      : undefined,
  (node) =>
    node.kind === 'call' && node.path !== undefined
      ? `${node.name}(…) of a value fails unless it is a function in a context; it was null`
      : undefined,
  searches,
  hiddenFunctions,
  loops,
  (node) => (node.kind === 'negative' && isDuration(node.operand) ? 'the negative of a duration is null' : undefined),
  (node) =>
    node.kind === 'comparison' && /[<>]/.test(node.operator) && node.left.kind === 'list' && node.right.kind === 'list'
      ? 'comparing two lists fails; it was null'
      : undefined,
  (node) =>
    node.kind === 'arithmetic' &&
    node.operator === '-' &&
    (isTime(node.left) || isTime(node.right)) &&
    mayBeTime(node.left) &&
    mayBeTime(node.right)
      ? 'the difference of two times counts their offsets'
      : undefined,
  (node) =>
    node.kind === 'arithmetic' && isInZone(node.left) && isDuration(node.right)
      ? 'a date and time plus or minus a duration takes a change of the clock into account'
      : undefined,
  (node) =>
    /\\u[\da-fA-F]{4}/.test(textOf(node) ?? '') ? 'an escape such as \\u0041 stays as it is in a text' : undefined,
];

const nodesOf = (node: Syntax): readonly Syntax[] => [node, ...childrenOf(node).flatMap(nodesOf)];

/**
 * Says what in an expression has another result than before: each row of the changelog's table that can be recognized
 * without values.
 *
 * @param source without the leading `=`; it must be valid
 * @example
 * changedResults('is defined(x)'); // ['is defined(…) is false for null; it was true']
 */
export const changedResults = (source: string): readonly string[] => [
  ...new Set(nodesOf(parse(source)).flatMap((node) => rules.flatMap((rule) => rule(node) ?? []))),
];
