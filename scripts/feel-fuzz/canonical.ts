/** The text of a value that is the same for both engines: numbers with 12 digits, keys in order. */
export const canonical = (value: unknown): string => {
  if (typeof value === 'number') return String(Number(value.toPrecision(12)));
  if (typeof value === 'bigint') return String(Number(Number(value).toPrecision(12)));
  if (typeof value === 'string') return JSON.stringify(value);
  if (Array.isArray(value)) return `[${value.map(canonical).join()}]`;
  if (typeof value !== 'object' || value === null) return String(value);
  const entries = Object.entries(value).sort(([a], [b]) => (a < b ? -1 : 1));
  return `{${entries.map(([key, item]) => `${key}:${canonical(item)}`).join()}}`;
};
