import type { FlowNode, ProcessModel } from '../../model/types.ts';
import { type Context, enqueueStep } from '../store/context.ts';
import { addInstance, newInstance } from '../store/instances.ts';
import { nextKey } from '../store/keys.ts';
import type { ElementInstance } from '../store/records.ts';
import { writeAllLocal } from '../store/variables.ts';
import { viewElement } from '../store/views.ts';
import type { Variables } from '../types.ts';
import { eventSubProcessStarts } from './event-subprocesses.ts';
import { openSubscriptions, planSubscriptions } from './event-subscriptions.ts';

/*
 * Activates elements at which no token has arrived: start instructions and modifications. The scopes around an element are
 * created if they are missing, without input mappings and without their start events.
 */

/** The subprocesses around a node, outermost first. */
export const scopesAround = (model: ProcessModel, node: FlowNode): readonly FlowNode[] => {
  const scopes: FlowNode[] = [];
  for (let scope = model.nodes.get(node.scope); scope !== undefined; scope = model.nodes.get(scope.scope)) {
    scopes.unshift(scope);
  }
  return scopes;
};

/** The kinds that no command can activate: they belong to something that waits or starts. */
const excluded: ReadonlySet<FlowNode['kind']> = new Set(['startEvent', 'boundaryEvent']);

/**
 * The reason for which an element cannot be activated directly.
 *
 * @returns undefined if it can
 */
export const notActivatable = (model: ProcessModel, node: FlowNode): string | undefined => {
  if (scopesAround(model, node).some(({ kind }) => kind === 'adHocSubProcess')) return 'it is in an ad-hoc subprocess';
  if (excluded.has(node.kind)) return `it is a ${node.kind === 'startEvent' ? 'start event' : 'boundary event'}`;
  const isBehindGateway = node.incoming.some(
    (id) => model.nodes.get(model.flows.get(id)?.source ?? '')?.kind === 'eventBasedGateway',
  );
  return isBehindGateway ? 'it is an event behind an event-based gateway' : undefined;
};

/** Tells whether a node is inside the body of a multi-instance subprocess. */
export const isInsideLoop = (model: ProcessModel, node: FlowNode): boolean =>
  scopesAround(model, node).some(({ loop }) => loop !== undefined);

/** The variables of an instruction. Without a scope, they are variables of the process instance. */
export interface VariableInstruction {
  readonly scopeId?: string | undefined;
  readonly variables: Variables;
}

/** Where an element is activated. */
export interface Place {
  /** The innermost scope that exists, or that an earlier activation of the command creates. */
  readonly scope: ElementInstance;
  /** The scopes to create inside it, outermost first. */
  readonly missing: readonly FlowNode[];
}

/** Tells whether a scope can still receive tokens: one that completes or is terminated cannot, even if it waits. */
export const isOpen = ({ state }: ElementInstance): boolean => state === 'ACTIVE' || state === 'ACTIVATING';

const instancesOf = (root: ElementInstance, node: FlowNode): readonly ElementInstance[] => {
  const found: ElementInstance[] = [];
  const scopes = [root];
  for (const scope of scopes) {
    for (let element = scope.first; element !== undefined; element = element.next) {
      if (element.node === node && isOpen(element)) found.push(element);
      if (element.first !== undefined) scopes.push(element);
    }
  }
  return found;
};

/**
 * Finds the place of an element: the innermost scope around it that has exactly one open instance.
 *
 * @param created the scopes that earlier activations of the command create
 * @returns the id of the scope with several instances, if it is not clear which one is meant
 */
export const findPlace = (
  root: ElementInstance,
  node: FlowNode,
  created: readonly ElementInstance[],
): Place | { readonly several: string } => {
  const around = scopesAround(root.definition.model, node);
  for (let depth = around.length; depth > 0; depth -= 1) {
    const scopeNode = around[depth - 1]!;
    const found = [...instancesOf(root, scopeNode), ...created.filter((element) => element.node === scopeNode)];
    if (found.length > 1) return { several: scopeNode.id };
    if (found[0] !== undefined) return { scope: found[0], missing: around.slice(depth) };
  }
  return { scope: root, missing: around };
};

/** The place of an element inside a given scope; undefined if the scope is not around the element. */
export const placeInside = (ancestor: ElementInstance, node: FlowNode): Place | undefined => {
  const around = scopesAround(ancestor.definition.model, node);
  if (ancestor.scope === undefined) return { scope: ancestor, missing: around };
  const index = ancestor.node === undefined ? -1 : around.indexOf(ancestor.node);
  return index < 0 ? undefined : { scope: ancestor, missing: around.slice(index + 1) };
};

/** An activation whose expressions are evaluated, but of which nothing is part of the state. */
export interface PreparedActivation {
  /** The scopes that it creates. */
  readonly scopes: readonly ElementInstance[];
  /** Makes it part of the state; in the order of the preparations. */
  readonly commit: () => void;
}

/** The events that a new scope waits for: boundary events, and starts of event subprocesses. */
const eventsOf = (scope: ElementInstance, node: FlowNode): readonly FlowNode[] => {
  const { nodes } = scope.definition.model;
  const boundaryEvents = node.boundaryEvents.map((id) => nodes.get(id)).filter((event) => event !== undefined);
  return [...boundaryEvents, ...eventSubProcessStarts(scope)];
};

/**
 * Prepares the activation of an element: creates its records and evaluates the events of new scopes.
 *
 * @param variables those of scopes that exist already are not written
 * @throws a step failure if an event of a new scope cannot be evaluated
 */
export const prepareActivation = (
  context: Context,
  node: FlowNode,
  place: Place,
  variables: readonly VariableInstruction[],
): PreparedActivation => {
  let { scope } = place;
  const create = (created: FlowNode): ElementInstance => {
    const element = newInstance(nextKey(context), scope.definition, scope, created);
    for (const instruction of variables) {
      if (instruction.scopeId === created.id) writeAllLocal(context, element, instruction.variables);
    }
    return element;
  };
  const scopes = place.missing.map((missing) => {
    const element = create(missing);
    scope = element;
    return { element, plans: planSubscriptions(context, element, eventsOf(element, missing)) };
  });
  const target = create(node);

  return {
    scopes: scopes.map(({ element }) => element),
    commit: () => {
      for (const { element, plans } of scopes) {
        element.scope!.tokens += 1;
        addInstance(context.state, element);
        openSubscriptions(context, element, plans);
        element.state = 'ACTIVE';
        context.emit?.({ kind: 'element:activated', element: viewElement(element) });
      }
      target.scope!.tokens += 1;
      addInstance(context.state, target);
      // An event subprocess may have interrupted the scope. From now on, its tokens count again.
      if (target.scope!.details?.interrupted === true) delete target.scope!.details.interrupted;
      enqueueStep(context, 'activate', target);
    },
  };
};

/** Activates the elements of start instructions in a new process instance: all of them, or none if a step fails. */
export const activateAll = (context: Context, root: ElementInstance, nodes: readonly FlowNode[]): void => {
  const created: ElementInstance[] = [];
  const prepared = nodes.map((node) => {
    const place = findPlace(root, node, created);
    if ('several' in place) throw new Error(`A new process instance has several instances of ${place.several}.`);
    const activation = prepareActivation(context, node, place, []);
    created.push(...activation.scopes);
    return activation;
  });
  for (const { commit } of prepared) commit();
};
