import type { HealthSource } from '../observe/health-answers.ts';
import type { HealthReport } from '../observe/health-report.ts';
import type { Child } from './child.ts';
import { type ProcessHealth, processesMetrics, processesReport } from './health.ts';

/** One of the places of a supervisor, through all its processes. */
export interface Place {
  /** From 1. */
  readonly number: number;
  /** The process that does the work; absent while it waits for its start. */
  current?: Child | undefined;
  /** Starts, and takes the place of the current one as soon as it works. */
  successor?: Child | undefined;
  /** Has been replaced, and finishes its jobs. */
  leaving?: Child | undefined;
  /** How often in a row its process has ended soon after the start. */
  shortLives: number;
  /** How often its process was started again after it had ended. */
  restarts: number;
  cancelRestart: () => void;
}

export const createPlaces = (count: number): readonly Place[] =>
  Array.from({ length: count }, (_, index) => ({
    number: index + 1,
    shortLives: 0,
    restarts: 0,
    cancelRestart: () => {},
  }));

const healthOf = ({ number, current, successor, leaving, restarts }: Place): ProcessHealth => ({
  number,
  pid: current?.pid,
  starting: successor?.pid,
  stopping: leaving?.pid,
  joined: current?.joined() ?? false,
  restarts,
});

/** The health and the metrics of all places. */
export const placesHealth = (places: readonly Place[]): HealthSource => ({
  report: async (check) =>
    processesReport(
      check,
      await Promise.all(
        places.map(async (place) => {
          const report = (await place.current?.ask({ kind: 'report', check })) as HealthReport | undefined;
          return { ...healthOf(place), report };
        }),
      ),
    ),
  metrics: async () =>
    processesMetrics(
      await Promise.all(
        places.map(async (place) => {
          // The counters of a process that still finishes its jobs would otherwise lose what is counted last.
          const text = (await (place.leaving ?? place.current)?.ask({ kind: 'metrics' })) as string | undefined;
          return { ...healthOf(place), text };
        }),
      ),
    ),
});
