import { errorOf, resultOf } from '../instructions/results.ts';
import type { SeenJob } from '../sight.ts';
import type { Instruction } from '../types.ts';
import { type CaseOnCluster, mayHoldLater } from './case-on-cluster.ts';

/**
 * Mocks of job types on a cluster. They complete the jobs of the test case's own instances by their keys, and ask for no jobs,
 * so that they take none from others.
 */
export interface ClusterMocks {
  /** Adds the mock of a `MOCK_JOB_WORKER_…` instruction, or replaces it. */
  set(instruction: Instruction): void;
}

/** Milliseconds for which a search may still find a job that was answered. */
const lag = 3_000;

/** Creates the mocks of a test case; there are none yet. */
export const createClusterMocks = (run: CaseOnCluster): ClusterMocks => {
  const mocks = new Map<string, Instruction>();
  /** When a job was answered. A job with retries left can come back. */
  const answered = new Map<string, number>();

  const answer = async (job: SeenJob): Promise<void> => {
    const mock = mocks.get(job.type)!;
    answered.set(job.key, performance.now());
    const isError = mock.type === 'MOCK_JOB_WORKER_THROW_BPMN_ERROR';
    try {
      await run.endJob(job, isError ? errorOf(mock) : await resultOf(run, mock, job));
    } catch (error) {
      // It is over already, or a worker of the cluster was faster.
      if (!mayHoldLater(error)) throw error;
    }
  };

  const isNew = ({ key }: SeenJob): boolean =>
    performance.now() - (answered.get(key) ?? Number.NEGATIVE_INFINITY) > lag;

  return {
    set: (instruction) => {
      const type = instruction.jobType as string;
      if (mocks.has(type)) {
        run.warn(`There were several mocks of the job type "${type}": each replaces the one before.`);
      }
      mocks.set(type, instruction);
      if (mocks.size > 1) return;
      run.addBackground(async () => {
        const jobs = (await run.look(['jobs'])).jobs();
        for (const job of jobs) {
          if (job.state === 'ACTIVATABLE' && mocks.has(job.type) && isNew(job)) await answer(job);
        }
      });
    },
  };
};
