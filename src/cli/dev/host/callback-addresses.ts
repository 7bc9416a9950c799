import { activationType } from '../../../connector/activation-names.ts';
import { addressVariable, isCallbackConnector } from '../../../connector/webhooks/callback-types.ts';
import type { AnyInbound, RuntimeEvents } from '../../../runtime/index.ts';
import { readActivation } from '../../../runtime/subscriptions/activation.ts';
import type { CallbackAddress } from '../session.ts';

/**
 * Creates the function that finds the address that a job has made for a process; `undefined` for all other jobs.
 *
 * @param inbound the inbound connectors of the runtime
 */
export const callbackAddresses = (
  inbound: readonly AnyInbound[],
): ((settled: RuntimeEvents['job:settled'], now: number) => CallbackAddress | undefined) => {
  const callbacks = inbound.filter((one) => one.kind === 'inbound').filter(isCallbackConnector);
  const byName = new Map(callbacks.map((connector) => [connector.name, connector]));
  return ({ connector, job, outcome, delivery }, now) => {
    if (connector !== activationType || outcome.kind !== 'complete' || delivery.kind !== 'accepted') return undefined;
    const reading = readActivation(job, byName);
    if (!reading.ok || !isCallbackConnector(reading.connector)) return undefined;
    const { activation, connector: callback } = reading;
    const { id, messageName, correlationKey, bpmnProcessId, processInstanceKey, elementId } = activation;
    const variable = addressVariable(callback);
    const address = outcome.variables[variable];
    if (typeof address !== 'string') return undefined;
    return {
      ...{ id, connector: callback.name, messageName, correlationKey, variable, address },
      expiresAt: now + (activation.expiresAfter ?? callback.expires) * 1_000,
      ...{ processInstanceKey, bpmnProcessId, elementId },
    };
  };
};
