import type { EngineEvent } from '../../../engine/machine/types.ts';
import type { Engine } from '../../../engine/types.ts';
import type { RecordedStep } from './types.ts';

/** Records what happens in an engine. */
export interface StepRecorder {
  /** Everything so far. */
  steps(): readonly RecordedStep[];
  /** Where the record is. What happens from now on is a step of its own. */
  mark(): number;
  /** Forgets what has happened since the mark. */
  goBack(mark: number): void;
  stop(): void;
}

/**
 * Begins to record. The engine delivers the events of a command in one go, so those of one turn of the event loop are a step;
 * commands that a program gives in one turn are one step together.
 */
export const recordSteps = (engine: Engine): StepRecorder => {
  const steps: RecordedStep[] = [];
  let current: EngineEvent[] | undefined;
  const stop = engine.on((event) => {
    if (current === undefined) {
      const own: EngineEvent[] = [];
      current = own;
      steps.push({ at: engine.now(), events: own });
      queueMicrotask(() => {
        if (current === own) current = undefined;
      });
    }
    current.push(event);
  });
  return {
    steps: () => steps,
    mark: () => {
      current = undefined;
      return steps.length;
    },
    goBack: (mark) => {
      current = undefined;
      steps.length = mark;
    },
    stop,
  };
};
