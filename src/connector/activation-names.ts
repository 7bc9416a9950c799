import { entryNames } from './schema.ts';
import type { Schema } from './types.ts';

/** The job type of the built-in task that activates an inbound connector. */
export const activationType = '_activate_inbound_connector';

/**
 * The job type that a runtime asks for when it starts, to see whether the cluster accepts its tenants. No process has it, so no
 * job is activated.
 */
export const tenantProbeType = '_camunda_connectors_tenants';

/** The id of the process that keeps subscriptions in the cluster, without the version of its format. */
export const subscriptionProcessPrefix = '_inbound_subscription_';

/** The id of the process that passes answers on to the runtime whose webhook was called, without the version of its format. */
export const answerProcessPrefix = '_webhook_answer_';

/** Asked for each event of an engine, so it is made once. */
const internalProcess = new RegExp(`^(?:${subscriptionProcessPrefix}|${answerProcessPrefix})\\d+$`);

/**
 * Tells whether a process belongs to the runtime and not to the user: the runtime keeps its subscriptions in one, and passes
 * answers to webhooks on with another. Pages and tests usually leave out their instances.
 *
 * @param bpmnProcessId the id of the process, which events and lists of the engine contain
 * @example
 * const own = engine.instances().filter(({ bpmnProcessId }) => !isInternalProcess(bpmnProcessId));
 */
export const isInternalProcess = (bpmnProcessId: string): boolean => internalProcess.test(bpmnProcessId);

/** The variables that the activation of an inbound connector uses itself and does not pass to the connector. */
export const activationNames = ['name', 'correlation_key', 'message_name', 'expires_after'] as const;

/**
 * The fields of an inbound connector's input that would never arrive, because the activation uses their names.
 *
 * @example
 * takenNames(v.object({ name: v.string(), url: v.string() })); // ['name']
 */
export const takenNames = (input: Schema): readonly string[] => {
  const names = new Set(entryNames(input));
  return activationNames.filter((name) => names.has(name));
};
