import { startInstance } from '../commands/instances.ts';
import type { Core } from '../store/core.ts';
import { schedule } from '../store/core.ts';
import { keyText } from '../store/keys.ts';
import type { ElementInstance, Timer } from '../store/records.ts';
import { nextTime } from './due-times.ts';
import { trigger } from './trigger.ts';
import { closeWait } from './waits.ts';

const none = Object.freeze({});

const triggered = (core: Core, timer: Timer, root: ElementInstance): void =>
  core.emit?.({ kind: 'timer:triggered', elementId: timer.node.id, processInstanceKey: keyText(root.key) });

/** A timer has fallen due; it has left the due heap. */
export const fireTimer = (core: Core, timer: Timer): void => {
  const { element, node, definition, cycle } = timer;
  if (timer.repetitions > 0) timer.repetitions -= 1;
  const again = timer.repetitions !== 0 && cycle !== undefined;
  if (again) schedule(core, timer, nextTime(cycle, timer.due));
  if (element === undefined) {
    triggered(core, timer, startInstance(core, { definition, node, result: none }));
    return;
  }
  triggered(core, timer, element.root);
  if (!again && node.kind === 'boundaryEvent') closeWait(core, element, timer);
  trigger(core, element, timer, none);
};
