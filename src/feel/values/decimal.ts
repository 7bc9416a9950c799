/**
 * Arithmetic as Camunda computes it: exact for decimals, so that 0.1 + 0.2 is 0.3, and for integers of 64 bits. Values
 * are of type `number`, or `bigint` for integers that a double cannot represent exactly. Integer results within 64 bits
 * are exact; other results are the nearest double. An operation without a finite result gives null.
 */

/** A FEEL number: `bigint` only beyond the safe integers. */
export type Numeric = number | bigint;

/** digits * 10^-scale, scale >= 0. */
interface Decimal {
  readonly digits: bigint;
  readonly scale: number;
}

const longMin = -(2n ** 63n);
const longMax = 2n ** 63n - 1n;

export const isNumeric = (value: unknown): value is Numeric => typeof value === 'number' || typeof value === 'bigint';

const finite = (value: number): number | null => {
  if (!Number.isFinite(value)) return null;
  // JSON does not distinguish minus zero.
  return value === 0 ? 0 : value;
};

/** The usual form of an integer: a double if it is exact or beyond 64 bits, else a bigint. */
const whole = (value: bigint): Numeric => {
  const double = Number(value);
  if (Number.isSafeInteger(double)) return double;
  return value >= longMin && value <= longMax ? value : double;
};

const decimalText = /^(-?)(\d+)(?:\.(\d+))?(?:e([+-]?\d+))?$/i;

/** The decimal that the shortest text of a number denotes. */
const decimalOf = (value: Numeric): Decimal => {
  if (typeof value === 'bigint') return { digits: value, scale: 0 };
  const [, sign = '', units = '0', fraction = '', exponent = '0'] = decimalText.exec(String(value)) ?? [];
  const digits = BigInt(`${sign}${units}${fraction}`);
  const scale = fraction.length - Number(exponent);
  return scale >= 0 ? { digits, scale } : { digits: digits * 10n ** BigInt(-scale), scale: 0 };
};

const numberOf = ({ digits, scale }: Decimal): Numeric | null =>
  scale === 0 ? wholeOrNull(digits) : finite(Number(`${digits}e-${scale}`));

const wholeOrNull = (value: bigint): Numeric | null => {
  const result = whole(value);
  return typeof result === 'bigint' ? result : finite(result);
};

const align = (a: Decimal, b: Decimal): readonly [bigint, bigint, number] => {
  const scale = Math.max(a.scale, b.scale);
  return [a.digits * 10n ** BigInt(scale - a.scale), b.digits * 10n ** BigInt(scale - b.scale), scale];
};

/** Safe integers with a safe result are computed as doubles, everything else as decimals. */
const exactly = (
  a: Numeric,
  b: Numeric,
  fast: (a: number, b: number) => number,
  slow: (a: Decimal, b: Decimal) => Numeric | null,
): Numeric | null => {
  if (Number.isSafeInteger(a) && Number.isSafeInteger(b)) {
    const result = fast(a as number, b as number);
    if (Number.isSafeInteger(result)) return result === 0 ? 0 : result;
  }
  if (!Number.isFinite(Number(a)) || !Number.isFinite(Number(b))) return null;
  return slow(decimalOf(a), decimalOf(b));
};

/** a + b */
export const add = (a: Numeric, b: Numeric): Numeric | null =>
  exactly(
    a,
    b,
    (x, y) => x + y,
    (x, y) => {
      const [m, n, scale] = align(x, y);
      return numberOf({ digits: m + n, scale });
    },
  );

/** a - b */
export const subtract = (a: Numeric, b: Numeric): Numeric | null => add(a, negate(b));

/** a * b */
export const multiply = (a: Numeric, b: Numeric): Numeric | null =>
  exactly(
    a,
    b,
    (x, y) => x * y,
    (x, y) => numberOf({ digits: x.digits * y.digits, scale: x.scale + y.scale }),
  );

/** a / b; null if b is 0. */
export const divide = (a: Numeric, b: Numeric): Numeric | null => {
  if (Number(b) === 0) return null;
  // The quotient of two safe integers is the double nearest to the exact quotient.
  if (Number.isSafeInteger(a) && Number.isSafeInteger(b)) return finite((a as number) / (b as number));
  if (!Number.isFinite(Number(a)) || !Number.isFinite(Number(b))) return null;
  const [m, n] = align(decimalOf(a), decimalOf(b));
  return m % n === 0n ? wholeOrNull(m / n) : finite(Number(m) / Number(n));
};

/** The remainder of a / b with the sign of b; null if b is 0. */
export const modulo = (a: Numeric, b: Numeric): Numeric | null => {
  if (Number(b) === 0 || !Number.isFinite(Number(a)) || !Number.isFinite(Number(b))) return null;
  const [m, n, scale] = align(decimalOf(a), decimalOf(b));
  return numberOf({ digits: ((m % n) + n) % n, scale });
};

/** a ** b; exact for integers if the result fits into 64 bits. */
export const power = (a: Numeric, b: Numeric): Numeric | null => {
  const double = Number(a) ** Number(b);
  const isWhole = typeof a === 'bigint' || Number.isSafeInteger(a);
  if (isWhole && Number.isSafeInteger(b) && Number(b) >= 0 && Math.abs(double) < 2 ** 64) {
    return wholeOrNull(BigInt(a) ** BigInt(b));
  }
  return finite(double);
};

/** -a */
export const negate = (a: Numeric): Numeric => {
  if (typeof a === 'bigint') return whole(-a);
  // Of the doubles that are not safe integers, this is the only one whose opposite has 64 bits.
  if (a === 2 ** 63) return longMin;
  return a === 0 ? 0 : -a;
};

/** How a number between two steps is rounded. */
export type Rounding = 'floor' | 'ceiling' | 'up' | 'down' | 'half up' | 'half down' | 'half even';

/** Tells whether rounding moves the truncated quotient by one step away from zero. */
const movesOutward = (
  quotient: bigint,
  remainder: bigint,
  step: bigint,
  negative: boolean,
  mode: Rounding,
): boolean => {
  if (remainder === 0n) return false;
  const twice = remainder * 2n;
  switch (mode) {
    case 'floor':
      return negative;
    case 'ceiling':
      return !negative;
    case 'up':
      return true;
    case 'down':
      return false;
    case 'half up':
      return twice >= step;
    case 'half down':
      return twice > step;
    case 'half even':
      return twice > step || (twice === step && quotient % 2n === 1n);
  }
};

/**
 * Rounds to a number of decimal places.
 *
 * @param places decimal places to keep; negative rounds to tens, hundreds, ...
 * @returns null if `places` is not an integer, or the value is not finite, or the result is too large
 */
export const round = (value: Numeric, places: number, mode: Rounding): Numeric | null => {
  if (!Number.isInteger(places) || !Number.isFinite(Number(value))) return null;
  const { digits, scale } = decimalOf(value);
  if (scale <= places) return value;
  // No double has as many digits before the point.
  if (places < -400) return movesOutward(0n, digits === 0n ? 0n : 1n, 10n, digits < 0n, mode) ? null : 0;
  const step = 10n ** BigInt(scale - places);
  const negative = digits < 0n;
  const size = negative ? -digits : digits;
  const quotient = size / step + (movesOutward(size / step, size % step, step, negative, mode) ? 1n : 0n);
  const signed = negative ? -quotient : quotient;
  return places >= 0
    ? numberOf({ digits: signed, scale: places })
    : numberOf({ digits: signed * 10n ** BigInt(-places), scale: 0 });
};

const numberText = /^[+-]?(?:\d+(?:\.\d*)?|\.\d+)(?:e[+-]?\d+)?$/i;

/** Parses the text of a number; null if it is not a number. */
export const parseNumber = (text: string): Numeric | null => {
  if (!numberText.test(text)) return null;
  return /^[+-]?\d+$/.test(text) ? wholeOrNull(BigInt(text.replace('+', ''))) : finite(Number(text));
};
