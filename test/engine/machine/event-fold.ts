import assert from 'node:assert/strict';
import type {
  EngineEvent,
  Json,
  Machine,
  MachineSubscription,
  MachineTimer,
} from '../../../src/engine/machine/types.ts';

/** What follows from the events alone. */
export interface Fold {
  readonly subscriptions: Map<string, MachineSubscription>;
  readonly timers: Map<string, MachineTimer>;
  /** By scope. */
  readonly variables: Map<string, Record<string, Json>>;
}

export const createFold = (): Fold => ({ subscriptions: new Map(), timers: new Map(), variables: new Map() });

const idOf = ({ key, bpmnProcessId, elementId }: MachineSubscription): string => key ?? `${bpmnProcessId} ${elementId}`;

/** Adds an event. */
export const foldEvent = ({ subscriptions, timers, variables }: Fold, event: EngineEvent): void => {
  switch (event.kind) {
    case 'subscription:opened':
      assert.ok(!subscriptions.has(idOf(event.subscription)), 'a subscription opens once');
      subscriptions.set(idOf(event.subscription), event.subscription);
      return;
    case 'subscription:closed':
      assert.ok(subscriptions.delete(idOf(event.subscription)), 'only an open subscription closes');
      return;
    case 'timer:scheduled':
      timers.set(event.timer.key, event.timer);
      return;
    case 'timer:triggered':
    case 'timer:cancelled':
      assert.deepEqual(timers.get(event.timer.key), event.timer);
      timers.delete(event.timer.key);
      return;
    case 'variable:created':
    case 'variable:updated': {
      const { scopeKey, name, value } = event.variable;
      const scope = variables.get(scopeKey) ?? {};
      if (event.kind === 'variable:updated') assert.deepEqual(scope[name], event.previous);
      else assert.equal(scope[name], undefined, 'a variable is created once');
      variables.set(scopeKey, { ...scope, [name]: value });
      return;
    }
    case 'element:completed':
    case 'element:terminated':
      variables.delete(event.element.key);
      return;
    case 'instance:completed':
    case 'instance:terminated':
      variables.delete(event.instance.key);
      return;
    default:
  }
};

/** Checks that the lists of a machine are what its events have reported. */
export const checkFold = (machine: Machine, { subscriptions, timers, variables }: Fold): void => {
  const byId = new Map(machine.subscriptions().map((subscription) => [idOf(subscription), subscription]));
  assert.deepEqual(subscriptions, byId);
  assert.deepEqual(timers, new Map(machine.timers().map((timer) => [timer.key, timer])));
  const scopes = machine
    .instances()
    .filter(({ state }) => state === 'ACTIVE')
    .flatMap((instance) => [instance, ...machine.elements(instance.key)]);
  for (const { key, variables: held } of scopes) assert.deepEqual(variables.get(key) ?? {}, held);
  assert.ok(
    [...variables.keys()].every((key) => scopes.some((scope) => scope.key === key)),
    'no variables without a scope',
  );
};
