/*
 * The encoding of Protocol Buffers. See https://protobuf.dev/programming-guides/encoding/
 */

/** Wire types: how long the value behind a tag is. */
export const varint = 0;
export const fixed64 = 1;
export const lengthDelimited = 2;
export const groupStart = 3;
export const groupEnd = 4;
export const fixed32 = 5;

/** A position in the bytes of a message. */
export interface Cursor {
  readonly bytes: Buffer;
  at: number;
  /** The entries of lists that have been read so far. */
  entries: number;
}

/** Begins to read a message. */
export const cursorAt = (bytes: Buffer): Cursor => ({ bytes, at: 0, entries: 0 });

/** The most entries that all lists of a message may have together. An entry of two bytes can take a hundred times as much memory. */
const mostEntries = 1_000_000;

/** Counts an entry of a list. Throws a `RangeError` if the message has too many. */
export const countEntry = (cursor: Cursor): void => {
  cursor.entries += 1;
  if (cursor.entries > mostEntries) throw new RangeError(`The message has lists of more than ${mostEntries} entries.`);
};

/** The last varint that was read, as two halves of a 64-bit integer, both below 2^32. */
const halves: { low: number; high: number } = { low: 0, high: 0 };

const readVarint = (cursor: Cursor): void => {
  const { bytes } = cursor;
  let low = 0;
  let high = 0;
  for (let shift = 0; ; shift += 7) {
    if (shift > 63) throw new RangeError('The message has a number of more than 64 bits.');
    const byte = bytes[cursor.at];
    if (byte === undefined) throw new RangeError('The message ends in the middle of a field.');
    cursor.at++;
    const bits = byte & 0x7f;
    if (shift < 28) low |= bits << shift;
    else if (shift === 28) {
      low |= bits << 28;
      high |= bits >> 4;
    } else high |= bits << (shift - 32);
    if (byte < 0x80) break;
  }
  halves.low = low >>> 0;
  halves.high = high >>> 0;
};

/** From this upper half on, the integer is negative or not an exact number in JavaScript. */
const exactHigh = 2 ** 21;

/** Reads an `int64` as a decimal text, so that no digit is lost. */
export const readInt64 = (cursor: Cursor): string => {
  readVarint(cursor);
  const { low, high } = halves;
  if (high < exactHigh) return String(high * 2 ** 32 + low);
  return String(BigInt.asIntN(64, (BigInt(high) << 32n) | BigInt(low)));
};

/** Reads a `uint64` as a decimal text. */
export const readUint64 = (cursor: Cursor): string => {
  readVarint(cursor);
  const { low, high } = halves;
  if (high < exactHigh) return String(high * 2 ** 32 + low);
  return String((BigInt(high) << 32n) | BigInt(low));
};

/** Reads an `int32`; tags and enums as well. */
export const readInt32 = (cursor: Cursor): number => {
  readVarint(cursor);
  return halves.low | 0;
};

/** Reads a `bool`. */
export const readBool = (cursor: Cursor): boolean => {
  readVarint(cursor);
  return halves.low !== 0 || halves.high !== 0;
};

/** Reads the length of a part and returns the position of its end, which must lie within the message. */
export const readLength = (cursor: Cursor): number => {
  readVarint(cursor);
  const end = cursor.at + halves.low;
  if (halves.high !== 0 || end > cursor.bytes.length) throw new RangeError('The message is shorter than it says.');
  return end;
};

/** Reads a `string`. */
export const readText = (cursor: Cursor): string => {
  const end = readLength(cursor);
  const text = cursor.bytes.toString('utf8', cursor.at, end);
  cursor.at = end;
  return text;
};

/** Reads `bytes`, as a copy of its own. */
export const readBytes = (cursor: Cursor): Buffer => {
  const end = readLength(cursor);
  const bytes = Buffer.from(cursor.bytes.subarray(cursor.at, end));
  cursor.at = end;
  return bytes;
};

/** Passes over the fields of a group, and over the groups in it, up to its end. */
const skipGroup = (cursor: Cursor, first: number): void => {
  const open = [first];
  while (open.length > 0) {
    const tag = readInt32(cursor);
    const wireType = tag & 7;
    if (wireType === groupStart) open.push(tag);
    else if (wireType !== groupEnd) skip(cursor, tag);
    else if (open.pop() !== tag - groupEnd + groupStart)
      throw new RangeError('The message has a group that another one ends.');
  }
};

/** Passes over the value behind a tag. */
export const skip = (cursor: Cursor, tag: number): void => {
  switch (tag & 7) {
    case varint:
      readVarint(cursor);
      break;
    case fixed64:
      cursor.at += 8;
      break;
    case lengthDelimited:
      cursor.at = readLength(cursor);
      break;
    case groupStart:
      skipGroup(cursor, tag);
      break;
    case fixed32:
      cursor.at += 4;
      break;
    default:
      throw new RangeError(`The message has a field of the unknown wire type ${tag & 7}.`);
  }
  if (cursor.at > cursor.bytes.length) throw new RangeError('The message ends in the middle of a field.');
};

/** Bytes that grow while a message is written. */
export interface Writer {
  bytes: Buffer;
  at: number;
}

/** Makes room for this many more bytes. */
export const reserve = (writer: Writer, length: number): void => {
  if (writer.at + length <= writer.bytes.length) return;
  const larger = Buffer.allocUnsafe(Math.max(2 * writer.bytes.length, writer.at + length));
  writer.bytes.copy(larger, 0, 0, writer.at);
  writer.bytes = larger;
};

/** Longest varint: ten groups of seven bits. */
const longestVarint = 10;

/** The number of bytes of a varint. */
const sizeOf = (value: number): number => {
  let size = 1;
  for (let rest = value; rest >= 0x80; rest = Math.floor(rest / 0x80)) size++;
  return size;
};

/** Writes a whole number from 0 to 2^53 - 1. */
export const writeNumber = (writer: Writer, value: number): void => {
  reserve(writer, longestVarint);
  const { bytes } = writer;
  let { at } = writer;
  let rest = value;
  // Bit operations are quicker, but have 32 bits.
  for (; rest >= 2 ** 31; rest = Math.floor(rest / 0x80)) bytes[at++] = (rest % 0x80) | 0x80;
  for (; rest >= 0x80; rest >>>= 7) bytes[at++] = (rest & 0x7f) | 0x80;
  bytes[at++] = rest;
  writer.at = at;
};

/** Largest `int64`, which is what larger numbers are written as. */
const largest = 2n ** 63n - 1n;

const isInteger = /^-?\d+$/;

const bigIntOf = (value: unknown): bigint => {
  if (typeof value === 'bigint') return value;
  if (typeof value !== 'number') {
    if (isInteger.test(String(value))) return BigInt(String(value));
    throw new SyntaxError(`${JSON.stringify(value)} is not an integer.`);
  }
  if (Number.isNaN(value)) return 0n;
  if (Math.abs(value) >= 2 ** 63) return value > 0 ? largest : -largest - 1n;
  return BigInt(Math.trunc(value));
};

/** The number that a text of digits is; NaN for anything else. */
const digitsOf = (value: unknown): number =>
  typeof value === 'string' && isInteger.test(value) ? Number(value) : Number.NaN;

/**
 * Writes a 64-bit integer, given as a number, whose fraction is dropped, or as a decimal text.
 *
 * @throws a `SyntaxError` if the text is not an integer
 */
export const writeInt64 = (writer: Writer, value: unknown): void => {
  const number = typeof value === 'number' ? Math.trunc(value) : digitsOf(value);
  if (Number.isSafeInteger(number) && number >= 0) {
    writeNumber(writer, number);
    return;
  }
  reserve(writer, longestVarint);
  let rest = BigInt.asUintN(64, bigIntOf(value));
  for (; rest >= 0x80n; rest >>= 7n) writer.bytes[writer.at++] = Number(rest & 0x7fn) | 0x80;
  writer.bytes[writer.at++] = Number(rest);
};

/** Writes an `int32`. The protocol writes negative ones as 64-bit integers. */
export const writeInt32 = (writer: Writer, value: unknown): void => writeInt64(writer, Number(value) | 0);

/** Writes `bytes` with their length. */
export const writeBytes = (writer: Writer, value: Uint8Array): void => {
  writeNumber(writer, value.length);
  reserve(writer, value.length);
  writer.bytes.set(value, writer.at);
  writer.at += value.length;
};

/** Longest text, in UTF-16 units, whose length in UTF-8 always has one byte. */
const shortText = 42;

/** Writes a `string` with its length. */
export const writeText = (writer: Writer, text: string): void => {
  if (text.length <= shortText) {
    reserve(writer, 1 + 3 * text.length);
    const length = writer.bytes.write(text, writer.at + 1, 'utf8');
    writer.bytes[writer.at] = length;
    writer.at += 1 + length;
    return;
  }
  writeLongText(writer, text, Buffer.byteLength(text));
};

/** Writes a `string` whose length in UTF-8 is known. */
export const writeLongText = (writer: Writer, text: string, length: number): void => {
  writeNumber(writer, length);
  reserve(writer, length);
  // The same bytes if each character has one, and written in a third of the time.
  writer.at += writer.bytes.write(text, writer.at, length === text.length ? 'latin1' : 'utf8');
};

/** Writes a part with its length, which is known only afterwards. */
export const writePart = (writer: Writer, write: (writer: Writer) => void): void => {
  reserve(writer, 1);
  const start = writer.at + 1;
  writer.at = start;
  write(writer);
  const length = writer.at - start;
  const more = sizeOf(length) - 1;
  if (more > 0) {
    reserve(writer, more);
    writer.bytes.copyWithin(start + more, start, writer.at);
  }
  writer.at = start - 1;
  writeNumber(writer, length);
  writer.at = start + more + length;
};
