import { reject } from '../rejection.ts';
import { type Context, enqueueStep } from '../store/context.ts';
import { removeIncident } from '../store/incidents.ts';
import { keyNumber } from '../store/keys.ts';
import type { Key } from '../types.ts';

/** The command ResolveIncident: repeats the failed step. */
export const resolveIncident = (context: Context, key: Key): void => {
  const incident = context.state.incidents.get(keyNumber(key));
  if (incident === undefined) {
    throw reject(
      'NOT_FOUND',
      'RESOLVE',
      `Expected to resolve incident with key '${key}', but no such incident was found`,
    );
  }
  const { element, step, type } = incident;
  if (type.endsWith('_NO_RETRIES') && element.job !== undefined && element.job.retries <= 0) {
    throw reject(
      'INVALID_STATE',
      'RESOLVE',
      `Expected to resolve incident with key '${key}', but its job has no retries left; update the job's retries first`,
    );
  }
  removeIncident(context, element);
  enqueueStep(context, step, element);
};
