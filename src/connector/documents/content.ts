/** The content of documents: bytes, text, or a stream of bytes. */
import { anyAborted, onAbort } from '../../common/abort.ts';
import { fault } from '../../common/fault.ts';
import type { DocumentContent } from '../document.ts';

/** Longest content in bytes that is loaded at once, unless a limit is set. */
export const defaultMaxSize: number = 10 * 1024 * 1024;

/** Longest stream in bytes that becomes a new document: a document is sent in one piece. */
export const longestUpload: number = 100 * 1024 * 1024;

/** The error of content that is too long, which another attempt would find again. */
export const tooLarge = (what: string, maxSize: number, fix: string): Error =>
  fault('input', { what: `${what} is larger than ${maxSize} bytes.`, fix });

const closers = ['destroy', 'cancel', 'return'] as const;

/** Closes a stream that is not read to its end, so that what is behind it is freed. Never rejects. */
export const closeContent = async (content: DocumentContent): Promise<void> => {
  if (typeof content === 'string' || content instanceof Uint8Array) return;
  try {
    const source = content as unknown as Readonly<Record<string, unknown>>;
    const name = closers.find((closer) => typeof source[closer] === 'function');
    if (name !== undefined) await (source[name] as () => unknown).call(content);
    else await content[Symbol.asyncIterator]().return?.();
  } catch {
    // It is closed, or has nothing to close.
  }
};

/** The next part of a stream. Rejects when the signal fires, even if the stream never answers. */
const nextOrAborted = <T>(iterator: AsyncIterator<T>, signal: AbortSignal | undefined): Promise<IteratorResult<T>> =>
  new Promise((resolve, reject) => {
    const unsubscribe = onAbort([signal], () => {
      unsubscribe();
      reject(signal!.reason);
    });
    iterator.next().then(
      (result) => {
        unsubscribe();
        resolve(result);
      },
      (error: unknown) => {
        unsubscribe();
        reject(error);
      },
    );
    if (anyAborted([signal])) {
      unsubscribe();
      reject(signal!.reason);
    }
  });

/**
 * Reads content as bytes. A stream is closed at the limit, when the signal fires, and when it fails.
 *
 * @param refuse makes the error of content with more than `maxSize` bytes
 */
export const readContent = async (
  content: DocumentContent,
  maxSize: number,
  refuse: () => Error,
  signal?: AbortSignal,
): Promise<Uint8Array> => {
  if (typeof content === 'string' || content instanceof Uint8Array) {
    const bytes = typeof content === 'string' ? Buffer.from(content, 'utf8') : content;
    if (bytes.length > maxSize) throw refuse();
    return bytes;
  }
  const iterator = content[Symbol.asyncIterator]();
  const parts: Uint8Array[] = [];
  let size = 0;
  try {
    for (;;) {
      const { done, value } = await nextOrAborted(iterator, signal);
      if (done === true) return Buffer.concat(parts);
      const part = typeof value === 'string' ? Buffer.from(value, 'utf8') : value;
      size += part.length;
      if (size > maxSize) throw refuse();
      parts.push(part);
    }
  } catch (error) {
    // Not awaited: a generator that hangs would not return either.
    void Promise.resolve(iterator.return?.()).catch(() => undefined);
    void closeContent(content);
    throw error;
  }
};

const byExtension: Readonly<Record<string, string>> = {
  csv: 'text/csv',
  docx: 'application/vnd.openxmlformats-officedocument.wordprocessingml.document',
  gif: 'image/gif',
  gz: 'application/gzip',
  htm: 'text/html',
  html: 'text/html',
  jpeg: 'image/jpeg',
  jpg: 'image/jpeg',
  json: 'application/json',
  md: 'text/markdown',
  pdf: 'application/pdf',
  png: 'image/png',
  svg: 'image/svg+xml',
  txt: 'text/plain',
  xlsx: 'application/vnd.openxmlformats-officedocument.spreadsheetml.sheet',
  xml: 'application/xml',
  zip: 'application/zip',
};

/** The type of a file by the extension of its name, otherwise `application/octet-stream`. */
export const contentTypeOf = (fileName: string | null | undefined): string => {
  const extension = /\.([a-z0-9]+)$/i.exec(fileName ?? '')?.[1]?.toLowerCase() ?? '';
  return Object.hasOwn(byExtension, extension) ? byExtension[extension]! : 'application/octet-stream';
};
