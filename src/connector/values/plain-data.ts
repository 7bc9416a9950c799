/**
 * A quick look at values. Most values of most jobs are plain data with small numbers, for which nothing is left to do, and the
 * careful walks that convert values or name the path of a problem take several times as long.
 */

/** Deeper values are left to the careful walks, which also find cycles. */
const deepest = 200;

/** What a quick look finds. */
export type PlainData =
  /** JSON as it is, and each number is exact. */
  | 'exact'
  /** JSON as it is, with numbers whose digits may have been rounded, or that a cluster may not store. */
  | 'large'
  /** Something that has to be looked at carefully. */
  | 'other';

const isPlainPrototype = (value: object): boolean => {
  const prototype: unknown = Object.getPrototypeOf(value);
  return prototype === Object.prototype || prototype === null;
};

/** What was found so far, as bits, because they are joined for each of thousands of values. */
const exact = 0;
const large = 1;
const other = 2;

const lookAtNumber = (value: number): number => {
  if (Number.isSafeInteger(value)) return exact;
  if (!Number.isFinite(value)) return other;
  return Number.isInteger(value) ? large : exact;
};

const lookAt = (value: unknown, depth: number): number => {
  switch (typeof value) {
    case 'string':
    case 'boolean':
      return exact;
    case 'number':
      return lookAtNumber(value);
    case 'object':
      return value === null ? exact : lookInto(value, depth);
    case 'bigint':
      return large;
    default:
      return other;
  }
};

const lookInto = (value: object, depth: number): number => {
  if (depth > deepest || 'toJSON' in value) return other;
  let found = exact;
  if (Array.isArray(value)) {
    for (let index = 0; index < value.length && found < other; index++) found |= lookAt(value[index], depth + 1);
    return found;
  }
  if (!isPlainPrototype(value)) return other;
  for (const key in value) {
    found |= lookAt((value as Readonly<Record<string, unknown>>)[key], depth + 1);
    if (found >= other) break;
  }
  return found;
};

/**
 * Looks at a value quickly.
 *
 * @example
 * plainDataOf({ a: [1, 'x'] }); // 'exact'
 * plainDataOf({ a: 2 ** 60 }); // 'large'
 * plainDataOf({ a: new Date() }); // 'other'
 */
export const plainDataOf = (value: unknown): PlainData => {
  let found: number;
  try {
    found = lookAt(value, 0);
  } catch {
    // A getter or a proxy threw an error. The careful walk names its path.
    return 'other';
  }
  if (found >= other) return 'other';
  return found === exact ? 'exact' : 'large';
};

const isRounded = (value: number): boolean =>
  Number.isInteger(value) ? !Number.isSafeInteger(value) : !Number.isFinite(value);

// Calls itself for objects and lists only, because large variables consist of texts and numbers for the most part.
const mayBeRounded = (value: object, depth: number): boolean => {
  if (depth > deepest) return true;
  if (Array.isArray(value)) {
    for (let index = 0; index < value.length; index++) {
      const item: unknown = value[index];
      if (typeof item === 'object') {
        if (item !== null && mayBeRounded(item, depth + 1)) return true;
      } else if (typeof item === 'number' && isRounded(item)) return true;
    }
    return false;
  }
  for (const key in value) {
    const item = (value as Readonly<Record<string, unknown>>)[key];
    if (typeof item === 'object') {
      if (item !== null && mayBeRounded(item, depth + 1)) return true;
    } else if (typeof item === 'number' && isRounded(item)) return true;
  }
  return false;
};

/**
 * Whether a value that `JSON.parse` made may have numbers that differ from the text: integers beyond 2^53, which it rounds, and
 * numbers beyond the range, which become Infinity. A value that is very deep may have them, too.
 */
export const mayHaveRounded = (value: unknown): boolean =>
  typeof value === 'object' && value !== null ? mayBeRounded(value, 0) : typeof value === 'number' && isRounded(value);
