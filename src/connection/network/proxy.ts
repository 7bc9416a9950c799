import { hostAndPort, isLoopback, parseHost } from '../address.ts';

/** A proxy that opens tunnels (CONNECT). */
export interface ProxyAddress {
  /** Whether the connection to the proxy itself uses TLS. */
  readonly tls: boolean;
  readonly host: string;
  readonly port: number;
  /** `user:password`, decoded; the proxy gets it as basic authentication. Never shown. */
  readonly credentials?: string;
  /** The variable that names the proxy. */
  readonly variable: string;
}

/** Environment variables by name. */
type Variables = Readonly<Record<string, string | undefined>>;

/** The server to reach. */
export interface ProxyTarget {
  readonly protocol: 'grpc' | 'https' | 'http';
  readonly host: string;
  readonly port: number;
}

const decoded = (text: string): string => {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
};

/** The variables that name a proxy, in the order of precedence. */
const variablesFor: Readonly<Record<ProxyTarget['protocol'], readonly string[]>> = {
  // The order of gRPC's own clients.
  grpc: ['grpc_proxy', 'https_proxy', 'http_proxy'],
  https: ['https_proxy'],
  http: ['http_proxy'],
};

const lookUp = (env: Variables, name: string): { readonly variable: string; readonly value: string } | undefined => {
  const upper = name.toUpperCase();
  for (const variable of [name, upper]) {
    // In a CGI program, HTTP_PROXY is a header of the request, so anyone could set it.
    if (variable === 'HTTP_PROXY' && env.REQUEST_METHOD !== undefined) continue;
    const value = env[variable]?.trim();
    if (value !== undefined && value !== '') return { variable, value };
  }
  return undefined;
};

const parseProxy = (variable: string, value: string): ProxyAddress | undefined => {
  const text = value.includes('://') ? value : `http://${value}`;
  if (!URL.canParse(text)) return undefined;
  const { protocol, hostname, port, username, password } = new URL(text);
  const host = parseHost(hostname);
  if (host === undefined || (protocol !== 'http:' && protocol !== 'https:')) return undefined;
  const tls = protocol === 'https:';
  const credentials = username === '' ? {} : { credentials: `${decoded(username)}:${decoded(password)}` };
  return { tls, host, port: port === '' ? (tls ? 443 : 80) : Number(port), ...credentials, variable };
};

const ipNumber = (host: string): number => host.split('.').reduce((sum, part) => sum * 256 + Number(part), 0);

const isIp4 = (host: string): boolean => /^\d{1,3}(?:\.\d{1,3}){3}$/.test(host);

/** Whether one entry of `no_proxy` names the host: a name with its sub-domains, `host:port`, `*`, an address or a range. */
const names = (entry: string, { host, port }: ProxyTarget): boolean => {
  if (entry === '*') return true;
  const range = /^(\d+(?:\.\d+){3})\/(\d{1,2})$/.exec(entry);
  if (range !== null) {
    const size = 2 ** (32 - Math.min(32, Number(range[2])));
    return isIp4(host) && Math.floor(ipNumber(host) / size) === Math.floor(ipNumber(range[1]!) / size);
  }
  const bare = entry.replace(/^\[(.*)\]$/, '$1');
  const withPort = bare === entry && !/^[^:]*:[^:]*:/.test(entry) ? /^(.*):(\d+)$/.exec(bare) : null;
  if (withPort !== null && Number(withPort[2]) !== port) return false;
  const name = (withPort?.[1] ?? bare).toLowerCase().replace(/^\*?\./, '');
  const lower = host.toLowerCase();
  return name !== '' && (lower === name || lower.endsWith(`.${name}`));
};

/** The proxy variables whose value is not the URL of a proxy. They have no effect, so the log names them. */
export const malformedProxyVariables = (env: Variables): readonly string[] =>
  ['grpc_proxy', 'https_proxy', 'http_proxy'].flatMap((name) => {
    const found = lookUp(env, name);
    return found === undefined || parseProxy(found.variable, found.value) !== undefined ? [] : [found.variable];
  });

/**
 * Finds the proxy for a target in environment variables, in lower or upper case.
 *
 * @returns `undefined` if the target is reached directly, as this machine always is
 * @example
 * findProxy({ protocol: 'https', host: 'login.example.com', port: 443 }, { https_proxy: 'http://proxy:3128' });
 * // { tls: false, host: 'proxy', port: 3128, variable: 'https_proxy' }
 */
export const findProxy = (target: ProxyTarget, env: Variables): ProxyAddress | undefined => {
  if (isLoopback(target.host)) return undefined;
  const exceptions = [
    ...(target.protocol === 'grpc' ? [lookUp(env, 'no_grpc_proxy')] : []),
    lookUp(env, 'no_proxy'),
  ].find((found) => found !== undefined);
  const entries = (exceptions?.value ?? '').split(/[,\s]+/).filter((entry) => entry !== '');
  if (entries.some((entry) => names(entry, target))) return undefined;
  for (const name of variablesFor[target.protocol]) {
    const found = lookUp(env, name);
    if (found !== undefined) return parseProxy(found.variable, found.value);
  }
  return undefined;
};

/** For log lines and errors, without credentials. */
export const proxyText = (proxy: ProxyAddress): string =>
  `${proxy.tls ? 'https' : 'http'}://${hostAndPort(proxy)} (${proxy.variable})`;
