import { append, type Linked, type List, unlink } from '../../../common/collections/linked-list.ts';

/**
 * Which places a call takes:
 *
 * - `short`: the gateway answers at once;
 * - `held`: the gateway waits for jobs;
 * - `free`: the caller waits for a process, and must not keep a place from the calls that this process needs.
 */
export type LaneName = 'short' | 'held' | 'free';

/** Places for requests of one kind. Who finds none waits, first come, first served. */
export interface Lane {
  /**
   * Takes a place, now or later.
   *
   * @param begin called once with the place, at once if one is free
   * @returns a function that leaves the queue; it has no effect once `begin` was called
   */
  enter(begin: () => void): () => void;
  /** Gives a place back. */
  leave(): void;
}

interface Waiting extends Linked<Waiting> {
  readonly begin: () => void;
}

const nothing = (): void => {};

/** A lane without limits. */
const freeLane: Lane = {
  enter: (begin) => {
    begin();
    return nothing;
  },
  leave: nothing,
};

/**
 * Creates lanes that share a number of places. Held requests take a part of them at most, so that the others always get on;
 * of those that wait, held ones go first, since there are few of them and they are no burden.
 *
 * @param total places of `short` and `held` together
 * @param mostHeld places of `held` at most
 */
export const createLanes = (total: number, mostHeld: number): Readonly<Record<LaneName, Lane>> => {
  let taken = 0;

  const createLane = (most: number) => {
    // Linked by hand: the tables of a long-lived Set keep what was in them alive until a full garbage collection.
    const queue: List<Waiting> = { first: undefined, last: undefined };
    let used = 0;

    const take = (begin: () => void): void => {
      taken += 1;
      used += 1;
      begin();
    };

    /** Serves the first in the queue, if there is a place. */
    const serve = (): boolean => {
      const next = queue.first;
      if (next === undefined || taken === total || used === most) return false;
      unlink(queue, next);
      take(next.begin);
      return true;
    };

    const enter: Lane['enter'] = (begin) => {
      if (taken < total && used < most) {
        take(begin);
        return nothing;
      }
      let isWaiting = true;
      const item: Waiting = {
        begin: () => {
          isWaiting = false;
          begin();
        },
        previous: undefined,
        next: undefined,
      };
      append(queue, item);
      return () => {
        if (!isWaiting) return;
        isWaiting = false;
        unlink(queue, item);
      };
    };

    const leave = (): void => {
      taken -= 1;
      used -= 1;
      serveAll();
    };

    return { serve, lane: { enter, leave } };
  };

  const serveAll = (): void => {
    while (held.serve() || short.serve());
  };

  const held = createLane(mostHeld);
  const short = createLane(total);
  return { short: short.lane, held: held.lane, free: freeLane };
};
