import { type Engine, type EngineEvent, isInternalProcess, type Key } from '../../../../engine/index.ts';

/** How much of each kind an engine has, counted by its events: its lists would be made anew for every look. */
export interface OpenItems {
  readonly add: (event: EngineEvent) => void;
  readonly counts: () => {
    readonly jobs: number;
    readonly timers: number;
    readonly tasks: number;
    readonly decisions: number;
  };
  /** Counts what there is now. */
  readonly reset: (engine: Pick<Engine, 'jobs' | 'timers' | 'userTasks' | 'decisionInstances'>) => void;
}

/** Creates the counts of an engine without anything. */
export const createOpenItems = (): OpenItems => {
  const jobs = new Set<Key>();
  const timers = new Set<Key>();
  const tasks = new Set<Key>();
  let decisions = 0;
  return {
    add: (event) => {
      switch (event.kind) {
        case 'job:activatable':
          jobs.add(event.job.key);
          return;
        case 'job:completed':
        case 'job:errorThrown':
        case 'job:cancelled':
          jobs.delete(event.job.key);
          return;
        case 'incident:created':
          // A job whose error nobody catches stays.
          if (event.incident.jobKey !== '-1') jobs.add(event.incident.jobKey);
          return;
        case 'timer:scheduled':
          timers.add(event.timer.key);
          return;
        case 'timer:triggered':
        case 'timer:cancelled':
          timers.delete(event.timer.key);
          return;
        case 'userTask:created':
          tasks.add(event.userTask.key);
          return;
        case 'userTask:completed':
        case 'userTask:cancelled':
          tasks.delete(event.userTask.key);
          return;
        case 'decision:evaluated':
        case 'decision:failed':
          decisions += event.evaluation.evaluatedDecisions.length;
          return;
      }
    },
    counts: () => ({ jobs: jobs.size, timers: timers.size, tasks: tasks.size, decisions }),
    reset: (engine) => {
      for (const set of [jobs, timers, tasks]) set.clear();
      for (const { key, bpmnProcessId } of engine.jobs()) if (!isInternalProcess(bpmnProcessId)) jobs.add(key);
      for (const { key } of engine.timers()) timers.add(key);
      for (const { key } of engine.userTasks()) tasks.add(key);
      decisions = engine.decisionInstances().length;
    },
  };
};
