/** Frames of HTTP/2 and headers in HPACK, written by hand, as no library writes them for what is against the rules. */

/** The types of frames. */
export const frameTypes = {
  data: 0,
  headers: 1,
  priority: 2,
  rstStream: 3,
  settings: 4,
  pushPromise: 5,
  ping: 6,
  goAway: 7,
  windowUpdate: 8,
  continuation: 9,
  origin: 12,
} as const;

/** Flags of HEADERS and DATA. */
export const endStream = 1;
export const endHeaders = 4;

/** A frame; the payload may be longer than its recipient allows. */
export const frame = (type: number, flags: number, stream: number, payload: Buffer = Buffer.alloc(0)): Buffer => {
  const head = Buffer.alloc(9);
  head.writeUIntBE(payload.length, 0, 3);
  head[3] = type;
  head[4] = flags;
  head.writeUInt32BE(stream, 5);
  return Buffer.concat([head, payload]);
};

export const uint32 = (value: number): Buffer => {
  const bytes = Buffer.alloc(4);
  bytes.writeUInt32BE(value);
  return bytes;
};

/** The length of a text in HPACK, without Huffman's code. */
const lengthOf = (length: number): Buffer => {
  if (length < 127) return Buffer.from([length]);
  const bytes = [127];
  let rest = length - 127;
  for (; rest >= 128; rest >>>= 7) bytes.push((rest & 127) | 128);
  return Buffer.from([...bytes, rest]);
};

/** A text in HPACK. */
export const text = (value: string): Buffer => Buffer.concat([lengthOf(value.length), Buffer.from(value, 'latin1')]);

/** A header that no table keeps. */
export const header = (name: string, value: string): Buffer =>
  Buffer.concat([Buffer.from([0]), text(name), text(value)]);
