import type { Enums, Field, Messages } from '../protocol/types.ts';
import {
  type Cursor,
  countEntry,
  cursorAt,
  lengthDelimited,
  readBool,
  readBytes,
  readInt32,
  readInt64,
  readLength,
  readText,
  readUint64,
  skip,
  varint,
  type Writer,
  writeBytes,
  writeInt32,
  writeInt64,
  writeNumber,
  writePart,
  writeText,
} from './wire.ts';

type Fields = Record<string, unknown>;

/** Reads and writes the values of one type. */
interface ValueCodec {
  readonly wireType: number;
  /** What an absent value reads as. */
  readonly absent: unknown;
  readonly read: (cursor: Cursor) => unknown;
  readonly write: (writer: Writer, value: unknown) => void;
}

/** Reads and writes the messages of one type, without their length. */
interface MessageCodec {
  read(cursor: Cursor, end: number): Fields;
  write(writer: Writer, message: Fields): void;
}

const scalars: Readonly<Record<string, ValueCodec>> = {
  string: {
    wireType: lengthDelimited,
    absent: '',
    read: readText,
    write: (writer, value) => writeText(writer, String(value)),
  },
  bytes: {
    wireType: lengthDelimited,
    absent: Buffer.alloc(0),
    read: readBytes,
    write: (writer, value) => writeBytes(writer, value as Uint8Array),
  },
  bool: {
    wireType: varint,
    absent: false,
    read: readBool,
    write: (writer, value) => writeInt32(writer, value ? 1 : 0),
  },
  int32: { wireType: varint, absent: 0, read: readInt32, write: writeInt32 },
  int64: { wireType: varint, absent: '0', read: readInt64, write: writeInt64 },
  uint64: { wireType: varint, absent: '0', read: readUint64, write: writeInt64 },
};

/** A value of an enum is its name. A number that this version of the protocol does not name stays a number. */
const enumCodec = (type: string, names: readonly string[]): ValueCodec => ({
  wireType: varint,
  absent: names[0],
  read: (cursor) => {
    const number = readInt32(cursor);
    return names[number] ?? number;
  },
  write: (writer, value) => {
    const number = typeof value === 'number' ? value : names.indexOf(String(value));
    if (number < 0) throw new RangeError(`${type} has no value ${String(value)}.`);
    writeInt32(writer, number);
  },
});

interface FieldCodec {
  readonly name: string;
  readonly tag: number;
  readonly isRepeated: boolean;
  readonly value: ValueCodec;
  /** The other fields of its `oneof`, which it replaces. */
  readonly others?: readonly string[];
}

/** The list of a field that is absent. Only lists with entries are made anew. */
const noEntries: readonly unknown[] = Object.freeze([]);

const readField = (cursor: Cursor, { name, isRepeated, value, others }: FieldCodec, message: Fields): void => {
  if (isRepeated) countEntry(cursor);
  const read = value.read(cursor);
  if (others !== undefined) for (const other of others) delete message[other];
  if (!isRepeated) message[name] = read;
  else if (message[name] === noEntries) message[name] = [read];
  else (message[name] as unknown[]).push(read);
};

const othersOf = (fields: Readonly<Record<string, Field>>, own: string, oneof: string): readonly string[] =>
  Object.entries(fields).flatMap(([name, [, , rule]]) =>
    name !== own && typeof rule === 'object' && rule.oneof === oneof ? [name] : [],
  );

const createMessageCodec = (
  type: string,
  fields: Readonly<Record<string, Field>>,
  valueCodec: (type: string) => ValueCodec,
): MessageCodec => {
  const list: FieldCodec[] = [];
  const byTag: (FieldCodec | undefined)[] = [];
  /** What the fields read as that the bytes do not have. Optional fields, and those of a `oneof`, are absent then. */
  const absent: Fields = {};
  for (const [name, [number, fieldType, rule]] of Object.entries(fields)) {
    const value = valueCodec(fieldType);
    const tag = (number << 3) | value.wireType;
    const field: FieldCodec = {
      ...{ name, tag, isRepeated: rule === 'repeated', value },
      ...(typeof rule === 'object' ? { others: othersOf(fields, name, rule.oneof) } : {}),
    };
    list.push(field);
    byTag[field.tag] = field;
    if (rule === undefined) absent[name] = value.absent;
    else if (rule === 'repeated') absent[name] = noEntries;
  }
  return {
    read: (cursor, end) => {
      const message = { ...absent };
      while (cursor.at < end) {
        const tag = readInt32(cursor);
        const field = byTag[tag];
        // Newer versions of the protocol have more fields.
        if (field === undefined) skip(cursor, tag);
        else readField(cursor, field, message);
      }
      if (cursor.at !== end) throw new RangeError(`A part of the message is longer than it says (${type}).`);
      return message;
    },
    write: (writer, message) => {
      for (const { name, tag, isRepeated, value } of list) {
        const given = message[name];
        if (given === undefined || given === null) continue;
        for (const entry of isRepeated ? (given as readonly unknown[]) : [given]) {
          writeNumber(writer, tag);
          value.write(writer, entry);
        }
      }
    },
  };
};

const firstSize = 65_536;

/** Where messages are written, one after the other. */
const shared: Writer = { bytes: Buffer.allocUnsafeSlow(firstSize), at: 0 };

/** A buffer that grew beyond this many bytes is not kept. */
const mostKept = 1_048_576;

/** Writes and reads the messages of a protocol. */
export interface ProtocolCodec {
  /**
   * Writes a message.
   *
   * @param type the name of the message, such as `CompleteJobRequest`
   * @param message its fields: 64-bit integers are decimal texts or numbers, enums their names, `bytes` a `Uint8Array`. Fields
   *   that are absent, `undefined` or `null` are left out
   * @throws an error if a value does not fit its field
   */
  encode(type: string, message: object): Buffer;
  /**
   * Reads a message. 64-bit integers become decimal texts, enums their names (a number without a name stays a number), absent
   * fields the default values of their types. Optional fields that are absent stay absent. Unknown fields are passed over.
   *
   * @throws a `RangeError` if the bytes are not such a message
   */
  decode(type: string, bytes: Buffer): object;
}

/**
 * Creates the codec of a protocol. The tables for a message are made when it is first needed.
 *
 * @example
 * const { encode, decode } = createProtocolCodec(messages, enums);
 * decode('CompleteJobRequest', encode('CompleteJobRequest', { jobKey: '2251799813685249', variables: '{}' }));
 */
export const createProtocolCodec = (messages: Messages, enums: Enums): ProtocolCodec => {
  const codecs = new Map<string, MessageCodec>();

  const codecOf = (type: string): MessageCodec => {
    let codec = codecs.get(type);
    if (codec === undefined) {
      const fields = messages[type];
      if (fields === undefined) throw new Error(`The protocol has no message ${type}.`);
      codec = createMessageCodec(type, fields, valueCodec);
      codecs.set(type, codec);
    }
    return codec;
  };

  const nestedCodec = (type: string): ValueCodec => ({
    wireType: lengthDelimited,
    absent: null,
    read: (cursor) => {
      const end = readLength(cursor);
      return codecOf(type).read(cursor, end);
    },
    write: (writer, value) => writePart(writer, (inner) => codecOf(type).write(inner, value as Fields)),
  });

  const valueCodec = (type: string): ValueCodec => {
    const names = enums[type];
    return scalars[type] ?? (names === undefined ? nestedCodec(type) : enumCodec(type, names));
  };

  return {
    encode: (type, message) => {
      shared.at = 0;
      codecOf(type).write(shared, message as Fields);
      const bytes = Buffer.from(shared.bytes.subarray(0, shared.at));
      if (shared.bytes.length > mostKept) shared.bytes = Buffer.allocUnsafeSlow(firstSize);
      return bytes;
    },
    decode: (type, bytes) => codecOf(type).read(cursorAt(bytes), bytes.length),
  };
};
