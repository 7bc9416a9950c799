/** What an evaluation of FEEL costs: every built-in function and operator with small inputs. A process of its own. */

import { builtins } from '../src/feel/functions/index.ts';
import { compileExpression } from '../src/feel/index.ts';
import { figureOf } from './measure.ts';

/** The expressions of a family. The variables are below. */
const families: Readonly<Record<string, readonly string[]>> = {
  'arithmetic, comparison and logic': [
    'order.price * order.count + 1',
    '7 / 3',
    '2 ** 10',
    '-x',
    'x > 3 and x <= 10',
    'x in [1..10]',
    'x between 1 and 10',
    '"a" + "b" = "ab"',
    'not(x > 3 or flag)',
    'x instance of number',
  ],
  'conditions, loops and filters': [
    'if x > 3 then "high" else "low"',
    'for n in list return n * 2',
    'some n in list satisfies n > 2',
    'every n in list satisfies n > 0',
    'list[item > 2]',
    'list[1]',
    '{ a: x, b: a + 1 }.b',
    '{ f: function(a, b) a + b, c: f(1, 2) }.c',
  ],
  'dates and times': [
    'now() + duration("PT1H")',
    'today() + duration("P1D")',
    'now() - duration("P1Y2M")',
    'when + duration("PT1H")',
    'when - @"2026-01-01T00:00:00Z"',
    'when > now()',
    'date("2026-03-01")',
    'date(2026, 3, 1)',
    'time("10:30:00")',
    'time(10, 30, 0)',
    'date and time("2026-03-01T10:30:00+02:00")',
    'date and time("2026-03-01T10:30:00@Europe/Berlin")',
    'date and time(date("2026-03-01"), time("10:30:00"))',
    'date and time(when, "Europe/Berlin")',
    'duration("P2DT3H")',
    'years and months duration(date("2024-01-15"), date("2026-03-01"))',
    'when.year + when.month',
    'string(when)',
    'day of year(when)',
    'day of week(when)',
    'month of year(when)',
    'week of year(when)',
    'last day of month(when)',
    'cycle(3, duration("PT1H"))',
  ],
  strings: [
    'substring("camunda", 2, 3)',
    'string length("camunda")',
    'upper case("camunda")',
    'lower case("CAMUNDA")',
    'substring before("a.b", ".")',
    'substring after("a.b", ".")',
    'contains("camunda", "mund")',
    'starts with("camunda", "cam")',
    'ends with("camunda", "da")',
    'trim("  camunda  ")',
    'is blank("  ")',
    'split("a,b,c", ",")',
    'replace("camunda", "a", "o")',
    'matches("camunda", "c.m")',
    'extract("a1b2", "[0-9]")',
    'replace("camunda", "[a-c]+", "o")',
    'matches("order-17", "order-\\d+")',
    'to base64("camunda")',
    'from base64("Y2FtdW5kYQ==")',
    'uuid()',
  ],
  numbers: [
    'decimal(1.2345, 2)',
    'floor(1.5)',
    'ceiling(1.5)',
    'round up(1.25, 1)',
    'round down(1.25, 1)',
    'round half up(1.25, 1)',
    'round half down(1.25, 1)',
    'abs(-3)',
    'modulo(7, 3)',
    'sqrt(16)',
    'log(10)',
    'exp(1)',
    'odd(3)',
    'even(4)',
    'random number()',
  ],
  lists: [
    'list contains(list, 2)',
    'count(list)',
    'min(list)',
    'max(list)',
    'sum(list)',
    'product(list)',
    'mean(list)',
    'median(list)',
    'mode(list)',
    'stddev(list)',
    'all([true, false])',
    'any([true, false])',
    'and([true, false])',
    'or([true, false])',
    'sublist(list, 2, 2)',
    'append(list, 4)',
    'concatenate(list, list)',
    'insert before(list, 1, 0)',
    'remove(list, 1)',
    'reverse(list)',
    'index of(list, 2)',
    'union(list, list)',
    'distinct values(list)',
    'duplicate values(list)',
    'flatten([list, [list]])',
    'sort(list, function(a, b) a > b)',
    'string join(["a", "b"], ",")',
    'is empty(list)',
    'partition(list, 2)',
  ],
  contexts: [
    'get value(order, "price")',
    'get value({ a: { b: 1 } }, ["a", "b"])',
    'get entries(order)',
    'context put(order, "price", 4)',
    'put(order, "price", 4)',
    'context merge(order, { extra: 1 })',
    'put all(order, { extra: 1 })',
    'context([{ key: "a", value: 1 }])',
  ],
  conversions: [
    'string(12.5)',
    'string(order)',
    'number("12.5")',
    'number("1,000.5", ",", ".")',
    'to json(order)',
    'from json("{\\"a\\": [1, 2]}")',
    'not(flag)',
    'is defined(order.price)',
    'get or else(null, 1)',
    'assert(x, x > 3)',
    'fromAi(x, "a number")',
  ],
  ranges: [
    'before(1, [2..3])',
    'after([2..3], 1)',
    'meets([1..2], [2..3])',
    'met by([2..3], [1..2])',
    'overlaps([1..3], [2..4])',
    'overlaps before([1..3], [2..4])',
    'overlaps after([2..4], [1..3])',
    'finishes(3, [1..3])',
    'finished by([1..3], 3)',
    'includes([1..3], 2)',
    'during(2, [1..3])',
    'starts(1, [1..3])',
    'started by([1..3], 1)',
    'coincides([1..3], [1..3])',
  ],
};

/** The cost of the expressions of a family, in microseconds. */
export interface FamilyCost {
  readonly family: string;
  readonly median: number;
  readonly slowest: number;
  readonly slowestExpression: string;
}

const variables: Readonly<Record<string, unknown>> = {
  x: 5,
  flag: true,
  list: [1, 2, 3],
  order: { id: 'o1', price: 3, count: 4 },
  when: compileExpression('@"2026-03-01T10:30:00Z"').value(() => undefined),
};
const lookup = (name: string): unknown => variables[name];

const used = Object.values(families).flat().join('\n');
const unused = [...builtins.keys()].filter((name) => !used.includes(`${name}(`));
if (unused.length > 0) throw new Error(`No expression uses ${unused.join(', ')}.`);

const calls = 2_000;

/** CPU microseconds of one evaluation: the lowest of several rounds, because nothing makes an evaluation cheaper than it is. */
const costOf = (source: string): number => {
  const expression = compileExpression(source);
  if (expression.evaluate(lookup) === null) throw new Error(`${source} is null, so it measures nothing.`);
  let least = Number.POSITIVE_INFINITY;
  for (let round = 0; round < 8; round += 1) {
    const { user: fromUser, system: fromSystem } = process.cpuUsage();
    for (let call = 0; call < calls; call += 1) expression.evaluate(lookup);
    const { user, system } = process.cpuUsage();
    least = Math.min(least, (user + system - fromUser - fromSystem) / calls);
  }
  return least;
};

const costs: readonly FamilyCost[] = Object.entries(families).map(([family, sources]) => {
  const measured = sources.map((source) => ({ source, cost: costOf(source) })).sort((a, b) => b.cost - a.cost);
  const [slowest] = measured;
  return {
    family,
    median: figureOf(measured.map(({ cost }) => cost)).median,
    slowest: slowest!.cost,
    slowestExpression: slowest!.source,
  };
});

process.on('disconnect', () => process.exit());
process.send?.({ answer: costs });
if (process.send === undefined) console.table(costs);
