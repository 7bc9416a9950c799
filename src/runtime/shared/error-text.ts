import { isFault, plainMessage } from '../../common/fault.ts';

/** Length of the longest message that is sent with a failed job, in UTF-16 units. */
export const longestMessage = 6000;

/** Cuts a text to {@link longestMessage} and replaces halves of surrogate pairs, which UTF-8 cannot encode. */
export const cutMessage = (text: string): string => {
  const cut = text.length > longestMessage ? text.slice(0, longestMessage) : text;
  return /[\ud800-\udfff]/.test(cut) ? Buffer.from(cut).toString() : cut;
};

const deepestCause = 8;

/** Reads a property of any value. A getter or proxy that throws gives `undefined`, not a second error. */
export const readProperty = (value: unknown, name: string): unknown => {
  if ((typeof value !== 'object' || value === null) && typeof value !== 'function') return undefined;
  try {
    return (value as Record<string, unknown>)[name];
  } catch {
    return undefined;
  }
};

const textProperty = (value: unknown, name: string): string | undefined => {
  const text = readProperty(value, name);
  return typeof text === 'string' && text.trim() !== '' ? text : undefined;
};

const ownText = (thrown: unknown, isPlain: boolean): string => {
  if (isPlain && isFault(thrown)) return plainMessage(thrown);
  if (typeof thrown === 'string') return thrown.trim() === '' ? 'an empty text was thrown' : thrown;
  if (typeof thrown !== 'object' || thrown === null) {
    return thrown === null || thrown === undefined ? `${thrown} was thrown` : `a ${typeof thrown} was thrown`;
  }
  const message = textProperty(thrown, 'message');
  if (message !== undefined) return message;
  const parts = readProperty(thrown, 'errors');
  if (Array.isArray(parts) && parts.length > 0) {
    return [...new Set(parts.slice(0, 5).map((part) => textProperty(part, 'message') ?? 'an unnamed error'))].join(
      '; ',
    );
  }
  return textProperty(thrown, 'code') ?? textProperty(thrown, 'name') ?? 'an object without a message was thrown';
};

/**
 * The message of a thrown value and of its causes, for people. It contains neither the stack nor the properties of an
 * object. Accepts any value and never throws.
 *
 * @example
 * errorText(new Error('fetch failed', { cause: new Error('connect ECONNREFUSED') }));
 * // 'fetch failed\nCaused by: connect ECONNREFUSED'
 */
export const errorText = (thrown: unknown): string => readChain(thrown, false);

/**
 * As {@link errorText}, without the advice of the library. An expression may pass the text on to the users of a process, to
 * whom the advice means nothing.
 */
export const plainErrorText = (thrown: unknown): string => readChain(thrown, true);

const readChain = (thrown: unknown, isPlain: boolean): string => {
  try {
    return chainText(thrown, isPlain);
  } catch {
    return 'a value that cannot be read was thrown';
  }
};

const chainText = (thrown: unknown, isPlain: boolean): string => {
  const lines: string[] = [];
  let current = thrown;
  for (let depth = 0; depth < deepestCause; depth++) {
    const text = ownText(current, isPlain);
    if (!lines.some((line) => line.includes(text))) lines.push(text);
    current = readProperty(current, 'cause');
    if (current === undefined || current === null) break;
  }
  return cutMessage(lines.join('\nCaused by: '));
};

/** The stack of a thrown value, for the log. */
export const errorStack = (thrown: unknown): string | undefined => textProperty(thrown, 'stack');

/** A message for people, and the same message without the advice of the library. */
export interface AdvisedText {
  readonly full: string;
  readonly plain: string;
}

/** Adds advice to a message, on the same line. */
export const withAdvice = (what: string, fix: string): AdvisedText => ({ full: `${what} Fix: ${fix}`, plain: what });

/** {@link errorText} and {@link plainErrorText} of a thrown value, behind the text `before`. */
export const advisedErrorText = (thrown: unknown, before = ''): AdvisedText => ({
  full: `${before}${errorText(thrown)}`,
  plain: `${before}${plainErrorText(thrown)}`,
});
