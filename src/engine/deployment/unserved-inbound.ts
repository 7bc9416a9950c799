import type { ProcessModel } from '../model/types.ts';

/**
 * Says which elements of a process wait for a connector that does not exist here.
 *
 * @returns one line for each element for an inbound connector of the official runtime
 */
export const unservedInbound = ({ id, resourceName, officialInbound = [] }: ProcessModel): readonly string[] =>
  officialInbound.map(
    ({ elementId, type }) =>
      `${resourceName}: nobody serves the official inbound connector ${JSON.stringify(type)} of the element ${elementId} ` +
      `(process ${id}), so nothing starts it or publishes its message. Fix: publish the message yourself, or use an inbound connector ` +
      'of camunda-connectors.',
  );
