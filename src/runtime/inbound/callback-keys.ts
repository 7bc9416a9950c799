import { fault } from '../../common/fault.ts';
import type { Environment } from '../../connection/settings/config.ts';
import {
  type AddressKeys,
  addressKeysFromEnv,
  keysFileVariable,
  keysVariable,
  parseAddressKeys,
  temporaryAddressKeys,
} from './addresses/keys.ts';
import type { ServerOptions } from './server/settings.ts';

/**
 * The keys for the addresses of callbacks.
 *
 * @param isEmbedded whether no other runtime can use the cluster, so that a key of this process is enough
 * @throws a fault of kind `configuration` if there are none, or if they cannot be used
 */
export const callbackKeys = (
  { callbackKeys: given }: ServerOptions,
  env: Environment,
  isEmbedded: boolean,
): AddressKeys => {
  if (given === 'temporary') return temporaryAddressKeys();
  if (given !== undefined) return parseAddressKeys(given, 'createRuntime({ server: { callbackKeys } })');
  const keys = addressKeysFromEnv(env);
  if (keys !== undefined) return keys;
  if (isEmbedded) return temporaryAddressKeys();
  throw fault('configuration', {
    what: 'The addresses of callbacks need a key that all runtimes share, and there is none: with a key of its own, each runtime would refuse the addresses of the others.',
    where: `${keysVariable}, ${keysFileVariable}, createRuntime({ server: { callbackKeys } })`,
    fix: `set ${keysVariable} to the output of \`openssl rand -base64 32\`, the same for all runtimes. For development, \`camunda-connectors dev\` makes a key of its process, and so does a program with createRuntime({ server: { callbackKeys: 'temporary' } }).`,
  });
};
