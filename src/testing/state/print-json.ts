/**
 * A value as JSON text, with integers beyond 2^53 as they are. Never throws.
 *
 * @example
 * printJson({ id: 9007199254740993n }); // '{"id":9007199254740993}'
 */
export const printJson = (value: unknown): string => {
  switch (typeof value) {
    case 'bigint':
      return String(value);
    case 'object':
      if (value === null) return 'null';
      if (Array.isArray(value)) return `[${value.map(printJson).join(',')}]`;
      return `{${Object.entries(value)
        .map(([name, each]) => `${JSON.stringify(name)}:${printJson(each)}`)
        .join(',')}}`;
    default:
      return JSON.stringify(value) ?? String(value);
  }
};

/** What does not fit into the rest of a length is left out: every level costs a character, so depth has an end, too. */
const printPart = (value: unknown, length: number): string => {
  if (length < 0) return '';
  if (typeof value === 'string') return JSON.stringify(value.length > length ? value.slice(0, length + 1) : value);
  if (typeof value !== 'object' || value === null) return printJson(value);
  const [first, last] = Array.isArray(value) ? ['[', ']'] : ['{', '}'];
  let text = first;
  for (const name in value) {
    if (text.length > length) return text;
    const before = `${text.length === 1 ? '' : ','}${Array.isArray(value) ? '' : `${JSON.stringify(name)}:`}`;
    text += `${before}${printPart((value as Readonly<Record<string, unknown>>)[name], length - text.length - before.length)}`;
  }
  return text + last;
};

/** Whether the text of a value is longer than a number of characters. */
export const isLonger = (value: unknown, length: number): boolean => printPart(value, length).length > length;

/**
 * As {@link printJson}, but not longer than a number of characters. A value of any size and depth costs no more than its beginning.
 *
 * @example
 * printShort(['long', 'longer'], 10); // '["long","…'
 */
export const printShort = (value: unknown, length: number): string => {
  const text = printPart(value, length);
  return text.length <= length ? text : `${text.slice(0, length - 1)}…`;
};
