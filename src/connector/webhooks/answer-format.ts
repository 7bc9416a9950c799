/** What an answer over HTTP may consist of. */

/** Headers that belong to the connection or that the server sets itself. */
const ownHeaders: ReadonlySet<string> = new Set([
  ...['connection', 'content-length', 'date', 'keep-alive', 'te', 'trailer', 'transfer-encoding', 'upgrade'],
]);

const token = /^[!#$%&'*+.^_`|~0-9A-Za-z-]+$/;

/** Printable latin-1 without line breaks. */
const headerValue = /^[\t\x20-\x7e\x80-\xff]*$/;

/** Whether an answer may have this status. */
export const isAnswerStatus = (status: unknown): status is number =>
  Number.isInteger(status) && (status as number) >= 200 && (status as number) <= 599;

/** Whether a header has a name and a value that HTTP allows. */
export const isHeader = (name: string, value: unknown): value is string =>
  token.test(name) && typeof value === 'string' && headerValue.test(value);

/** Whether a header belongs to the connection or is set by the server, so that an answer cannot have it. */
export const isOwnHeader = (name: string): boolean => ownHeaders.has(name.toLowerCase());
