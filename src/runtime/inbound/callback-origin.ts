import { fault } from '../../common/fault.ts';
import { isLoopback, parseHost } from '../../connection/address.ts';
import type { ServerSettings } from './server/settings.ts';

const setPublicUrl =
  'set CAMUNDA_CONNECTORS_PUBLIC_URL (server.publicUrl) to the address at which callers reach the server, e.g. https://hooks.example.org.';

/** The host of an address, without the brackets of IPv6 and in its short spelling. */
const hostOf = (address: string): string | undefined =>
  URL.canParse(address) ? parseHost(new URL(address).hostname) : undefined;

/** Whether a server with this host listens on all addresses of the machine, in any spelling: no caller can use it as an address. */
const isWildcard = (host: string): boolean => {
  const short = hostOf(`http://${host.includes(':') ? `[${parseHost(host) ?? host}]` : host}`);
  return short === '0.0.0.0' || short === '::' || short === '::ffff:0:0';
};

/**
 * Whether a cluster is on this machine, as in development, so that its processes may pass on addresses of this machine.
 *
 * @param address that of its gateway, e.g. `grpc://localhost:26500`
 */
export const isLocalCluster = (address: string): boolean => isLoopback(hostOf(address) ?? '');

/**
 * Checks that callers can use the addresses of callbacks. Without a public URL, these have the host on which the server listens.
 *
 * @param isLocal whether the cluster is on this machine, as in development
 * @returns warnings: the addresses work on this machine only
 * @throws a fault of kind `configuration` if the server listens on all addresses, because no caller could use the one in a process
 * @example
 * callbackWarnings({ host: '127.0.0.1' }, false); // ['The addresses of callbacks work only on this machine: …']
 */
export const callbackWarnings = (
  { host, publicUrl }: Pick<ServerSettings, 'host' | 'publicUrl'>,
  isLocal: boolean,
): readonly string[] => {
  if (publicUrl !== undefined) return [];
  if (isWildcard(host)) {
    throw fault('configuration', {
      what: `The addresses of callbacks need a public URL: the server listens on ${host}, which means all addresses of the machine and is not one that a caller can use.`,
      where: 'CAMUNDA_CONNECTORS_PUBLIC_URL, createRuntime({ server: { publicUrl } })',
      fix: setPublicUrl,
    });
  }
  if (isLocal || !isLoopback(host)) return [];
  return [
    `The addresses of callbacks work only on this machine: the server listens on ${host}, and there is no public URL. Fix: ${setPublicUrl}`,
  ];
};
