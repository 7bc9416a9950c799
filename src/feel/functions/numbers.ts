import { refuse } from '../faults.ts';
import { add, isNumeric, modulo, type Numeric, negate, type Rounding, round } from '../values/decimal.ts';
import { kindOf } from '../values/kinds.ts';
import { isOrderedList, order } from '../values/operators.ts';
import { scaleDuration, toInt } from '../values/temporal/arithmetic.ts';
import type { DaysDuration, MonthsDuration, Temporal } from '../values/temporal/types.ts';
import { type Builtin, builtin, type Services, serviceFunction } from './builtin.ts';

const rounding = (mode: Rounding, signatures: string): readonly Builtin[] =>
  builtin(signatures, (n: Numeric, scale: Numeric = 0) => round(n, toInt(scale), mode));

/** A function of real numbers. A result that is not a number fails the evaluation, as on a cluster. */
const real = (compute: (value: number) => number): readonly Builtin[] =>
  builtin('number: number', (value: Numeric) => {
    const result = compute(Number(value));
    if (!Number.isFinite(result)) throw refuse('a function has no finite result for this number');
    return result;
  });

const parity = (remainder: number): readonly Builtin[] =>
  builtin('number: number', (value: Numeric) => Number(modulo(value, 2) ?? -1) === remainder);

const modes: Readonly<Record<string, Rounding>> = {
  UP: 'up',
  DOWN: 'down',
  CEILING: 'ceiling',
  FLOOR: 'floor',
  HALF_UP: 'half up',
  HALF_DOWN: 'half down',
  HALF_EVEN: 'half even',
};

const decimal = (n: Numeric, scale: Numeric, mode: unknown = 'HALF_EVEN'): unknown => {
  if (typeof mode !== 'string') return null;
  if (mode.toUpperCase() === 'UNNECESSARY') return round(n, toInt(scale), 'floor') === n ? n : null;
  const known = Object.hasOwn(modes, mode.toUpperCase()) ? modes[mode.toUpperCase()]! : undefined;
  return known === undefined ? null : round(n, toInt(scale), known);
};

const isNegative = (value: Temporal): boolean =>
  kindOf(value) === 'years and months duration'
    ? (value as MonthsDuration).months < 0
    : (value as DaysDuration).seconds < 0;

const absolute = (n: unknown): unknown => {
  if (isNumeric(n)) return n < 0 ? negate(n) : n;
  if (!kindOf(n)?.endsWith('duration')) return null;
  return isNegative(n as Temporal) ? scaleDuration(n as Temporal, -1) : n;
};

const moduloOf = (dividend: Numeric, divisor: Numeric): unknown => {
  if (Number(divisor) === 0) throw refuse('modulo() cannot divide by zero');
  return modulo(dividend, divisor);
};

/** The sum of the items; null if there are none, or if one of them is not a number. */
export const sumOf = (items: readonly unknown[]): Numeric | null => {
  let sum: Numeric | null = null;
  for (const item of items) {
    if (!isNumeric(item)) return null;
    sum = sum === null ? item : add(sum, item);
    if (sum === null) return null;
  }
  return sum;
};

/** The smallest (-1) or largest (1) item; null for an empty list or for items that cannot be compared. */
export const extremeOf = (items: readonly unknown[], direction: -1 | 1): unknown => {
  let found: unknown = items[0] ?? null;
  if (isOrderedList(found) && items.every(Array.isArray)) {
    if (items.length === 1) return found;
    throw refuse('lists have no order');
  }
  if (order(found, found) === null) return null;
  for (const item of items.slice(1)) {
    const sign = order(item, found);
    if (sign === null) return null;
    if (sign === direction) found = item;
  }
  return found;
};

const withScale = 'n: number; n: number, scale: number';

/** Functions on numbers. */
export const numberFunctions: Readonly<Record<string, readonly Builtin[]>> = {
  decimal: builtin('n: number, scale: number; n: number, scale: number, mode', decimal),
  floor: rounding('floor', withScale),
  ceiling: rounding('ceiling', withScale),
  'round up': rounding('up', 'n: number, scale: number'),
  'round down': rounding('down', 'n: number, scale: number'),
  'round half up': rounding('half up', 'n: number, scale: number'),
  'round half down': rounding('half down', 'n: number, scale: number'),
  abs: builtin('number; n', absolute),
  modulo: builtin('dividend: number, divisor: number', moduloOf),
  sqrt: builtin('number: number', (value: Numeric) => (value < 0 ? null : Math.sqrt(Number(value)))),
  log: real(Math.log),
  exp: real(Math.exp),
  odd: parity(1),
  even: parity(0),
  'random number': serviceFunction(({ random }: Services) => random()),
};
