import { terminate } from '../flow/termination.ts';
import { startInstance } from '../flow/tokens.ts';
import { reject, rejectVariables } from '../rejection.ts';
import type { Context } from '../store/context.ts';
import { isBusinessIdInUse } from '../store/instances.ts';
import { adoptVariables } from '../store/json-values.ts';
import { keyNumber, keyText, nextKey } from '../store/keys.ts';
import type { Definition } from '../store/records.ts';
import { mergeAll, writeAllLocal } from '../store/variables.ts';
import { viewDefinition } from '../store/views.ts';
import { isOfTenant, tenantKey } from '../tenants.ts';
import type { CreatedInstance, CreateOptions, Key, RejectionCode, Variables } from '../types.ts';
import { checkOptions } from './instances/creation-options.ts';
import { updateVariables } from './user-tasks.ts';

/** Names the process to start by id and version, or by key. */
export interface CreateRequest extends CreateOptions {
  readonly bpmnProcessId?: string;
  readonly version?: number;
  readonly processDefinitionKey?: Key;
  readonly variables?: Variables;
  readonly tenantId?: string | undefined;
}

const findDefinition = (
  context: Context,
  { bpmnProcessId = '', version = -1, processDefinitionKey = '0', tenantId }: CreateRequest,
): Definition => {
  const rejection = (code: RejectionCode, reason: string): Error => reject(code, 'CREATE', reason);
  if (bpmnProcessId !== '') {
    const versions = context.state.versions.get(tenantKey(tenantId, bpmnProcessId));
    const definition = version === -1 ? versions?.at(-1) : versions?.find((other) => other.version === version);
    if (definition !== undefined) return definition;
    const which = version === -1 ? '' : ` and version ${version}`;
    throw rejection(
      'NOT_FOUND',
      `Expected to find process definition with process ID '${bpmnProcessId}'${which}, but none found`,
    );
  }
  if (processDefinitionKey === '' || Number(processDefinitionKey) <= 0) {
    throw rejection('INVALID_ARGUMENT', 'Expected at least a bpmnProcessId or a key greater than -1, but none given');
  }
  const definition = context.state.definitions.get(keyNumber(processDefinitionKey));
  if (definition !== undefined && !definition.deleted && isOfTenant(definition, tenantId)) return definition;
  throw rejection(
    'NOT_FOUND',
    `Expected to find process definition with key '${processDefinitionKey}', but none found`,
  );
};

/** The command CreateProcessInstance. */
export const createInstance = (context: Context, request: CreateRequest): CreatedInstance => {
  const definition = findDefinition(context, request);
  const { id, noneStart, nodes } = definition.model;
  const { startAt, details } = checkOptions(definition.model, request);
  const node = noneStart === undefined ? undefined : nodes.get(noneStart);
  if (node === undefined && startAt.length === 0) {
    throw reject(
      'INVALID_STATE',
      'CREATE',
      `Expected to create instance of process with none start event, but there is no such event in process '${id}'`,
    );
  }
  const variables = adoptVariables(
    request.variables === undefined ? {} : request.variables,
    rejectVariables('CREATE', `process '${id}'`),
  );
  const tags = details?.tags;
  const businessId = details?.businessId;
  if (
    context.uniqueBusinessIds &&
    businessId !== undefined &&
    isBusinessIdInUse(context.state, definition, businessId)
  ) {
    throw reject(
      'ALREADY_EXISTS',
      'CREATE',
      `Expected to create instance of process '${id}' with business id '${businessId}', but an active instance with this business id already exists`,
    );
  }
  const start = startAt.length > 0 || node === undefined ? startAt : node;
  const root = startInstance(context, { definition, node: start, variables, details });
  const created: CreatedInstance = { ...viewDefinition(definition), processInstanceKey: keyText(root.key) };
  if (tags !== undefined) Object.assign(created, { tags });
  if (businessId !== undefined) Object.assign(created, { businessId });
  return created;
};

/** The command CancelProcessInstance. */
export const cancelInstance = (context: Context, key: Key): void => {
  const root = context.state.elements.get(keyNumber(key));
  if (root === undefined || root.scope !== undefined || root.state === 'TERMINATING') {
    throw reject(
      'NOT_FOUND',
      'CANCEL',
      `Expected to cancel a process instance with key '${key}', but no such process was found`,
    );
  }
  const caller = root.details?.caller;
  if (caller !== undefined) {
    let outermost = caller.root;
    while (outermost.details?.caller !== undefined) outermost = outermost.details.caller.root;
    throw reject(
      'INVALID_STATE',
      'CANCEL',
      `Expected to cancel a process instance with key '${key}', but it is created by a parent process instance. Cancel the root process instance '${keyText(outermost.key)}' instead.`,
    );
  }
  terminate(context, root);
};

/** The command SetVariables. */
export const setVariables = (context: Context, key: Key, variables: Variables, local: boolean): Key => {
  const scope = context.state.elements.get(keyNumber(key));
  if (scope === undefined) {
    throw reject(
      'NOT_FOUND',
      'UPDATE',
      `Expected to update variables for element with key '${key}', but no such element was found`,
    );
  }
  const adopted = adoptVariables(variables, rejectVariables('UPDATE', `element with key '${key}'`));
  if (!updateVariables(context, scope, adopted, local)) {
    if (local) writeAllLocal(context, scope, adopted);
    else mergeAll(context, scope, adopted);
  }
  return keyText(nextKey(context));
};
