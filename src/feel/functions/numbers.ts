import { FeelDuration } from 'feelin';
import { add, isNumeric, modulo, type Numeric, negate, type Rounding, round } from '../values/decimal.ts';
import { negative, order } from '../values/operators.ts';
import { type Builtin, builtin, type Services } from './builtin.ts';

const rounding = (mode: Rounding, signature: string): Builtin =>
  builtin(signature, (n: unknown, scale: unknown) =>
    isNumeric(n) && (scale === null || typeof scale === 'number') ? round(n, scale ?? 0, mode) : null,
  );

const real = (compute: (value: number) => number): Builtin =>
  builtin('number', (value: unknown) => (isNumeric(value) ? compute(Number(value)) : null));

const parity = (remainder: number): Builtin =>
  builtin('number', (value: unknown) => {
    if (!isNumeric(value)) return null;
    const rest = modulo(value, 2);
    return rest === null ? null : Number(rest) === remainder;
  });

const absolute = (n: unknown): unknown => {
  if (isNumeric(n)) return n < 0 ? negate(n) : n;
  if (!(n instanceof FeelDuration)) return null;
  return n.unwrap().sign < 0 ? negative(n) : n;
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
  if (order(found, found) === null) return null;
  for (const item of items.slice(1)) {
    const sign = order(item, found);
    if (sign === null) return null;
    if (sign === direction) found = item;
  }
  return found;
};

/** Functions on numbers. */
export const numberFunctions: Readonly<Record<string, Builtin>> = {
  decimal: rounding('half even', 'n, scale'),
  floor: rounding('floor', 'n, scale?'),
  ceiling: rounding('ceiling', 'n, scale?'),
  'round up': rounding('up', 'n, scale'),
  'round down': rounding('down', 'n, scale'),
  'round half up': rounding('half up', 'n, scale'),
  'round half down': rounding('half down', 'n, scale'),
  abs: builtin('n', absolute),
  modulo: builtin('dividend, divisor', (a: unknown, b: unknown) =>
    isNumeric(a) && isNumeric(b) ? modulo(a, b) : null,
  ),
  sqrt: real(Math.sqrt),
  log: real(Math.log),
  exp: real(Math.exp),
  odd: parity(1),
  even: parity(0),
  'random number': builtin('', ({ random }: Services) => random()),
};
