import type { FlowNode } from '../../../model/types.ts';
import {
  announceClosed,
  announceOpen,
  closeSubscription,
  openSubscriptions,
  planSubscriptions,
  type SubscriptionPlan,
} from '../../flow/event-subscriptions.ts';
import { reject } from '../../rejection.ts';
import type { Context } from '../../store/context.ts';
import { indexSubscription, unindexSubscription } from '../../store/events/messages.ts';
import { isStepFailure } from '../../store/incidents.ts';
import { elementsOf, enterProcess, leaveProcess } from '../../store/instances.ts';
import { keyNumber } from '../../store/keys.ts';
import { jobHeadersOf } from '../../store/listeners.ts';
import { isLoopInstance } from '../../store/loops.ts';
import type { CompletedActivity, Definition, ElementInstance, EventSubscription } from '../../store/records.ts';
import { viewInstance } from '../../store/views.ts';
import { isOfTenant } from '../../tenants.ts';
import type { Key, MigrationPlan, RejectionCode } from '../../types.ts';
import { checkElement, checkEvents, type Mapping, readMapping } from './migration-plan.ts';

/** Only a migration changes what a record refers to. */
type Mutable<T> = { -readonly [Name in keyof T]: T[Name] };

/** What becomes of the subscriptions of one element. */
interface EventChange {
  readonly element: ElementInstance;
  readonly kept: readonly { readonly subscription: EventSubscription; readonly node: FlowNode }[];
  readonly closed: readonly EventSubscription[];
  readonly opened: readonly SubscriptionPlan[];
}

/** The events of the target that an element waits for besides its own. */
const eventsOf = (
  element: ElementInstance,
  target: FlowNode | undefined,
  definition: Definition,
): readonly FlowNode[] => {
  const { model } = definition;
  const ids =
    element.details?.interrupted === true ? [] : [...(model.eventSubProcesses.get(target?.id ?? model.id) ?? [])];
  if (target !== undefined && !isLoopInstance(element)) ids.push(...target.boundaryEvents);
  if (target?.kind === 'eventBasedGateway') {
    ids.push(...target.outgoing.map((id) => model.flows.get(id)?.target ?? ''));
  }
  return ids.map((id) => model.nodes.get(id)).filter((node) => node !== undefined);
};

/** Mapped events stay, with their due times and keys; the others are closed, and those of the target that are new are opened. */
const planEvents = (
  context: Context,
  element: ElementInstance,
  mapping: Mapping,
  definition: Definition,
): EventChange => {
  const target = element.node && mapping.get(element.node.id);
  const kept: { subscription: EventSubscription; node: FlowNode }[] = [];
  const closed: EventSubscription[] = [];
  for (const subscription of element.subscriptions ?? []) {
    const node = mapping.get(subscription.node.id);
    if (node === undefined) closed.push(subscription);
    else kept.push({ subscription, node });
  }
  // An element that has not become active yet waits for nothing; it will, as an element of the target.
  const isWaiting = element.state === 'ACTIVE' && element.details?.pending === undefined;
  const known = new Set(kept.map(({ node }) => node));
  const added = isWaiting ? eventsOf(element, target, definition).filter((node) => !known.has(node)) : [];
  return { element, kept, closed, opened: planSubscriptions(context, element, added) };
};

/** The activities that a compensation can undo, as far as their boundary events are mapped. */
const migrateCompleted = (completed: readonly CompletedActivity[], mapping: Mapping): readonly CompletedActivity[] =>
  completed.flatMap(({ activity, events, inside }) => {
    const mapped = events.flatMap((id) => mapping.get(id)?.id ?? []);
    const inner = migrateCompleted(inside, mapping);
    if (mapped.length === 0 && inner.length === 0) return [];
    return [{ activity: mapping.get(activity)?.id ?? activity, events: mapped, inside: inner }];
  });

const migrateElement = (element: ElementInstance, mapping: Mapping, definition: Definition): void => {
  const { node, job, details } = element;
  const record: Mutable<ElementInstance> = element;
  // A job keeps its headers.
  if (job !== undefined && node?.kind === 'jobTask' && details?.listening === undefined) {
    record.details = { ...details, headers: jobHeadersOf(element) };
  }
  if (details?.completed !== undefined) {
    record.details = { ...record.details, completed: migrateCompleted(details.completed, mapping) };
  }
  record.definition = definition;
  if (node !== undefined) record.node = mapping.get(node.id)!;
};

/** The command MigrateProcessInstance: the active elements of an instance become elements of another definition. */
export const migrateInstance = (context: Context, key: Key, plan: MigrationPlan): void => {
  const { state } = context;
  const root = state.elements.get(keyNumber(key));
  if (root === undefined || root.scope !== undefined) {
    const reason = `Expected to migrate process instance but no process instance found with key '${key}'`;
    throw reject('NOT_FOUND', 'MIGRATE', reason);
  }
  const target = state.definitions.get(keyNumber(plan.targetProcessDefinitionKey));
  if (target === undefined || target.deleted || !isOfTenant(target, root.definition.tenant ?? '<default>')) {
    throw reject(
      'NOT_FOUND',
      'MIGRATE',
      `Expected to migrate process instance to process definition but no process definition found with key '${plan.targetProcessDefinitionKey}'`,
    );
  }
  const fail = (code: RejectionCode, reason: string): Error =>
    reject(code, 'MIGRATE', `Expected to migrate process instance '${key}' but ${reason}`);
  const source = root.definition.model;
  const mapping = readMapping(source, target.model, plan, fail);
  if (root.details?.pending !== undefined) throw fail('INVALID_STATE', 'it has not started yet.');
  const elements = elementsOf(root);
  for (const element of elements) checkElement(element, mapping, target, fail);
  checkEvents(source, mapping, fail);
  let changes: readonly EventChange[];
  try {
    changes = elements.map((element) => planEvents(context, element, mapping, target));
  } catch (error) {
    if (isStepFailure(error))
      throw fail('INVALID_STATE', `an event of the target cannot be waited for: ${error.message}`);
    throw error;
  }

  for (const { element, closed, kept } of changes) {
    for (const subscription of closed) closeSubscription(context, element, subscription);
    // Subscriptions to messages are found by the id of the process.
    for (const { subscription } of kept) {
      announceClosed(context, subscription);
      if (subscription.kind === 'subscription' && subscription.open) unindexSubscription(state, subscription);
    }
  }
  leaveProcess(state, root);
  for (const element of elements) migrateElement(element, mapping, target);
  enterProcess(state, root);
  for (const { kept } of changes) {
    for (const { subscription, node } of kept) {
      const record: Mutable<EventSubscription> = subscription;
      record.node = node;
      if (subscription.kind === 'timer') (subscription as Mutable<typeof subscription>).definition = target;
      else if (subscription.kind === 'subscription' && subscription.open) indexSubscription(state, subscription);
      announceOpen(context, subscription);
    }
  }
  context.emit?.({ kind: 'instance:migrated', instance: viewInstance(root) });
  for (const { element, opened } of changes) openSubscriptions(context, element, opened);
};
