import { variableNames } from './schema.ts';
import type { AnyOperationsConnector, AnyOutbound, Operation } from './types.ts';

/** Tells a connector that is made of operations from one that has a `run` of its own. */
export const hasOperations = (connector: AnyOutbound): connector is AnyOperationsConnector =>
  'operations' in connector && connector.operations !== undefined;

/**
 * The variables that a connector needs of a job, or `undefined` for all; with operations those of each, since the
 * cluster hands jobs out before anybody has looked which one they are for.
 */
export const connectorVariables = (connector: AnyOutbound): readonly string[] | undefined => {
  if (!hasOperations(connector)) return variableNames(connector.input);
  const names = new Set<string>();
  for (const { input } of Object.values<Operation>(connector.operations)) {
    const own = variableNames(input);
    if (own === undefined) return undefined;
    for (const name of own) names.add(name);
  }
  return [...names];
};
