import { askWorker } from './elements/ad-hoc-subprocesses.ts';
import { activate, complete, listen } from './elements/execute-node.ts';
import { checkNewCondition } from './flow/conditions.ts';
import { continueTermination } from './flow/delayed-termination.ts';
import { checkInclusiveJoins } from './flow/inclusive-joins.ts';
import { repeatedStep } from './flow/listeners.ts';
import { correlateSubscription, startNext } from './flow/message-correlation.ts';
import { terminate } from './flow/termination.ts';
import { createElement } from './flow/tokens.ts';
import { callChangeListeners } from './flow/user-task-changes.ts';
import type { Context, QueueItem } from './store/context.ts';
import { raiseFailure, raiseIncident } from './store/incidents.ts';
import type { ElementInstance, StepName } from './store/records.ts';
import { makeActivatable } from './store/work/jobs.ts';

const steps: Readonly<Record<StepName, (context: Context, element: ElementInstance) => void>> = {
  activate,
  complete,
  listen,
  change: callChangeListeners,
  terminate: continueTermination,
  ask: askWorker,
  job: (context, element) => {
    if (element.job !== undefined) makeActivatable(context, element.job);
  },
};

/** Runs a step of an element. An error becomes an incident of the element. */
const runStep = (context: Context, element: ElementInstance, step: StepName): void => {
  const repeated = step === 'listen' ? repeatedStep(element) : step;
  try {
    steps[step](context, element);
  } catch (error) {
    raiseFailure(context, element, repeated, error);
  }
};

/** Tells whether an element takes no such step any more. One that is being terminated only calls its listeners. */
const isOver = ({ state }: ElementInstance, step: StepName): boolean =>
  state === 'TERMINATED' ||
  state === 'COMPLETED' ||
  (state === 'TERMINATING' && (step === 'activate' || step === 'complete' || step === 'ask'));

const endlessLoop =
  'The process has taken a very large number of steps without waiting, so it may be in an endless loop. ' +
  'Resolve the incident to continue.';

const enter = (
  context: Context,
  { scope, node, result }: QueueItem & { readonly kind: 'enter' },
  isTooLong: boolean,
): void => {
  if (scope.state !== 'ACTIVE' || scope.details?.interrupted === true) return;
  const element = createElement(context, scope, node, result);
  if (isTooLong) raiseIncident(context, element, 'activate', 'UNKNOWN', endlessLoop);
  else runStep(context, element, 'activate');
};

/**
 * Processes one item of the ready queue. An item whose element has ended in the meantime is skipped.
 *
 * @param isTooLong whether so many items were processed without a pause that new elements must not be activated
 */
export const processItem = (context: Context, item: QueueItem, isTooLong: boolean): void => {
  switch (item.kind) {
    case 'enter':
      enter(context, item, isTooLong);
      return;
    case 'step':
      if (!isOver(item.element, item.step)) runStep(context, item.element, item.step);
      return;
    case 'terminate':
      if (!isOver(item.root, 'terminate')) terminate(context, item.root);
      return;
    case 'correlate':
      correlateSubscription(context, item.subscription);
      return;
    case 'condition':
      checkNewCondition(context, item.subscription);
      return;
    case 'join':
      checkInclusiveJoins(context, item.scope);
      return;
    case 'startNext':
      startNext(context, item.process, item.correlationKey);
      return;
  }
};
