import { createHash } from 'node:crypto';

/** Tells whether two files have the same bytes. */
export const checksumOf = (content: Uint8Array): string => createHash('sha256').update(content).digest('hex');
