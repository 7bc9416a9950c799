import { isIP } from 'node:net';
import { parsePort } from '../common/port.ts';

/** The address of a gateway. */
export interface GatewayAddress {
  readonly tls: boolean;
  /** Host name or IP address; an IPv6 address without brackets. */
  readonly host: string;
  readonly port: number;
}

// Underscores are not legal in host names, but Docker Compose creates such names and resolvers accept them.
const label = '[a-z0-9_](?:[a-z0-9_-]{0,61}[a-z0-9_])?';
const hostName = new RegExp(`^${label}(?:\\.${label})*\\.?$`, 'i');

const withoutBrackets = (text: string): string =>
  text.startsWith('[') && text.endsWith(']') ? text.slice(1, -1) : text;

/** Reads a host name or an IP address; removes the brackets of IPv6. Returns `undefined` if the text is neither. */
export const parseHost = (text: string): string | undefined => {
  const bare = withoutBrackets(text);
  if (isIP(bare) !== 0) return bare;
  return text.length <= 253 && hostName.test(text) ? text : undefined;
};

/** Whether the host is this machine, so that nobody on the network can read what is sent to it. */
export const isLoopback = (host: string): boolean =>
  host.toLowerCase() === 'localhost' || host === '::1' || (isIP(host) === 4 && host.startsWith('127.'));

/** `host:port`, with brackets around an IPv6 address. */
export const hostAndPort = ({ host, port }: Pick<GatewayAddress, 'host' | 'port'>): string =>
  `${isIP(host) === 6 ? `[${host}]` : host}:${port}`;

/** For log lines and errors, e.g. `grpcs://zeebe.example.com:26500`. */
export const addressText = (address: GatewayAddress): string =>
  `${address.tls ? 'grpcs' : 'grpc'}://${hostAndPort(address)}`;

/**
 * Reads a gateway's address: `grpcs://host:port`, `grpc://host:port`, the same with `https` and `http`, or `host:port`
 * for TLS. The port is optional: 443 with TLS, 26500 without.
 *
 * @returns `undefined` if the text is not such an address
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
