import { createConcurrencyLimit } from '../../../common/concurrency.ts';
import type { Key, MachineInstance, MachineSnapshot, Variables } from '../../../engine/index.ts';
import { printShort } from '../../../testing/state/print-json.ts';
import type { AdviceLine, DevSession } from '../session.ts';
import type { UndoStep } from './contract.ts';
import type { History, Mark } from './history/history.ts';

/** How many actions can be undone. */
const maxSteps = 50;

/** How many if the state is large, so that the copies do not fill the memory. */
const maxLargeSteps = 10;

/** From this number of records on, a state is large: about 2,000 instances that wait, or as many messages as fill the same memory. */
const largeState = 6_000;

/** How many instances, elements, jobs, messages and other records a state has. */
const sizeOf = ({ state }: MachineSnapshot): number =>
  Object.values(state as Variables).reduce<number>((sum, list) => sum + (Array.isArray(list) ? list.length : 0), 0);

interface SavedStep {
  readonly id: number;
  readonly title: string;
  readonly at: number;
  readonly takenAt: number;
  readonly snapshot: MachineSnapshot;
  readonly mark: Mark;
  /** The instance that the action has started. */
  started?: Started;
}

interface Started {
  readonly instance: Key;
  readonly businessId: string;
  readonly variables: Variables;
}

/** How many variables tell instances apart, and how many characters each of them has at most. */
const [maxVariables, maxCharacters] = [3, 30];

const startedBy = ({ key, businessId = '', variables }: MachineInstance): Started => ({
  ...{ instance: key, businessId, variables },
});

/** What tells an instance apart from others: its business id, and the variables whose values are not the same in all of them. */
const differences = ({ businessId, variables }: Started, all: readonly Started[]): string => {
  const textOf = (of: Variables, name: string): string =>
    Object.hasOwn(of, name) ? printShort(of[name], maxCharacters) : '';
  const names = Object.keys(variables)
    .filter((name) => all.some((other) => textOf(other.variables, name) !== textOf(variables, name)))
    .slice(0, maxVariables);
  const id = businessId === '' ? [] : [businessId];
  return [...id, ...names.map((name) => `${name}: ${textOf(variables, name)}`)].join(', ');
};

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
   * @returns what was said about it meanwhile; `undefined` if there is no such step
   */
  readonly goBack: (id: number) => Promise<readonly string[] | undefined>;
  /** Adds a line of advice to the log: at once, or after a step back that is under way, which forgets later lines. */
  readonly say: (line: AdviceLine) => void;
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

  /** What is said while the state is replaced. */
  let heard: AdviceLine[] | undefined;

  // The state was saved directly before the action, so what comes first after it is what the action has done.
  engine.on((event) => {
    const last = steps.at(-1);
    if (event.kind !== 'instance:created' || last === undefined || history.seq() !== last.mark.seq + 1) return;
    last.started ??= startedBy(event.instance);
  });

  const add = (line: AdviceLine): void => history.addLine({ at: engine.now(), ...line });

  const restoreState = async ({ snapshot, mark, title }: SavedStep): Promise<readonly AdviceLine[]> => {
    const lines: AdviceLine[] = [];
    heard = lines;
    try {
      await restore(snapshot);
      history.goBack(mark);
      add({ level: 'info', text: wentBack(title) });
    } finally {
      heard = undefined;
      for (const line of lines) add(line);
    }
    return lines;
  };

  const goBack = async (id: number): Promise<readonly string[] | undefined> => {
    const index = steps.findIndex((step) => step.id === id);
    const step = steps[index];
    if (step === undefined) return undefined;
    let lines: readonly AdviceLine[] = [];
    await host.restart(async () => {
      lines = await restoreState(step);
    });
    steps = steps.slice(0, index);
    return lines.map(({ text }) => text);
  };

  return {
    save: (title) => {
      lastId += 1;
      const id = lastId;
      const now = engine.now();
      const snapshot = engine.snapshot();
      steps.push({ id, title, at: now, takenAt: Date.now(), snapshot, mark: history.mark() });
      // Counted in the copy: to list the instances of the engine would take a part of the time that the copy takes.
      steps = steps.slice(-(sizeOf(snapshot) > largeState ? maxLargeSteps : maxSteps));
      return () => {
        steps = steps.filter((step) => step.id !== id);
      };
    },
    list: () =>
      steps
        .map(({ id, title, at, takenAt, mark, started }): UndoStep => {
          const alike = steps.flatMap((step) => (step.title === title ? (step.started ?? []) : []));
          return {
            ...{ id, title, at, takenAt },
            ...(started === undefined
              ? {}
              : { started: { instance: started.instance, differs: differences(started, alike) } }),
            ...history.completedJobs(mark),
          };
        })
        .reverse(),
    goBack: (id) => inTurn(() => goBack(id)),
    say: (line) => {
      if (heard === undefined) add(line);
      else heard.push(line);
    },
  };
};
