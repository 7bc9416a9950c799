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
