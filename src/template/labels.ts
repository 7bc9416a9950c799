const words = /\p{Lu}+(?!\p{Ll})\d*|\p{Lu}?\p{Ll}+\d*|[^\p{Lu}\p{Ll}]+/gu;

const isAcronym = (word: string): boolean => word.length > 1 && word === word.toUpperCase();

/**
 * A label for a name of code: words are split where the case changes and at `_`, `-`, `.`, `:`, and runs of capitals
 * stay together.
 *
 * @example
 * humanise('baseURL'); // 'Base URL'
 * humanise('correlation_key'); // 'Correlation key'
 */
export const humanise = (name: string): string => {
  const parts = name.split(/[_\-.:\s]+/).flatMap((part) => part.match(words) ?? []);
  const text = parts.map((word) => (isAcronym(word) ? word : word.toLowerCase())).join(' ');
  return text === '' ? name : text.charAt(0).toUpperCase() + text.slice(1);
};

const plainName = /^[A-Za-z]+(?:[_-][A-Za-z]+)*$/;

/** A label for a value of a list: names are humanised, all else (`us-east-1`, `application/json`) is shown as it is. */
export const labelOfValue = (value: string): string => (plainName.test(value) ? humanise(value) : value);
