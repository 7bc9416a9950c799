import { isFault } from '../../common/fault.ts';
import { evaluationFault, refuse, syntaxFault } from '../faults.ts';
import { allowance, spend } from '../limits/budget.ts';
import { repeatable } from '../limits/repeatable.ts';
import { withTimeLimit } from '../limits/time.ts';
import { parse, parseTests } from '../syntax/parse.ts';
import type { Syntax } from '../syntax/tree.ts';
import type { EvaluateOptions, Expression, Lookup } from '../types.ts';
import { toJson } from '../values/json.ts';
import { isError } from '../values/kinds.ts';
import { member } from '../values/member.ts';
import { createEvaluation, type Evaluation, type TimeGuard, trialOver } from './evaluation.ts';
import { compileTree } from './tree.ts';

/** The default time limit in milliseconds. */
const defaultTimeLimit = 3_000;

/** A plain path needs no evaluation state, and its value is JSON already, unless a variable is not. */
const pathExpression = (source: string, [root, ...keys]: readonly string[]): Expression => {
  const evaluate = (lookup: Lookup): unknown => {
    let value = lookup(root!);
    for (const key of keys) value = member(value, key);
    return value ?? null;
  };
  return { source, names: [root!], evaluate, value: evaluate };
};

const checked = (value: unknown): unknown => {
  if (isError(value)) throw refuse(value.reason);
  return value ?? null;
};

/**
 * The expression of a syntax tree.
 *
 * @param source its text, for faults
 */
export const expressionOf = (source: string, tree: Syntax): Expression => {
  if (tree.kind === 'reference') return pathExpression(source, tree.names);
  if (tree.kind === 'literal') {
    const json = toJson(tree.value);
    return { source, names: [], evaluate: () => json, value: () => tree.value };
  }
  const { code, names, guard } = compileTree(tree);
  const evaluatorOf = (finish: (value: unknown) => unknown): Expression['evaluate'] => {
    const compute = (evaluation: Evaluation): unknown => finish(code(evaluation, undefined));
    /**
     * The evaluation as a function that starts it, at each call from the beginning. How often it starts depends on the machine. It gets the
     * same random numbers each time, so that neither its result nor those of later evaluations depend on the machine as well.
     */
    const starter = (lookup: Lookup, options: EvaluateOptions): ((isTrial: boolean) => unknown) => {
      const random = options.random && repeatable(options.random);
      const given = random === undefined ? options : { ...options, random: random.next };
      let isAgain = false;
      return (isTrial) => {
        if (isAgain) options.onRestart?.();
        isAgain = true;
        random?.rewind();
        return compute(createEvaluation(lookup, given, isTrial));
      };
    };
    const limited = (start: (isTrial: boolean) => unknown, options: EvaluateOptions): unknown => {
      const { longest = defaultTimeLimit, budget } = options;
      const allowed = allowance(budget, longest);
      const late = (): Error =>
        refuse(
          allowed === longest || budget === undefined
            ? `it takes longer than ${longest / 1000} s`
            : `it takes longer than ${budget.total / 1000} s, together with the expressions before it`,
        );
      return withTimeLimit(allowed, () => start(false), late);
    };
    const trial = (start: (isTrial: boolean) => unknown, options: EvaluateOptions): unknown => {
      try {
        return start(true);
      } catch (error) {
        if (error !== trialOver) throw error;
        return limited(start, options);
      }
    };
    const evaluators = {
      none: (lookup, options) => compute(createEvaluation(lookup, options)),
      trial: (lookup, options) => spend(options.budget, () => trial(starter(lookup, options), options)),
      limited: (lookup, options) => spend(options.budget, () => limited(starter(lookup, options), options)),
    } satisfies Record<TimeGuard, (lookup: Lookup, options: EvaluateOptions) => unknown>;
    const evaluate = evaluators[guard];
    return (lookup, options = {}) => {
      try {
        return evaluate(lookup, options);
      } catch (error) {
        throw evaluationFault(source, error);
      }
    };
  };
  return { source, names, evaluate: evaluatorOf((value) => toJson(value)), value: evaluatorOf(checked) };
};

const compileSource = (source: string): Expression => expressionOf(source, parse(source));

const compileTestsSource = (source: string): Expression => expressionOf(source, parseTests(source));

const parsingTooLong = (source: string): Error =>
  syntaxFault(source, 0, {
    what: `parsing takes longer than ${defaultTimeLimit / 1000} s`,
    fix: 'split it into smaller expressions.',
  });

/** A text of so many characters never takes long, and a time limit takes longer than to compile it. */
const shortText = 100;

const compileWithinLimit = (source: string, from: (source: string) => Expression): Expression => {
  try {
    if (source.length <= shortText) return from(source);
    return withTimeLimit(
      defaultTimeLimit,
      () => from(source),
      () => parsingTooLong(source),
    );
  } catch (error) {
    if (isFault(error, 'feel')) throw error;
    // Only deep nesting makes the parser or the compiler fail in another way.
    throw syntaxFault(source, 0, { what: 'it nests too deeply', fix: 'split it into smaller expressions.' });
  }
};

/** Faults are cached as well, so that a text that takes long to reject is not parsed again for each job. */
type CacheEntry = { readonly expression: Expression } | { readonly fault: unknown };

/** Expressions come from deployed files and task headers, so they are few; the limit is for generated ones. */
const cacheSize = 2000;

const cache = new Map<string, CacheEntry>();

const compile = (source: string, from: (source: string) => Expression): CacheEntry => {
  try {
    return { expression: compileWithinLimit(source, from) };
  } catch (fault) {
    return { fault };
  }
};

const remember = (text: string, entry: CacheEntry): CacheEntry => {
  if (cache.size >= cacheSize) {
    for (const oldest of cache.keys()) {
      cache.delete(oldest);
      break;
    }
  }
  cache.set(text, entry);
  return entry;
};

/**
 * Compiles a FEEL expression. Names follow Camunda's rules: `a-b` is a subtraction, and a variable with a dash in its
 * name needs backticks.
 *
 * @param text with or without the leading `=` and surrounding whitespace
 * @returns the expression; the same object for the same text, as long as it is among the last 2000
 * @throws a fault of kind `feel` that names line and column and what was expected there
 * @example
 * compileExpression('=order.total > 100').evaluate((name) => variables[name]);
 */
export const compileExpression = (text: string): Expression => {
  const entry = cache.get(text) ?? remember(text, compile(text.trim().replace(/^=/, '').trim(), compileSource));
  if ('fault' in entry) throw entry.fault;
  return entry.expression;
};

/**
 * Compiles the unary tests of a decision table's cell, e.g. `> 5`, `"a", "b"`, `not(1)` or `-`. They test the variable
 * `cellInput`, which `?` stands for as well.
 *
 * @throws a fault of kind `feel` that names line and column and what was expected there
 * @example
 * compileTests('[1..10]').evaluate((name) => (name === 'cellInput' ? 5 : undefined)); // true
 */
export const compileTests = (text: string): Expression => {
  const key = `\u0000${text}`;
  const entry = cache.get(key) ?? remember(key, compile(text.trim(), compileTestsSource));
  if ('fault' in entry) throw entry.fault;
  return entry.expression;
};

/** Tells whether a value in a BPMN file is an expression: its first character is `=`. */
export const isExpression = (text: string): boolean => text.startsWith('=');
