import { maxHeaderSize } from 'node:http';
import { type AnswerHead, canBegin, checkHeaders, endOfHead, isMalformed, parseHead, wrong } from './answer-head.ts';
import { endOfLine, readChunkLine } from './chunk-line.ts';

/** What becomes of the bytes. Each answer ends in one call of `complete` or `malformed`. */
export interface AnswerSink {
  head(head: AnswerHead): void;
  /** A part of the body, not empty: the bytes from `start` up to `end`. They are overwritten later, so they are copied to be kept. */
  part(bytes: Buffer, start: number, end: number): void;
  /** @param canFollow whether another request may be sent over this connection */
  complete(canFollow: boolean): void;
  /** @param why a description that quotes nothing of the answer */
  malformed(why: string): void;
}

/** Reads the answers of one connection, one after the other. */
export interface AnswerReader {
  /** Expects the answer to a request that is about to be sent. */
  expect(): void;
  /**
   * Reads what has arrived. Only between `expect` and the end of the answer.
   *
   * @param length how many of the bytes have arrived. Default: all
   */
  read(bytes: Buffer, length?: number): void;
  /**
   * The server has closed the connection. Completes an answer that lasts until then.
   *
   * @returns whether the answer is complete
   */
  end(): boolean;
}

/** Longest line with the length of a chunk, in bytes. */
const longestChunkLine = 1_024;

const nothing = Buffer.alloc(0);

/** What the next bytes are. */
type Phase = 'none' | 'head' | 'body' | 'rest' | 'chunk line' | 'chunk' | 'chunk end' | 'trailers';

/**
 * Creates a reader of HTTP/1.1 answers. It is strict: whatever leaves the end of an answer in doubt is malformed, so that no
 * answer can pass for a part of another one. Each part has a limit, but the body: the receiver limits it.
 *
 * @param longestHead most bytes of status line and headers, and of what follows a chunked body. Default: the limit of Node.js,
 *   which its option `--max-http-header-size` changes
 */
export const createAnswerReader = (sink: AnswerSink, longestHead: number = maxHeaderSize): AnswerReader => {
  let phase: Phase = 'none';
  /** Bytes of a head or line that is not complete. */
  let held: Buffer = nothing;
  /** Bytes that the head, with the interim ones before it, may still take; later those of chunk extensions and trailers. */
  let allowance = 0;
  /** Bytes of the body or the chunk that are still to come. */
  let left = 0;
  let keepsConnection = false;

  const take = (count: number): void => {
    allowance -= count;
    if (allowance < 0) wrong(`the headers of the answer are longer than ${longestHead} bytes`);
  };

  const finish = (): void => {
    phase = 'none';
    held = nothing;
    sink.complete(keepsConnection);
  };

  /** Keeps the bytes of a line that is not complete; the buffer that they arrived in may be large, and is used again. */
  const hold = (data: Buffer, size: number, at: number, most: number): number => {
    if (size - at > most) wrong('the answer has a line that is too long');
    held = Buffer.from(data.subarray(at, size));
    return size;
  };

  const readHead = (data: Buffer, size: number, at: number): number => {
    const end = endOfHead(data, at, size);
    if (end < 0) {
      // A server that speaks another protocol may wait for more.
      if (!canBegin(data, at, size)) wrong('the answer does not begin with a status line');
      if (size - at > allowance) take(size - at);
      return hold(data, size, at, allowance);
    }
    take(end - at);
    const { head, isChunked, isInterim, hasBody } = parseHead(data, at, end);
    if (isInterim) return end;
    allowance = longestHead;
    keepsConnection = head.keepsConnection;
    left = head.length ?? 0;
    if (!hasBody || head.length === 0) phase = 'none';
    else if (isChunked) phase = 'chunk line';
    else phase = head.length === undefined ? 'rest' : 'body';
    sink.head(head);
    return end;
  };

  const readPart = (data: Buffer, size: number, at: number): number => {
    const end = Math.min(size, at + left);
    left -= end - at;
    sink.part(data, at, end);
    return end;
  };

  const readLine = (data: Buffer, size: number, at: number): number => {
    const end = endOfLine(data, at, size);
    if (end < 0) return hold(data, size, at, longestChunkLine);
    if (end - at > longestChunkLine) wrong('the answer has a line that is too long');
    const { length, extension } = readChunkLine(data, at, end);
    take(extension);
    left = length;
    phase = length === 0 ? 'trailers' : 'chunk';
    return end + 2;
  };

  const readChunkEnd = (data: Buffer, size: number, at: number): number => {
    if (size - at < 2) return hold(data, size, at, 2);
    if (data[at] !== 13 || data[at + 1] !== 10) wrong('the answer has a malformed chunk');
    phase = 'chunk line';
    return at + 2;
  };

  const readTrailers = (data: Buffer, size: number, at: number): number => {
    if (size - at < 2) return hold(data, size, at, allowance);
    if (data[at] === 13 && data[at + 1] === 10) {
      phase = 'none';
      return at + 2;
    }
    const end = endOfHead(data, at, size);
    if (end < 0) {
      if (size - at > allowance) take(size - at);
      return hold(data, size, at, allowance);
    }
    take(end - at);
    checkHeaders(data, at, end);
    phase = 'none';
    return end;
  };

  const step = (data: Buffer, size: number, at: number): number => {
    switch (phase) {
      case 'head':
        return readHead(data, size, at);
      case 'body': {
        const end = readPart(data, size, at);
        if (left === 0) phase = 'none';
        return end;
      }
      case 'rest':
        sink.part(data, at, size);
        return size;
      case 'chunk line':
        return readLine(data, size, at);
      case 'chunk': {
        const end = readPart(data, size, at);
        if (left === 0) phase = 'chunk end';
        return end;
      }
      case 'chunk end':
        return readChunkEnd(data, size, at);
      case 'trailers':
        return readTrailers(data, size, at);
      case 'none':
        return size;
    }
  };

  return {
    expect: () => {
      phase = 'head';
      held = nothing;
      allowance = longestHead;
    },
    read: (bytes, length = bytes.length) => {
      const data = held.length === 0 ? bytes : Buffer.concat([held, bytes.subarray(0, length)]);
      const size = held.length + length;
      held = nothing;
      let at = 0;
      try {
        while (at < size && phase !== 'none') at = step(data, size, at);
        if (at < size) wrong('the answer goes on behind its end');
      } catch (error) {
        if (!isMalformed(error)) throw error;
        phase = 'none';
        sink.malformed(error.message);
        return;
      }
      if (phase === 'none') finish();
    },
    end: () => {
      if (phase !== 'rest') return false;
      finish();
      return true;
    },
  };
};
