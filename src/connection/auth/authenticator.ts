import { settleWithin } from '../../common/abort.ts';
import { abortedFault, connectionFault, deadlineFault, isConnectionFault } from '../faults.ts';
import type { ConnectionFault } from '../port.ts';
import type { TokenSource } from './token-source.ts';

/** The headers of a call that prove who makes it, by name in lower case. */
export type CallHeaders = Readonly<Record<string, string>>;

/**
 * The port of authentication: it yields the headers of each call, whatever the protocol. It never yields headers without
 * the credentials that the connection is to send; it rejects instead.
 */
export interface Authenticator {
  /**
   * The headers of a call, without a promise if they are known. The same object stands for the same credentials. Rejects
   * with a {@link ConnectionFault}. The caller limits the time.
   */
  headers(): CallHeaders | Promise<CallHeaders>;
  /** The gateway accepted these headers. */
  accepted(headers: CallHeaders): void;
  /** The gateway rejected these headers (UNAUTHENTICATED, 401), so the next call gets others if there are any. */
  refused(headers: CallHeaders): void;
  /** Aborts what runs; `headers` rejects from now on. */
  close(): void;
}

/** Headers that the transport itself sets. */
const reserved = /^(?:grpc-.*|:.*|content-type|content-length|te|host|connection|transfer-encoding|user-agent)$/;

/** Credentials that never change. */
export const createFixedHeaders = (headers: CallHeaders): Authenticator => ({
  headers: () => headers,
  accepted: () => undefined,
  refused: () => undefined,
  close: () => undefined,
});

/** The header value of basic authentication. User name and password are sent as UTF-8. */
export const basicAuthorization = (username: string, password: string): string =>
  `Basic ${Buffer.from(`${username}:${password}`, 'utf8').toString('base64')}`;

/** Sends the tokens of a source. */
export const createBearerAuthenticator = (source: TokenSource): Authenticator => {
  let latest: { readonly token: string; readonly headers: CallHeaders } | undefined;
  const headersFor = (token: string): CallHeaders => {
    if (latest?.token !== token) latest = { token, headers: { authorization: `Bearer ${token}` } };
    return latest.headers;
  };
  const tokenIn = ({ authorization }: CallHeaders): string => authorization!.slice('Bearer '.length);
  return {
    headers: () => {
      const token = source.get();
      return typeof token === 'string' ? headersFor(token) : token.then(headersFor);
    },
    accepted: (headers) => source.accepted(tokenIn(headers)),
    refused: (headers) => source.refused(tokenIn(headers)),
    close: source.close,
  };
};

/** What went wrong in a function of the user, without its text, which may contain a secret. */
export const nameOfError = (error: unknown): string => {
  const { name, code } = (typeof error === 'object' && error !== null ? error : {}) as {
    readonly name?: unknown;
    readonly code?: unknown;
  };
  const parts = [name, code].filter((part): part is string => typeof part === 'string' && /^[\w. -]{1,60}$/.test(part));
  return parts.join(', ') || 'no error object';
};

const wrongHeaders = (what: string, where: string): ConnectionFault =>
  connectionFault('credentials', 'UNAUTHENTICATED', {
    what,
    where,
    fix: "return an object with the headers by name, e.g. { 'x-api-key': key }. Values are text without line breaks.",
  });

/** Checks headers that a function returned. */
const checkHeaders = (value: unknown, where: string): CallHeaders => {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) {
    throw wrongHeaders('The function for headers did not return an object.', where);
  }
  const entries = Object.entries(value).filter(([, text]) => text !== undefined);
  for (const [name, text] of entries) {
    if (!/^[!#$%&'*+.^_`|~0-9a-z-]+$/i.test(name) || reserved.test(name.toLowerCase()) || /-bin$/i.test(name)) {
      throw wrongHeaders('The function for headers returned a header with a name that is not allowed.', where);
    }
    if (typeof text !== 'string' || !/^[\t\x20-\x7e]*$/.test(text)) {
      throw wrongHeaders(`The function for headers returned a value for ${name} that a header cannot hold.`, where);
    }
  }
  return Object.fromEntries(entries.map(([name, text]) => [name.toLowerCase(), text as string]));
};

/**
 * Asks a function for the headers of each call.
 *
 * @param getHeaders the function
 * @param where its name, for errors
 */
export const createHeadersAuthenticator = (
  getHeaders: () => unknown,
  where: string,
  onRefused: () => void = () => undefined,
): Authenticator => {
  let latest: CallHeaders | undefined;
  const known = (headers: CallHeaders): CallHeaders => {
    if (latest === undefined || !isSame(latest, headers)) latest = headers;
    return latest;
  };
  return {
    headers: async () => {
      let value: unknown;
      try {
        value = await getHeaders();
      } catch (error) {
        if (isConnectionFault(error)) throw error;
        throw connectionFault('transient', 'UNAVAILABLE', {
          what: `The function for headers failed (${nameOfError(error)}).`,
          where,
          fix: 'correct the function. Its error is not shown, because it may contain a secret.',
        });
      }
      return known(checkHeaders(value, where));
    },
    accepted: () => undefined,
    refused: onRefused,
    close: () => undefined,
  };
};

const isSame = (left: CallHeaders, right: CallHeaders): boolean => {
  const names = Object.keys(left);
  return names.length === Object.keys(right).length && names.every((name) => left[name] === right[name]);
};

/** Sends the headers of both. Those of the first take precedence. */
export const combineAuthenticators = (first: Authenticator, second: Authenticator): Authenticator => {
  const parts = new WeakMap<CallHeaders, readonly [CallHeaders, CallHeaders]>();
  let latest: CallHeaders | undefined;
  const merge = (one: CallHeaders, other: CallHeaders): CallHeaders => {
    const [a, b] = (latest === undefined ? undefined : parts.get(latest)) ?? [];
    if (latest !== undefined && a === one && b === other) return latest;
    latest = { ...other, ...one };
    parts.set(latest, [one, other]);
    return latest;
  };
  return {
    headers: async () => merge(await first.headers(), await second.headers()),
    accepted: (headers) => {
      const found = parts.get(headers);
      if (found === undefined) return;
      first.accepted(found[0]);
      second.accepted(found[1]);
    },
    refused: (headers) => {
      const found = parts.get(headers);
      if (found === undefined) return;
      first.refused(found[0]);
      second.refused(found[1]);
    },
    close: () => {
      first.close();
      second.close();
    },
  };
};

/** The limits of waiting for the headers of a call. */
export interface HeaderLimits {
  /** Milliseconds from now. */
  readonly milliseconds: number;
  readonly closing: AbortSignal;
  readonly signal?: AbortSignal | undefined;
  /** For errors: the call, its address, and its whole time limit in milliseconds. */
  readonly method: string;
  readonly address: string;
  readonly timeout: number;
}

/**
 * The headers of a call, within its limits; without a promise if they are known.
 *
 * @throws ConnectionFault also with the reason `transient` when the time is over, `aborted` when the signal fires
 */
export const headersWithin = (
  authenticator: Authenticator,
  limits: HeaderLimits,
): CallHeaders | Promise<CallHeaders> => {
  const known = authenticator.headers();
  return known instanceof Promise ? awaitHeaders(known, limits) : known;
};

const awaitHeaders = async (
  headers: Promise<CallHeaders>,
  { milliseconds, closing, signal, method, address, timeout }: HeaderLimits,
): Promise<CallHeaders> => {
  const result = await settleWithin(headers, milliseconds, [closing, signal]);
  if (result === 'late') throw deadlineFault(method, address, timeout, 'no access token yet');
  if (result === 'aborted') throw abortedFault(method, address, closing.aborted);
  return result.value;
};
