import { variableNames } from './schema.ts';
import type { AnyOperationsConnector, AnyOutbound, Operation } from './types.ts';

/** Tells whether a connector has operations instead of a single `run`. */
export const hasOperations = (connector: AnyOutbound): connector is AnyOperationsConnector =>
  'operations' in connector && connector.operations !== undefined;

/**
 * The variables that a connector needs from a job; `undefined`: all. For a connector with operations, these are the
 * variables of all operations, because a job's operation is not known before the job arrives.
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
