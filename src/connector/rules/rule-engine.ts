import { isObject } from '../../common/is-object.ts';
import { didYouMean, nearest } from '../../common/nearest-name.ts';
import { formatPath, type PathPart } from '../values/path.ts';

/**
 * Checks the objects that a developer hands over (options, definitions, settings, hints) by rules that are data: a rule
 * for each property. All problems are found at once, each with its path; a misspelt name gets a suggestion.
 */

/** One thing that is wrong with a value. */
export interface Problem {
  /** The names and indices that lead to the wrong part. Empty: the value itself is wrong. */
  readonly path: readonly PathPart[];
  /** What is wrong, e.g. `expected text, but got 1`. Never quotes text, because it may be a secret. */
  readonly text: string;
}

/** Returns a text about the value itself, the problems of its parts, or nothing if the value is fine. */
export type Rule = (value: unknown) => string | readonly Problem[] | undefined;

/** Rules by the names of the properties. */
export type Rules = Readonly<Record<string, Rule>>;

type Unknown = Readonly<Record<string, unknown>>;

/** Tells whether a value is text that is not blank. */
export const isText = (value: unknown): value is string => typeof value === 'string' && value.trim() !== '';

/** Tells whether a value is a function. */
export const isFunction = (value: unknown): boolean => typeof value === 'function';

/** Describes a value without quoting text. */
export const describeValue = (value: unknown): string => {
  switch (typeof value) {
    case 'number':
    case 'boolean':
    case 'undefined':
      return String(value);
    case 'string':
      return isText(value) ? 'text' : 'empty text';
    case 'object':
      if (value === null) return 'null';
      if (!Array.isArray(value)) return 'an object';
      return value.length === 0 ? 'an empty list' : 'a list';
    default:
      return `a ${typeof value}`;
  }
};

/**
 * Makes a rule from a test.
 *
 * @param accepts tells whether the value is fine
 * @param expected what the value must be, as the words after "expected"
 * @param describe what the value is instead, as the words after "but got"
 * @example
 * when(Number.isInteger, 'a whole number')(1.5); // 'expected a whole number, but got 1.5'
 */
export const when =
  (
    accepts: (value: unknown) => boolean,
    expected: string,
    describe: (value: unknown) => string = describeValue,
  ): Rule =>
  (value) =>
    accepts(value) ? undefined : `expected ${expected}, but got ${describe(value)}`;

/** Makes a rule that accepts the given values only. */
export const oneOf =
  (...values: readonly unknown[]): Rule =>
  (value) => {
    if (values.includes(value)) return undefined;
    const written = values.map((one) => JSON.stringify(one));
    return written.length < 3 ? `must be ${written.join(' or ')}` : `must be one of ${written.join(', ')}`;
  };

/** Functions have properties too: some loggers are functions with their levels as properties. */
const mayHaveProperties = (value: unknown): value is Unknown =>
  (typeof value === 'object' || typeof value === 'function') && value !== null;

/** Makes a rule for an object that must have the named functions. */
export const withFunctions =
  (expected: string, names: readonly string[]): Rule =>
  (value) => {
    if (!mayHaveProperties(value)) return `expected ${expected}, but got ${describeValue(value)}`;
    const missing = names.filter((name) => !isFunction(value[name]));
    return missing.length === 0 ? undefined : `expected ${expected}, but it has no function ${missing.join(', ')}`;
  };

const problemsAt = (path: readonly PathPart[], found: ReturnType<Rule>): readonly Problem[] => {
  if (found === undefined) return [];
  if (typeof found === 'string') return [{ path, text: found }];
  return found.map((problem) => ({ ...problem, path: [...path, ...problem.path] }));
};

/** Makes a rule of several: the first that finds a problem decides, so a later one may rely on the earlier ones. */
export const inTurn =
  (...rules: readonly Rule[]): Rule =>
  (value) => {
    for (const rule of rules) {
      const found = problemsAt([], rule(value));
      if (found.length > 0) return found;
    }
    return undefined;
  };

/**
 * Makes a rule for a list.
 *
 * @param item the rule for each item
 * @param expected what the list must be, as the words after "expected"
 * @param least the smallest number of items
 */
export const listOf =
  (item: Rule, expected: string, least = 0): Rule =>
  (value) =>
    Array.isArray(value) && value.length >= least
      ? value.flatMap((one, index) => problemsAt([index], item(one)))
      : `expected ${expected}, but got ${describeValue(value)}`;

/**
 * Makes a rule for an object whose property names are free.
 *
 * @param entry the rule for each value
 * @param expected what the object must be, as the words after "expected"
 * @param key the rule for each name
 */
export const mapOf =
  (entry: Rule, expected: string, key: Rule = () => undefined): Rule =>
  (value) =>
    isObject(value)
      ? Object.entries(value).flatMap(([name, one]) => problemsAt([name], key(name) ?? entry(one)))
      : `expected ${expected}, but got ${describeValue(value)}`;

/** How an object is checked beyond the rules for its properties. */
export interface ObjectChecks {
  /** What the object must be, as the words after "expected". @default 'an object' */
  readonly expected?: string;
  /** What a text calls one of its properties. @default 'property' */
  readonly noun?: string;
  /** The properties that must be present. @default none */
  readonly required?: readonly string[];
  /** Properties that belong to a similar object, each with what to say about it. */
  readonly misplaced?: Readonly<Record<string, string>>;
  /** Whether it may have other properties; they are not checked. @default false */
  readonly open?: boolean;
}

const unknownText = (name: string, known: readonly string[], noun: string): string =>
  didYouMean(`unknown ${noun}.`, nearest(name, known), `Known: ${known.join(', ')}`);

/**
 * Makes a rule for an object with known properties. A property that is `undefined` counts as absent.
 *
 * @param rules the rule for each property
 * @param checks see {@link ObjectChecks}
 * @example
 * check(objectOf({ port: when(Number.isInteger, 'a whole number') }), { prt: 1 });
 * // ['prt: unknown property. Did you mean port?']
 */
export const objectOf = (rules: Rules, checks: ObjectChecks = {}): Rule => {
  const { expected = 'an object', noun = 'property', required = [], misplaced = {}, open = false } = checks;
  const known = Object.keys(rules);
  return (value) => {
    if (!isObject(value)) return `expected ${expected}, but got ${describeValue(value)}`;
    const given = Object.keys(value).filter((name) => value[name] !== undefined);
    const wrong = known.flatMap((name) => {
      if (value[name] !== undefined) return problemsAt([name], rules[name]!(value[name]));
      return required.includes(name) ? [{ path: [name], text: 'is missing' }] : [];
    });
    const unknown = given.filter((name) => !open && !known.includes(name));
    const texts = unknown.map((name) => ({
      path: [name],
      text: Object.hasOwn(misplaced, name) ? misplaced[name]! : unknownText(name, known, noun),
    }));
    return [...wrong, ...texts];
  };
};

/**
 * Finds everything wrong with a value.
 *
 * @param at the path of the value itself, for a value that is part of another
 */
export const findProblems = (rule: Rule, value: unknown, at: readonly PathPart[] = []): readonly Problem[] =>
  problemsAt(at, rule(value));

/** Writes a problem as one line, e.g. `groups[0].label: is missing`. */
export const problemLine = ({ path, text }: Problem): string =>
  path.length === 0 ? text : `${formatPath(path)}: ${text}`;

/** As {@link findProblems}, with one line for each problem. */
export const check = (rule: Rule, value: unknown, at: readonly PathPart[] = []): readonly string[] =>
  findProblems(rule, value, at).map(problemLine);

/** Joins lines to a list with a dash before each. */
export const asList = (lines: readonly string[]): string => lines.map((line) => `- ${line}`).join('\n');
