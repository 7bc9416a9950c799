import { maxHeaderSize } from 'node:http';

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

/** What becomes of the bytes. Each answer ends in one call of `complete` or `malformed`. */
export interface AnswerSink {
  head(head: AnswerHead): void;
  /** A part of the body, not empty. It may be part of what `read` was given, so that it has to be copied to be kept. */
  part(bytes: Buffer): void;
  /** @param canFollow whether another request may be sent over this connection */
  complete(canFollow: boolean): void;
  /** @param why a description that quotes nothing of the answer */
  malformed(why: string): void;
}

/** Reads the answers of one connection, one after the other. */
export interface AnswerReader {
  /** Expects the answer to a request that is about to be sent. */
  expect(): void;
  /** Reads what has arrived. Only between `expect` and the end of the answer. */
  read(bytes: Buffer): void;
  /**
   * The server has closed the connection. Completes an answer that lasts until then.
   *
   * @returns whether the answer is complete
   */
  end(): boolean;
}

/** Longest line with the length of a chunk, in bytes. */
const longestChunkLine = 1_024;

const statusLine = /HTTP\/1\.([01]) ([1-9]\d\d)(?: [\t\x20-\x7e\x80-\xff]*)?\r\n/y;

// No space before the colon, no folded line, no control character. The two kinds of characters of a value are disjoint, so the
// time of the search is linear.
const headerLine =
  /([!#$%&'*+\-.^_`|~0-9A-Za-z]+):[\t ]*((?:[\x21-\x7e\x80-\xff]+(?:[\t ]+[\x21-\x7e\x80-\xff]+)*)?)[\t ]*\r\n/y;

const chunkLine = /^([0-9A-Fa-f]{1,8})(;[\t\x20-\x7e\x80-\xff]*)?$/;

const opening = 'HTTP/1.';

/** Tells what is wrong with an answer from errors in this code. */
const isMalformed = Symbol('malformed');

/** A part of the answer that is not as HTTP wants it. */
const wrong = (why: string): never => {
  throw Object.assign(new Error(why), { [isMalformed]: true });
};

interface Framing {
  readonly head: AnswerHead;
  readonly isChunked: boolean;
  readonly isInterim: boolean;
  readonly hasBody: boolean;
}

/** Nothing is repaired: what one reader repairs, another reads differently. */
const parseHead = (text: string): Framing => {
  statusLine.lastIndex = 0;
  const first = statusLine.exec(text) ?? wrong('the answer does not begin with a status line');
  const status = Number(first[2]);
  const isNewer = first[1] === '1';
  let at = statusLine.lastIndex;
  let type: string | undefined;
  let encoding: string | undefined;
  let retryAfter: string | undefined;
  let length: number | undefined;
  let isChunked = false;
  let isClosing = false;
  let isKept = isNewer;
  let idleTime: number | undefined;
  while (at < text.length) {
    headerLine.lastIndex = at;
    const [, name, value] = (headerLine.exec(text) ?? wrong('the answer has a malformed header')) as unknown as [
      string,
      string,
      string,
    ];
    at = headerLine.lastIndex;
    switch (name.toLowerCase()) {
      case 'content-length':
        if (length !== undefined || !/^\d{1,15}$/.test(value)) wrong('the length of the answer is unclear');
        length = Number(value);
        break;
      case 'transfer-encoding':
        if (isChunked || !isNewer || value.toLowerCase() !== 'chunked')
          wrong('the transfer encoding of the answer is not chunked');
        isChunked = true;
        break;
      case 'connection':
        for (const option of value.toLowerCase().split(',')) {
          if (option.trim() === 'close') isClosing = true;
          else if (option.trim() === 'keep-alive') isKept = true;
        }
        break;
      case 'keep-alive': {
        const seconds = /(?:^|[\s,])timeout=(\d{1,6})/i.exec(value)?.[1];
        if (seconds !== undefined) idleTime = Number(seconds) * 1_000;
        break;
      }
      case 'content-type':
        type ??= value;
        break;
      case 'content-encoding':
        encoding = encoding === undefined ? value : `${encoding}, ${value}`;
        break;
      case 'retry-after':
        retryAfter ??= value;
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

  /** Keeps the bytes of a line that is not complete; the buffer that they arrived in may be large. */
  const hold = (data: Buffer, at: number, most: number): number => {
    if (data.length - at > most) wrong('the answer has a line that is too long');
    held = Buffer.from(data.subarray(at));
    return data.length;
  };

  const readHead = (data: Buffer, at: number): number => {
    const end = data.indexOf('\r\n\r\n', at, 'latin1');
    const size = (end < 0 ? data.length : end + 4) - at;
    if (end < 0) {
      // A server that speaks another protocol may wait for more.
      const start = data.toString('latin1', at, Math.min(at + opening.length, data.length));
      if (!opening.startsWith(start)) wrong('the answer does not begin with a status line');
      if (size > allowance) take(size);
      return hold(data, at, allowance);
    }
    take(size);
    const { head, isChunked, isInterim, hasBody } = parseHead(data.toString('latin1', at, end + 2));
    if (isInterim) return end + 4;
    allowance = longestHead;
    keepsConnection = head.keepsConnection;
    left = head.length ?? 0;
    if (!hasBody || head.length === 0) phase = 'none';
    else if (isChunked) phase = 'chunk line';
    else phase = head.length === undefined ? 'rest' : 'body';
    sink.head(head);
    return end + 4;
  };

  const readPart = (data: Buffer, at: number): number => {
    const end = Math.min(data.length, at + left);
    left -= end - at;
    sink.part(at === 0 && end === data.length ? data : data.subarray(at, end));
    return end;
  };

  const readChunkLine = (data: Buffer, at: number): number => {
    const end = data.indexOf('\r\n', at, 'latin1');
    if (end < 0) return hold(data, at, longestChunkLine);
    if (end - at > longestChunkLine) wrong('the answer has a line that is too long');
    const [, size, extension = ''] = (chunkLine.exec(data.toString('latin1', at, end)) ??
      wrong('the answer has a malformed chunk')) as unknown as [string, string, string?];
    take(extension.length);
    left = Number.parseInt(size, 16);
    phase = left === 0 ? 'trailers' : 'chunk';
    return end + 2;
  };

  const readChunkEnd = (data: Buffer, at: number): number => {
    if (data.length - at < 2) return hold(data, at, 2);
    if (data[at] !== 13 || data[at + 1] !== 10) wrong('the answer has a malformed chunk');
    phase = 'chunk line';
    return at + 2;
  };

  const readTrailers = (data: Buffer, at: number): number => {
    if (data.length - at < 2) return hold(data, at, allowance);
    if (data[at] === 13 && data[at + 1] === 10) {
      phase = 'none';
      return at + 2;
    }
    const end = data.indexOf('\r\n\r\n', at, 'latin1');
    if (end < 0) {
      if (data.length - at > allowance) take(data.length - at);
      return hold(data, at, allowance);
    }
    take(end + 4 - at);
    const text = data.toString('latin1', at, end + 2);
    for (let line = 0; line < text.length; line = headerLine.lastIndex) {
      headerLine.lastIndex = line;
      if (!headerLine.test(text)) wrong('the answer has a malformed header');
    }
    phase = 'none';
    return end + 4;
  };

  const step = (data: Buffer, at: number): number => {
    switch (phase) {
      case 'head':
        return readHead(data, at);
      case 'body': {
        const end = readPart(data, at);
        if (left === 0 && phase === 'body') phase = 'none';
        return end;
      }
      case 'rest':
        sink.part(at === 0 ? data : data.subarray(at));
        return data.length;
      case 'chunk line':
        return readChunkLine(data, at);
      case 'chunk': {
        const end = readPart(data, at);
        if (left === 0 && phase === 'chunk') phase = 'chunk end';
        return end;
      }
      case 'chunk end':
        return readChunkEnd(data, at);
      case 'trailers':
        return readTrailers(data, at);
      case 'none':
        return data.length;
    }
  };

  return {
    expect: () => {
      phase = 'head';
      held = nothing;
      allowance = longestHead;
    },
    read: (bytes) => {
      const data = held.length === 0 ? bytes : Buffer.concat([held, bytes]);
      held = nothing;
      let at = 0;
      try {
        while (at < data.length && phase !== 'none') at = step(data, at);
        if (at < data.length) wrong('the answer goes on behind its end');
      } catch (error) {
        if (!(error instanceof Error && isMalformed in error)) throw error;
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
