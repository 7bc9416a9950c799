import type { Engine, Key } from '../../../engine/index.ts';

/** A job that has failed with no attempts left. */
export interface FailedJob {
  readonly incidentKey: Key;
  readonly jobKey: Key;
  readonly type: string;
  readonly elementId: string;
  readonly bpmnProcessId: string;
}

/**
 * The jobs that have failed with no attempts left, oldest first.
 *
 * @param types only those of these job types. Default: all
 */
export const failedJobs = (engine: Engine, types?: readonly string[]): readonly FailedJob[] => {
  const jobs = new Map(engine.jobs().map((job) => [job.key, job]));
  return engine.incidents().flatMap(({ key, type, jobKey }) => {
    const job = jobs.get(jobKey);
    if (job === undefined || !type.endsWith('NO_RETRIES') || types?.includes(job.type) === false) return [];
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
