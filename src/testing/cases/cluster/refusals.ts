import { fault } from '../../../common/fault.ts';
import { asList } from '../../../connector/rules/rule-engine.ts';
import type { PlacedCase } from '../placed-cases.ts';
import type { Instruction } from '../types.ts';

/** What test cases may do on a cluster. */
export interface ClusterRules {
  /** Whether instructions may move the clock, which all processes of the cluster share. */
  readonly moveClock: boolean;
}

const sharedClock =
  'it would move the clock of the cluster, for all its processes; with --move-clock it does, if the cluster allows it';

const replacesFor = (what: string): string =>
  `it would deploy a new version of the ${what} that replaces the real one for everyone, and stays`;

/** Why an instruction is not carried out on a cluster; `undefined` if it is. */
const refusalOf = ({ type }: Instruction, { moveClock }: ClusterRules): string | undefined => {
  switch (type) {
    case 'INCREASE_TIME':
    case 'SET_TIME':
      return moveClock ? undefined : sharedClock;
    case 'MOCK_CHILD_PROCESS':
      return replacesFor('process');
    case 'MOCK_DMN_DECISION':
      return replacesFor('decision');
    default:
      return undefined;
  }
};

interface PlacedInstruction {
  readonly pointer: string;
  readonly instruction: Instruction;
}

/** The instructions of a case and the actions of its behaviors. */
const allInstructions = ({ file, index, testCase }: PlacedCase): readonly PlacedInstruction[] =>
  testCase.instructions.flatMap((instruction, position) => {
    const pointer = `${file}#/testCases/${index}/instructions/${position}`;
    const actions = (instruction.actions ?? []) as readonly Instruction[];
    return [
      { pointer, instruction },
      ...actions.map((action, number) => ({ pointer: `${pointer}/actions/${number}`, instruction: action })),
    ];
  });

/**
 * Checks that all instructions can be carried out on a cluster, before anything is sent.
 *
 * @throws a fault of kind `definition` that names all that cannot, each with its file, a JSON pointer and the reason
 */
export const checkForCluster = (cases: readonly PlacedCase[], rules: ClusterRules): void => {
  const problems = cases.flatMap((placed) =>
    allInstructions(placed).flatMap(({ pointer, instruction }) => {
      const reason = refusalOf(instruction, rules);
      return reason === undefined ? [] : [`${pointer}: ${instruction.type} is not carried out on a cluster: ${reason}`];
    }),
  );
  if (problems.length === 0) return;
  throw fault('definition', {
    what: `The test cases cannot be run on a cluster:\n${asList(problems)}`,
    fix: 'run them without --cluster, or leave cases out with --filter. Nothing was sent.',
  });
};
