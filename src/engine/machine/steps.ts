import { raiseFailure, raiseIncident } from './commands/incidents.ts';
import { retryJob } from './commands/jobs.ts';
import { correlate, startNext } from './commands/messages.ts';
import { activate } from './elements/activate.ts';
import { complete } from './elements/complete.ts';
import { createElement } from './elements/tree.ts';
import type { Core, Task } from './store/core.ts';
import type { ElementInstance, StepName } from './store/records.ts';

const steps: Readonly<Record<StepName, (core: Core, element: ElementInstance) => void>> = {
  activate,
  complete,
  job: retryJob,
};

/** The exception boundary: what a step throws becomes an incident of its element. */
const runStep = (core: Core, element: ElementInstance, step: StepName): void => {
  try {
    steps[step](core, element);
  } catch (error) {
    raiseFailure(core, element, step, error);
  }
};

const isOver = ({ state }: ElementInstance): boolean => state === 'TERMINATED' || state === 'COMPLETED';

const endless =
  'The process has taken very many steps without waiting for anything, so it may be in a loop without end. ' +
  'Resolve the incident to let it go on.';

const enter = (core: Core, { scope, node, result }: Task & { readonly kind: 'enter' }, tooLong: boolean): void => {
  if (scope.state !== 'ACTIVE') return;
  const element = createElement(core, scope, node, result);
  if (tooLong) raiseIncident(core, element, 'activate', 'UNKNOWN', endless);
  else runStep(core, element, 'activate');
};

/**
 * Runs one task of the ready queue. What has ended since the task was queued is passed over.
 *
 * @param tooLong whether the queue has not come to rest for so long that no new element may be activated
 */
export const runTask = (core: Core, task: Task, tooLong: boolean): void => {
  switch (task.kind) {
    case 'enter':
      enter(core, task, tooLong);
      return;
    case 'step':
      if (!isOver(task.element)) runStep(core, task.element, task.step);
      return;
    case 'correlate':
      correlate(core, task.subscription);
      return;
    case 'startNext':
      startNext(core, task.processId, task.correlationKey);
      return;
  }
};
