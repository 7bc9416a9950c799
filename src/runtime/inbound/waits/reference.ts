import { createHash, randomBytes } from 'node:crypto';

/** Says whom to answer: the process variable of a call that waits. */
export interface CallerReference {
  /** The id of the runtime that holds the call. */
  readonly holder: string;
  /** The id of the call. A repetition of a request with an id has the same. */
  readonly call: string;
  /** Until when the caller waits; milliseconds since 1970. */
  readonly until: number;
}

const form = /^([\w-]{22})\.([\w-]{22})\.(\d{1,15})$/;

/** The text of a reference. It consists of letters, digits, `.`, `-` and `_`. */
export const writeReference = ({ holder, call, until }: CallerReference): string => `${holder}.${call}.${until}`;

/** Reads a reference; `undefined` if the value is not one. */
export const readReference = (value: unknown): CallerReference | undefined => {
  const [, holder, call, until] = (typeof value === 'string' ? form.exec(value) : null) ?? [];
  return holder === undefined || call === undefined ? undefined : { holder, call, until: Number(until) };
};

/** An id that no other runtime or call has. */
export const randomId = (): string => randomBytes(16).toString('base64url');

/**
 * The id of a call.
 *
 * @param identity what its message and the repetitions of this message have in common; absent if they have nothing
 */
export const callIdOf = (identity: readonly string[] | undefined): string =>
  identity === undefined
    ? randomId()
    : createHash('sha256').update(JSON.stringify(identity)).digest().subarray(0, 16).toString('base64url');
