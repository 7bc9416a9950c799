import type { IncomingMessage } from 'node:http';

/** A body that was received whole, or why it was not. */
export type ReceivedBody =
  | { readonly kind: 'whole'; readonly bytes: Uint8Array }
  /** It is longer than allowed. The rest was not read. */
  | { readonly kind: 'tooLarge' }
  /** It came in more pieces than any sender makes of it. The rest was not read. */
  | { readonly kind: 'tooManyPieces' }
  /** The caller closed the connection, or took too long. */
  | { readonly kind: 'cut' };

/** The length that the caller announces; `undefined` for a chunked body. */
export const announcedLength = ({ headers }: Pick<IncomingMessage, 'headers'>): number | undefined =>
  headers['content-length'] === undefined ? undefined : Number(headers['content-length']);

/** Each piece costs a call of the parser, however short it is. */
const maxPieces = 100_000;

/** Collects pieces in one buffer. A list of them would cost a hundred bytes for each, and a piece can have one. */
const createCollector = (limit: number) => {
  let bytes: Buffer = Buffer.alloc(0);
  let size = 0;
  return {
    add: (piece: Buffer): void => {
      const needed = size + piece.length;
      // Most bodies come in one piece, which is not copied.
      if (size === 0) bytes = piece;
      else {
        if (needed > bytes.length) {
          const larger = Buffer.allocUnsafe(Math.min(limit, Math.max(needed, bytes.length * 2)));
          bytes.copy(larger, 0, 0, size);
          bytes = larger;
        }
        piece.copy(bytes, size);
      }
      size = needed;
    },
    size: () => size,
    bytes: () => bytes.subarray(0, size),
  };
};

/**
 * Reads a body of up to `limit` bytes. Stops reading at the first byte beyond, so that the memory is bounded. Never rejects.
 */
export const readBody = (request: IncomingMessage, limit: number): Promise<ReceivedBody> =>
  new Promise((resolve) => {
    const collector = createCollector(limit);
    let pieces = 0;
    const end = (received: ReceivedBody): void => {
      request.off('data', onData).off('end', onEnd).off('close', onCut).off('error', onCut);
      // An error may still follow, e.g. when the connection is closed after the answer.
      request.on('error', () => {});
      resolve(received);
    };
    const stop = (kind: 'tooLarge' | 'tooManyPieces'): void => {
      request.pause();
      end({ kind });
    };
    const onData = (piece: Buffer): void => {
      pieces++;
      if (collector.size() + piece.length > limit) stop('tooLarge');
      else if (pieces > maxPieces) stop('tooManyPieces');
      else collector.add(piece);
    };
    const onEnd = (): void => end({ kind: 'whole', bytes: collector.bytes() });
    const onCut = (): void => end({ kind: 'cut' });
    request.on('data', onData).on('end', onEnd).on('close', onCut).on('error', onCut);
  });
