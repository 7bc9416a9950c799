import { isInLine, wrong } from './answer-head.ts';

const lf = 10;
const cr = 13;
const digit0 = 48;
const digit9 = 57;
const semicolon = 59;
const letterA = 97;
const letterF = 102;

/** Most digits of the length of a chunk. */
const mostDigits = 8;

/** The value of a hexadecimal digit; -1 for another byte. */
const hexadecimal = (byte: number): number => {
  if (byte >= digit0 && byte <= digit9) return byte - digit0;
  const letter = byte | 0x20;
  return letter >= letterA && letter <= letterF ? letter - letterA + 10 : -1;
};

/**
 * Finds the end of a line.
 *
 * @param size how many of the bytes count
 * @returns the position of the line break; -1 if it has not arrived
 */
export const endOfLine = (bytes: Buffer, start: number, size: number): number => {
  for (let at = start; at + 1 < size; at++) if (bytes[at] === cr && bytes[at + 1] === lf) return at;
  return -1;
};

/** The line before a chunk. */
export interface ChunkLine {
  /** Length of the chunk in bytes; 0: it is the last one. */
  readonly length: number;
  /** Bytes of the extensions, which are passed over. */
  readonly extension: number;
}

/** Reads the line before a chunk, such as `1f4` or `1f4;name=value`. No space is allowed before the extensions. */
export const readChunkLine = (bytes: Buffer, start: number, end: number): ChunkLine => {
  let at = start;
  let length = 0;
  for (; at < end && at - start < mostDigits; at++) {
    const digit = hexadecimal(bytes[at]!);
    if (digit < 0) break;
    length = length * 16 + digit;
  }
  if (at === start || (at < end && bytes[at] !== semicolon)) wrong('the answer has a malformed chunk');
  for (let place = at; place < end; place++) {
    if (!isInLine(bytes[place]!)) wrong('the answer has a malformed chunk');
  }
  return { length, extension: end - at };
};
