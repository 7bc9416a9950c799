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
  if (targetNode.kind !== node.kind) {
    throw invalid(
      `${mapped} and different type: ${node.kind} became ${targetNode.kind}. Elements must be mapped to elements of the same type.`,
    );
  }
  if ((targetNode.loop === undefined) !== (node.loop === undefined)) {
    throw invalid(`${mapped}, of which only one is a multi-instance activity.`);
  }
  if (targetNode.loop?.sequential !== node.loop?.sequential) {
    throw invalid(`${mapped}, and one is sequential and the other one parallel.`);
  }
  // The instances inside a multi-instance body have the scope of the body.
  if (scope.node === node) return;
  const expected = scope.node === undefined ? target.model.id : mapping.get(scope.node.id)?.id;
  if (targetNode.scope !== expected) {
    throw invalid(`the flow scope of ${where} is changed. The scope of an active element cannot be changed.`);
  }
};

const triggerOf = (node: FlowNode): string | undefined => ('trigger' in node ? node.trigger?.kind : undefined);

/** Checks the mapping of boundary events and of the start events of event subprocesses. */
export const checkEvents = (source: ProcessModel, mapping: Mapping, fail: Fail): void => {
  const sources = new Map<FlowNode, string>();
  for (const [id, target] of mapping) {
    const node = source.nodes.get(id)!;
    if (node.kind !== 'boundaryEvent' && node.kind !== 'startEvent' && node.kind !== 'catchEvent') continue;
    const other = sources.get(target);
    if (other !== undefined) {
      throw fail(
        'INVALID_STATE',
        `the catch events '${other}' and '${id}' are mapped to the same one, '${target.id}'.`,
      );
    }
    sources.set(target, id);
    if (target.kind !== node.kind || triggerOf(target) !== triggerOf(node)) {
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
