import { type Core, enqueueStep, nextKey } from '../store/core.ts';
import { isStepFailure } from '../store/failure.ts';
import { keyNumber } from '../store/keys.ts';
import type { ElementInstance, Incident, StepName } from '../store/records.ts';
import { reject } from '../store/rejection.ts';
import { viewIncident } from '../store/views.ts';
import type { IncidentType, Key } from '../types.ts';

/** Blocks the element's token until the incident is resolved; the step is what will be tried again then. */
export const raiseIncident = (
  core: Core,
  element: ElementInstance,
  step: StepName,
  type: IncidentType,
  message: string,
): void => {
  const incident: Incident = { key: nextKey(core), type, message, element, step };
  element.incident = incident;
  core.state.incidents.set(incident.key, incident);
  core.emit?.({ kind: 'incident:created', incident: viewIncident(incident) });
};

/** Makes an incident of whatever a step threw. */
export const raiseFailure = (core: Core, element: ElementInstance, step: StepName, error: unknown): void => {
  if (isStepFailure(error)) {
    raiseIncident(core, element, step, error.type, error.message);
  } else {
    const name = error instanceof Error ? error.name : typeof error;
    raiseIncident(
      core,
      element,
      step,
      'UNKNOWN',
      `The engine failed at this element (${name}). This is a fault of the engine.`,
    );
  }
};

/** Takes the element's incident away, if it has one. */
export const removeIncident = (core: Core, element: ElementInstance): void => {
  const { incident } = element;
  if (incident === undefined) return;
  core.state.incidents.delete(incident.key);
  core.emit?.({ kind: 'incident:resolved', incident: viewIncident(incident) });
  element.incident = undefined;
};

/** The command ResolveIncident: tries the failed step again. */
export const resolveIncident = (core: Core, key: Key): void => {
  const incident = core.state.incidents.get(keyNumber(key));
  if (incident === undefined) {
    throw reject(
      'NOT_FOUND',
      'RESOLVE',
      `Expected to resolve incident with key '${key}', but no such incident was found`,
    );
  }
  const { element, step, type } = incident;
  if (type === 'JOB_NO_RETRIES' && element.job !== undefined && element.job.retries <= 0) {
    throw reject(
      'INVALID_STATE',
      'RESOLVE',
      `Expected to resolve incident with key '${key}', but its job has no retries left; update the job's retries first`,
    );
  }
  removeIncident(core, element);
  enqueueStep(core, step, element);
};
