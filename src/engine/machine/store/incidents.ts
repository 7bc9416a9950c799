import type { IncidentType } from '../types.ts';
import type { Context } from './context.ts';
import { nextKey } from './keys.ts';
import type { ElementInstance, Incident, StepName } from './records.ts';
import { viewIncident } from './views.ts';

const brand: unique symbol = Symbol('incident');

/** Thrown by a step that cannot be completed. The queue turns it into an incident of the element. */
export interface StepFailure extends Error {
  readonly [brand]: true;
  readonly type: IncidentType;
}

/** Creates the failure of a step. */
export const stepFailure = (type: IncidentType, message: string): StepFailure =>
  Object.assign(new Error(message), { [brand]: true, type } as const);

export const isStepFailure = (error: unknown): error is StepFailure =>
  typeof error === 'object' && error !== null && brand in error;

/** Blocks an element until the incident is resolved; then the step is repeated. */
export const raiseIncident = (
  context: Context,
  element: ElementInstance,
  step: StepName,
  type: IncidentType,
  message: string,
): void => {
  const incident: Incident = { key: nextKey(context), type, message, element, step };
  element.incident = incident;
  context.state.incidents.set(incident.key, incident);
  context.emit?.({ kind: 'incident:created', incident: viewIncident(incident) });
};

/** Raises the incident of an error that a step threw. */
export const raiseFailure = (context: Context, element: ElementInstance, step: StepName, error: unknown): void => {
  if (isStepFailure(error)) {
    raiseIncident(context, element, step, error.type, error.message);
    return;
  }
  const name = error instanceof Error ? error.name : typeof error;
  const message = `The engine failed at this element (${name}). This is a fault of the engine.`;
  raiseIncident(context, element, step, 'UNKNOWN', message);
};

/** Removes the incident of an element, if it has one. */
export const removeIncident = (context: Context, element: ElementInstance): void => {
  const { incident } = element;
  if (incident === undefined) return;
  context.state.incidents.delete(incident.key);
  context.emit?.({ kind: 'incident:resolved', incident: viewIncident(incident) });
  element.incident = undefined;
};
