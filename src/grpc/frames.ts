import { gunzipSync, inflateSync } from 'node:zlib';
import { type CallStatus, statusCodes } from './status-codes.ts';

/*
 * The framing of gRPC: each message has a byte that says whether it is compressed, and its length in four bytes.
 * See https://github.com/grpc/grpc/blob/master/doc/PROTOCOL-HTTP2.md
 */

/** Bytes of the prefix of a message. */
export const prefixLength = 5;

/** Writes the prefix of the message that is behind it in a frame. */
export const writePrefix = (frame: Buffer, messageLength: number): void => {
  frame[0] = 0;
  frame.writeUInt32BE(messageLength, 1);
};

/** Writes a message with its prefix. */
export const frameOf = (message: Buffer): Buffer => {
  const frame = Buffer.allocUnsafe(prefixLength + message.length);
  writePrefix(frame, message.length);
  message.copy(frame, prefixLength);
  return frame;
};

/** Whether a content type is that of gRPC with messages of Protocol Buffers. */
export const isGrpcType = (type: string | undefined): boolean =>
  /^application\/grpc(?:\+proto)?(?:;|$)/i.test(type ?? '');

/** Compressed messages that are read, by the name of the encoding. Nothing is compressed that is sent. */
const inflaters: ReadonlyMap<string, typeof gunzipSync> = new Map([
  ['gzip', gunzipSync],
  ['deflate', inflateSync],
]);

/** The encodings that are read, as a header value. */
export const acceptedEncodings: string = ['identity', ...inflaters.keys()].join(',');

/** Why a message cannot be read. */
export interface FrameProblem {
  readonly kind: 'size' | 'encoding' | 'malformed';
  readonly details: string;
}

const problemCodes = {
  size: statusCodes.RESOURCE_EXHAUSTED,
  encoding: statusCodes.UNIMPLEMENTED,
  malformed: statusCodes.INTERNAL,
} as const;

/** The status of a call that ends because a message cannot be read, on either side. */
export const statusOfProblem = ({ kind, details }: FrameProblem): CallStatus => ({ code: problemCodes[kind], details });

/**
 * The message of a part that is exactly one frame, which is not compressed; `undefined` for every other part.
 *
 * @param longest bytes of the longest message
 */
export const wholeMessage = (part: Buffer, longest: number): Buffer | undefined => {
  const length = part.length - prefixLength;
  if (length < 0 || length > longest || part[0] !== 0 || part.readUInt32BE(1) !== length) return undefined;
  return part.subarray(prefixLength);
};

/** Takes the parts of an answer apart into messages. */
export interface FrameReader {
  /** Adds bytes as they arrive. */
  add(part: Buffer): void;
  /** The next whole message; `undefined` if more bytes are needed, a problem if there can be no further message. */
  next(): Buffer | FrameProblem | undefined;
  /** Whether bytes are left that are not a whole message. */
  isIncomplete(): boolean;
}

/**
 * Parts that are joined into one, since each takes memory beside its content. Each time, all is copied that has arrived of the
 * message, so there are more of them for each as many bytes.
 */
const joined = 1024;

/**
 * Creates a reader of messages.
 *
 * @param longest bytes of the longest message, compressed and not
 * @param encoding the encoding of compressed messages, which the headers of the answer name
 */
export const createFrameReader = (longest: number, encoding: () => string | undefined): FrameReader => {
  let current: Buffer | undefined;
  let parts: Buffer[] = [];
  let size = 0;

  const join = (): Buffer => {
    if (parts.length > 0) {
      current =
        current === undefined && parts.length === 1 ? parts[0]! : Buffer.concat([current ?? Buffer.alloc(0), ...parts]);
      parts = [];
    }
    return current ?? Buffer.alloc(0);
  };

  const inflate = (content: Buffer): Buffer | FrameProblem => {
    const name = encoding() ?? 'identity';
    const inflater = inflaters.get(name);
    if (inflater === undefined) {
      return { kind: 'encoding', details: `Received a message compressed with ${name}, which is not supported` };
    }
    try {
      return inflater(content, { maxOutputLength: longest });
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code === 'ERR_BUFFER_TOO_LARGE') {
        return { kind: 'size', details: `Received message that decompresses to a size larger than ${longest}` };
      }
      return { kind: 'malformed', details: `Received a message that is not ${name}` };
    }
  };

  return {
    add: (part) => {
      size += part.length;
      if (current === undefined) current = part;
      else parts.push(part);
      if (parts.length >= joined && parts.length * joined >= current.length) join();
    },
    next: () => {
      if (size < prefixLength) return undefined;
      const head = current !== undefined && current.length >= prefixLength ? current : join();
      const flag = head[0]!;
      if (flag > 1) {
        return { kind: 'malformed', details: `Received a message with the flag ${flag}, which gRPC does not have` };
      }
      const length = head.readUInt32BE(1);
      if (length > longest) {
        return { kind: 'size', details: `Received message larger than max (${length} vs ${longest})` };
      }
      const end = prefixLength + length;
      if (size < end) return undefined;
      const bytes = head.length >= end ? head : join();
      const content = bytes.subarray(prefixLength, end);
      size -= end;
      current = size === 0 && parts.length === 0 ? undefined : bytes.subarray(end);
      return flag === 1 ? inflate(content) : content;
    },
    isIncomplete: () => size > 0,
  };
};
