import type { EngineEvent } from '../../../engine/machine/types.ts';
import type { Engine } from '../../../engine/types.ts';
import type { RecordedStep } from './types.ts';

/** Records what happens in an engine. */
export interface StepRecorder {
  /** Everything so far. */
  steps(): readonly RecordedStep[];
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
      current = [];
      steps.push({ at: engine.now(), events: current });
      queueMicrotask(() => {
        current = undefined;
      });
    }
    current.push(event);
  });
  return { steps: () => steps, stop };
};
