import { type Context, keepInstance } from '../store/context.ts';
import { isSignalOpen, signalSubscriptions, startsBySignal } from '../store/events/signals.ts';
import { keyText, nextKey } from '../store/keys.ts';
import { recordTenant, viewTenant } from '../tenants.ts';
import type { Variables } from '../types.ts';
import { triggerEvent } from './event-triggers.ts';
import { startInstance } from './tokens.ts';

/** Delivers a signal to everything that waits for it now, and starts the processes that begin with it. */
export const broadcast = (context: Context, tenant: string | undefined, name: string, variables: Variables): number => {
  const { state } = context;
  const key = nextKey(context);
  context.emit?.({
    kind: 'signal:broadcast',
    signal: { key: keyText(key), name, variables, ...viewTenant(recordTenant(tenant)) },
  });
  for (const subscription of signalSubscriptions(state, tenant, name)) {
    // An earlier one may have ended the element that waits.
    if (isSignalOpen(state, subscription)) {
      keepInstance(context, subscription.element);
      triggerEvent(context, subscription.element, subscription, variables);
    }
  }
  for (const { definition, node } of startsBySignal(state, tenant, name)) {
    startInstance(context, { definition, node, result: variables });
  }
  return key;
};
