import { refuse } from '../refuse.ts';
import type { Instruction } from '../types.ts';
import { type CaseOnCluster, mayHoldLater } from './case-on-cluster.ts';

/** Milliseconds after which a behavior acts again although its conditions have held all the time, as in Camunda. */
const rearmedAfter = 5_000;

/** Whether assertions hold, and what they have looked at. */
export interface Seen {
  readonly holds: boolean;
  /** The same for two looks that have found the same. */
  readonly print: string;
}

/** What a behavior needs to look and to act. */
export interface BehaviorParts {
  /** Whether all these assertions hold now. */
  see(conditions: readonly Instruction[]): Promise<Seen>;
  /** Carries out an instruction. */
  carryOut(instruction: Instruction): Promise<void>;
}

/**
 * Adds a CONDITIONAL_BEHAVIOR to a test case: whenever the case looks and all conditions hold, the next action is carried out; the
 * last one counts from then on. It acts again when what the conditions look at has changed, or after five seconds.
 */
export const addBehavior = (run: CaseOnCluster, instruction: Instruction, { see, carryOut }: BehaviorParts): void => {
  const conditions = instruction.conditions as readonly Instruction[];
  const actions = instruction.actions as readonly Instruction[];
  let count = 0;
  /** When it has acted last, and what it had seen then. */
  let last: { readonly time: number; readonly print: string } | undefined;
  let isActing = false;

  run.addBackground(async () => {
    // Its own action looks as well.
    if (isActing) return;
    const { holds, print } = await see(conditions);
    if (!holds) return;
    // What a search finds may not show yet what the last action has done.
    if (last?.print === print && performance.now() - last.time < rearmedAfter) return;
    const action = actions[Math.min(count, actions.length - 1)]!;
    count += 1;
    isActing = true;
    try {
      await carryOut(action);
    } catch (error) {
      if (!mayHoldLater(error)) throw error;
      const name = instruction.name === undefined ? '' : ` ${JSON.stringify(instruction.name)}`;
      refuse(`The behavior${name} cannot do ${action.type}: ${(error as Error).message}`);
    } finally {
      isActing = false;
    }
    last = { time: performance.now(), print };
  });
};
