/**
 * The grammar of Camunda's FEEL, as rules that give a node or `undefined`. Alternatives are tried in order, and the first
 * one that fits is taken, so that the same texts are accepted and refused. Keywords need no blank behind them.
 */
import { syntaxFault } from '../faults.ts';
import { parseNumber } from '../values/decimal.ts';
import {
  parseDate,
  parseDateTimeLiteral,
  parseDurationLiteral,
  parseTemporalText,
  parseTime,
} from '../values/temporal/parse.ts';
import { after, attempt, chain, first, next, type Parser, type Rule, remembered, separated } from './combinators.ts';
import {
  fail,
  match,
  name,
  nameWithBlanks,
  numberText,
  quotedText,
  resolveEscapes,
  skip,
  take,
  takeOne,
} from './scanner.ts';
import type { Arguments, Call, Entry, Range, Reference, Syntax } from './tree.ts';

const expression: Rule = (parser) => wholeExpression(parser);
const sum: Rule = (parser) => wholeSum(parser);

const literal = (from: number, value: unknown): Syntax => ({ kind: 'literal', from, value });

const temporalParsers = {
  duration: parseDurationLiteral,
  'date and time': parseDateTimeLiteral,
  date: parseDate,
  time: parseTime,
} as const;

const temporalLiteral: Rule = (parser) => {
  const from = parser.position;
  if (take(parser, '@')) {
    const text = after(parser, quotedText, 'a date, time or duration in double quotes is expected after `@`');
    return text === undefined ? undefined : literal(from, parseTemporalText(text));
  }
  const maker = takeOne(parser, 'duration', 'date and time', 'date', 'time');
  if (maker === undefined || !next(parser, '(')) return undefined;
  const text = after(parser, quotedText);
  return text === undefined || !next(parser, ')') ? undefined : literal(from, temporalParsers[maker](text));
};

const key: Rule<string> = (parser) => (take(parser, 'time offset') ? 'time offset' : name(parser));

const reference: Rule<Reference> = (parser) => {
  const from = parser.position;
  const names = separated(parser, key, '.', 'a name is expected after `.`');
  return names.length === 0 ? undefined : { kind: 'reference', from, names: names as [string, ...string[]] };
};

const parameterName: Rule<string> = (parser) => nameWithBlanks(parser) ?? name(parser);

const argument = (parser: Parser): Syntax | undefined => attempt<Syntax>(range)(parser) ?? expression(parser);

const namedArgument: Rule<Entry> = attempt((parser) => {
  const label = parameterName(parser);
  if (label === undefined || !next(parser, ':')) return undefined;
  const value = after(parser, argument, 'an argument `name: value` is expected');
  return value === undefined ? undefined : [label, value];
});

const callArguments = (parser: Parser): Arguments => {
  const named = separated(parser, namedArgument, ',');
  if (named.length > 0) return { kind: 'named', values: named };
  return { kind: 'positional', values: separated(parser, argument, ',', 'an argument is expected') };
};

/** Names of functions that contain a reserved word. A function whose name begins with one of the first two is not a function. */
const namesWithReserved = ['and', 'or', 'date and time', 'years and months duration', 'get or else'] as const;

const call: Rule<Call> = (parser) => {
  const from = parser.position;
  const single = nameWithBlanks(parser) ?? takeOne(parser, ...namesWithReserved);
  const target = single === undefined ? reference(parser) : undefined;
  if ((single === undefined && target === undefined) || !next(parser, '(')) return undefined;
  const values = callArguments(parser);
  if (!next(parser, ')', 'an argument, `,` or `)` is expected')) return undefined;
  const names = target?.names ?? [single!];
  const path = names.slice(0, -1);
  return {
    kind: 'call',
    from,
    path: path.length === 0 ? undefined : { kind: 'reference', from, names: path as [string, ...string[]] },
    name: names[names.length - 1]!,
    arguments: values,
  };
};

const list: Rule = (parser) => {
  const from = parser.position;
  if (!take(parser, '[')) return undefined;
  const items = separated(parser, expression, ',', 'an item, `,` or `]` is expected');
  return next(parser, ']', 'an item, `,` or `]` is expected') ? { kind: 'list', from, items } : undefined;
};

/** A key without quotes can contain blanks and signs. */
const plainKey: Rule<string> = (parser) => {
  const start = parser.position;
  let end = start;
  for (;;) {
    skip(parser);
    if (match(parser, /[^"{}:,[\]`]/y) === undefined) break;
    end = parser.position;
  }
  parser.position = end;
  return end === start ? undefined : parser.text.slice(start, end);
};

const entry: Rule<Entry> = attempt((parser) => {
  const label = plainKey(parser) ?? name(parser) ?? quotedText(parser);
  if (label === undefined || !next(parser, ':', 'an entry `key: value`, `,` or `}` is expected')) return undefined;
  const value = after(parser, expression, 'the entry needs a value after its `:`');
  return value === undefined ? undefined : [label, value];
});

const context: Rule = (parser) => {
  const from = parser.position;
  if (!take(parser, '{')) return undefined;
  const entries = separated(parser, entry, ',', 'an entry `key: value`, `,` or `}` is expected');
  return next(parser, '}', 'an entry `key: value`, `,` or `}` is expected')
    ? { kind: 'context', from, entries }
    : undefined;
};

const constant: Rule = (parser) => {
  const from = parser.position;
  const word = takeOne(parser, 'null', 'true', 'false');
  if (word !== undefined) return literal(from, word === 'null' ? null : word === 'true');
  const text = quotedText(parser);
  if (text !== undefined) return literal(from, resolveEscapes(text));
  const number = numberText(parser);
  return number === undefined ? undefined : literal(from, parseNumber(number));
};

const testedValue: Rule = (parser) => {
  const from = parser.position;
  return take(parser, '?') ? { kind: 'tested value', from } : undefined;
};

const definition: Rule = (parser) => {
  const from = parser.position;
  const form = 'a function has the form `function(a, b) a + b`';
  if (!take(parser, 'function') || !next(parser, '(', form)) return undefined;
  const parameters = separated(parser, parameterName, ',', form);
  if (!next(parser, ')', form)) return undefined;
  if (after(parser, (inner) => match(inner, /external\s*\{/y)) !== undefined) {
    throw syntaxFault(parser.text, from, {
      what: 'external functions are not supported',
      fix: 'write the body in FEEL.',
    });
  }
  const body = after(parser, expression, form);
  return body === undefined ? undefined : { kind: 'function', from, parameters, body };
};

const parenthesized: Rule = (parser) => {
  if (!take(parser, '(')) return undefined;
  const inner = after(parser, expression);
  return inner !== undefined && next(parser, ')', 'a `)` is expected') ? inner : undefined;
};

const terminal = first(
  temporalLiteral,
  call,
  reference,
  constant,
  list,
  context,
  testedValue,
  definition,
  parenthesized,
);

const pathStep = (parser: Parser, target: Syntax): Syntax | undefined => {
  if (!next(parser, '.')) return undefined;
  const found = after(parser, key, 'a name is expected after `.`');
  return found === undefined ? undefined : { kind: 'path', from: target.from, target, key: found };
};

const filterStep = (parser: Parser, target: Syntax): Syntax | undefined => {
  if (!next(parser, '[')) return undefined;
  const filter = after(parser, expression, 'a condition or index and `]` is expected');
  if (filter === undefined || !next(parser, ']', 'a condition or index and `]` is expected')) return undefined;
  return { kind: 'filter', from: target.from, target, filter };
};

/** A value with the paths and filters behind it. */
const value: Rule = (parser) => {
  let node = terminal(parser);
  for (let step = node; step !== undefined; ) {
    const target = step;
    step = attempt((inner) => pathStep(inner, target))(parser) ?? attempt((inner) => filterStep(inner, target))(parser);
    node = step ?? node;
  }
  return node;
};

const signed: Rule = (parser) => {
  const from = parser.position;
  if (!take(parser, '-')) return value(parser);
  const operand = after(parser, value, 'an operand is missing');
  return operand === undefined ? undefined : { kind: 'negative', from, operand };
};

const missing = 'an operand is missing';
const wholeSum = remembered(
  chain(
    chain(chain(signed, ['**'], 'arithmetic', missing), ['*', '/'], 'arithmetic', missing),
    ['+', '-'],
    'arithmetic',
    missing,
  ),
  (parser) => parser.sums,
);

const comparison = (parser: Parser, left: Syntax): Syntax | undefined => {
  const operator = takeOne(parser, '<=', '>=', '<', '>', '!=', '=');
  if (operator === undefined) return undefined;
  const right = after(parser, sum, 'a value to compare with is missing');
  return right === undefined ? undefined : { kind: 'comparison', from: left.from, operator, left, right };
};

const between = (parser: Parser, tested: Syntax): Syntax | undefined => {
  const form = 'a test has the form `x between a and b`';
  if (!take(parser, 'between')) return undefined;
  const low = after(parser, sum, form);
  if (low === undefined || !next(parser, 'and', form)) return undefined;
  const high = after(parser, sum, form);
  return high === undefined ? undefined : { kind: 'between', from: tested.from, value: tested, low, high };
};

const typeName: Rule<string> = (parser) =>
  takeOne(parser, 'years and months duration', 'days and time duration', 'date and time', 'function') ??
  reference(parser)?.names.join('.');

const instanceOf = (parser: Parser, tested: Syntax): Syntax | undefined => {
  if (!take(parser, 'instance') || !next(parser, 'of')) return undefined;
  const type = after(parser, typeName, 'a type is expected after `instance of`');
  return type === undefined ? undefined : { kind: 'instance of', from: tested.from, value: tested, type };
};

const testsInParentheses: Rule = (parser) => {
  if (!take(parser, '(')) return undefined;
  const tests = after(parser, positiveTests);
  return tests !== undefined && next(parser, ')', 'a test, `,` or `)` is expected') ? tests : undefined;
};

const membership = (parser: Parser, tested: Syntax): Syntax | undefined => {
  if (!take(parser, 'in')) return undefined;
  const test = after(parser, first(testsInParentheses, positiveTest), 'a test is expected after `in`');
  return test === undefined ? undefined : { kind: 'in', from: tested.from, value: tested, test };
};

const compared: Rule = (parser) => {
  const left = sum(parser);
  if (left === undefined) return undefined;
  const end = parser.position;
  skip(parser);
  for (const rule of [comparison, between, instanceOf, membership]) {
    const node = attempt((inner) => rule(inner, left))(parser);
    if (node !== undefined) return node;
  }
  parser.position = end;
  return left;
};

const range: Rule<Range> = (parser) => {
  const from = parser.position;
  const form = 'a range needs two bounds, as in `[1..10]`';
  const opening = takeOne(parser, '(', ']', '[');
  const start = opening === undefined ? undefined : after(parser, sum);
  if (start === undefined || !next(parser, '..')) return undefined;
  const end = after(parser, sum, form);
  if (end === undefined) return undefined;
  skip(parser);
  const closing = takeOne(parser, ')', '[', ']');
  if (closing === undefined) return fail(parser, form);
  return { kind: 'range', from, start, end, startIncluded: opening === '[', endIncluded: closing === ']' };
};

const rangeTest: Rule = (parser) => {
  const found = range(parser);
  return found === undefined ? undefined : { kind: 'range test', from: found.from, range: found };
};

const comparisonTest: Rule = (parser) => {
  const from = parser.position;
  const operator = takeOne(parser, '<=', '>=', '<', '>');
  const operand = operator === undefined ? undefined : after(parser, sum, 'a value to compare with is missing');
  return operand === undefined ? undefined : { kind: 'comparison test', from, operator: operator!, operand };
};

const simpleTest = first(comparisonTest, rangeTest);

/** `true` or `false` at the end of the text is compared with the tested value. */
const booleanTest: Rule = (parser) => {
  const from = parser.position;
  const word = takeOne(parser, 'true', 'false');
  if (word === undefined) return undefined;
  skip(parser);
  if (parser.position < parser.text.length) return undefined;
  return { kind: 'comparison test', from, operator: '=', operand: literal(from, word === 'true') };
};

const expressionTest: Rule = (parser) => {
  const found = expression(parser);
  return found === undefined ? undefined : { kind: 'expression test', from: found.from, expression: found };
};

const positiveTest = first(booleanTest, simpleTest, expressionTest);

const positiveTests: Rule = (parser) => {
  const from = parser.position;
  const tests = separated(parser, positiveTest, ',', 'a test is expected');
  if (tests.length === 0) return undefined;
  return tests.length === 1 ? tests[0] : { kind: 'alternatives', from, tests };
};

const negatedTests: Rule = (parser) => {
  const from = parser.position;
  if (!take(parser, 'not') || !next(parser, '(')) return undefined;
  const test = after(parser, positiveTests);
  return test === undefined || !next(parser, ')') ? undefined : { kind: 'negated test', from, test };
};

const anyValue: Rule = (parser) => (take(parser, '-') ? literal(parser.position - 1, true) : undefined);

/** The rule of a whole decision table cell. */
export const unaryTests: Rule = first(negatedTests, positiveTests, anyValue);

const conditional: Rule = (parser) => {
  const from = parser.position;
  const form = 'a condition has the form `if a then b else c`, with all three parts';
  if (!take(parser, 'if')) return undefined;
  const condition = after(parser, expression);
  if (condition === undefined || !next(parser, 'then', form)) return undefined;
  const positive = after(parser, expression, form);
  if (positive === undefined || !next(parser, 'else', form)) return undefined;
  const otherwise = after(parser, expression, form);
  return otherwise === undefined ? undefined : { kind: 'if', from, condition, positive, otherwise };
};

const counting: Rule = (parser) => {
  const start = sum(parser);
  if (start === undefined || !next(parser, '..')) return undefined;
  const end = after(parser, sum, 'a second bound is expected after `..`');
  return end === undefined ? undefined : { kind: 'counting', from: start.from, start, end };
};

const iteration: Rule<Entry> = attempt((parser) => {
  const label = name(parser);
  if (label === undefined || !next(parser, 'in', 'an iteration has the form `x in list`')) return undefined;
  const items = after(parser, first(counting, value), 'an iteration has the form `x in list`');
  return items === undefined ? undefined : [label, items];
});

const loop: Rule = (parser) => {
  const from = parser.position;
  const kind = takeOne(parser, 'for', 'some', 'every');
  if (kind === undefined) return undefined;
  const iterations = separated(parser, iteration, ',');
  const [word, form] =
    kind === 'for'
      ? ['return', 'a loop has the form `for x in list return y`']
      : ['satisfies', 'a quantifier has the form `some x in list satisfies condition`'];
  if (iterations.length === 0 || !next(parser, word, form)) return undefined;
  const body = after(parser, expression, form);
  if (body === undefined) return undefined;
  return kind === 'for' ? { kind, from, iterations, body } : { kind, from, iterations, condition: body };
};

const conjunction = chain(first(compared, simpleTest), ['and'], 'and', 'a condition is missing next to `and`');
const disjunction = chain(conjunction, ['or'], 'or', 'a condition is missing next to `or`');

const wholeExpression = remembered(first(conditional, loop, disjunction), (parser) => parser.expressions);

/** The rule of a whole expression. */
export const expressionRule: Rule = expression;
