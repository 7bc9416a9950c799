/** Labels for people, made from the names and values of code. */

const words = /\p{Lu}+(?!\p{Ll})\d*|\p{Lu}?\p{Ll}+\d*|[^\p{Lu}\p{Ll}]+/gu;

const isAcronym = (word: string): boolean => word.length > 1 && word === word.toUpperCase();

/**
 * Makes a label from a name, e.g. of a field or a section. Words are split at a change of case and at `_`, `-`, `.` and
 * `:`; acronyms stay whole.
 *
 * @example
 * labelOfName('baseURL'); // 'Base URL'
 * labelOfName('correlation_key'); // 'Correlation key'
 */
export const labelOfName = (name: string): string => {
  const parts = name.split(/[_\-.:\s]+/).flatMap((part) => part.match(words) ?? []);
  const text = parts.map((word) => (isAcronym(word) ? word : word.toLowerCase())).join(' ');
  return text === '' ? name : text.charAt(0).toUpperCase() + text.slice(1);
};

const plainName = /^[A-Za-z]+(?:[_-][A-Za-z]+)*$/;

/**
 * Makes the label of a choice from its value. Names become words; everything else (`us-east-1`, `application/json`) stays
 * as it is.
 */
export const labelOfValue = (value: string): string => {
  if (value === '') return '(empty)';
  return plainName.test(value) ? labelOfName(value) : value;
};

const identifier = /^[A-Za-z_$][\w$]*$/;

/** Makes the label of a choice from the key of an enum: a name becomes words, any other key is read as a value. */
export const labelOfKey = (key: string): string => (identifier.test(key) ? labelOfName(key) : labelOfValue(key));

/**
 * The label of a choice: the one in `hints({ choices })`, else the one that the schema gives it, else its value in words.
 *
 * @param value the value of the choice
 * @param labels the labels of `hints({ choices })` by value
 * @param own the label that the schema gives the choice, e.g. by `v.title`
 */
export const labelOfChoice = (
  value: unknown,
  labels: Readonly<Record<string, string>>,
  own: string | undefined,
): string => {
  const key = String(value);
  if (Object.hasOwn(labels, key)) return labels[key]!;
  return own ?? (typeof value === 'string' ? labelOfValue(value) : key);
};
