import type { AdHocSubProcessResult, JobResult } from '../../../../connector/job-results.ts';
import { isSince } from '../../../model/cluster-version.ts';
import {
  activateInner,
  adHocNodeOf,
  canActivate,
  cancelInner,
  decideCompletion,
} from '../../elements/ad-hoc-subprocesses.ts';
import { reject, rejectVariables } from '../../rejection.ts';
import type { Context } from '../../store/context.ts';
import { adoptVariables } from '../../store/json-values.ts';
import { keyNumber } from '../../store/keys.ts';
import { isLoopBody } from '../../store/loops.ts';
import type { ElementInstance, Job } from '../../store/records.ts';
import { writeAllLocal } from '../../store/variables.ts';
import { viewJob } from '../../store/views.ts';
import { removeJob } from '../../store/work/jobs.ts';
import type { ElementActivation, Key, Variables } from '../../types.ts';

interface Activation {
  readonly elementId: string;
  readonly variables: Variables;
}

/** Checks elements to activate. The first fault is thrown; then nothing is activated. */
const readActivations = (
  element: ElementInstance,
  activations: readonly { readonly elementId: string; readonly variables?: Readonly<Record<string, unknown>> | null }[],
  intent: string,
  where: string,
): readonly Activation[] => {
  const node = adHocNodeOf(element);
  return activations.map(({ elementId, variables }) => {
    if (node === undefined || !canActivate(node, elementId)) {
      throw reject(
        'INVALID_ARGUMENT',
        intent,
        `Expected to activate elements of ${where}, but '${elementId}' is not one of its elements without incoming flows`,
      );
    }
    const given = (variables ?? {}) as Variables;
    return { elementId, variables: adoptVariables(given, rejectVariables(intent, `element '${elementId}'`)) };
  });
};

const activateAll = (context: Context, element: ElementInstance, activations: readonly Activation[]): void => {
  const node = adHocNodeOf(element);
  if (node === undefined) return;
  for (const { elementId, variables } of activations) activateInner(context, element, node, elementId, variables);
};

/** The command to activate elements of an ad-hoc subprocess. */
export const activateAdHocActivities = (
  context: Context,
  key: Key,
  activations: readonly ElementActivation[],
  cancelRemainingInstances: boolean,
): void => {
  const element = context.state.elements.get(keyNumber(key));
  const where = `ad-hoc subprocess with key '${key}'`;
  if (element === undefined || adHocNodeOf(element) === undefined || isLoopBody(element)) {
    const reason = `Expected to activate elements of ${where}, but no such ad-hoc subprocess was found`;
    throw reject('NOT_FOUND', 'ACTIVATE', reason);
  }
  if (element.state !== 'ACTIVE') {
    const reason = `Expected to activate elements of ${where}, but it is in state '${element.state}'`;
    throw reject('INVALID_STATE', 'ACTIVATE', reason);
  }
  if (activations.length === 0 && !cancelRemainingInstances) {
    throw reject('INVALID_ARGUMENT', 'ACTIVATE', `Expected to activate elements of ${where}, but none are given`);
  }
  const twice = activations.find(({ elementId }, index) =>
    activations.slice(0, index).some((earlier) => earlier.elementId === elementId),
  );
  if (twice !== undefined && !isSince(context.version, '8.8')) {
    const reason = `Expected to activate each element of ${where} once, but '${twice.elementId}' is given twice`;
    throw reject('INVALID_ARGUMENT', 'ACTIVATE', reason);
  }
  const read = readActivations(element, activations, 'ACTIVATE', where);
  if (cancelRemainingInstances) cancelInner(context, element);
  activateAll(context, element, read);
};

const nothing: AdHocSubProcessResult = {
  type: 'adHocSubProcess',
  activateElements: [],
  completionConditionFulfilled: false,
  cancelRemainingInstances: false,
};

/** A result for a user task that says nothing is none: clients send it by default. */
const readResult = (result: JobResult, where: string): AdHocSubProcessResult => {
  if (result.type === 'adHocSubProcess') return result;
  if (!result.denied && result.corrections === undefined) return nothing;
  throw reject('INVALID_ARGUMENT', 'COMPLETE', `Expected ${where} to have a result of the type 'adHocSubProcess'`);
};

/** Completes the job of an ad-hoc subprocess: its result activates elements, or decides the completion. */
export const completeAdHocJob = (
  context: Context,
  job: Job,
  variables: Variables,
  given: JobResult = nothing,
): void => {
  const { element } = job;
  const where = `job with key '${viewJob(job).key}' of an ad-hoc subprocess`;
  const { activateElements, completionConditionFulfilled, cancelRemainingInstances } = readResult(given, where);
  const activations = readActivations(element, activateElements, 'COMPLETE', `the ${where}`);
  if (completionConditionFulfilled && activations.length > 0) {
    const reason = `Expected ${where} either to activate elements or to fulfill the completion condition, but it does both`;
    throw reject('INVALID_ARGUMENT', 'COMPLETE', reason);
  }
  removeJob(context, job);
  writeAllLocal(context, element, variables);
  context.emit?.({ kind: 'job:completed', job: viewJob(job), variables });
  if (completionConditionFulfilled) {
    decideCompletion(context, element, cancelRemainingInstances);
    return;
  }
  if (cancelRemainingInstances) cancelInner(context, element);
  activateAll(context, element, activations);
};
