import { inputVariables } from './input/header-parameters.ts';
import { unionOfNames } from './schema.ts';
import type { AnyOperationsConnector, AnyOutbound, Operation } from './types.ts';

/** Tells whether a connector has operations instead of a single `run`. */
export const hasOperations = (connector: AnyOutbound): connector is AnyOperationsConnector =>
  'operations' in connector && connector.operations !== undefined;

/**
 * The variables that a connector needs from a job; `undefined`: all. For a connector with operations, these are the
 * variables of all operations, because a job's operation is not known before the job arrives.
 */
export const connectorVariables = (connector: AnyOutbound): readonly string[] | undefined => {
  if (!hasOperations(connector)) return inputVariables(connector.input);
  return unionOfNames(Object.values<Operation>(connector.operations).map(({ input }) => inputVariables(input)));
};
