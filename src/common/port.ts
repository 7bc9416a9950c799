/**
 * Reads a port, from a number or from text.
 *
 * @param lowest 0 where it stands for a free port
 * @returns `undefined` unless it is a whole number from `lowest` to 65535
 * @example
 * parsePort('26500'); // 26500
 * parsePort(0); // undefined
 */
export const parsePort = (value: unknown, lowest: 0 | 1 = 1): number | undefined => {
  const port = typeof value === 'string' && /^\d{1,5}$/.test(value) ? Number(value) : value;
  return typeof port === 'number' && Number.isInteger(port) && port >= lowest && port <= 65_535 ? port : undefined;
};
