import { parseDayTimeDuration } from '../../../common/duration.ts';
import { isConnectionFault } from '../../../connection/faults.ts';
import { refuse } from '../refuse.ts';
import type { Cluster } from './cluster.ts';

/** The clock of a cluster, as long as a test case moves it. */
export interface ClusterClock {
  now(): number;
  /** @param duration ISO 8601 */
  increase(duration: string): Promise<void>;
  /** @param time ISO 8601 with an offset */
  set(time: string): Promise<void>;
  /** Lets the clock run again, if it was moved. */
  reset(): Promise<void>;
}

/** Creates the clock of a test case. It stands still from its first move on. */
export const createClusterClock = ({ ask }: Cluster): ClusterClock => {
  let pinned: number | undefined;
  const now = (): number => pinned ?? Date.now();

  const moveTo = async (timestamp: number): Promise<void> => {
    try {
      await ask('PUT', '/clock', { timestamp });
    } catch (error) {
      if (!isConnectionFault(error) || error.reason !== 'rejected') throw error;
      refuse(
        `The clock of the cluster was not moved: ${error.message}\nFix: start the cluster with CAMUNDA_SYSTEM_CLOCK_CONTROLLED=true, or the embedded engine with a test clock (dev --test-clock).`,
      );
    }
    pinned = timestamp;
  };

  return {
    now,
    increase: (duration) => moveTo(now() + parseDayTimeDuration(duration)!),
    set: async (time) => {
      const timestamp = Date.parse(time);
      if (timestamp < now()) {
        refuse(
          `The time cannot be set to ${time}: it is ${new Date(now()).toISOString()}, and moves only forward. Fix: set a later time.`,
        );
      }
      await moveTo(timestamp);
    },
    reset: async () => {
      if (pinned === undefined) return;
      pinned = undefined;
      await ask('POST', '/clock/reset');
    },
  };
};
