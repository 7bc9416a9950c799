/** Writes TypeScript values as FEEL. */

/** Writes a number without an exponent, which FEEL does not have. */
const decimal = (value: number): string => {
  const text = String(value);
  const match = /^(-?)(\d)(?:\.(\d+))?e([+-]\d+)$/.exec(text);
  if (match === null) return text;
  const [, sign, whole, fraction = '', exponent] = match;
  const shift = Number(exponent);
  const digits = `${whole}${fraction}`;
  return shift < 0 ? `${sign}0.${'0'.repeat(-shift - 1)}${digits}` : `${sign}${digits.padEnd(shift + 1, '0')}`;
};

const escapes: Readonly<Record<string, string>> = {
  '"': '\\"',
  '\\': '\\\\',
  '\n': '\\n',
  '\r': '\\r',
  '\t': '\\t',
};

/**
 * Writes a text as FEEL. FEEL does not read an escape behind a backslash, so such a text is joined from several. Other control
 * characters stand for themselves, since FEEL has no escape for them.
 */
const textLiteral = (text: string): string =>
  text
    .split(/(?<=\\)(?=["\n\r\t])/)
    .map((part) => `"${part.replace(/["\\\n\r\t]/g, (sign) => escapes[sign]!)}"`)
    .join(' + ');

/** FEEL takes the name of an entry as it is written, so a name that needs an escape has no literal. */
const isPlainName = (name: string): boolean => JSON.stringify(name) === `"${name}"`;

/** Writes a JSON value as a FEEL expression, e.g. `["a"]` or `{"n":1}`. */
export const feelLiteral = (value: unknown): string => {
  if (typeof value === 'number') return decimal(value);
  if (typeof value === 'string') return textLiteral(value);
  if (Array.isArray(value)) return `[${value.map(feelLiteral).join(',')}]`;
  if (typeof value !== 'object' || value === null) return JSON.stringify(value);
  const entries = Object.entries(value);
  if (entries.every(([name]) => isPlainName(name))) {
    return `{${entries.map(([name, item]) => `${JSON.stringify(name)}:${feelLiteral(item)}`).join(',')}}`;
  }
  const pairs = entries.map(([name, item]) => `{key:${textLiteral(name)},value:${feelLiteral(item)}}`);
  return `context([${pairs.join(',')}])`;
};

/** Whether a template can hold a number as it is: the Modeler would write a very large or small one with an exponent. */
export const isPlainNumber = (value: number): boolean => Number.isFinite(value) && !String(value).includes('e');

/**
 * Writes text as the value of a field. Text that is empty or starts with `=` becomes a FEEL string, so that it stays text.
 *
 * @example
 * literalText('a'); // 'a'
 * literalText('=a'); // '="=a"'
 */
export const literalText = (text: string): string =>
  text === '' || text.startsWith('=') ? `=${textLiteral(text)}` : text;

/** Writes any literal as the value of a choice or of a hidden field. */
export const literalValue = (value: unknown): string =>
  typeof value === 'string' ? literalText(value) : `=${feelLiteral(value)}`;
