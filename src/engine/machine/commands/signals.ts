import { broadcast } from '../flow/signals.ts';
import { reject, rejectVariables } from '../rejection.ts';
import type { Context } from '../store/context.ts';
import { adoptVariables } from '../store/json-values.ts';
import { keyText } from '../store/keys.ts';
import type { Key, Variables } from '../types.ts';

/** The command BroadcastSignal. */
export const broadcastSignal = (context: Context, name: string, variables: Variables): Key => {
  if (typeof name !== 'string' || name === '') {
    throw reject('INVALID_ARGUMENT', 'BROADCAST', 'Expected the signal to have a name, but it has none');
  }
  const adopted = adoptVariables(variables, rejectVariables('BROADCAST', `signal '${name}'`));
  return keyText(broadcast(context, name, adopted));
};
