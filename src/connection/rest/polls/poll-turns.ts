import { anyAborted, onAbort } from '../../../common/abort.ts';
import type { Clock } from '../../../common/clock.ts';
import type { ActivatedJob } from '../../port.ts';
import type { JobHint } from './job-hints.ts';

/** A poll for the jobs of one type. */
export interface Poll {
  readonly type: string;
  /** Milliseconds for which to wait for a job. */
  readonly wait: number;
  /**
   * Sends a request. Rejects at once if a signal has fired.
   *
   * @param hold milliseconds for which the gateway holds it; negative: it answers at once
   */
  readonly send: (hold: number) => Promise<readonly ActivatedJob[]>;
  /** Each of them ends the wait. */
  readonly signals: readonly (AbortSignal | undefined)[];
}

/** Shares few places for held requests among the polls of many job types. */
export interface PollTurns {
  /** Resolves with the answer of the gateway, an empty one at the end of the wait. */
  run(poll: Poll): Promise<readonly ActivatedJob[]>;
  /** Ends the searches. Polls end by their signals. */
  close(): void;
}

/** What {@link createPollTurns} works with. */
export interface PollTurnsOptions {
  readonly clock: Clock;
  /** Most requests that the gateway holds at once. */
  readonly places: number;
  /**
   * Asks the cluster which of these types have jobs.
   *
   * @returns `unavailable` if it cannot be asked at all; rejects if it cannot be asked now
   */
  readonly findJobs: (types: readonly string[]) => Promise<readonly JobHint[] | 'unavailable'>;
}

/**
 * Most milliseconds for which the gateway holds a request: as long as proxies allow where there are many types, and shorter
 * otherwise, since a gateway that has gone silent shows only at the end.
 */
const holds = { few: 20_000, many: 50_000 };
/** Milliseconds between two searches for jobs. */
const searchInterval = 1_200;
/** Most milliseconds between two searches while they fail. */
const longestSearchPause = 15_000;
/** Milliseconds after which a search that was of no use is tried again. */
const distrustTime = 300_000;
/** As many jobs in a row that no search had shown make it useless: this client may not see them. */
const mostMisses = 3;
/** Milliseconds after which a job that another worker seems to have is asked for again. */
const sameJobPause = 15_000;
/** Without a search: milliseconds between two rounds, requests of a round, milliseconds between two for one type. */
const rounds = { interval: 250, requests: 5, perType: 2_000 };
/** Milliseconds for which a place is kept for the type that has just used it. */
const placeGrace = 20;

/** Why a parked poll goes on: it has a place, there may be a job, or its wait is over. */
type WakeReason = 'place' | 'look' | 'turn';

/** What is known of a job type. */
interface TypeState {
  /** When the cluster was asked last; `undefined`: never. */
  askedAt: number | undefined;
  /** Whether the last answer brought jobs. */
  isWarm: boolean;
  /** The job that made the poll look last, and when. */
  lookedFor: string | undefined;
  lookedAt: number;
}

interface Parked {
  readonly type: string;
  readonly state: TypeState;
  readonly wake: (reason: WakeReason) => void;
}

/**
 * Creates the turns of polls.
 *
 * As long as there are places, the gateway holds every poll. Beyond that, a poll is parked: it takes no socket. A parked poll
 * is sent when one search over all parked types, which costs the same for two types as for two hundred, shows a job; when a
 * place is free; and at the end of its wait in any case, so that no empty answer is made up. A free place goes to the types
 * that brought jobs last.
 *
 * Where the cluster has no search for jobs, or hides them from this client, the parked types are asked one after the other.
 */
export const createPollTurns = ({ clock, places, findJobs }: PollTurnsOptions): PollTurns => {
  const states = new Map<string, TypeState>();
  const parked = new Set<Parked>();
  let free = places;
  let cancelLook: (() => void) | undefined;
  let isLooking = false;
  let isClosed = false;
  let searchPause = searchInterval;
  let uselessUntil = Number.NEGATIVE_INFINITY;
  let misses = 0;

  const stateOf = (type: string): TypeState => {
    let state = states.get(type);
    if (state === undefined) {
      state = { askedAt: undefined, isWarm: false, lookedFor: undefined, lookedAt: 0 };
      states.set(type, state);
    }
    return state;
  };

  const hasSearch = (): boolean => clock.now() >= uselessUntil;

  const giveUpSearch = (): void => {
    misses = 0;
    uselessUntil = clock.now() + distrustTime;
  };

  /** Records whether a search would have found what a request brought. */
  const judgeSearch = (reason: WakeReason, parkedFor: number): void => {
    if (reason === 'look') misses = 0;
    else if (parkedFor >= 2 * searchInterval && ++misses >= mostMisses) giveUpSearch();
  };

  const assignPlaces = (): void => {
    // Those that brought jobs last go first, then those that have waited longest.
    const waiting = [...parked].sort((left, right) => Number(right.state.isWarm) - Number(left.state.isWarm));
    for (const { wake } of waiting) {
      if (free === 0) return;
      free -= 1;
      wake('place');
    }
  };

  const wakeHinted = (hints: readonly JobHint[]): void => {
    const now = clock.now();
    const jobs = new Map(hints.map(({ type, job }) => [type, job]));
    for (const { type, state, wake } of [...parked]) {
      const job = jobs.get(type);
      if (job === undefined) continue;
      if (state.lookedFor === job && now - state.lookedAt < sameJobPause) continue;
      state.lookedFor = job;
      state.lookedAt = now;
      wake('look');
    }
  };

  const search = async (): Promise<void> => {
    try {
      const hints = await findJobs([...new Set([...parked].map(({ type }) => type))]);
      searchPause = searchInterval;
      if (hints === 'unavailable') giveUpSearch();
      else wakeHinted(hints);
    } catch {
      // The polls themselves report an outage.
      searchPause = Math.min(searchPause * 2, longestSearchPause);
    }
  };

  const wakeInTurn = (): void => {
    const now = clock.now();
    const askedAt = ({ state }: Parked): number => state.askedAt ?? 0;
    const due = [...parked].filter((entry) => now - askedAt(entry) >= rounds.perType);
    due.sort((left, right) => askedAt(left) - askedAt(right));
    for (const { wake } of due.slice(0, rounds.requests)) wake('look');
  };

  const look = async (): Promise<void> => {
    cancelLook = undefined;
    if (parked.size === 0) return;
    isLooking = true;
    if (hasSearch()) await search();
    else wakeInTurn();
    isLooking = false;
    scheduleLook();
  };

  const scheduleLook = (): void => {
    if (isClosed || isLooking || cancelLook !== undefined || parked.size === 0) return;
    cancelLook = clock.timer(hasSearch() ? searchPause : rounds.interval, () => void look());
  };

  /** Waits without a socket. Resolves as if it were its turn if a signal fires. */
  const park = (type: string, state: TypeState, milliseconds: number, signals: Poll['signals']): Promise<WakeReason> =>
    new Promise((resolve) => {
      const wake = (reason: WakeReason): void => {
        if (!parked.delete(entry)) return;
        cancelTurn();
        unsubscribe();
        resolve(reason);
      };
      const entry: Parked = { type, state, wake };
      const cancelTurn = clock.timer(milliseconds, () => wake('turn'));
      const unsubscribe = onAbort(signals, () => wake('turn'));
      parked.add(entry);
      scheduleLook();
    });

  /** Asks once, without a wait. */
  const askNow = async ({ send }: Poll, state: TypeState): Promise<readonly ActivatedJob[]> => {
    state.askedAt = clock.now();
    const jobs = await send(-1);
    state.isWarm = jobs.length > 0;
    return jobs;
  };

  /** Asks with a place that was taken before, until the wait is over. There is one promise between the answer and the caller. */
  const askHeld = async (poll: Poll, state: TypeState, until: number): Promise<readonly ActivatedJob[]> => {
    try {
      for (;;) {
        const askedAt = clock.now();
        const hold = Math.max(1, Math.min(until - askedAt, parked.size === 0 ? holds.few : holds.many));
        state.askedAt = askedAt;
        const jobs = await poll.send(hold);
        state.isWarm = jobs.length > 0;
        if (state.isWarm) return jobs;
        const now = clock.now();
        // A gateway that does not hold requests must not be asked again at once.
        if (now >= until - 1 || now - askedAt < hold * 0.9 || anyAborted(poll.signals)) return jobs;
      }
    } finally {
      free += 1;
      if (parked.size > 0) clock.timer(placeGrace, assignPlaces);
    }
  };

  /** Waits for a place or for a sign of a job. */
  const askInTurn = async (poll: Poll, state: TypeState): Promise<readonly ActivatedJob[]> => {
    const { type, wait, signals } = poll;
    const isFirst = state.askedAt === undefined;
    if (isFirst || state.isWarm) {
      const jobs = await askNow(poll, state);
      if (jobs.length > 0) return jobs;
    }
    const parkedAt = clock.now();
    // The first waits differ, so that later ones do not end all at once.
    const until = parkedAt + (isFirst ? wait * clock.random() : wait);
    for (;;) {
      if (anyAborted(signals)) return poll.send(-1);
      const reason = await park(type, state, Math.max(0, until - clock.now()), signals);
      if (reason === 'place') return askHeld(poll, state, until);
      const jobs = await askNow(poll, state);
      if (jobs.length > 0 && hasSearch()) judgeSearch(reason, clock.now() - parkedAt);
      if (jobs.length > 0 || reason === 'turn') return jobs;
    }
  };

  return {
    run: (poll) => {
      const state = stateOf(poll.type);
      if (free === 0) return askInTurn(poll, state);
      free -= 1;
      return askHeld(poll, state, clock.now() + poll.wait);
    },
    close: () => {
      isClosed = true;
      cancelLook?.();
    },
  };
};
