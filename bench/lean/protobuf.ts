/** As much of protobuf as the lean gateway needs: fields in and out, integers below 2^53. */

/** A varint and the place after it. An integer of ten bytes is a negative one; which one does not matter here. */
const readVarint = (bytes: Buffer, at: number): { readonly value: number; readonly next: number } => {
  let value = 0;
  let factor = 1;
  for (let place = at; place < bytes.length; place++) {
    const byte = bytes[place]!;
    if (place - at === 9) return { value: -1, next: place + 1 };
    value += (byte & 0x7f) * factor;
    if (byte < 0x80) return { value, next: place + 1 };
    factor *= 128;
  }
  throw new Error('A message ended within a number.');
};

/** Fields by number: integers as numbers, texts as bytes. Of a repeated field the last. */
export const readFields = (bytes: Buffer): ReadonlyMap<number, number | Buffer> => {
  const fields = new Map<number, number | Buffer>();
  let at = 0;
  while (at < bytes.length) {
    const tag = readVarint(bytes, at);
    const number = tag.value >>> 3;
    const { value, next } = readVarint(bytes, tag.next);
    if ((tag.value & 7) === 0) {
      fields.set(number, value);
      at = next;
    } else {
      fields.set(number, bytes.subarray(next, next + value));
      at = next + value;
    }
  }
  return fields;
};

const varint = (value: number): Buffer => {
  const bytes: number[] = [];
  let rest = value;
  while (rest >= 128) {
    bytes.push((rest % 128) | 0x80);
    rest = Math.floor(rest / 128);
  }
  bytes.push(rest);
  return Buffer.from(bytes);
};

/** A field that holds an integer of 0 or more. */
export const integerField = (number: number, value: number): Buffer =>
  Buffer.concat([varint(number << 3), varint(value)]);

/** A field that holds a text or a message. */
export const bytesField = (number: number, value: Buffer | string): Buffer => {
  const content = typeof value === 'string' ? Buffer.from(value) : value;
  return Buffer.concat([varint((number << 3) | 2), varint(content.length), content]);
};

/** A message as gRPC sends it: uncompressed, with its length. */
export const frame = (message: Buffer): Buffer => {
  const head = Buffer.alloc(5);
  head.writeUInt32BE(message.length, 1);
  return Buffer.concat([head, message]);
};
