import { isFault } from '../../common/fault.ts';
import { evaluationFault, refuse, syntaxFault } from '../failure.ts';
import { stepLimit } from '../limits/size.ts';
import { within } from '../limits/time.ts';
import type { EvaluateOptions, Expression, Lookup } from '../types.ts';
import { toJson } from '../values/json.ts';
import { member } from '../values/values.ts';
import { compileTree } from './code.ts';
import { literalOf } from './literals.ts';
import { trialOver } from './loops.ts';
import type { Care, Evaluation } from './scope.ts';
import { childOf, nameOf, parse, type Syntax } from './syntax.ts';

/** Milliseconds. */
const usualLongest = 3_000;

/** Starting a watch takes longer than most loops do, which therefore may try without one. Milliseconds, and steps. */
const trial = { time: 5, steps: 10_000 };

const evaluationOf = (lookup: Lookup, { now, random, functions }: EvaluateOptions, isTrial = false): Evaluation => ({
  lookup,
  now: now ?? Date.now,
  random: random ?? Math.random,
  functions: functions ?? {},
  steps: isTrial ? trial.steps : stepLimit,
  until: isTrial ? performance.now() + trial.time : Number.POSITIVE_INFINITY,
});

/** The names of a plain path, `order.customer.id`; `undefined` for every other expression. */
const pathOf = (node: Syntax): readonly string[] | undefined => {
  if (node.name === 'VariableName') return [nameOf(node)];
  if (node.name !== 'PathExpression') return undefined;
  const target = pathOf(node.children[0]!);
  return target === undefined ? undefined : [...target, nameOf(childOf(node, 'PathName')!)];
};

/** Plain paths need no evaluation's state, and what they find is JSON already. */
const pathExpression = (source: string, [root, ...keys]: readonly string[]): Expression => ({
  source,
  names: [root!],
  evaluate: (lookup) => {
    let value = lookup(root!);
    for (const key of keys) value = member(value, key);
    return value ?? null;
  },
});

const compileSource = (source: string): Expression => {
  const tree = parse(source);
  const path = pathOf(tree);
  if (path !== undefined) return pathExpression(source, path);
  const literal = literalOf(tree);
  if (literal !== undefined) return { source, names: [], evaluate: () => literal.value };
  const { code, names, care } = compileTree(tree, source);
  const compute = (evaluation: Evaluation): unknown => toJson(code(evaluation, undefined));
  const watched = (lookup: Lookup, options: EvaluateOptions): unknown => {
    const { longest = usualLongest } = options;
    const late = (): Error => refuse(`it takes longer than ${longest / 1000} s`);
    return within(longest, () => compute(evaluationOf(lookup, options)), late);
  };
  const tried = (lookup: Lookup, options: EvaluateOptions): unknown => {
    try {
      return compute(evaluationOf(lookup, options, true));
    } catch (error) {
      if (error !== trialOver) throw error;
      return watched(lookup, options);
    }
  };
  const ways = {
    calm: (lookup, options) => compute(evaluationOf(lookup, options)),
    trial: tried,
    watched,
  } satisfies Record<Care, (lookup: Lookup, options: EvaluateOptions) => unknown>;
  const evaluate = ways[care];
  return {
    source,
    names,
    evaluate: (lookup, options = {}) => {
      try {
        return evaluate(lookup, options);
      } catch (error) {
        throw evaluationFault(source, error);
      }
    },
  };
};

const unparsed = (source: string): Error =>
  syntaxFault(source, 0, {
    what: `the parser does not come to an end within ${usualLongest / 1000} s`,
    fix: 'split it into smaller expressions.',
  });

const compileOrFault = (source: string): Expression => {
  try {
    return within(
      usualLongest,
      () => compileSource(source),
      () => unparsed(source),
    );
  } catch (error) {
    if (isFault(error, 'feel')) throw error;
    // Neither the parser nor the compiler fails otherwise than by the depth of the text.
    throw syntaxFault(source, 0, { what: 'it nests too deeply', fix: 'split it into smaller expressions.' });
  }
};

const find = (source: string): Found => {
  try {
    return { expression: compileOrFault(source) };
  } catch (fault) {
    return { fault };
  }
};

/** Expressions come from deployed files and task headers, so there are few; a bound keeps generated ones from piling up. */
const cacheSize = 2000;
/** Faults are kept as well: a text that takes long to be found wrong is not tried again for each job. */
type Found = { readonly expression: Expression } | { readonly fault: unknown };

const cache = new Map<string, Found>();

const remember = (text: string, found: Found): Found => {
  if (cache.size >= cacheSize) {
    for (const oldest of cache.keys()) {
      cache.delete(oldest);
      break;
    }
  }
  cache.set(text, found);
  return found;
};

/**
 * Compiles a FEEL expression. Names read as Camunda reads them: `a-b` is a subtraction, and a variable with a dash in its name
 * stands in backticks.
 *
 * @param text with or without the leading `=`, with or without blanks around it
 * @returns the expression; the same object for the same text, as long as it is among the last 2000
 * @throws a fault of kind `feel` that names line and column and what was expected there
 * @example
 * compileExpression('=order.total > 100').evaluate((name) => variables[name]);
 */
export const compileExpression = (text: string): Expression => {
  const found = cache.get(text) ?? remember(text, find(text.trim().replace(/^=/, '').trim()));
  if ('fault' in found) throw found.fault;
  return found.expression;
};

/** Tells whether a value of a BPMN file is an expression: its first character is `=`. */
export const isExpression = (text: string): boolean => text.startsWith('=');
