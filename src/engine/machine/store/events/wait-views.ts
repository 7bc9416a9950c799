import type { FlowNode } from '../../../model/types.ts';
import { viewTenant } from '../../tenants.ts';
import type { DueItem, MachineJoin, MachineSubscription, MachineTimer } from '../../types.ts';
import { keyText } from '../keys.ts';
import type {
  Definition,
  ElementInstance,
  EventSubscription,
  Job,
  Message,
  MessageStart,
  Scheduled,
  SignalStart,
  Timer,
} from '../records.ts';
import { elementIdOf } from '../variables.ts';

/** What waits and what is due, as clients and listeners see it. */

const viewProcess = ({ model, key }: Definition) => ({
  bpmnProcessId: model.id,
  processDefinitionKey: keyText(key),
});

const viewNode = ({ id, name }: FlowNode) => ({ elementId: id, elementName: name ?? id });

const viewHolder = (element: ElementInstance | undefined) =>
  element === undefined
    ? {}
    : { elementInstanceKey: keyText(element.key), processInstanceKey: keyText(element.root.key) };

/** The name of the message or signal of a subscription; the expression of a condition. */
const nameOf = (subscription: Exclude<EventSubscription, Timer>): string => {
  if (subscription.kind !== 'condition') return subscription.name;
  const { node } = subscription;
  const trigger = 'trigger' in node ? node.trigger : undefined;
  return trigger?.kind === 'condition' ? trigger.condition.source : '';
};

/** The subscription of an element. */
export const viewSubscription = (subscription: Exclude<EventSubscription, Timer>): MachineSubscription => {
  const { kind, key, node, element } = subscription;
  return {
    kind: kind === 'subscription' ? 'message' : kind,
    key: keyText(key),
    name: nameOf(subscription),
    ...(subscription.kind === 'subscription' ? { correlationKey: subscription.correlationKey } : {}),
    ...viewNode(node),
    ...viewHolder(element),
    ...viewProcess(element.definition),
    ...viewTenant(element.definition),
  };
};

/** The subscription of the start event of a process. */
export const viewStart = (
  kind: 'message' | 'signal',
  { name, node, definition }: MessageStart | SignalStart,
): MachineSubscription => ({ kind, name, ...viewNode(node), ...viewProcess(definition), ...viewTenant(definition) });

export const viewTimer = ({ key, due, repetitions, node, element, definition }: Timer): MachineTimer => ({
  key: keyText(key),
  due,
  repetitions,
  ...viewNode(node),
  ...viewHolder(element),
  ...viewProcess(definition),
});

const viewDueJob = ({ key, due, state, type, element }: Job): DueItem => ({
  kind: state === 'ACTIVATED' ? 'jobTimeout' : 'jobBackoff',
  due,
  key: keyText(key),
  name: type,
  elementId: elementIdOf(element),
  ...viewHolder(element),
  bpmnProcessId: element.definition.model.id,
});

/** Something that is due, with what it belongs to. */
export const viewDue = (item: Scheduled): DueItem => {
  const { kind, due, key } = item;
  if (kind === 'job') return viewDueJob(item as Job);
  if (kind === 'message') return { kind: 'messageExpiry', due, key: keyText(key), name: (item as Message).name };
  const { node, element, definition } = item as Timer;
  return {
    kind: 'timer',
    due,
    key: keyText(key),
    name: node.id,
    elementId: node.id,
    ...viewHolder(element),
    bpmnProcessId: definition.model.id,
  };
};

/** The gateways directly in a scope at which tokens wait for others. */
export const viewJoins = (scope: ElementInstance): readonly MachineJoin[] => {
  const { joins, definition } = scope;
  if (joins === undefined) return [];
  const { nodes, flows, id } = definition.model;
  const arrivedFlows = Object.keys(joins).filter((flowId) => (joins[flowId] ?? 0) > 0);
  const gateways = new Set(arrivedFlows.map((flowId) => flows.get(flowId)?.target ?? ''));
  return [...gateways].flatMap((gateway) => {
    const node = nodes.get(gateway);
    if (node === undefined) return [];
    const { incoming } = node;
    return {
      ...viewNode(node),
      scopeKey: keyText(scope.key),
      processInstanceKey: keyText(scope.root.key),
      bpmnProcessId: id,
      arrived: incoming.filter((flowId) => arrivedFlows.includes(flowId)),
      missing: incoming.filter((flowId) => !arrivedFlows.includes(flowId)),
    };
  });
};
