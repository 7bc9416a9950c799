/** Regular expressions for the numbers of a range, as people write them: without an exponent and leading zeros. */

/** One end of a range; `undefined`: there is none. */
export interface Bound {
  readonly value: number;
  /** The value itself is not in the range. */
  readonly exclusive: boolean;
}

/** A number as text: its whole digits and those behind the point, without zeros at the end. */
interface Digits {
  readonly whole: string;
  readonly fraction: string;
}

const anyOf = (parts: readonly string[]): string | undefined =>
  parts.length === 0 ? undefined : parts.length === 1 ? parts[0]! : `(?:${parts.join('|')})`;

const digit = (from: number, to: number): string => {
  if (from === to) return String(from);
  if (from === 0 && to === 9) return '\\d';
  return to === from + 1 ? `[${from}${to}]` : `[${from}-${to}]`;
};

const times = (count: number): string => (count === 0 ? '' : count === 1 ? '\\d' : `\\d{${count}}`);

/** The numbers from one to another of the same length, e.g. `13` to `78`: `1[3-9]`, `[2-6]\d`, `7[0-8]`. */
const sameLength = (from: string, to: string): readonly string[] => {
  if (from === '') return [''];
  const [first, last] = [Number(from[0]), Number(to[0])];
  const rest = from.length - 1;
  const [restFrom, restTo] = [from.slice(1), to.slice(1)];
  const inFront = (head: number, parts: readonly string[]): string => `${head}${anyOf(parts)}`;
  if (first === last) return [inFront(first, sameLength(restFrom, restTo))];
  const fromAll = /^0*$/.test(restFrom);
  const toAll = /^9*$/.test(restTo);
  const low = fromAll ? first : first + 1;
  const high = toAll ? last : last - 1;
  return [
    ...(fromAll ? [] : [inFront(first, sameLength(restFrom, '9'.repeat(rest)))]),
    ...(low > high ? [] : [`${digit(low, high)}${times(rest)}`]),
    ...(toAll ? [] : [inFront(last, sameLength('0'.repeat(rest), restTo))]),
  ];
};

/** The whole numbers from `low` to `high`, both 0 or more; without `high`, all from `low` on. */
const wholeNumbers = (low: bigint, high: bigint | undefined): readonly string[] => {
  const parts: string[] = [];
  let from = low;
  while (high === undefined ? from === low : from <= high) {
    const length = String(from).length;
    const last = BigInt('9'.repeat(length));
    const to = high === undefined || high > last ? last : high;
    parts.push(...sameLength(String(from), String(to)));
    from = to + 1n;
  }
  if (high === undefined) parts.push(`[1-9]\\d{${String(low).length},}`);
  return parts;
};

/** The digits behind the point of the numbers above (or from) a fraction, without an end. */
const fractionsFrom = (fraction: string, exclusive: boolean): readonly string[] => {
  if (fraction === '') return exclusive ? ['\\d*[1-9]\\d*'] : [];
  const above = [...fraction].flatMap((sign, index) =>
    sign === '9' ? [] : [`${fraction.slice(0, index)}${digit(Number(sign) + 1, 9)}\\d*`],
  );
  return [...above, exclusive ? `${fraction}\\d*[1-9]\\d*` : `${fraction}\\d*`];
};

/** The digits behind the point of the numbers below (or up to) a fraction. */
const fractionsTo = (fraction: string, exclusive: boolean): readonly string[] => {
  const below = [...fraction].flatMap((sign, index) => [
    ...(sign === '0' ? [] : [`${fraction.slice(0, index)}${digit(0, Number(sign) - 1)}\\d*`]),
    ...(index === 0 ? [] : [fraction.slice(0, index)]),
  ]);
  return exclusive ? below : [...below, `${fraction}0*`];
};

const behindPoint = (parts: readonly string[]): string => `\\.(?:${parts.join('|')})`;

interface End extends Digits {
  readonly exclusive: boolean;
}

/** The numbers with a given whole part from its lowest fraction on. */
const atLow = ({ whole, fraction, exclusive }: End): string => {
  const rest = fractionsFrom(fraction, exclusive);
  if (rest.length === 0) return `${whole}(?:\\.\\d+)?`;
  return `${whole}${behindPoint(rest)}`;
};

/** The numbers with a given whole part up to its highest fraction. */
const atHigh = ({ whole, fraction, exclusive }: End): string | undefined => {
  if (fraction === '') return exclusive ? undefined : `${whole}(?:\\.0+)?`;
  return `${whole}(?:${behindPoint(fractionsTo(fraction, exclusive))})?`;
};

/** The numbers that share their whole part with both ends. */
const between = (low: End, high: End): string | undefined => {
  const upper = atHigh(high);
  if (upper === undefined) return undefined;
  if (low.fraction === '' && !low.exclusive) return upper;
  return `(?=${atLow(low)}$)${upper}`;
};

/** The decimal numbers of a range whose ends are 0 or more. */
const decimals = (low: End, high: End | undefined): readonly string[] => {
  const from = BigInt(low.whole);
  if (high === undefined) return [atLow(low), ...wholeNumbers(from + 1n, undefined).map((one) => `${one}(?:\\.\\d+)?`)];
  const to = BigInt(high.whole);
  if (from === to) return [between(low, high) ?? ''].filter((one) => one !== '');
  const inside = from + 1n > to - 1n ? [] : wholeNumbers(from + 1n, to - 1n);
  const whole = anyOf(inside);
  return [atLow(low), ...(whole === undefined ? [] : [`${whole}(?:\\.\\d+)?`]), atHigh(high)].filter(
    (one) => one !== undefined,
  );
};

/** A number of the bound, 0 or more, without an exponent; `undefined` if it has too many digits for a pattern. */
const digitsOf = (value: number): Digits | undefined => {
  const text = String(value);
  if (text.includes('e') || text.length > 24) return undefined;
  const [whole = '0', fraction = ''] = text.split('.');
  return { whole, fraction };
};

const endOf = ({ value, exclusive }: Bound): End | undefined => {
  const digits = digitsOf(Math.abs(value));
  return digits === undefined ? undefined : { ...digits, exclusive };
};

const zero: End = { whole: '0', fraction: '', exclusive: false };

/** The patterns of one sign: numbers whose absolute value is in the range. */
const ofSign = (integer: boolean, low: Bound | undefined, high: Bound | undefined): readonly string[] => {
  const from = low === undefined ? zero : endOf(low);
  const to = high === undefined ? undefined : endOf(high);
  if (from === undefined || (high !== undefined && to === undefined)) return [integer ? '\\d+' : '\\d+(?:\\.\\d+)?'];
  if (!integer) return decimals(from, to);
  return to === undefined || BigInt(from.whole) <= BigInt(to.whole)
    ? wholeNumbers(BigInt(from.whole), to === undefined ? undefined : BigInt(to.whole))
    : [];
};

/**
 * Makes a pattern that matches exactly the numbers of a range. An end of very many digits does not count.
 *
 * @param integer only whole numbers; the ends are whole numbers then, and part of the range
 * @returns the pattern; `undefined` if the range has no numbers
 * @example
 * rangePattern(true, { value: 0, exclusive: false }, { value: 12, exclusive: false }); // '^(?:\\d|1[0-2])$'
 */
export const rangePattern = (integer: boolean, low: Bound | undefined, high: Bound | undefined): string | undefined => {
  const isNegative = (bound: Bound | undefined): boolean =>
    bound !== undefined && (bound.value < 0 || (bound.value === 0 && bound.exclusive));
  const parts = [
    ...(isNegative(high) ? [] : ofSign(integer, low !== undefined && low.value >= 0 ? low : undefined, high)),
    ...(low !== undefined && low.value >= 0
      ? []
      : ofSign(integer, isNegative(high) ? high : undefined, low).map((one) => `-${one}`)),
  ];
  if (parts.length === 0) return undefined;
  return `^(?:${parts.join('|')})$`;
};
