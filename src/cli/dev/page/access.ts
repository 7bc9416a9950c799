import { createHash, randomBytes, timingSafeEqual } from 'node:crypto';
import type { IncomingHttpHeaders, OutgoingHttpHeaders } from 'node:http';
import { isFromOtherSite, localPort } from '../../../engine/gateway/rest/admission.ts';

/** Why a request is not served. */
export interface Refusal {
  readonly status: number;
  readonly text: string;
}

/** Who may use the page: the owner of the terminal, who has seen its address. */
export interface Access {
  /** Goes into the address that is printed. */
  readonly token: string;
  /** What forbids a request, without a look at its token; `undefined` if nothing does. */
  readonly refusal: (headers: IncomingHttpHeaders) => Refusal | undefined;
  /** Whether a text is the token. */
  readonly isToken: (given: string) => boolean;
  /** Whether the request has the cookie that the token was exchanged for. */
  readonly hasCookie: (headers: IncomingHttpHeaders) => boolean;
  /** The value of the header `set-cookie`. */
  readonly cookie: string;
}

/** Headers of every answer: nothing of the page comes from elsewhere, and nobody else may show it or read it. */
export const safeHeaders: OutgoingHttpHeaders = {
  'content-security-policy': [
    "default-src 'none'",
    "script-src 'self'",
    "connect-src 'self'",
    "img-src 'self' data:",
    "font-src 'self' data:",
    // The library that draws the diagrams sets styles of elements.
    "style-src 'self' 'unsafe-inline'",
    "base-uri 'none'",
    "form-action 'none'",
    "frame-ancestors 'none'",
  ].join('; '),
  'x-content-type-options': 'nosniff',
  'referrer-policy': 'no-referrer',
  'cross-origin-opener-policy': 'same-origin',
  'cross-origin-resource-policy': 'same-origin',
  'cache-control': 'no-store',
};

const digest = (text: string): Buffer => createHash('sha256').update(text).digest();

const readCookie = ({ cookie = '' }: IncomingHttpHeaders, name: string): string | undefined =>
  cookie
    .split(';')
    .map((part) => part.trim())
    .find((part) => part.startsWith(`${name}=`))
    ?.slice(name.length + 1);

/**
 * Creates the access to a page. Running a connector is running code, so the page is guarded like a shell.
 *
 * @param port of the page. Cookies do not distinguish ports, so the name of the cookie has it: two pages do not log each other out.
 */
export const createAccess = (port: number): Access => {
  const token = randomBytes(32).toString('base64url');
  const expected = digest(token);
  const name = `camunda_connectors_${port}`;
  const origins = ['127.0.0.1', 'localhost', '[::1]'].map((host) => `http://${host}:${port}`);
  const isToken = (given: string): boolean => timingSafeEqual(digest(given), expected);
  return {
    token,
    isToken,
    refusal: (headers) => {
      if (localPort(headers) !== port) {
        return { status: 421, text: `The header Host must be 127.0.0.1:${port} or localhost:${port}.` };
      }
      if (headers.origin !== undefined && !origins.includes(headers.origin)) {
        return { status: 403, text: 'Other pages may not use this page (the header Origin is that of another page).' };
      }
      if (isFromOtherSite(headers)) {
        return {
          status: 403,
          text: 'Other pages may not use this page (the header Sec-Fetch-Site says so). Fix: copy the address that dev has printed into the address bar of the browser.',
        };
      }
      return undefined;
    },
    hasCookie: (headers) => {
      const given = readCookie(headers, name);
      return given !== undefined && isToken(given);
    },
    cookie: `${name}=${token}; HttpOnly; SameSite=Strict; Path=/`,
  };
};
