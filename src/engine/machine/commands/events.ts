import { fireTimer } from '../flow/event-triggers.ts';
import { broadcast } from '../flow/signals.ts';
import { reject, rejectVariables } from '../rejection.ts';
import { type Context, keepInstance } from '../store/context.ts';
import { unschedule } from '../store/events/schedule.ts';
import { adoptVariables } from '../store/json-values.ts';
import { keyNumber, keyText } from '../store/keys.ts';
import type { Scheduled, Timer } from '../store/records.ts';
import { recordTenant } from '../tenants.ts';
import type { Key, Variables } from '../types.ts';

/** The command BroadcastSignal. */
export const broadcastSignal = (context: Context, name: string, variables: Variables, tenantId?: string): Key => {
  if (typeof name !== 'string' || name === '') {
    throw reject('INVALID_ARGUMENT', 'BROADCAST', 'Expected the signal to have a name, but it has none');
  }
  const adopted = adoptVariables(variables, rejectVariables('BROADCAST', `signal '${name}'`));
  return keyText(broadcast(context, recordTenant(tenantId).tenant, name, adopted));
};

const isTimer = (item: Scheduled): item is Timer => item.kind === 'timer';

/** Fires a timer now, whatever its due time. */
export const fireTimerNow = (context: Context, key: Key): void => {
  const number = keyNumber(key);
  const timer = context.state.due.find((item) => item.key === number);
  if (timer === undefined || !isTimer(timer)) {
    throw reject('NOT_FOUND', 'TRIGGER', `Expected to trigger timer with key '${key}', but no such timer was found`);
  }
  if (timer.element !== undefined) keepInstance(context, timer.element);
  unschedule(context, timer);
  fireTimer(context, timer);
};
