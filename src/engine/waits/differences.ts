import { misspelt } from '../../common/nearest-name.ts';
import type { Difference } from './types.ts';

/** A longer text is not compared letter by letter. */
const longest = 200;

const withoutBlanks = (text: string): string => text.replace(/\s+/g, '');

const unquoted = (text: string): string => text.replace(/^(["'`])([\s\S]*)\1$/, '$2');

const withoutSeparators = (text: string): string => text.toLowerCase().replace(/[-_.\s]/g, '');

const numberOf = (text: string): number | undefined =>
  /^[+-]?\d+(?:\.\d+)?(?:[eE][+-]?\d+)?$/.test(text) ? Number(text) : undefined;

const isSameNumber = (a: string, b: string): boolean => {
  const number = numberOf(a);
  return number !== undefined && number === numberOf(b);
};

/** A text of fewer letters becomes another one by a single slip. */
const shortestWord = 4;

const isMisspelt = (a: string, b: string): boolean =>
  Math.min(a.length, b.length) >= shortestWord && numberOf(a) === undefined && misspelt(a, [b]) !== undefined;

/** What a comparison of texts looks for beside letters and digits. */
const hasBlanksOrQuotes = (text: string): boolean => /[\s"'`]/.test(text);

/**
 * Tells how texts differ from one text.
 *
 * @returns a function that returns `undefined` for a text that is equal
 * @example
 * const differenceFrom = differencesFrom('Order');
 * differenceFrom('order'); // 'case'
 */
export const differencesFrom = (a: string): ((b: string) => Difference | undefined) => {
  const lower = a.toLowerCase();
  const plain = withoutSeparators(a);
  const isPlain = !hasBlanksOrQuotes(a);
  const [dense, bare] = [withoutBlanks(a), unquoted(a.trim())];
  return (b) => {
    if (a === b) return undefined;
    if (a.length > longest || b.length > longest) return 'other';
    // Without them, these differences are impossible.
    const isDifferent = isPlain && !hasBlanksOrQuotes(b);
    if (!isDifferent && dense === withoutBlanks(b)) return 'blanks';
    if (lower === b.toLowerCase()) return 'case';
    if (!isDifferent && bare === unquoted(b.trim())) return 'quotes';
    if (isSameNumber(a.trim(), b.trim())) return 'number';
    if (plain !== '' && plain === withoutSeparators(b)) return 'separators';
    return isMisspelt(a, b) ? 'spelling' : 'other';
  };
};

/**
 * Tells how two texts differ.
 *
 * @returns `undefined` if they are equal
 * @example
 * differenceOf('Order', 'order'); // 'case'
 * differenceOf('7', '"7"'); // 'quotes'
 */
export const differenceOf = (a: string, b: string): Difference | undefined => differencesFrom(a)(b);
