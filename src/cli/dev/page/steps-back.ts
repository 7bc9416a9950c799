import { createConcurrencyLimit } from '../../../common/concurrency.ts';
import type { MachineSnapshot } from '../../../engine/index.ts';
import type { DevSession } from '../session.ts';
import type { UndoStep } from './contract.ts';
import type { History, Mark } from './history/history.ts';

/** How many actions can be undone. */
const maxSteps = 50;

/** How many if the state is large, so that the copies do not fill the memory. */
const maxLargeSteps = 10;

/** From this number of instances on, a state is large. */
const largeState = 2_000;

interface SavedStep {
  readonly id: number;
  readonly title: string;
  readonly at: number;
  readonly takenAt: number;
  readonly snapshot: MachineSnapshot;
  readonly mark: Mark;
}

/**
 * What the log and the console say of a step back.
 *
 * @param title of the action
 */
export const wentBack = (title: string): string => `The page has gone back to the state before the action: ${title}`;

/** The states before the last actions. */
export interface StepsBack {
  /**
   * Saves the state before an action.
   *
   * @returns a function that forgets it again
   */
  readonly save: (title: string) => () => void;
  /** Newest first. */
  readonly list: () => readonly UndoStep[];
  /**
   * Goes back to the state before an action, which forgets the actions after it.
   *
   * @returns whether there is such a step
   */
  readonly goBack: (id: number) => Promise<boolean>;
}

/**
 * Creates the list of states to which one can go back.
 *
 * @param session its connectors are stopped meanwhile, which aborts the jobs in their hands
 */
export const createStepsBack = (
  { engine, host, restore }: Pick<DevSession, 'engine' | 'host' | 'restore'>,
  history: History,
): StepsBack => {
  let steps: SavedStep[] = [];
  let lastId = 0;
  // The first of two steps may remove the second.
  const inTurn = createConcurrencyLimit(1);

  const goBack = async (id: number): Promise<boolean> => {
    const index = steps.findIndex((step) => step.id === id);
    const step = steps[index];
    if (step === undefined) return false;
    await host.restart(async () => {
      await restore(step.snapshot);
      history.goBack(step.mark);
      history.addLine({ at: engine.now(), level: 'info', text: wentBack(step.title) });
    });
    steps = steps.slice(0, index);
    return true;
  };

  return {
    save: (title) => {
      lastId += 1;
      const id = lastId;
      const now = engine.now();
      steps.push({ id, title, at: now, takenAt: Date.now(), snapshot: engine.snapshot(), mark: history.mark() });
      steps = steps.slice(-(engine.instances().length > largeState ? maxLargeSteps : maxSteps));
      return () => {
        steps = steps.filter((step) => step.id !== id);
      };
    },
    list: () =>
      steps
        .map(({ id, title, at, takenAt, mark }) => ({
          id,
          title,
          at,
          takenAt,
          completed: history.completedJobs(mark.seq),
        }))
        .reverse(),
    goBack: (id) => inTurn(() => goBack(id)),
  };
};
