import { activate } from './activate.ts';
import { complete } from './complete.ts';
import type { Core, Task } from './core.ts';
import { raiseFailure } from './incidents.ts';
import { retryJob } from './jobs.ts';
import { correlate, startNext } from './messages.ts';
import type { ElementInstance, StepName } from './records.ts';
import { createElement } from './tree.ts';

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

/** Runs one task of the ready queue. What has ended since the task was queued is passed over. */
export const runTask = (core: Core, task: Task): void => {
  switch (task.kind) {
    case 'enter':
      if (task.scope.state === 'ACTIVE') {
        runStep(core, createElement(core, task.scope, task.node, task.result), 'activate');
      }
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
