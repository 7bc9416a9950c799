import { AssertionError } from 'node:assert';
import { pause, systemClock } from '../../../common/clock.ts';
import { isConnectionFault } from '../../../connection/faults.ts';
import type { Command } from '../../../connection/port.ts';
import { commandOf } from '../../../runtime/send/command.ts';
import { toOutcome } from '../../fixture/job-mocks.ts';
import type { JobOutcome } from '../../outcomes.ts';
import type { ResultSource } from '../instructions/results.ts';
import { createExampleData } from '../session/example-data.ts';
import type { SeenJob, Sight } from '../sight.ts';
import type { TestCase } from '../types.ts';
import { type ClusterClock, createClusterClock } from './clock.ts';
import type { Cluster } from './cluster.ts';
import { allKinds, createLook, type Kind, type Look } from './look.ts';
import { createOwnInstances, type OwnInstances } from './own-instances.ts';

/** A test case that runs on a cluster. */
export interface CaseOnCluster extends ResultSource {
  readonly cluster: Cluster;
  readonly own: OwnInstances;
  readonly clock: ClusterClock;
  /** The keys of the evaluations of decisions that the case has asked for. */
  readonly evaluations: Set<string>;
  readonly warnings: readonly string[];
  /**
   * Looks again and again until something can be done or holds. What a cluster says lags behind what it has done, so a refusal
   * counts only when the time limit is over.
   *
   * @param kinds what the look needs
   * @param attempt is called with each look; it rejects if it has to be called again
   */
  until<T>(kinds: readonly Kind[], attempt: (sight: Sight) => T | Promise<T>): Promise<T>;
  /** Something that acts by itself whenever the case looks. */
  addBackground(act: () => Promise<void>): void;
  /**
   * Waits until nothing changes any more by itself: what the case has started is found, and mocks and behaviors have nothing to
   * do. After the time limit, it goes on all the same.
   */
  settle(): Promise<void>;
  /** Looks once. */
  readonly look: Look;
  endJob(job: SeenJob, outcome: JobOutcome): Promise<void>;
}

/** Milliseconds between two looks. */
const shortestPause = 50;
const longestPause = 500;

/** Milliseconds in which nothing changes if nothing is going on. Searches lag behind by about as much. */
const quietTime = 500;

/** What may hold or succeed later, since searches lag behind. */
export const mayHoldLater = (error: unknown): boolean =>
  error instanceof AssertionError ||
  (isConnectionFault(error) && (error.status === 'NOT_FOUND' || error.status === 'FAILED_PRECONDITION'));

/**
 * Begins a test case on a cluster.
 *
 * @param timeLimit milliseconds after which an instruction fails that waits
 */
export const startCaseOnCluster = async (
  cluster: Cluster,
  { instructions }: TestCase,
  timeLimit: number,
): Promise<CaseOnCluster> => {
  const warnings: string[] = [];
  const warn = (text: string): void => {
    if (!warnings.includes(text)) warnings.push(text);
  };
  const own = await createOwnInstances(cluster, instructions);
  const clock = createClusterClock(cluster, own);
  const evaluations = new Set<string>();
  const look = createLook({ cluster, own, evaluations, now: clock.now, warn });
  const background: (() => Promise<void>)[] = [];

  /** The last attempt, with everything that its text may need. What cannot be searched is left out of the text. */
  const lastAttempt = async <T>(attempt: (sight: Sight) => T | Promise<T>, error: unknown): Promise<T> => {
    if (!(error instanceof AssertionError)) throw error;
    const sight = await look(allKinds).catch(() => undefined);
    if (sight === undefined) throw error;
    return attempt(sight);
  };

  return {
    cluster,
    own,
    clock,
    evaluations,
    warn,
    warnings,
    look,
    exampleData: createExampleData(async (key) => ({
      name: `${key}.bpmn`,
      content: new TextEncoder().encode(await cluster.readXml(key)),
    })),
    addBackground: (act) => {
      background.push(act);
    },
    until: async (kinds, attempt) => {
      const limit = performance.now() + timeLimit;
      for (let wait = shortestPause; ; wait = Math.min(wait * 2, longestPause)) {
        // Only what was seen after the limit ends the wait: a look can take longer than the limit.
        const isLast = performance.now() >= limit;
        for (const act of background) await act();
        try {
          return await attempt(await look(kinds));
        } catch (error) {
          if (!mayHoldLater(error)) throw error;
          if (isLast) return lastAttempt(attempt, error);
        }
        await pause(systemClock, wait);
      }
    },
    settle: async () => {
      const limit = performance.now() + timeLimit;
      let before: string | undefined;
      for (;;) {
        const isLast = performance.now() >= limit;
        for (const act of background) await act();
        const sight = await look(['elements', 'jobs']);
        const found = new Set(sight.instances().map(({ key }) => key));
        if (sight.print === before && [...own.started.keys()].every((key) => found.has(key))) return;
        if (isLast) return;
        before = sight.print;
        await pause(systemClock, quietTime);
      }
    },
    endJob: async (job, outcome) => {
      const command: Command = commandOf(job, toOutcome(job, outcome));
      await cluster.send(command);
    },
  };
};
