import { parseDayTimeDuration } from '../../../common/duration.ts';
import { plainMessage } from '../../../common/fault.ts';
import { connectionFault, isConnectionFault } from '../../../connection/faults.ts';
import { refuse } from '../refuse.ts';
import type { Cluster } from './cluster.ts';
import type { OwnInstances } from './own-instances.ts';
import type { InstanceItem } from './read-items.ts';

/** The clock of a cluster, as long as a test case moves it. */
export interface ClusterClock {
  now(): number;
  /** @param duration ISO 8601 */
  increase(duration: string): Promise<void>;
  /** @param time ISO 8601 with an offset */
  set(time: string): Promise<void>;
  /** Lets the clock run again, if it may have been moved. Rejects with what to do if the cluster does not do it. */
  reset(): Promise<void>;
}

/**
 * How far the clock of a cluster is ahead of the one here, in milliseconds: an embedded engine can be days ahead. The instances that
 * a case has started tell it.
 *
 * @param started keys with the time here when each was started
 */
export const clockOffset = (instances: readonly InstanceItem[], started: ReadonlyMap<string, number>): number => {
  const offsets = instances.flatMap((instance) => {
    const here = started.get(instance.key);
    return here === undefined ? [] : [instance.started - here];
  });
  return offsets.at(-1) ?? 0;
};

/**
 * Creates the clock of a test case. It stands still from its first move on.
 *
 * @param own the instances of the case
 */
export const createClusterClock = ({ ask, address }: Cluster, own: OwnInstances): ClusterClock => {
  let pinned: number | undefined;
  /** Also true if a request that moves it has got no answer. */
  let mayStandStill = false;
  let offset = 0;
  const now = (): number => pinned ?? Date.now() + offset;

  /** The time of the cluster, before it is moved for the first time. */
  const readTime = async (): Promise<void> => {
    if (pinned === undefined) offset = clockOffset(await own.find(), own.started);
  };

  const moveTo = async (timestamp: number): Promise<void> => {
    const before = mayStandStill;
    mayStandStill = true;
    try {
      await ask('PUT', '/clock', { timestamp });
    } catch (error) {
      if (!isConnectionFault(error) || error.reason !== 'rejected') throw error;
      mayStandStill = before;
      refuse(
        `The clock of the cluster was not moved: ${error.message}\nFix: start the cluster with CAMUNDA_SYSTEM_CLOCK_CONTROLLED=true, or the embedded engine with a test clock (dev --test-clock).`,
      );
    }
    pinned = timestamp;
  };

  return {
    now,
    increase: async (duration) => {
      await readTime();
      await moveTo(now() + parseDayTimeDuration(duration)!);
    },
    set: async (time) => {
      await readTime();
      const timestamp = Date.parse(time);
      if (timestamp < now()) {
        refuse(
          `The time cannot be set to ${time}: it is ${new Date(now()).toISOString()}, and moves only forward. Fix: set a later time.`,
        );
      }
      await moveTo(timestamp);
    },
    reset: async () => {
      if (!mayStandStill) return;
      pinned = undefined;
      try {
        await ask('POST', '/clock/reset');
      } catch (error) {
        if (!isConnectionFault(error)) throw error;
        throw connectionFault(error.reason, error.status, {
          what: `The clock of the cluster may stand still: ${plainMessage(error)}`,
          fix: `let it run again with POST ${address}/clock/reset.`,
          cause: error,
        });
      }
      mayStandStill = false;
    },
  };
};
