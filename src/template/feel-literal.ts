/** Values of TypeScript as text of FEEL. */

/** The digits of a number without an exponent, which FEEL does not have. */
const decimal = (value: number): string => {
  const text = String(value);
  const match = /^(-?)(\d)(?:\.(\d+))?e([+-]\d+)$/.exec(text);
  if (match === null) return text;
  const [, sign, whole, fraction = '', exponent] = match;
  const shift = Number(exponent);
  const digits = `${whole}${fraction}`;
  return shift < 0 ? `${sign}0.${'0'.repeat(-shift - 1)}${digits}` : `${sign}${digits.padEnd(shift + 1, '0')}`;
};

/** A JSON value as a FEEL literal, e.g. `["a"]` or `{"n":1}`. */
export const feelLiteral = (value: unknown): string => {
  if (typeof value === 'number') return decimal(value);
  if (Array.isArray(value)) return `[${value.map(feelLiteral).join(',')}]`;
  if (typeof value !== 'object' || value === null) return JSON.stringify(value);
  const entries = Object.entries(value).map(([name, item]) => `${JSON.stringify(name)}:${feelLiteral(item)}`);
  return `{${entries.join(',')}}`;
};

/** Tells whether a number can stand as it is in a template, whose numbers the Modeler writes with an exponent. */
export const isPlainNumber = (value: number): boolean => Number.isFinite(value) && !String(value).includes('e');

/**
 * Text as the value of a field that takes it literally, be it empty or start with `=`, which would make it FEEL.
 *
 * @example
 * literalText('a'); // 'a'
 * literalText('=a'); // '="=a"'
 */
export const literalText = (text: string): string =>
  text === '' || text.startsWith('=') ? `=${JSON.stringify(text)}` : text;

/** Any literal as the value of a choice or of a hidden field. */
export const literalValue = (value: unknown): string =>
  typeof value === 'string' ? literalText(value) : `=${feelLiteral(value)}`;
