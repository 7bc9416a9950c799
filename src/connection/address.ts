import { isIP } from 'node:net';

/** Where a gateway listens. */
export interface GatewayAddress {
  readonly tls: boolean;
  /** Host name or IP address; an IPv6 address without brackets. */
  readonly host: string;
  readonly port: number;
}

// Underscores are no legal host names, but Docker Compose makes them and resolvers answer them.
const label = '[a-z0-9_](?:[a-z0-9_-]{0,61}[a-z0-9_])?';
const hostName = new RegExp(`^${label}(?:\\.${label})*\\.?$`, 'i');

const withoutBrackets = (text: string): string =>
  text.startsWith('[') && text.endsWith(']') ? text.slice(1, -1) : text;

/** The host name or IP address, IPv6 without brackets; `undefined` when the text is neither. */
export const parseHost = (text: string): string | undefined => {
  const bare = withoutBrackets(text);
  if (isIP(bare) !== 0) return bare;
  return text.length <= 253 && hostName.test(text) ? text : undefined;
};

/** The port as a number; `undefined` unless it is a whole number from 1 to 65535. */
export const parsePort = (value: unknown): number | undefined => {
  const port = typeof value === 'string' && /^\d{1,5}$/.test(value) ? Number(value) : value;
  return typeof port === 'number' && Number.isInteger(port) && port >= 1 && port <= 65535 ? port : undefined;
};

/** Tells whether the host is this machine, so that nothing sent to it can be read on the way. */
export const isLoopback = (host: string): boolean =>
  host.toLowerCase() === 'localhost' || host === '::1' || (isIP(host) === 4 && host.startsWith('127.'));

/** `host:port` with the brackets that an IPv6 address needs. */
export const hostAndPort = ({ host, port }: Pick<GatewayAddress, 'host' | 'port'>): string =>
  `${isIP(host) === 6 ? `[${host}]` : host}:${port}`;

/** For log lines and errors, e.g. `grpcs://zeebe.example.com:26500`. */
export const addressText = (address: GatewayAddress): string =>
  `${address.tls ? 'grpcs' : 'grpc'}://${hostAndPort(address)}`;

/**
 * Reads a gateway's address: `grpcs://host:port`, `grpc://host:port`, the same with `https` and `http`, or `host:port`
 * for TLS. The port may be left out: 443 with TLS, 26500 without.
 *
 * @returns `undefined` when the text is no such address
 */
export const parseGatewayAddress = (text: string): GatewayAddress | undefined => {
  const match = /^(?:(grpcs|grpc|https|http):\/\/)?(\[[^\]]+\]|[^:/?#@\s]+)(?::(\d{1,5}))?\/?$/i.exec(text);
  const host = match?.[2] === undefined ? undefined : parseHost(match[2]);
  if (match === null || host === undefined) return undefined;
  const scheme = match[1]?.toLowerCase() ?? 'grpcs';
  const tls = scheme === 'grpcs' || scheme === 'https';
  const port = parsePort(match[3] ?? (tls ? 443 : 26500));
  return port === undefined ? undefined : { tls, host, port };
};
