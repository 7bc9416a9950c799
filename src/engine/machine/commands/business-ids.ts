import { reject } from '../rejection.ts';
import { longestBusinessId } from '../requests.ts';
import type { Context } from '../store/context.ts';
import { enterProcess, isBusinessIdInUse, leaveProcess } from '../store/instances.ts';
import { keyNumber, keyText } from '../store/keys.ts';
import type { ElementInstance } from '../store/records.ts';
import { viewInstance } from '../store/views.ts';
import type { Key, RejectionCode } from '../types.ts';

const nothing = (): void => {};

/**
 * Checks that a running process instance can receive a business id.
 *
 * @param intent the name of the command, for a rejection
 * @returns a function that assigns the id
 */
export const prepareBusinessId = (
  context: Context,
  root: ElementInstance,
  businessId: string,
  intent: string,
): (() => void) => {
  const { state } = context;
  const key = keyText(root.key);
  const fail = (code: RejectionCode, reason: string): Error =>
    reject(code, intent, `Expected to assign a business id to the process instance with key '${key}', but ${reason}`);
  if (businessId === '' || businessId.length > longestBusinessId) {
    const found = `it has ${businessId.length}`;
    throw fail('INVALID_ARGUMENT', `a business id has 1 to ${longestBusinessId} characters, and ${found}.`);
  }
  if (root.details?.caller !== undefined) {
    const fix = 'Assign it to the root process instance.';
    throw fail('INVALID_STATE', `it is created by a parent process instance. ${fix}`);
  }
  const existing = root.details?.businessId;
  if (existing === businessId) return nothing;
  if (existing !== undefined) {
    throw fail('INVALID_STATE', `it already has the business id '${existing}', which cannot be changed.`);
  }
  if (context.uniqueBusinessIds && isBusinessIdInUse(state, root.definition, businessId)) {
    const reason = `an active instance of process '${root.definition.model.id}' with the business id '${businessId}' already exists.`;
    throw fail('ALREADY_EXISTS', reason);
  }
  return () => {
    leaveProcess(state, root);
    root.details = { ...root.details, businessId };
    enterProcess(state, root);
    context.emit?.({ kind: 'instance:modified', instance: viewInstance(root) });
  };
};

/** The command AssignProcessInstanceBusinessId. Instances that are called from then on inherit the id. */
export const assignBusinessId = (context: Context, key: Key, businessId: string): void => {
  const root = context.state.elements.get(keyNumber(key));
  if (root === undefined || root.scope !== undefined || root.state === 'TERMINATING') {
    const reason = `Expected to assign a business id to the process instance with key '${key}', but no such process instance was found`;
    throw reject('NOT_FOUND', 'ASSIGN', reason);
  }
  prepareBusinessId(context, root, businessId, 'ASSIGN')();
};
