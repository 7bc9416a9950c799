import type { Key, Modification, ModificationVariables, MoveInstruction } from '../../machine/types.ts';
import { readVariables } from './grpc-messages.ts';

interface VariableMessage {
  readonly variables: string;
  readonly scopeId: string;
}

/** The request of ModifyProcessInstance. */
export interface ModifyProcessInstanceRequest {
  readonly processInstanceKey: Key;
  readonly activateInstructions: readonly {
    readonly elementId: string;
    readonly ancestorElementInstanceKey: Key;
    readonly variableInstructions: readonly VariableMessage[];
  }[];
  readonly terminateInstructions: readonly { readonly elementInstanceKey: Key; readonly elementId: string }[];
  readonly moveInstructions: readonly {
    readonly sourceElementInstanceKey: Key;
    readonly sourceElementId: string;
    readonly targetElementId: string;
    readonly variableInstructions: readonly VariableMessage[];
    readonly ancestorElementInstanceKey: Key;
    readonly inferAncestorScopeFromSourceHierarchy: boolean;
    readonly useSourceParentKeyAsAncestorScopeKey: boolean;
  }[];
}

/** A key is optional in several instructions: 0 and negative numbers mean none. */
const isKey = (key: Key): boolean => Number(key) > 0;

const variablesOf = (messages: readonly VariableMessage[]): readonly ModificationVariables[] =>
  messages.map(({ variables, scopeId }) => ({
    variables: readVariables(variables),
    ...(scopeId === '' ? {} : { scopeId }),
  }));

/** An element instance by its key; without a key, all instances of an element. */
const elementOf = (key: Key, elementId: string): MoveInstruction['source'] =>
  isKey(key) || elementId === '' ? { elementInstanceKey: key } : { elementId };

const ancestorOf = (
  message: ModifyProcessInstanceRequest['moveInstructions'][number],
): Pick<MoveInstruction, 'ancestorScope'> => {
  if (isKey(message.ancestorElementInstanceKey)) {
    return { ancestorScope: { kind: 'direct', elementInstanceKey: message.ancestorElementInstanceKey } };
  }
  if (message.useSourceParentKeyAsAncestorScopeKey) return { ancestorScope: { kind: 'sourceParent' } };
  return message.inferAncestorScopeFromSourceHierarchy ? { ancestorScope: { kind: 'inferred' } } : {};
};

/** Reads the instructions of a request. Throws a `value` fault for variables that are not an object in JSON. */
export const readModification = (request: ModifyProcessInstanceRequest): Modification => ({
  activate: request.activateInstructions.map(({ elementId, ancestorElementInstanceKey, variableInstructions }) => ({
    elementId,
    ...(isKey(ancestorElementInstanceKey) ? { ancestorElementInstanceKey } : {}),
    variables: variablesOf(variableInstructions),
  })),
  terminate: request.terminateInstructions.map(({ elementInstanceKey, elementId }) =>
    elementOf(elementInstanceKey, elementId),
  ),
  move: request.moveInstructions.map((message) => ({
    source: elementOf(message.sourceElementInstanceKey, message.sourceElementId),
    targetElementId: message.targetElementId,
    variables: variablesOf(message.variableInstructions),
    ...ancestorOf(message),
  })),
});
