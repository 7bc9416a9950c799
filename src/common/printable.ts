/**
 * Characters that a terminal obeys instead of showing them: control characters except tab and line feed, the other
 * Unicode line breaks, and marks that force the direction of text.
 */
// biome-ignore lint/suspicious/noControlCharactersInRegex: these are the characters to find
const unprintable = /[\u0000-\u0008\u000B-\u001F\u007F-\u009F\u2028-\u202E\u2066-\u2069]/g;

const escaped = (character: string): string => {
  const code = character.charCodeAt(0).toString(16);
  return code.length <= 2 ? `\\x${code.padStart(2, '0')}` : `\\u${code}`;
};

/**
 * Makes text from outside safe to print on a terminal: it cannot move the cursor, change colours or hide anything.
 * Line breaks are kept.
 *
 * @example
 * printable('\u001b[2Jdone\r\n'); // '\\x1b[2Jdone\n'
 */
export const printable = (text: string): string => text.replaceAll('\r\n', '\n').replace(unprintable, escaped);

/**
 * Makes text from outside safe as one log entry: it indents every line but the first, so none looks like an entry.
 *
 * @example
 * printableEntry('failed\n[info] Running.'); // 'failed\n    [info] Running.'
 */
export const printableEntry = (text: string): string => printable(text).replaceAll('\n', '\n    ');
