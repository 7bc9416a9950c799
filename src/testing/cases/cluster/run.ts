import { fault } from '../../../common/fault.ts';
import { isConnectionFault } from '../../../connection/faults.ts';
import { carryOutCase } from '../carry-out-case.ts';
import * as data from '../instructions/assert-data.ts';
import * as instances from '../instructions/assert-processes.ts';
import type { PlacedCase } from '../placed-cases.ts';
import { refuse } from '../refuse.ts';
import type { Sight } from '../sight.ts';
import type { Instruction, TestCaseResult } from '../types.ts';
import { acts } from './act.ts';
import { addBehavior, type Seen } from './behaviors.ts';
import { type CaseOnCluster, mayHoldLater, startCaseOnCluster } from './case-on-cluster.ts';
import type { Cluster } from './cluster.ts';
import type { Kind } from './look.ts';
import { createClusterMocks } from './mocks.ts';

interface Assertion {
  readonly check: (sight: Sight, instruction: Instruction) => void;
  readonly kinds: readonly Kind[];
}

/** What the assertions look at. */
const assertions: Readonly<Record<string, Assertion>> = {
  ASSERT_PROCESS_INSTANCE: { check: instances.assertProcessInstance, kinds: ['incidents'] },
  ASSERT_ELEMENT_INSTANCE: { check: instances.assertElementInstance, kinds: ['elements'] },
  ASSERT_ELEMENT_INSTANCES: { check: instances.assertElementInstances, kinds: ['elements'] },
  ASSERT_PROCESS_INSTANCE_MESSAGE_SUBSCRIPTION: {
    check: instances.assertSubscription,
    kinds: ['subscriptions', 'correlations'],
  },
  ASSERT_USER_TASK: { check: data.assertUserTask, kinds: ['userTasks'] },
  ASSERT_VARIABLES: { check: data.assertVariables, kinds: ['elements', 'variables'] },
  ASSERT_VARIABLE: { check: data.assertVariable, kinds: ['elements', 'variables'] },
  ASSERT_DECISION: { check: data.assertDecision, kinds: ['decisions'] },
};

const see = async (run: CaseOnCluster, conditions: readonly Instruction[]): Promise<Seen> => {
  const sight = await run.look([...new Set(conditions.flatMap(({ type }) => assertions[type]!.kinds))]);
  try {
    for (const condition of conditions) assertions[condition.type]!.check(sight, condition);
    return { holds: true, print: sight.print };
  } catch (error) {
    if (mayHoldLater(error)) return { holds: false, print: sight.print };
    throw error;
  }
};

/** What a cluster refuses needs an advice as well. */
const withAdvice = async (done: Promise<void>): Promise<void> => {
  try {
    await done;
  } catch (error) {
    if (!isConnectionFault(error) || error.reason !== 'rejected' || error.message.includes('Fix: ')) throw error;
    refuse(`${error.message}\nFix: correct in the instruction what the text in parentheses names.`);
  }
};

const carryOut = async (run: CaseOnCluster, instruction: Instruction): Promise<void> => {
  const assertion = assertions[instruction.type];
  if (assertion !== undefined) {
    return run.until(assertion.kinds, (sight) => assertion.check(sight, instruction));
  }
  const act = acts[instruction.type];
  if (act !== undefined) return withAdvice(act(run, instruction));
  // The rules of the files have let it through, so it is missing here.
  throw fault('definition', {
    what: `${instruction.type} is not known on a cluster.`,
    fix: 'run it without --cluster.',
  });
};

/** Cancels what the case has started itself and is still active; others may use the rest. */
const cleanUp = async (run: CaseOnCluster): Promise<void> => {
  const found = await run.own.find();
  const ended = new Set(found.filter(({ state }) => state !== 'ACTIVE').map(({ key }) => key));
  for (const key of run.own.started.keys()) {
    if (ended.has(key)) continue;
    try {
      await run.cluster.ask('POST', `/process-instances/${key}/cancellation`, {});
    } catch (error) {
      // It has ended meanwhile.
      if (!mayHoldLater(error)) throw error;
    }
  }
  const others = found.filter(
    ({ key, state, parentProcessInstanceKey }) =>
      state === 'ACTIVE' && parentProcessInstanceKey === undefined && !run.own.started.has(key),
  );
  if (others.length === 0) return;
  const text = others.map(({ key, bpmnProcessId }) => `${bpmnProcessId} ${key}`).join(', ');
  run.warn(`Still active, and not cancelled, because the case has not created them itself: ${text}.`);
};

/** Options of {@link runTestCaseOnCluster}. */
export interface ClusterRunOptions {
  /** Milliseconds after which an instruction fails that waits. */
  readonly timeLimit: number;
}

/**
 * Runs one test case on a cluster. Its processes must be deployed there.
 *
 * @returns what has become of it; a failure is no error
 */
export const runTestCaseOnCluster = (
  placed: PlacedCase,
  cluster: Cluster,
  { timeLimit }: ClusterRunOptions,
): Promise<TestCaseResult> =>
  carryOutCase(placed, async () => {
    const run = await startCaseOnCluster(cluster, placed.testCase, timeLimit);
    const mocks = createClusterMocks(run);
    const carryOutOne = async (instruction: Instruction): Promise<void> => {
      if (instruction.type.startsWith('MOCK_JOB_WORKER_')) mocks.set(instruction);
      else await carryOut(run, instruction);
    };
    return {
      warn: run.warn,
      warnings: run.warnings,
      carryOut: async (instruction) => {
        if (instruction.type !== 'CONDITIONAL_BEHAVIOR') return carryOutOne(instruction);
        return addBehavior(run, instruction, { see: (conditions) => see(run, conditions), carryOut: carryOutOne });
      },
      finish: async () => {
        // Neither may keep the other from being done.
        for (const done of await Promise.allSettled([run.clock.reset(), cleanUp(run)])) {
          if (done.status === 'rejected') throw done.reason;
        }
      },
    };
  });
