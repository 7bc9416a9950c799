import { unknownNames } from '../../common/nearest.ts';

/** Says what is wrong with a value, or nothing. Never quotes the value. */
export type Rule = (value: unknown) => string | undefined;

/** What each property of an object has to be. */
export type Rules = Readonly<Record<string, Rule>>;

type Unknown = Readonly<Record<string, unknown>>;

/** Whether a value is an object and no list. */
export const isObject = (value: unknown): value is Unknown =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

/** Whether a value is text of more than blanks. */
export const isText = (value: unknown): value is string => typeof value === 'string' && value.trim() !== '';

/** Whether a value can be called. */
export const isFunction = (value: unknown): boolean => typeof value === 'function';

/**
 * Makes a rule out of a test.
 *
 * @param expected what the value has to be, to go on from "expected"
 */
export const when =
  (accepts: (value: unknown) => boolean, expected: string): Rule =>
  (value) =>
    accepts(value) ? undefined : `expected ${expected}`;

/** Functions too, since a logger may be one that has its levels as properties. */
const mayHaveProperties = (value: unknown): value is Unknown =>
  (typeof value === 'object' || typeof value === 'function') && value !== null;

/** Makes a rule for things that are made of functions: what it is, and the functions that it has to have. */
export const withFunctions =
  (what: string, names: readonly string[]): Rule =>
  (value) => {
    if (!mayHaveProperties(value)) return `expected ${what}`;
    const missing = names.filter((name) => !isFunction(value[name]));
    return missing.length === 0 ? undefined : `expected ${what}, but it has no function ${missing.join(', ')}`;
  };

/** What the properties that are there break, as one line for each. Properties without a rule are not looked at. */
export const checkProperties = (given: Unknown, rules: Rules): readonly string[] =>
  Object.entries(rules).flatMap(([name, rule]) => {
    const problem = given[name] === undefined ? undefined : rule(given[name]);
    return problem === undefined ? [] : [`${name}: ${problem}`];
  });

/**
 * As {@link checkProperties}, for an object of options, which has no other properties.
 *
 * @example
 * checkOptions({ prt: 1 }, { port: when(Number.isInteger, 'a whole number') }); // ['prt: is no option. Did you mean port?']
 */
export const checkOptions = (given: Unknown, rules: Rules): readonly string[] => [
  ...checkProperties(given, rules),
  ...unknownNames(given, Object.keys(rules)),
];

/** The problems as the lines of a list. */
export const asList = (problems: readonly string[]): string => problems.map((problem) => `- ${problem}`).join('\n');
