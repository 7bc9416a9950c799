import dns, { type LookupAddress } from 'node:dns';
import type { LookupFunction } from 'node:net';

/** Chooses among the addresses of a host name. */
export interface Addresses {
  /** Resolves a name as the operating system does, without the addresses to avoid. */
  readonly lookup: LookupFunction;
  /**
   * An attempt to connect has failed.
   *
   * @param address the address that accepted the connection; `undefined` if none did
   */
  failed(address: string | undefined): void;
}

/**
 * Avoids addresses of a host name at which something accepts connections that is no gateway, or one that does not work: Node.js
 * only tries the next address if there is no connection. Once every address has failed, all of them are tried again.
 */
export const createAddresses = (): Addresses => {
  const avoided = new Set<string>();

  const choose = (found: readonly LookupAddress[]): LookupAddress[] => {
    const left = found.filter(({ address }) => !avoided.has(address));
    if (left.length > 0) return left;
    avoided.clear();
    return [...found];
  };

  return {
    lookup: (host, options, callback) => {
      dns.lookup(host, { ...options, all: true }, (error, found) => {
        if (error !== null) callback(error, []);
        else if (options.all === true) callback(null, choose(found));
        else {
          const first = choose(found)[0]!;
          callback(null, first.address, first.family);
        }
      });
    },
    failed: (address) => {
      if (address === undefined) avoided.clear();
      else avoided.add(address);
    },
  };
};
