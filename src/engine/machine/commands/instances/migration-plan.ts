import type { FlowNode, ProcessModel } from '../../../model/types.ts';
import type { Definition, ElementInstance } from '../../store/records.ts';
import type { MigrationPlan, RejectionCode } from '../../types.ts';

/** Creates the rejection of a migration. */
export type Fail = (code: RejectionCode, reason: string) => Error;

/** Target nodes by the ids of their sources. */
export type Mapping = ReadonlyMap<string, FlowNode>;

/** Reads the mapping instructions of a migration, or rejects them. */
export const readMapping = (
  source: ProcessModel,
  target: ProcessModel,
  { mappingInstructions }: MigrationPlan,
  fail: Fail,
): Mapping => {
  const mapping = new Map<string, FlowNode>();
  for (const { sourceElementId, targetElementId } of mappingInstructions) {
    if (mapping.has(sourceElementId)) {
      throw fail(
        'INVALID_ARGUMENT',
        `the mapping instructions contain duplicate source element ids '[${sourceElementId}]'.`,
      );
    }
    const missing = (side: string, id: string): Error =>
      fail(
        'INVALID_ARGUMENT',
        `mapping instructions contain a non-existing ${side} element id '${id}'. Elements provided in mapping instructions must exist in the ${side} process definition.`,
      );
    if (!source.nodes.has(sourceElementId)) throw missing('source', sourceElementId);
    const node = target.nodes.get(targetElementId);
    if (node === undefined) throw missing('target', targetElementId);
    mapping.set(sourceElementId, node);
  }
  return mapping;
};

/** Kinds of elements that do not wait, or that are created only together with what they belong to. */
const unsupported: ReadonlySet<FlowNode['kind']> = new Set(['startEvent', 'boundaryEvent', 'endEvent', 'throwEvent']);

/** Whether an active element of this kind can be migrated. */
export const isMigratable = ({ kind }: FlowNode): boolean => !unsupported.has(kind);

/** What keeps an element from becoming another one, whatever else is mapped. */
export type Difference = 'type' | 'implementation' | 'loop' | 'order' | 'trigger';

const triggerOf = (node: FlowNode): string | undefined => ('trigger' in node ? node.trigger?.kind : undefined);

/** Compares an active element with the one that it would become. */
const elementDifference = (node: FlowNode, target: FlowNode): Difference | undefined => {
  if (target.elementType !== node.elementType) return 'type';
  if (target.kind !== node.kind) return 'implementation';
  if ((target.loop === undefined) !== (node.loop === undefined)) return 'loop';
  return target.loop?.sequential === node.loop?.sequential ? undefined : 'order';
};

/** Compares an event that is waited for with the one that it would become. */
const eventDifference = (node: FlowNode, target: FlowNode): Difference | undefined => {
  if (target.kind !== node.kind) return 'type';
  return triggerOf(target) === triggerOf(node) ? undefined : 'trigger';
};

const isCatchEvent = ({ kind }: FlowNode): boolean =>
  kind === 'boundaryEvent' || kind === 'startEvent' || kind === 'catchEvent';

/**
 * What keeps an element from becoming another one, whatever else is mapped; `undefined` if nothing does.
 *
 * @param isActive whether it is an active element, or only an event for which another one waits
 */
export const differenceOf = (node: FlowNode, target: FlowNode, isActive: boolean): Difference | undefined =>
  (isActive ? elementDifference(node, target) : undefined) ??
  (isCatchEvent(node) ? eventDifference(node, target) : undefined);

/** Checks that an active element can become an element of the target. */
export const checkElement = (
  { node, scope, joins }: ElementInstance,
  mapping: Mapping,
  target: Definition,
  fail: Fail,
): void => {
  const invalid = (reason: string): Error => fail('INVALID_STATE', reason);
  if (joins !== undefined && Object.keys(joins).length > 0) {
    throw invalid('tokens wait at a gateway that joins them. Complete or terminate the other branches first.');
  }
  if (node === undefined || scope === undefined) return;
  const where = `active element with id '${node.id}'`;
  if (unsupported.has(node.kind)) {
    throw invalid(`${where} has an unsupported type. The migration of a ${node.kind} is not supported.`);
  }
  const targetNode = mapping.get(node.id);
  if (targetNode === undefined) {
    throw invalid(`no mapping instruction defined for ${where}. Elements cannot be migrated without a mapping.`);
  }
  const mapped = `${where} is mapped to an element with id '${targetNode.id}'`;
  switch (elementDifference(node, targetNode)) {
    case 'type':
      throw invalid(
        `${mapped} and different type: ${node.elementType} became ${targetNode.elementType}. Elements must be mapped to elements of the same type.`,
      );
    case 'implementation':
      throw invalid(
        `${mapped} and different implementation: ${node.kind} became ${targetNode.kind}. Elements must be mapped to elements of the same implementation.`,
      );
    case 'loop':
      throw invalid(`${mapped}, of which only one is a multi-instance activity.`);
    case 'order':
      throw invalid(`${mapped}, and one is sequential and the other one parallel.`);
    default:
  }
  // The instances inside a multi-instance body have the scope of the body.
  if (scope.node === node) return;
  const expected = scope.node === undefined ? target.model.id : mapping.get(scope.node.id)?.id;
  if (targetNode.scope !== expected) {
    throw invalid(`the flow scope of ${where} is changed. The scope of an active element cannot be changed.`);
  }
};

/** Checks the mapping of boundary events and of the start events of event subprocesses. */
export const checkEvents = (source: ProcessModel, mapping: Mapping, fail: Fail): void => {
  const sources = new Map<FlowNode, string>();
  for (const [id, target] of mapping) {
    const node = source.nodes.get(id)!;
    if (!isCatchEvent(node)) continue;
    const other = sources.get(target);
    if (other !== undefined) {
      throw fail(
        'INVALID_STATE',
        `the catch events '${other}' and '${id}' are mapped to the same one, '${target.id}'.`,
      );
    }
    sources.set(target, id);
    if (eventDifference(node, target) !== undefined) {
      throw fail(
        'INVALID_STATE',
        `the catch event '${id}' is mapped to '${target.id}', which is not of the same type. Catch events must be mapped to events of the same type.`,
      );
    }
    if (node.kind !== 'boundaryEvent' || target.kind !== 'boundaryEvent') continue;
    const attached = mapping.get(node.attachedTo);
    if (attached !== undefined && attached.id !== target.attachedTo) {
      throw fail(
        'INVALID_STATE',
        `the boundary event '${id}' is mapped to '${target.id}', which is not attached to '${attached.id}'.`,
      );
    }
  }
};
