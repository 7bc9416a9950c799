import { flag, text } from './common-rules.ts';
import { inTurn, listOf, objectOf, type Rule, when } from './rule-engine.ts';

const isScalar = (value: unknown): boolean => ['string', 'number', 'boolean'].includes(typeof value);

const tests = {
  equals: when(isScalar, 'text, a number, true or false'),
  oneOf: listOf(
    when((value) => ['string', 'number'].includes(typeof value), 'text or a number'),
    'a list of texts and numbers',
    1,
  ),
  isEmpty: flag,
  isActive: flag,
} as const;

const testNames = Object.keys(tests);

const condition: Rule = inTurn(
  objectOf({ property: text, ...tests }, { expected: 'a condition { property, equals }', required: ['property'] }),
  (value) => {
    const given = testNames.filter((name) => (value as Readonly<Record<string, unknown>>)[name] !== undefined);
    if (given.length === 0) return `needs one of ${testNames.join(', ')}`;
    if (given.length === 1) return undefined;
    return `must have only one of ${given.join(', ')}. Fix: use a list of conditions, which must all hold`;
  },
);

const conditions = listOf(condition, 'a list of conditions', 1);

/** The rule for a condition of a field, or a list of conditions that must all hold. */
export const conditionRule: Rule = (value) => (Array.isArray(value) ? conditions(value) : condition(value));
