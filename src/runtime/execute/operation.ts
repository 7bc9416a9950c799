import { hasOperations } from '../../connector/operations.ts';
import type { AnyOperationsConnector, AnyOutbound, AnyOutboundConnector, Operation } from '../../connector/types.ts';
import { type AdvisedText, withAdvice } from '../shared/error-text.ts';
import type { TaskHeaders } from './task-headers.ts';

/** A connector with one `run` and its name in messages, or why a job does not select an operation. */
export type SelectedOperation =
  | { readonly ok: true; readonly connector: AnyOutboundConnector; readonly subject: string }
  | { readonly ok: false; readonly message: AdvisedText };

const namesOf = ({ operations }: AnyOperationsConnector): string => Object.keys(operations).join(', ');

/** Connectors of one operation each, made once and used for all jobs. */
const cache = new WeakMap<AnyOperationsConnector, Map<string, AnyOutboundConnector>>();

const connectorOf = (connector: AnyOperationsConnector, id: string): AnyOutboundConnector => {
  const known = cache.get(connector) ?? new Map<string, AnyOutboundConnector>();
  cache.set(connector, known);
  let one = known.get(id);
  if (one === undefined) {
    const { name: _name, description: _description, ...own } = connector.operations[id] as Operation;
    const { operations: _operations, ...common } = connector;
    one = { ...common, ...own };
    known.set(id, one);
  }
  return one;
};

/**
 * Selects what a job executes. A connector with operations becomes the operation that the task header `operation` names;
 * other connectors ignore the header.
 */
export const selectOperation = (connector: AnyOutbound, { operation }: TaskHeaders): SelectedOperation => {
  const subject = `connector "${connector.type}"`;
  if (!hasOperations(connector)) return { ok: true, connector, subject };
  const fix = `write one of ${namesOf(connector)} in the task header operation.`;
  if (operation === undefined) {
    const what = 'Operation ID is missing in the job context custom headers.';
    return { ok: false, message: withAdvice(`${what} The ${subject} has several operations.`, fix) };
  }
  if (!Object.hasOwn(connector.operations, operation)) {
    const what = `Operation not found: ${operation}. The ${subject} has no such operation.`;
    return { ok: false, message: withAdvice(what, fix) };
  }
  return {
    ok: true,
    connector: connectorOf(connector, operation),
    subject: `operation "${operation}" of the ${subject}`,
  };
};
