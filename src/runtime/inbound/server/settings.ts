import { fault } from '../../../common/fault.ts';
import type { Environment } from '../../../connection/settings/config.ts';
import { defaultLimits, type ServerLimits } from './limits.ts';

/** The HTTP server of a runtime with webhooks or callbacks. */
export interface ServerOptions {
  /** 0 for a free port. Default: `CAMUNDA_CONNECTORS_PORT`, otherwise 8085. */
  readonly port?: number;
  /**
   * The address to listen on. Default: `CAMUNDA_CONNECTORS_HOST`, otherwise `127.0.0.1`: only programs of this machine, such as a
   * proxy, can connect. A container needs `0.0.0.0`, which opens the server to the whole network.
   */
  readonly host?: string;
  /**
   * The address at which the world outside reaches the server, e.g. `https://hooks.example.org`; a path in it is put in front of
   * the paths. `'local'`: senders use the address of the server itself, as in a test; schemes that sign the address then sign this
   * one. Default: `CAMUNDA_CONNECTORS_PUBLIC_URL`, otherwise the address of the server, which schemes that sign it do not accept. With
   * callbacks on `0.0.0.0`, it is required, because no caller could use that address.
   */
  readonly publicUrl?: string;
  /**
   * The keys for the addresses of callbacks, the newest first: each 32 bytes in base64, separated by commas or line breaks. All
   * runtimes need the same keys. `'temporary'`: a key of this process only, for development. Default:
   * `CAMUNDA_CONNECTORS_CALLBACK_KEYS` or the file of `CAMUNDA_CONNECTORS_CALLBACK_KEYS_FILE`; on an embedded engine, a temporary key.
   */
  readonly callbackKeys?: string;
  /**
   * What becomes of the trace that a caller names in the header `traceparent`: `continue` makes the span of a call a part of it, `link`
   * begins a trace of its own with a link to it, so that a stranger cannot decide which traces are recorded, and `ignore` drops it.
   * Default `continue`.
   */
  readonly callerTrace?: 'continue' | 'link' | 'ignore';
  /**
   * Whether the server also has the paths of `serveHealth`, for probes and metrics. A proxy should then pass on only the paths of
   * webhooks and callbacks. If several processes share the port, each request is answered for one of them; the supervisor has an
   * address for all. Default `false`.
   */
  readonly health?: boolean;
  /** Requests that are answered at once; others are answered with 503. Each may hold a body in memory. Default 256. */
  readonly maxRequests?: number;
  /** Connections at once; others are closed. Default 1,000. */
  readonly maxConnections?: number;
  /**
   * Calls that wait for the answer of a process at once; others are answered with 503 before anything is published. They are among the
   * `maxRequests`, so at most as many. Default half of `maxRequests`.
   */
  readonly maxWaiting?: number;
}

/** The settings of the server, complete. */
export interface ServerSettings {
  readonly port: number;
  readonly host: string;
  /** Without a slash at the end. Absent: the address of the server. */
  readonly publicUrl?: string;
  /** Whether the address of the server is the one that senders use, so that it may be signed. */
  readonly isLocal: boolean;
  readonly callerTrace: NonNullable<ServerOptions['callerTrace']>;
  readonly limits: ServerLimits;
}

const defaultPort = 8085;
const defaultHost = '127.0.0.1';

/** Stands for the address of the server itself, whatever the environment says. */
export const localUrl = 'local';

/** How many calls may wait for the answers of processes at once. */
export const maxWaitingOf = ({ maxWaiting, maxRequests = defaultLimits.maxRequests }: ServerOptions): number =>
  maxWaiting ?? Math.ceil(maxRequests / 2);

const variableOf = (env: Environment, name: string): string | undefined => {
  const text = Object.hasOwn(env, name) ? (env[name] ?? '').trim() : '';
  return text === '' ? undefined : text;
};

const portOf = (text: string, problems: string[]): number => {
  const port = Number(text);
  if (/^\d{1,5}$/.test(text) && port <= 65_535) return port;
  problems.push('CAMUNDA_CONNECTORS_PORT must be a port, from 0 to 65535.');
  return 0;
};

/**
 * Reads a public address; returns it without a slash at the end, or what is wrong with it.
 *
 * @example
 * readPublicUrl('https://example.org/c8/'); // { url: 'https://example.org/c8' }
 */
export const readPublicUrl = (text: string): { readonly url: string } | { readonly problem: string } => {
  let url: URL;
  try {
    url = new URL(text);
  } catch {
    return { problem: 'must be an address such as https://hooks.example.org' };
  }
  if (url.protocol !== 'https:' && url.protocol !== 'http:') return { problem: 'must start with https:// or http://' };
  if (url.username !== '' || url.password !== '') return { problem: 'must not contain a user name or a password' };
  if (text.includes('?') || text.includes('#')) return { problem: 'must not contain a query or a fragment' };
  return { url: `${url.origin}${url.pathname.replace(/\/+$/, '')}` };
};

/**
 * Completes the settings of the server from the environment. Options take precedence. Pure.
 *
 * Throws a fault of kind `configuration` that names every wrong variable.
 */
export const serverSettings = (options: ServerOptions, env: Environment): ServerSettings => {
  const problems: string[] = [];
  const portText = variableOf(env, 'CAMUNDA_CONNECTORS_PORT');
  const port = options.port ?? (portText === undefined ? defaultPort : portOf(portText, problems));
  const host = options.host ?? variableOf(env, 'CAMUNDA_CONNECTORS_HOST') ?? defaultHost;
  const isLocal = options.publicUrl === localUrl;
  const given = isLocal ? undefined : (options.publicUrl ?? variableOf(env, 'CAMUNDA_CONNECTORS_PUBLIC_URL'));
  const read = given === undefined ? undefined : readPublicUrl(given);
  if (read !== undefined && 'problem' in read) {
    problems.push(
      `${options.publicUrl === undefined ? 'CAMUNDA_CONNECTORS_PUBLIC_URL' : 'server.publicUrl'} ${read.problem}.`,
    );
  }
  if (problems.length > 0) {
    throw fault('configuration', { what: problems.join('\n'), fix: 'correct or remove what is named above.' });
  }
  return {
    port,
    host,
    isLocal,
    ...(read !== undefined && 'url' in read ? { publicUrl: read.url } : {}),
    callerTrace: options.callerTrace ?? 'continue',
    limits: {
      ...defaultLimits,
      maxRequests: options.maxRequests ?? defaultLimits.maxRequests,
      maxConnections: options.maxConnections ?? defaultLimits.maxConnections,
    },
  };
};
