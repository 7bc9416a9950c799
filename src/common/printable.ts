/**
 * What a terminal acts upon instead of showing it: control characters without tab and line feed, the other line breaks of
 * Unicode, and marks that force the direction of text.
 */
// biome-ignore lint/suspicious/noControlCharactersInRegex: these are what has to be found
const acting = /[\u0000-\u0008\u000B-\u001F\u007F-\u009F\u2028-\u202E\u2066-\u2069]/g;

const escaped = (character: string): string => {
  const code = character.charCodeAt(0).toString(16);
  return code.length <= 2 ? `\\x${code.padStart(2, '0')}` : `\\u${code}`;
};

/**
 * Text from outside as a terminal may show it: it moves no cursor, changes no colour and hides nothing. Lines stay lines.
 *
 * @example
 * visible('\u001b[2Jdone\r\n'); // '\\x1b[2Jdone\n'
 */
export const visible = (text: string): string => text.replaceAll('\r\n', '\n').replace(acting, escaped);

/**
 * The same as one entry of a log: further lines are set in, so that none of them looks like an entry of its own.
 *
 * @example
 * visibleEntry('failed\n[info] Running.'); // 'failed\n    [info] Running.'
 */
export const visibleEntry = (text: string): string => visible(text).replaceAll('\n', '\n    ');
