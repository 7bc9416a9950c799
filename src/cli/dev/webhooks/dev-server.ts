import type { Environment } from '../../../connection/settings/config.ts';
import {
  type AddressKey,
  addressKeysFromEnv,
  maxKeys,
  temporaryAddressKeys,
  withoutName,
} from '../../../runtime/inbound/addresses/keys.ts';
import type { ServerOptions } from '../../../runtime/index.ts';

const textOf = ({ id, key }: AddressKey): string => `${id}:${Buffer.from(key).toString('base64')}`;

/** The keys that the environment names; `undefined` if it names none, `unusable` if they cannot be used. */
const namedKeys = (env: Environment): readonly AddressKey[] | undefined | 'unusable' => {
  try {
    return addressKeysFromEnv(env);
  } catch {
    return 'unusable';
  }
};

/** Whether two keys have one id, so that a server can have only one of them. */
const isOther = (one: AddressKey, other: AddressKey): boolean =>
  one.id === other.id && !Buffer.from(one.key).equals(other.key);

/** Each id once. */
const withoutRepeated = (keys: readonly AddressKey[]): readonly AddressKey[] =>
  keys.filter(({ id }, index) => keys.findIndex((key) => key.id === id) === index);

/**
 * The server of a developer. Without keys in the environment, callbacks have a key of this session. When connectors are loaded again with
 * other keys, those from before still open the addresses that processes have: the instances go on, and nobody gives their senders new
 * ones. An address names its key by the id, so a key that has the id of an earlier one gets another id in this session.
 *
 * @returns the function that gives the options for an environment
 */
export const devServer = (): ((env: Environment) => ServerOptions) => {
  const [own] = temporaryAddressKeys();
  /** All that were used, the latest first. */
  let used: readonly AddressKey[] = [];
  return (env) => {
    const named = namedKeys(env);
    // The runtime says what is wrong with them.
    if (named === 'unusable') return {};
    const current = (named ?? [own]).map((key) => (used.some((each) => isOther(each, key)) ? withoutName(key) : key));
    used = withoutRepeated([...current, ...used]).slice(0, maxKeys);
    return { callbackKeys: used.map(textOf).join() };
  };
};
