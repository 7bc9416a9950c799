import { stat } from 'node:fs/promises';
import { fileTooLongCode, readFileWithin } from '../../common/files/read-file.ts';
import { connectionFault } from '../faults.ts';
import type { ConnectionFault } from '../port.ts';
import { nameOfError } from './authenticator.ts';
import type { TokenSource } from './token-source.ts';

/** How long a token of a function is used before the function is asked again, in milliseconds. */
const functionInterval = 60_000;
/** Minimum time between two checks of a file for changes, in milliseconds. */
const fileInterval = 5_000;
/** Longest file with a token, in bytes. */
const longestFile = 64 * 1024;

const isToken = (value: unknown): value is string => typeof value === 'string' && /^[\x21-\x7e]+$/.test(value);

const noToken = (what: string, where: string, fix: string): ConnectionFault =>
  connectionFault('credentials', 'UNAUTHENTICATED', { what, where, fix });

const closedFault = (): ConnectionFault =>
  connectionFault('aborted', 'CANCELLED', { what: 'The connection is closed.' });

/** A token that never changes. If the gateway rejects it, there is no other one. */
export const createFixedToken = (token: string): TokenSource => {
  let isClosed = false;
  return {
    get: () => (isClosed ? Promise.reject(closedFault()) : token),
    accepted: () => undefined,
    refused: () => undefined,
    close: () => {
      isClosed = true;
    },
  };
};

/**
 * Keeps a token that something else provides.
 *
 * @param read provides the current token
 * @param interval milliseconds for which it is used without asking again
 */
const createKeptToken = (read: () => Promise<string>, interval: number, now: () => number): TokenSource => {
  let kept: { readonly token: string; readonly until: number } | undefined;
  let pending: Promise<string> | undefined;
  let isClosed = false;
  // If the source provides the refused token again, it is not asked for another one until the interval has passed.
  let refused: { readonly token: string; readonly until: number } | undefined;
  const renew = async (): Promise<string> => {
    try {
      const token = await read();
      kept = { token, until: now() + interval };
      return token;
    } finally {
      pending = undefined;
    }
  };
  return {
    get: () => {
      if (isClosed) return Promise.reject(closedFault());
      if (kept !== undefined && now() < kept.until) return kept.token;
      pending ??= renew();
      return pending;
    },
    accepted: () => undefined,
    refused: (token) => {
      if (kept?.token !== token || (refused?.token === token && now() < refused.until)) return;
      refused = { token, until: now() + 1_000 };
      kept = undefined;
    },
    close: () => {
      isClosed = true;
    },
  };
};

/**
 * A token that a function returns. The function is asked again when the gateway rejects the token, and after a minute.
 *
 * @param getToken the user's function; its errors are not shown, because they may contain a secret
 */
export const createTokenFunction = (getToken: () => unknown, now: () => number = Date.now): TokenSource => {
  const where = 'the function token of the connection';
  const read = async (): Promise<string> => {
    let token: unknown;
    try {
      token = await getToken();
    } catch (error) {
      throw connectionFault('transient', 'UNAVAILABLE', {
        what: `The function for the token failed (${nameOfError(error)}).`,
        where,
        fix: 'correct the function. Its error is not shown, because it may contain a secret.',
      });
    }
    if (isToken(token)) return token;
    throw noToken(
      'The function for the token did not return a token.',
      where,
      'return the token as text, without line breaks.',
    );
  };
  return createKeptToken(read, functionInterval, now);
};

/** A token in a file, such as those that Kubernetes mounts and replaces. The file is read again when it changes. */
export const createTokenFile = (path: string, now: () => number = Date.now): TokenSource => {
  const where = `the file ${path}`;
  const fix = 'correct CAMUNDA_OAUTH_TOKEN_FILE (tokenFile), or write a token into the file.';
  let read: { readonly changed: number; readonly size: number; readonly token: string } | undefined;
  const readAgain = async (): Promise<string> => {
    let text: string;
    let changed: number;
    let size: number;
    try {
      ({ mtimeMs: changed, size } = await stat(path));
      if (read?.changed === changed && read.size === size) return read.token;
      text = (await readFileWithin(path, longestFile)).toString('utf8').trim();
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code === fileTooLongCode) {
        throw noToken('The file with the token is too large for a token.', where, fix);
      }
      throw noToken(`The file with the token cannot be read (${nameOfError(error)}).`, where, fix);
    }
    if (!isToken(text)) throw noToken('The file with the token does not contain one.', where, fix);
    read = { changed, size, token: text };
    return text;
  };
  return createKeptToken(readAgain, fileInterval, now);
};
