import type { IncidentType } from '../types.ts';

const brand: unique symbol = Symbol('incident');

/** Thrown by a step that cannot go on; the exception boundary around the step makes an incident of it. */
export interface StepFailure extends Error {
  readonly [brand]: true;
  readonly type: IncidentType;
}

export const stepFailure = (type: IncidentType, message: string): StepFailure =>
  Object.assign(new Error(message), { [brand]: true, type } as const);

export const isStepFailure = (error: unknown): error is StepFailure =>
  typeof error === 'object' && error !== null && brand in error;
