import type { FlowNode } from '../../model/types.ts';
import { evaluateSource, evaluateText, mismatch, typeName } from '../evaluation/expressions.ts';
import { startInstance } from '../flow/tokens.ts';
import { longestBusinessId } from '../requests.ts';
import { findVersion } from '../store/bindings.ts';
import type { Context } from '../store/context.ts';
import { stepFailure } from '../store/incidents.ts';
import type { Definition, ElementInstance } from '../store/records.ts';
import { localVariables, lookupFrom, visibleVariables } from '../store/variables.ts';
import { tenantKey } from '../tenants.ts';
import { activateWith, type Behavior, type NodeOf } from './behavior.ts';

/** Deeper calls are considered endless. */
const deepest = 1000;

interface Called {
  readonly definition: Definition;
  readonly start: FlowNode;
}

const findCalled = (context: Context, element: ElementInstance, node: NodeOf<'callActivity'>): Called => {
  const id = evaluateText(context, node.processId, lookupFrom(element));
  const failure = (reason: string): Error => stepFailure('CALLED_ELEMENT_ERROR', reason);
  const versions = context.state.versions.get(tenantKey(element.definition.tenant, id)) ?? [];
  const definition = findVersion(versions, node.binding, element.definition, ({ model }) => model.versionTag);
  if (definition === undefined) {
    const which = {
      latest: '',
      deployment: ' in the same deployment as the calling process',
      versionTag: ` with the version tag '${node.binding.kind === 'versionTag' ? node.binding.versionTag : ''}'`,
    }[node.binding.kind];
    throw failure(`Expected process with BPMN process id '${id}' to be deployed${which}, but not found.`);
  }
  const { noneStart, nodes } = definition.model;
  const start = noneStart === undefined ? undefined : nodes.get(noneStart);
  if (start === undefined) {
    throw failure(`Expected process with BPMN process id '${id}' to have a none start event, but not found.`);
  }
  if ((element.root.details?.depth ?? 0) >= deepest) {
    throw failure(`The process calls others more than ${deepest} levels deep, so the calls may be endless.`);
  }
  return { definition, start };
};

/** The business id that the call activity gives to the called instance; undefined if that inherits its own. */
const businessIdOf = (
  context: Context,
  element: ElementInstance,
  { businessId: source }: NodeOf<'callActivity'>,
): string | undefined => {
  if (source === undefined) return undefined;
  const lookup = lookupFrom(element);
  const value = evaluateSource(context, source, lookup, 'EXTRACT_VALUE_ERROR');
  if (typeof value === 'string' && value.length <= longestBusinessId) return value;
  const found = typeof value === 'string' ? `one with ${value.length}` : `'${typeName(value)}'`;
  throw mismatch(source, lookup, `a 'STRING' of at most ${longestBusinessId} characters`, found);
};

/** A call activity starts an instance of another process, and completes with it. */
export const callActivity: Behavior<'callActivity'> = {
  activate: (context, element, node) => {
    const { definition, start } = findCalled(context, element, node);
    const businessId = businessIdOf(context, element, node);
    activateWith(context, element, node, []);
    const locals = node.inputs.length > 0 ? localVariables(element) : {};
    const variables = node.propagateAllParentVariables ? visibleVariables(element, []) : locals;
    startInstance(context, { definition, node: start, variables, caller: element, businessId });
  },
};
