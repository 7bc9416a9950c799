/** Which elements of a version can become which ones of another version, and why not. Pure. */
import {
  type Difference,
  differenceOf,
  isMigratable,
} from '../../../engine/machine/commands/instances/migration-plan.ts';
import type { FlowNode, ProcessModel } from '../../../engine/model/types.ts';
import type { MappedElement } from './migration.ts';

const typeText = (type: string): string => type.toLowerCase().replaceAll('_', ' ');

const withArticle = (words: string): string => `${/^[aeio]/.test(words) ? 'an' : 'a'} ${words}`;

const triggers: Readonly<Record<string, string>> = {
  message: 'a message',
  timer: 'a timer',
  signal: 'a signal',
  condition: 'a condition',
  error: 'an error',
  escalation: 'an escalation',
  compensation: 'compensation',
  link: 'a link',
};

const triggerText = (node: FlowNode): string => {
  const kind = 'trigger' in node ? node.trigger?.kind : undefined;
  return kind === undefined ? 'an event without a trigger' : `an event with ${triggers[kind] ?? withArticle(kind)}`;
};

const implementations: Readonly<Record<string, string>> = {
  jobTask: 'a job',
  jobUserTask: 'a job',
  userTask: 'zeebe:userTask',
  scriptTask: 'an expression',
  decisionTask: 'a decision',
  passThrough: 'neither a job nor an expression',
};

const loopText = ({ loop }: FlowNode): string => {
  if (loop === undefined) return 'an activity that runs once';
  return `a ${loop.sequential ? 'sequential' : 'parallel'} multi-instance activity`;
};

/** E.g. `a user task cannot become a service task`. */
const reasonFor = (node: FlowNode, target: FlowNode, difference: Difference): string => {
  const [type, targetType] = [typeText(node.elementType), typeText(target.elementType)];
  switch (difference) {
    case 'type':
      return `${withArticle(type)} cannot become ${withArticle(targetType)}`;
    case 'implementation':
      return `${withArticle(type)} with ${implementations[node.kind] ?? node.kind} cannot become one with ${implementations[target.kind] ?? target.kind}`;
    case 'loop':
    case 'order':
      return `${loopText(node)} cannot become ${loopText(target)}`;
    case 'trigger':
      return `${triggerText(node)} cannot become ${triggerText(target)}`;
  }
};

/** Why an element cannot become another one, whatever else is mapped; `undefined` if it can. */
export const refusalOf = (node: FlowNode, target: FlowNode, isActive: boolean): string | undefined => {
  const difference = differenceOf(node, target, isActive);
  return difference === undefined ? undefined : reasonFor(node, target, difference);
};

/** The subprocess around an element, and the activity of a boundary event. */
export const placeOf = (
  node: FlowNode,
  model: ProcessModel,
): { readonly inside?: string; readonly attachedTo?: string } => ({
  ...(node.scope === model.id ? {} : { inside: node.scope }),
  ...(node.kind === 'boundaryEvent' ? { attachedTo: node.attachedTo } : {}),
});

/** What is known of an element that has to become one of another version. */
export interface ElementMapping {
  readonly refusals: readonly { readonly reason: string; readonly targets: readonly string[] }[];
  readonly preset?: { readonly id: string; readonly by: 'id' | 'name' };
  readonly problem?: string;
}

const isActive = ({ isEvent }: MappedElement): boolean => !isEvent;

const refusalsOf = (node: FlowNode, element: MappedElement, target: ProcessModel): ElementMapping['refusals'] => {
  const targetsByReason = new Map<string, string[]>();
  for (const each of target.nodes.values()) {
    const reason = refusalOf(node, each, isActive(element));
    if (reason === undefined) continue;
    const ids = targetsByReason.get(reason) ?? [];
    ids.push(each.id);
    targetsByReason.set(reason, ids);
  }
  return [...targetsByReason].map(([reason, targets]) => ({ reason, targets }));
};

/** The only element of the same name and type in the same place that no other element becomes by its id. */
const byName = (
  node: FlowNode,
  possible: readonly FlowNode[],
  source: ProcessModel,
  expectedScope: string | undefined,
): FlowNode | undefined => {
  if (node.name === undefined) return undefined;
  const found = possible.filter(
    ({ id, name, scope, elementType }) =>
      name === node.name && elementType === node.elementType && scope === expectedScope && !source.nodes.has(id),
  );
  return found.length === 1 ? found[0] : undefined;
};

/**
 * What each of the elements of an instance can become in another version.
 *
 * @param elements with those around others before them
 */
export const mapElements = (
  elements: readonly MappedElement[],
  source: ProcessModel,
  target: ProcessModel,
): ReadonlyMap<string, ElementMapping> => {
  const mappings = new Map<string, ElementMapping>();
  /** What an element around others, or one to which events are attached, becomes. */
  const becomes = (id: string): string | undefined => (id === source.id ? target.id : mappings.get(id)?.preset?.id);
  for (const element of elements) {
    const node = source.nodes.get(element.id);
    if (node === undefined) continue;
    const refusals = refusalsOf(node, element, target);
    if (isActive(element) && !isMigratable(node)) {
      const problem = `${withArticle(typeText(node.elementType))} that is active cannot be migrated: resolve its incident first, or start the instance anew`;
      mappings.set(element.id, { refusals, problem });
      continue;
    }
    const refused = new Set(refusals.flatMap(({ targets }) => targets));
    const isInPlace = (each: FlowNode): boolean =>
      each.kind === 'boundaryEvent' && node.kind === 'boundaryEvent'
        ? each.attachedTo === becomes(node.attachedTo)
        : element.isEvent || each.scope === becomes(node.scope);
    const possible = [...target.nodes.values()].filter((each) => !refused.has(each.id) && isInPlace(each));
    const same = possible.find(({ id }) => id === element.id);
    const named = same === undefined ? byName(node, possible, source, becomes(node.scope)) : undefined;
    const problem =
      refused.size === target.nodes.size && isActive(element)
        ? `the newer version has no ${typeText(node.elementType)} that it could become`
        : undefined;
    mappings.set(element.id, {
      refusals,
      ...(same === undefined ? {} : { preset: { id: same.id, by: 'id' } as const }),
      ...(named === undefined ? {} : { preset: { id: named.id, by: 'name' } as const }),
      ...(problem === undefined ? {} : { problem }),
    });
  }
  return mappings;
};
