import type { IncomingMessage } from 'node:http';

/** A body that was received whole, or why it was not. */
export type ReceivedBody =
  | { readonly kind: 'whole'; readonly bytes: Uint8Array }
  /** It is longer than allowed. The rest was not read. */
  | { readonly kind: 'tooLarge' }
  /** The caller closed the connection, or took too long. */
  | { readonly kind: 'cut' };

/** The length that the caller announces; `undefined` for a chunked body. */
export const announcedLength = ({ headers }: Pick<IncomingMessage, 'headers'>): number | undefined =>
  headers['content-length'] === undefined ? undefined : Number(headers['content-length']);

/**
 * Reads a body of up to `limit` bytes. Stops reading at the first byte beyond, so that the memory is bounded. Never rejects.
 */
export const readBody = (request: IncomingMessage, limit: number): Promise<ReceivedBody> =>
  new Promise((resolve) => {
    const chunks: Buffer[] = [];
    let size = 0;
    const end = (received: ReceivedBody): void => {
      request.off('data', onData).off('end', onEnd).off('close', onCut).off('error', onCut);
      // An error may still follow, e.g. when the connection is closed after the answer.
      request.on('error', () => {});
      resolve(received);
    };
    const onData = (chunk: Buffer): void => {
      size += chunk.length;
      if (size > limit) {
        request.pause();
        end({ kind: 'tooLarge' });
      } else chunks.push(chunk);
    };
    const onEnd = (): void =>
      end({ kind: 'whole', bytes: chunks.length === 1 ? chunks[0]! : Buffer.concat(chunks, size) });
    const onCut = (): void => end({ kind: 'cut' });
    request.on('data', onData).on('end', onEnd).on('close', onCut).on('error', onCut);
  });
