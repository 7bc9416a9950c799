/** The headers of an answer that count here. */
export interface AnswerHeaders {
  readonly 'content-type'?: string | undefined;
  readonly 'content-encoding'?: string | undefined;
  readonly 'retry-after'?: string | undefined;
}

/** What precedes the body of an answer. */
export interface AnswerHead {
  readonly status: number;
  readonly headers: AnswerHeaders;
  /** Length of the body in bytes, if the server announces it. */
  readonly length: number | undefined;
  /** Whether the connection can be used again afterwards. */
  readonly keepsConnection: boolean;
  /** Milliseconds for which the server keeps an idle connection, if it says so. */
  readonly idleTime: number | undefined;
}

/** A head, and what it says about the bytes behind it. */
export interface Framing {
  readonly head: AnswerHead;
  readonly isChunked: boolean;
  readonly isInterim: boolean;
  readonly hasBody: boolean;
}

/*
 * Bytes are looked at one by one, without patterns and without making texts of them. For a job that arrives at an idle runtime, the
 * code of the patterns is no longer in the caches of the processor, and takes longer than all the rest of the head.
 */

const tab = 9;
const lf = 10;
const cr = 13;
const space = 32;
const comma = 44;
const colon = 58;
const digit0 = 48;
const digit9 = 57;

/** Tells what is wrong with an answer from errors in this code. */
const malformedMark = Symbol('malformed');

/** Rejects a part of the answer that is not as HTTP requires it. */
export const wrong = (why: string): never => {
  throw Object.assign(new Error(why), { [malformedMark]: true });
};

/** Whether an error comes from {@link wrong}. */
export const isMalformed = (error: unknown): error is Error => error instanceof Error && malformedMark in error;

const table = (isIn: (byte: number) => boolean): Uint8Array =>
  Uint8Array.from({ length: 256 }, (_, byte) => (isIn(byte) ? 1 : 0));

/** The bytes of a header's name. */
const inName = table((byte) => /[!#$%&'*+\-.^_`|~0-9A-Za-z]/.test(String.fromCharCode(byte)));

/** The bytes of a header's value, without the spaces between them. */
const inValue = table((byte) => byte > 0x20 && byte !== 0x7f);

const isBlank = (byte: number): boolean => byte === space || byte === tab;

/** Whether a line may have this byte: it is no control character. */
export const isInLine = (byte: number): boolean => inValue[byte] === 1 || isBlank(byte);

const isDigit = (byte: number): boolean => byte >= digit0 && byte <= digit9;

/** Whether the bytes are this text. The case of letters does not count; the text has no capitals. */
const isText = (bytes: Buffer, start: number, end: number, text: string): boolean => {
  if (end - start !== text.length) return false;
  // The bit that tells small letters from capitals. Control characters, which it would change too, are in no name and no value.
  for (let index = 0; index < text.length; index++) {
    if ((bytes[start + index]! | 0x20) !== text.charCodeAt(index)) return false;
  }
  return true;
};

const textIn = (bytes: Buffer, start: number, end: number): string => bytes.toString('latin1', start, end);

/** Most answers have this type, in these letters. */
const usualType = 'application/json';

const typeIn = (bytes: Buffer, start: number, end: number): string => {
  if (end - start !== usualType.length) return textIn(bytes, start, end);
  for (let index = 0; index < usualType.length; index++) {
    if (bytes[start + index] !== usualType.charCodeAt(index)) return textIn(bytes, start, end);
  }
  return usualType;
};

/** Most digits of a length. */
const longestLength = 15;

const lengthIn = (bytes: Buffer, start: number, end: number): number => {
  if (end === start || end - start > longestLength) return wrong('the length of the answer is unclear');
  let length = 0;
  for (let at = start; at < end; at++) {
    const byte = bytes[at]!;
    if (!isDigit(byte)) return wrong('the length of the answer is unclear');
    length = length * 10 + byte - digit0;
  }
  return length;
};

const timeoutMark = 'timeout=';

/** Most digits of a number of seconds; more are cut. */
const longestTimeout = 6;

/** The milliseconds in a value such as `timeout=5, max=100`. */
const idleTimeIn = (bytes: Buffer, start: number, end: number): number | undefined => {
  for (let at = start; at + timeoutMark.length < end; at++) {
    const isStart = at === start || bytes[at - 1] === comma || isBlank(bytes[at - 1]!);
    const first = at + timeoutMark.length;
    if (!isStart || !isText(bytes, at, first, timeoutMark) || !isDigit(bytes[first]!)) continue;
    let seconds = 0;
    for (let place = first; place < Math.min(end, first + longestTimeout) && isDigit(bytes[place]!); place++) {
      seconds = seconds * 10 + bytes[place]! - digit0;
    }
    return seconds * 1_000;
  }
  return undefined;
};

/** Whether a value such as `keep-alive, upgrade` has this option. */
const hasOption = (bytes: Buffer, start: number, end: number, option: string): boolean => {
  for (let from = start; from < end; ) {
    let to = from;
    while (to < end && bytes[to] !== comma) to++;
    let last = to;
    while (from < last && isBlank(bytes[from]!)) from++;
    while (from < last && isBlank(bytes[last - 1]!)) last--;
    if (isText(bytes, from, last, option)) return true;
    from = to + 1;
  }
  return false;
};

/**
 * Finds the empty line that ends a head.
 *
 * @param size how many of the bytes count
 * @returns the position behind it; -1 if it has not arrived
 */
export const endOfHead = (bytes: Buffer, start: number, size: number): number => {
  for (let at = start + 3; at < size; at++) {
    if (bytes[at] === lf && bytes[at - 1] === cr && bytes[at - 2] === lf && bytes[at - 3] === cr) return at + 1;
  }
  return -1;
};

const version = 'HTTP/1.';

/** Whether the bytes can be the beginning of an answer. */
export const canBegin = (bytes: Buffer, start: number, size: number): boolean => {
  for (let index = 0; index < version.length && start + index < size; index++) {
    if (bytes[start + index] !== version.charCodeAt(index)) return false;
  }
  return true;
};

/** The position behind the status line. */
const endOfStatusLine = (bytes: Buffer, start: number): number => {
  const unreadable = 'the answer does not begin with a status line';
  const minor = bytes[start + version.length]! - digit0;
  const code = start + version.length + 2;
  if (!canBegin(bytes, start, start + version.length) || (minor !== 0 && minor !== 1)) wrong(unreadable);
  if (bytes[code - 1] !== space || bytes[code]! === digit0) wrong(unreadable);
  for (let at = code; at < code + 3; at++) if (!isDigit(bytes[at]!)) wrong(unreadable);
  let at = code + 3;
  if (bytes[at] === space) while (isInLine(bytes[at]!)) at++;
  return bytes[at] === cr && bytes[at + 1] === lf ? at + 2 : wrong(unreadable);
};

/** A header, as places in the bytes. One object is used for all of them. */
interface HeaderPlaces {
  name: number;
  nameEnd: number;
  value: number;
  valueEnd: number;
  next: number;
}

/** No space before the colon, no folded line, no control character. */
const readHeader = (bytes: Buffer, start: number, places: HeaderPlaces): void => {
  let at = start;
  while (inName[bytes[at]!] === 1) at++;
  places.name = start;
  places.nameEnd = at;
  if (at === start || bytes[at] !== colon) wrong('the answer has a malformed header');
  at++;
  while (isBlank(bytes[at]!)) at++;
  places.value = at;
  places.valueEnd = at;
  for (; isInLine(bytes[at]!); at++) {
    if (inValue[bytes[at]!] === 1) places.valueEnd = at + 1;
  }
  if (bytes[at] !== cr || bytes[at + 1] !== lf) wrong('the answer has a malformed header');
  places.next = at + 2;
};

/** Checks lines that are not looked at otherwise, up to the empty one that ends at `end`. */
export const checkHeaders = (bytes: Buffer, start: number, end: number): void => {
  const places: HeaderPlaces = { name: 0, nameEnd: 0, value: 0, valueEnd: 0, next: start };
  while (places.next < end - 2) readHeader(bytes, places.next, places);
};

/**
 * Reads status line and headers. Nothing is repaired: what one reader repairs, another reads differently.
 *
 * @param end the position behind the empty line, see {@link endOfHead}
 */
export const parseHead = (bytes: Buffer, start: number, end: number): Framing => {
  const first = endOfStatusLine(bytes, start);
  const isNewer = bytes[start + version.length] === digit0 + 1;
  const code = start + version.length + 2;
  const status = (bytes[code]! - digit0) * 100 + (bytes[code + 1]! - digit0) * 10 + bytes[code + 2]! - digit0;
  let type: string | undefined;
  let encoding: string | undefined;
  let retryAfter: string | undefined;
  let length: number | undefined;
  let isChunked = false;
  let isClosing = false;
  let isKept = isNewer;
  let idleTime: number | undefined;
  const places: HeaderPlaces = { name: 0, nameEnd: 0, value: 0, valueEnd: 0, next: first };
  while (places.next < end - 2) {
    readHeader(bytes, places.next, places);
    const { name, nameEnd, value, valueEnd } = places;
    // By the length of the name, so that most headers are passed over.
    switch (nameEnd - name) {
      case 10:
        if (isText(bytes, name, nameEnd, 'connection')) {
          isClosing ||= hasOption(bytes, value, valueEnd, 'close');
          isKept ||= hasOption(bytes, value, valueEnd, 'keep-alive');
        } else if (isText(bytes, name, nameEnd, 'keep-alive')) {
          idleTime = idleTimeIn(bytes, value, valueEnd) ?? idleTime;
        }
        break;
      case 11:
        if (isText(bytes, name, nameEnd, 'retry-after')) retryAfter ??= textIn(bytes, value, valueEnd);
        break;
      case 12:
        if (isText(bytes, name, nameEnd, 'content-type')) type ??= typeIn(bytes, value, valueEnd);
        break;
      case 14:
        if (!isText(bytes, name, nameEnd, 'content-length')) break;
        if (length !== undefined) wrong('the length of the answer is unclear');
        length = lengthIn(bytes, value, valueEnd);
        break;
      case 16:
        if (!isText(bytes, name, nameEnd, 'content-encoding')) break;
        encoding = `${encoding === undefined ? '' : `${encoding}, `}${textIn(bytes, value, valueEnd)}`;
        break;
      case 17:
        if (!isText(bytes, name, nameEnd, 'transfer-encoding')) break;
        if (isChunked || !isNewer || !isText(bytes, value, valueEnd, 'chunked')) {
          wrong('the transfer encoding of the answer is not chunked');
        }
        isChunked = true;
        break;
    }
  }
  if (isChunked && length !== undefined) wrong('the answer has a length and a transfer encoding');
  if (status === 101) wrong('the answer changes to another protocol');
  const hasBody = status !== 204 && status !== 304;
  // A body that must not be there would be taken for the next answer.
  const isStray = !hasBody && (isChunked || (status === 204 && length !== undefined && length > 0));
  const isEndless = hasBody && !isChunked && length === undefined;
  return {
    head: {
      status,
      headers: { 'content-type': type, 'content-encoding': encoding, 'retry-after': retryAfter },
      length: hasBody ? length : 0,
      keepsConnection: isKept && !isClosing && !isStray && !isEndless,
      idleTime,
    },
    isChunked,
    isInterim: status < 200,
    hasBody,
  };
};
