import type { WebAnswer } from '../types.ts';

/** A text of the caller comes back with these, so that a browser never takes it for a page. */
const safe = { 'x-content-type-options': 'nosniff', 'cache-control': 'no-store' };

/** An answer without content. */
export const emptyAnswer: WebAnswer = { status: 200, headers: { 'cache-control': 'no-store' }, body: '' };

/** Plain text. */
export const textAnswer = (body: string): WebAnswer => ({
  status: 200,
  headers: { 'content-type': 'text/plain; charset=utf-8', ...safe },
  body,
});

/** JSON. */
export const jsonAnswer = (value: unknown): WebAnswer => ({
  status: 200,
  headers: { 'content-type': 'application/json', ...safe },
  body: JSON.stringify(value),
});
