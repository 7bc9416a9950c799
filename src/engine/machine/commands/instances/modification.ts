import type { FlowNode } from '../../../model/types.ts';
import {
  findPlace,
  isInsideLoop,
  isOpen,
  notActivatable,
  type Place,
  type PreparedActivation,
  placeInside,
  prepareActivation,
  scopesAround,
  type VariableInstruction,
} from '../../flow/direct-activation.ts';
import { terminate } from '../../flow/termination.ts';
import { reject, rejectVariables } from '../../rejection.ts';
import type { Context } from '../../store/context.ts';
import { isStepFailure } from '../../store/incidents.ts';
import { elementsOf } from '../../store/instances.ts';
import { adoptVariables } from '../../store/json-values.ts';
import { keyNumber, keyText } from '../../store/keys.ts';
import { isLoopBody } from '../../store/loops.ts';
import type { ElementInstance, Scope } from '../../store/records.ts';
import { writeAllLocal } from '../../store/variables.ts';
import { viewInstance } from '../../store/views.ts';
import type { Key, Modification, MoveInstruction, RejectionCode } from '../../types.ts';

interface Activation {
  readonly node: FlowNode;
  readonly ancestor: ElementInstance | undefined;
  readonly variables: readonly VariableInstruction[];
}

/** A modification of one process instance: looks up what the instructions name, or rejects the command. */
const readInstructions = (context: Context, root: ElementInstance, modification: Modification) => {
  const { model } = root.definition;
  const fail = (reason: string, code: RejectionCode = 'INVALID_ARGUMENT'): Error =>
    reject(code, 'MODIFY', `Expected to modify instance of process '${model.id}' but ${reason}`);
  const elements = elementsOf(root);

  const elementOf = (key: Key, what: string): ElementInstance => {
    const element = context.state.elements.get(keyNumber(key));
    if (element !== undefined && element.root === root) return element;
    throw fail(`it contains one or more ${what} with an element instance that could not be found: '${key}'`);
  };

  const nodeOf = (elementId: string): FlowNode => {
    const node = model.nodes.get(elementId);
    if (node === undefined) {
      const text = `with an element that could not be found: '${elementId}'`;
      throw fail(`it contains one or more activate instructions ${text}`);
    }
    const reason = notActivatable(model, node);
    if (reason === undefined) return node;
    throw fail(
      `it contains one or more activate instructions for elements that are unsupported: '${elementId}'. It cannot be activated because ${reason}.`,
    );
  };

  const readVariables = (node: FlowNode, instructions: readonly VariableInstruction[]): VariableInstruction[] => {
    const scopes = new Set([model.id, node.id, ...scopesAround(model, node).map(({ id }) => id)]);
    return instructions.map(({ scopeId, variables }) => {
      if (scopeId !== undefined && !scopes.has(scopeId)) {
        throw fail(
          `it contains one or more variable instructions with a scope that is neither the element '${node.id}' nor around it: '${scopeId}'`,
        );
      }
      const adopted = adoptVariables(
        variables,
        rejectVariables('MODIFY', `process instance with key '${keyText(root.key)}'`),
      );
      return { scopeId: scopeId === model.id ? undefined : scopeId, variables: adopted };
    });
  };

  const activations: Activation[] = (modification.activate ?? []).map(
    ({ elementId, ancestorElementInstanceKey: key, variables = [] }) => {
      const node = nodeOf(elementId);
      const ancestor = key === undefined ? undefined : elementOf(key, 'activate instructions for an ancestor');
      return { node, ancestor, variables: readVariables(node, variables) };
    },
  );

  const named = (elementId: string, what: string): readonly ElementInstance[] => {
    const found = elements.filter(
      (element) => element.node?.id === elementId && (element.node.loop === undefined || isLoopBody(element)),
    );
    if (found.length > 0) return found;
    throw fail(`it contains one or more ${what} with an element that has no active instance: '${elementId}'`);
  };

  const terminated = new Set<ElementInstance>();
  for (const instruction of modification.terminate ?? []) {
    const what = 'terminate instructions';
    if ('elementId' in instruction) for (const element of named(instruction.elementId, what)) terminated.add(element);
    else terminated.add(elementOf(instruction.elementInstanceKey, what));
  }

  const ancestorOf = (source: ElementInstance, node: FlowNode, move: MoveInstruction): ElementInstance | undefined => {
    const { ancestorScope } = move;
    if (ancestorScope === undefined) return undefined;
    if (ancestorScope.kind === 'direct') return elementOf(ancestorScope.elementInstanceKey, 'move instructions');
    if (ancestorScope.kind === 'sourceParent') return source.scope;
    const around = new Set<FlowNode | undefined>(scopesAround(model, node));
    let scope = source.scope;
    while (scope?.scope !== undefined && (!around.has(scope.node) || isLoopBody(scope))) scope = scope.scope;
    return scope;
  };

  for (const move of modification.move ?? []) {
    const node = nodeOf(move.targetElementId);
    const variables = readVariables(node, move.variables ?? []);
    const what = 'move instructions';
    const sources =
      'elementId' in move.source
        ? named(move.source.elementId, what)
        : [elementOf(move.source.elementInstanceKey, what)];
    for (const source of sources) {
      terminated.add(source);
      activations.push({ node, ancestor: ancestorOf(source, node, move), variables });
    }
  }
  return { activations, terminated, fail };
};

/** Tells whether an element ends by the terminations, because it is one of them or nothing is left in it. */
const endsBy = (
  element: ElementInstance,
  terminated: ReadonlySet<ElementInstance>,
  kept: ReadonlySet<ElementInstance>,
): boolean => {
  if (terminated.has(element)) return true;
  if (kept.has(element)) return false;
  let left = element.tokens;
  for (let inner = element.first; inner !== undefined; inner = inner.next)
    if (endsBy(inner, terminated, kept)) left -= 1;
  return left === 0 && element.first !== undefined;
};

/** The command ModifyProcessInstance: activates and terminates elements; all of it, or nothing. */
export const modifyInstance = (context: Context, key: Key, modification: Modification): void => {
  const root = context.state.elements.get(keyNumber(key));
  // An instance that is being cancelled may still wait for listeners.
  if (root === undefined || root.scope !== undefined || root.state === 'TERMINATING') {
    const reason = `Expected to modify process instance but no process instance found with key '${key}'`;
    throw reject('NOT_FOUND', 'MODIFY', reason);
  }
  const { activations, terminated, fail } = readInstructions(context, root, modification);
  const { model } = root.definition;

  const placeOf = ({ node, ancestor }: Activation, created: readonly ElementInstance[]): Place => {
    const inLoop = (): Error =>
      fail(
        `the element '${node.id}' is inside a multi-instance subprocess, where only a move can activate it`,
        'INVALID_STATE',
      );
    const ending = [ancestor, root].find((scope) => scope !== undefined && !isOpen(scope));
    if (ending !== undefined) {
      throw fail(
        `it contains one or more activate instructions for an element in a scope that is ending: '${keyText(ending.key)}'`,
      );
    }
    if (ancestor === undefined) {
      if (isInsideLoop(model, node)) throw inLoop();
      const place = findPlace(root, node, created);
      if (!('several' in place)) return place;
      throw fail(
        `it contains one or more activate instructions for an element that has a flow scope with more than one active instance: '${place.several}'. Can't decide in which instance of the flow scope the element should be activated. Please specify an ancestor element instance key for this activate instruction.`,
      );
    }
    const place = placeInside(ancestor, node);
    if (place === undefined) {
      throw fail(
        `it contains one or more activate instructions with an ancestor scope key that is not an ancestor of the element to activate: '${keyText(ancestor.key)}'`,
      );
    }
    if (isLoopBody(ancestor) || place.missing.some(({ loop }) => loop !== undefined)) throw inLoop();
    return place;
  };

  // The records of new scopes exist before the state changes, so the next activation can be inside them.
  const touched = new Map<ElementInstance, Scope | undefined>();
  const writeOuter = (scope: ElementInstance, { variables }: VariableInstruction): void => {
    if (!touched.has(scope)) touched.set(scope, scope.variables && { ...scope.variables });
    writeAllLocal(context, scope, variables);
  };
  const created: ElementInstance[] = [];
  const kept = new Set<ElementInstance>();
  const prepare = (activation: Activation): PreparedActivation => {
    const place = placeOf(activation, created);
    const inner = new Set([activation.node.id, ...place.missing.map(({ id }) => id)]);
    for (const instruction of activation.variables) {
      const { scopeId } = instruction;
      if (scopeId === undefined) writeOuter(root, instruction);
      else if (!inner.has(scopeId)) {
        let scope = place.scope;
        while (scope.node?.id !== scopeId && scope.scope !== undefined) scope = scope.scope;
        writeOuter(scope, instruction);
      }
    }
    for (let scope: ElementInstance | undefined = place.scope; scope !== undefined; scope = scope.scope)
      kept.add(scope);
    const prepared = prepareActivation(context, activation.node, place, activation.variables);
    created.push(...prepared.scopes);
    return prepared;
  };

  let prepared: readonly PreparedActivation[];
  try {
    prepared = activations.map(prepare);
    if (root.details?.caller !== undefined && endsBy(root, terminated, kept)) {
      throw fail(
        'it would end the process instance, which a call activity has created. Terminate the call activity instead.',
      );
    }
  } catch (error) {
    for (const [scope, variables] of touched) scope.variables = variables;
    if (isStepFailure(error)) throw fail(`the events of a new scope cannot be waited for: ${error.message}`);
    throw error;
  }
  for (const { commit } of prepared) commit();
  context.emit?.({ kind: 'instance:modified', instance: viewInstance(root) });
  for (const element of terminated) terminateWithScopes(context, element);
};

/** Terminates an element, and the scopes around it in which nothing else is left. */
const terminateWithScopes = (context: Context, element: ElementInstance): void => {
  if (element.state === 'TERMINATED' || element.state === 'COMPLETED') return;
  const { scope } = element;
  terminate(context, element, true);
  if (scope !== undefined && scope.tokens === 0) terminateWithScopes(context, scope);
};
