import type { IncomingHttpHeaders } from 'node:http';

/** Names of this machine that a client may use in `Host`. */
const hosts = /^(?:127\.0\.0\.1|localhost|\[::1\])(?::(\d{1,5}))?$/i;

/** What a browser says of a request that no page of another site has made. Every other value is refused, also an unknown one. */
const ownSites: readonly string[] = ['none', 'same-origin'];

/**
 * The port in a `Host` header that names this machine: a name that was made to lead to this machine must not open a port to the
 * page of that name.
 *
 * @returns the port, 80 where none is given; `undefined` if the header is missing or names another machine
 * @example
 * localPort({ host: 'localhost:8385' }); // 8385
 */
export const localPort = ({ host = '' }: IncomingHttpHeaders): number | undefined => {
  const match = hosts.exec(host);
  return match === null ? undefined : Number(match[1] ?? 80);
};

/** Whether a browser says that a page of another site, or of another port, has made the request. */
export const isFromOtherSite = (headers: IncomingHttpHeaders): boolean => {
  const site = headers['sec-fetch-site'];
  return site !== undefined && !ownSites.includes(String(site).toLowerCase());
};

/**
 * Why a request is not served. The port is for programs on this machine, never for pages in a browser: a form with files
 * needs no permission of the server, so that any page could deploy a process and run connectors with their secrets. And a
 * name that was made to lead to this machine must not open the port to the page of that name.
 *
 * @returns `undefined` if the request may be served
 */
export const refusalOf = (headers: IncomingHttpHeaders): string | undefined => {
  if (localPort(headers) === undefined) return 'The header Host must name this machine: 127.0.0.1 or localhost.';
  if (headers.origin !== undefined)
    return 'Pages in a browser may not use the embedded engine (the header Origin is set).';
  if (isFromOtherSite(headers)) {
    return 'Pages in a browser may not use the embedded engine (the header Sec-Fetch-Site is set).';
  }
  return undefined;
};
