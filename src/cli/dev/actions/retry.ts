import type { Engine, Key } from '../../../engine/index.ts';

/** A job that has failed with no attempts left, or has thrown a BPMN error that nothing catches. */
export interface FailedJob {
  readonly incidentKey: Key;
  readonly jobKey: Key;
  readonly type: string;
  readonly elementId: string;
  readonly bpmnProcessId: string;
}

/**
 * The jobs that cannot go on: failed with no attempts left, or with a BPMN error that nothing catches. Oldest first.
 *
 * @param types only those of these job types. Default: all
 */
export const failedJobs = (engine: Engine, types?: readonly string[]): readonly FailedJob[] => {
  const jobs = new Map(engine.jobs().map((job) => [job.key, job]));
  return engine.incidents().flatMap(({ key, jobKey }) => {
    const job = jobs.get(jobKey);
    if (job === undefined || types?.includes(job.type) === false) return [];
    const { elementId, bpmnProcessId } = job;
    return [{ incidentKey: key, jobKey, type: job.type, elementId, bpmnProcessId }];
  });
};

/**
 * Lets failed jobs run again, with one attempt each.
 *
 * @returns the jobs
 */
export const retryFailedJobs = (engine: Engine, types?: readonly string[]): readonly FailedJob[] => {
  const failed = failedJobs(engine, types);
  for (const { jobKey, incidentKey } of failed) {
    engine.updateJobRetries(jobKey, 1);
    engine.resolveIncident(incidentKey);
  }
  return failed;
};
