/** Times, keys and numbers as text. */

const pad = (value: number, length = 2): string => String(value).padStart(length, '0');

/** The time of day with milliseconds, in the time zone of the browser. */
export const timeText = (time: number): string => {
  const date = new Date(time);
  return `${pad(date.getHours())}:${pad(date.getMinutes())}:${pad(date.getSeconds())}.${pad(date.getMilliseconds(), 3)}`;
};

/** The date, in the time zone of the browser. */
export const dayText = (time: number): string => {
  const date = new Date(time);
  return `${date.getFullYear()}-${pad(date.getMonth() + 1)}-${pad(date.getDate())}`;
};

/** The time of day, with the date if it is not today. */
export const momentText = (time: number): string =>
  dayText(time) === dayText(Date.now()) ? timeText(time) : `${dayText(time)} ${timeText(time)}`;

/** Date and time. */
export const dateText = (time: number): string => {
  const date = new Date(time);
  return `${dayText(time)} ${pad(date.getHours())}:${pad(date.getMinutes())}:${pad(date.getSeconds())}`;
};

const units = [
  ['d', 86_400_000],
  ['h', 3_600_000],
  ['min', 60_000],
  ['s', 1000],
] as const;

/**
 * A length of time with its two largest units.
 *
 * @example
 * lengthText(7_500_000); // '2 h 5 min'
 */
export const lengthText = (milliseconds: number): string => {
  const whole = Math.max(0, Math.round(milliseconds));
  const first = units.findIndex(([, size]) => whole >= size);
  if (first < 0) return `${whole} ms`;
  let left = whole;
  return units
    .slice(first, first + 2)
    .flatMap(([unit, size]) => {
      const count = Math.floor(left / size);
      left -= count * size;
      return count === 0 ? [] : [`${count} ${unit}`];
    })
    .join(' ');
};

/** The last digits of a key: the first ones are the same for all keys. */
export const shortKey = (key: string): string => `…${key.slice(-4)}`;

/**
 * What an object has under an id, and nothing that every object inherits: an element can be called `constructor`.
 *
 * @example
 * ownOf({ Pay: 'Pay the order' }, 'Pay'); // 'Pay the order'
 */
export const ownOf = <Value>(values: Readonly<Record<string, Value>>, id: string): Value | undefined =>
  Object.hasOwn(values, id) ? values[id] : undefined;

/** A noun with its number. */
export const counted = (count: number, noun: string, plural = `${noun}s`): string =>
  `${count} ${count === 1 ? noun : plural}`;
