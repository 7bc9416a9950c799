import type { FlowNode } from '../../model/types.ts';
import { spawn, terminate } from '../elements/tree.ts';
import { type Core, nextKey } from '../store/core.ts';
import { newElement } from '../store/element.ts';
import { lockOf } from '../store/ended.ts';
import { keyNumber, keyText } from '../store/keys.ts';
import type { Definition, ElementInstance } from '../store/records.ts';
import { refuseVariables, reject } from '../store/rejection.ts';
import { adoptVariables } from '../store/values.ts';
import { mergeAll, writeAllLocal } from '../store/variables.ts';
import { viewDefinition, viewInstance } from '../store/views.ts';
import type { Key, ProcessMetadata, RejectionCode, Variables } from '../types.ts';

/** Creates a process instance whose first token is at the given start event. */
export const startInstance = (
  core: Core,
  {
    definition,
    node,
    variables,
    result,
    lock,
  }: {
    readonly definition: Definition;
    readonly node: FlowNode;
    readonly variables?: Variables;
    /** What the start event brought. */
    readonly result?: Variables;
    readonly lock?: string;
  },
): ElementInstance => {
  const root = newElement(nextKey(core), definition);
  root.state = 'ACTIVE';
  root.lock = lock;
  core.state.elements.set(root.key, root);
  if (lock !== undefined) core.state.locks.set(lockOf(definition.model.id, lock), root);
  if (variables !== undefined) writeAllLocal(root, variables);
  core.emit?.({ kind: 'instance:created', instance: viewInstance(root) });
  spawn(core, root, node, result);
  return root;
};

/** What names the definition to start: a process id with a version, or a key. */
export interface CreateRequest {
  readonly bpmnProcessId?: string;
  readonly version?: number;
  readonly processDefinitionKey?: Key;
  readonly variables?: Variables;
}

const find = (
  core: Core,
  { bpmnProcessId = '', version = -1, processDefinitionKey = '0' }: CreateRequest,
): Definition => {
  const refuse = (code: RejectionCode, reason: string): Error => reject(code, 'CREATE', reason);
  if (bpmnProcessId !== '') {
    const versions = core.state.versions.get(bpmnProcessId);
    const definition = version === -1 ? versions?.at(-1) : versions?.[version - 1];
    if (definition !== undefined) return definition;
    const which = version === -1 ? '' : ` and version ${version}`;
    throw refuse(
      'NOT_FOUND',
      `Expected to find process definition with process ID '${bpmnProcessId}'${which}, but none found`,
    );
  }
  if (processDefinitionKey === '' || Number(processDefinitionKey) <= 0) {
    throw refuse('INVALID_ARGUMENT', 'Expected at least a bpmnProcessId or a key greater than -1, but none given');
  }
  const definition = core.state.definitions.get(keyNumber(processDefinitionKey));
  if (definition !== undefined) return definition;
  throw refuse('NOT_FOUND', `Expected to find process definition with key '${processDefinitionKey}', but none found`);
};

/** The command CreateProcessInstance. */
export const createInstance = (
  core: Core,
  request: CreateRequest,
): ProcessMetadata & { readonly processInstanceKey: Key } => {
  const definition = find(core, request);
  const { id, noneStart, nodes } = definition.model;
  const node = noneStart === undefined ? undefined : nodes.get(noneStart);
  if (node === undefined) {
    throw reject(
      'INVALID_STATE',
      'CREATE',
      `Expected to create instance of process with none start event, but there is no such event in process '${id}'`,
    );
  }
  const variables = adoptVariables(
    request.variables === undefined ? {} : request.variables,
    refuseVariables('CREATE', `process '${id}'`),
  );
  const root = startInstance(core, { definition, node, variables });
  return { ...viewDefinition(definition), processInstanceKey: keyText(root.key) };
};

/** The command CancelProcessInstance. */
export const cancelInstance = (core: Core, key: Key): void => {
  const root = core.state.elements.get(keyNumber(key));
  if (root === undefined || root.scope !== undefined) {
    throw reject(
      'NOT_FOUND',
      'CANCEL',
      `Expected to cancel a process instance with key '${key}', but no such process was found`,
    );
  }
  terminate(core, root);
};

/** The command SetVariables. */
export const setVariables = (core: Core, key: Key, variables: Variables, local: boolean): Key => {
  const scope = core.state.elements.get(keyNumber(key));
  if (scope === undefined) {
    throw reject(
      'NOT_FOUND',
      'UPDATE',
      `Expected to update variables for element with key '${key}', but no such element was found`,
    );
  }
  const adopted = adoptVariables(variables, refuseVariables('UPDATE', `element with key '${key}'`));
  if (local) writeAllLocal(scope, adopted);
  else mergeAll(scope, adopted);
  return keyText(nextKey(core));
};
