import { createHash, timingSafeEqual } from 'node:crypto';

/** A text counts as its UTF-8 bytes. */
type Content = string | Uint8Array;

const digest = (content: Content): Uint8Array => createHash('sha256').update(content).digest();

/**
 * Whether two contents are equal, in a time that does not depend on where they differ. All comparisons with secrets and
 * signatures of this room are made here: `===` would tell an attacker how many characters are right.
 */
export const isSame = (one: Content, other: Content): boolean => timingSafeEqual(digest(one), digest(other));

/** Whether a content equals any of the others. Always compares all of them. */
export const isOneOf = (one: Content, others: readonly Content[]): boolean =>
  others.map((other) => isSame(one, other)).includes(true);
