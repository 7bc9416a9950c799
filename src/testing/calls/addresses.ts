import type { Key, Variables } from '../../engine/machine/types.ts';
import { failureText } from '../state/describe-state.ts';
import type { ProcessState } from '../state/types.ts';

/** A job of the task that activates inbound connectors. */
export interface ActivationCall {
  readonly processInstanceKey: Key;
  readonly variables: Variables;
  readonly outcome?: { readonly kind: string; readonly variables?: Variables };
}

const isOf = ({ variables }: ActivationCall, name: string, correlationKey: string | undefined): boolean =>
  variables.name === name && (correlationKey === undefined || String(variables.correlation_key) === correlationKey);

/**
 * The latest address that the activation of a callback has set; `undefined` without one.
 *
 * @param activations of one instance, oldest first
 * @param variable the process variable for the address
 */
export const addressIn = (
  activations: readonly ActivationCall[],
  name: string,
  variable = 'callback_url',
  correlationKey?: string,
): string | undefined => {
  const found = activations.findLast((each) => isOf(each, name, correlationKey) && each.outcome?.kind === 'complete');
  const address = found?.outcome?.variables?.[variable];
  return typeof address === 'string' ? address : undefined;
};

/** The text of a failure: nothing has activated the callback. */
export const noAddressText = (
  state: ProcessState,
  activations: readonly ActivationCall[],
  name: string,
  correlationKey: string | undefined,
): string => {
  const withKey = correlationKey === undefined ? '' : ` with the key ${JSON.stringify(correlationKey)}`;
  const others = activations.map(
    ({ variables }) => `${JSON.stringify(variables.name)} with the key ${JSON.stringify(variables.correlation_key)}`,
  );
  const found = others.length === 0 ? 'has activated no connector' : `has activated ${others.join('; ')}`;
  return failureText(state, `to have an address for a call of ${JSON.stringify(name)}${withKey}`, found);
};
