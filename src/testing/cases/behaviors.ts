import { AssertionError } from 'node:assert';
import { isFault } from '../../common/fault.ts';
import { carryOut } from './instructions/carry-out.ts';
import { refuse } from './refuse.ts';
import type { Session } from './session/session.ts';
import type { Instruction } from './types.ts';

/** Rules that act by themselves whenever their conditions hold. */
export interface Behaviors {
  /** Adds a CONDITIONAL_BEHAVIOR. */
  add(instruction: Instruction): void;
  /** Waits until nothing is under way any more and no rule has anything to do. */
  settle(): Promise<void>;
}

interface Behavior {
  readonly name: string;
  readonly conditions: readonly Instruction[];
  readonly actions: readonly Instruction[];
  /** How often it has acted. */
  count: number;
  /** How many steps the processes had gone when it acted last. */
  seen: number;
}

/** A rule that acts more often than this, one time after the other, will hardly end. */
const maxRounds = 200;

/** Creates the behaviors of a test case. */
export const createBehaviors = (session: Session): Behaviors => {
  const { processes, recorder } = session;
  const behaviors: Behavior[] = [];

  const holds = async ({ conditions }: Behavior): Promise<boolean> => {
    try {
      for (const condition of conditions) await carryOut(session, condition);
      return true;
    } catch (error) {
      if (error instanceof AssertionError || isFault(error)) return false;
      throw error;
    }
  };

  /** Carries out the next action; the last one counts from then on. */
  const act = async (behavior: Behavior): Promise<void> => {
    behavior.seen = recorder.steps();
    const action = behavior.actions[Math.min(behavior.count, behavior.actions.length - 1)]!;
    behavior.count += 1;
    try {
      await carryOut(session, action);
    } catch (error) {
      if (!(error instanceof Error)) throw error;
      refuse(`The behavior ${behavior.name} cannot do ${action.type}: ${error.message}`);
    }
    await processes.settle();
  };

  return {
    add: ({ name, conditions, actions }) => {
      behaviors.push({
        name: JSON.stringify(name ?? `${behaviors.length + 1}`),
        conditions: conditions as readonly Instruction[],
        actions: actions as readonly Instruction[],
        count: 0,
        seen: -1,
      });
    },
    settle: async () => {
      await processes.settle();
      for (let round = 0; ; round++) {
        let acting: Behavior | undefined;
        for (const behavior of behaviors) {
          // While nothing goes on after its action, its conditions hold for the same reason.
          if (behavior.seen === recorder.steps() || !(await holds(behavior))) continue;
          acting = behavior;
          break;
        }
        if (acting === undefined) return;
        if (round >= maxRounds) {
          refuse(
            `The behavior ${acting.name} has acted ${maxRounds} times, one time after the other. Fix: let its conditions end.`,
          );
        }
        await act(acting);
      }
    },
  };
};
