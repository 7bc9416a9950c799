import { defaultTenant } from '../../connection/tenants.ts';
import { variableNames } from '../../connector/schema.ts';
import type { Activation } from '../../connector/types.ts';
import type { AnyCallbackConnector } from '../../connector/webhooks/callback-types.ts';
import type { AddressKeys } from './addresses/keys.ts';
import { sealAddress } from './addresses/seal.ts';

/** The first part of the addresses of callbacks. What follows is sealed. */
export const callbackPrefix = '/callbacks/';

/** How the addresses of callbacks appear in events, log lines and spans. */
export const callbackRoute: string = `${callbackPrefix}…`;

/** What a process has passed, without what belongs to other connectors. */
const passedTo = ({ input }: AnyCallbackConnector, { variables }: Activation): Activation['variables'] => {
  if (input === undefined) return {};
  const names = variableNames(input);
  return names === undefined
    ? variables
    : Object.fromEntries(Object.entries(variables).filter(([name]) => names.includes(name)));
};

/**
 * Makes the address of a callback for one activation. It contains what any runtime needs to serve it.
 *
 * Throws a fault of kind `input` if the address would be too long.
 *
 * @param now milliseconds since 1970
 */
export const callbackAddress = (
  publicUrl: string,
  keys: AddressKeys,
  activation: Activation,
  connector: AnyCallbackConnector,
  now: number,
): string => {
  const { messageName, correlationKey, id, tenantId = defaultTenant, resultVariable, resultExpression } = activation;
  const sealed = sealAddress(keys, {
    messageName,
    correlationKey,
    tenantId,
    messageId: id,
    expiresAt: Math.ceil(now / 1000 + (activation.expiresAfter ?? connector.expires)),
    connector: connector.name,
    variables: passedTo(connector, activation),
    ...(resultVariable === undefined ? {} : { resultVariable }),
    ...(resultExpression === undefined ? {} : { resultExpression }),
  });
  return `${publicUrl}${callbackPrefix}${sealed}`;
};
