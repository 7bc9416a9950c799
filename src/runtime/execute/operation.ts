import { hasOperations } from '../../connector/operations.ts';
import type { AnyOperationsConnector, AnyOutbound, AnyOutboundConnector, Operation } from '../../connector/types.ts';
import type { Headers } from './headers.ts';

/** A connector with one `run`, and what texts call it; or why a job does not say which operation it wants. */
export type Chosen =
  | { readonly ok: true; readonly connector: AnyOutboundConnector; readonly subject: string }
  | { readonly ok: false; readonly message: string };

const namesOf = ({ operations }: AnyOperationsConnector): string => Object.keys(operations).join(', ');

/** Connectors made of one operation each, which are the same for all jobs. */
const made = new WeakMap<AnyOperationsConnector, Map<string, AnyOutboundConnector>>();

const operationOf = (connector: AnyOperationsConnector, id: string): AnyOutboundConnector => {
  const known = made.get(connector) ?? new Map<string, AnyOutboundConnector>();
  made.set(connector, known);
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
 * Chooses what a job asks for. A connector with operations becomes the one that the task header `operation` names; every
 * other connector is taken as it is, whatever the header says.
 */
export const chooseOperation = (connector: AnyOutbound, headers: Headers): Chosen => {
  const subject = `connector "${connector.type}"`;
  if (!hasOperations(connector)) return { ok: true, connector, subject };
  const id = Object.hasOwn(headers, 'operation') ? headers.operation : undefined;
  const fix = `Fix: write one of ${namesOf(connector)} in the task header operation.`;
  if (id === undefined) {
    const what = 'Operation ID is missing in the job context custom headers.';
    return { ok: false, message: `${what} The ${subject} has several operations. ${fix}` };
  }
  if (!Object.hasOwn(connector.operations, id)) {
    return { ok: false, message: `Operation not found: ${id}. The ${subject} has no such operation. ${fix}` };
  }
  return { ok: true, connector: operationOf(connector, id), subject: `operation "${id}" of the ${subject}` };
};
