import { fault } from '../../../../common/fault.ts';
import type { Connection } from '../../../../connection/port.ts';
import { stringifyJson } from '../../../../connector/values/json-text.ts';
import type { ActionsOf, Sources } from '../sources.ts';

/** Refuses a job that a worker has: what it does outside cannot be taken back. */
const checkFree = ({ engine }: Sources, key: string): void => {
  const job = engine()
    .jobs()
    .find((each) => each.key === key);
  if (job === undefined) throw fault('rejection', { what: 'The job does not exist any more.' });
  if (job.state !== 'ACTIVATED') return;
  throw fault('rejection', {
    what: `The worker ${job.worker} has the job.`,
    fix: 'wait until it has ended or its time is over.',
  });
};

/**
 * The actions for jobs.
 *
 * @param connection to the engine, as a worker has it
 * @param reload loads the connectors anew
 */
export const jobActions = (
  sources: Sources,
  connection: Pick<Connection, 'send'>,
  reload: () => Promise<void>,
): ActionsOf<'retry' | 'completeJob' | 'throwError'> => ({
  retry: async ({ job, reload: isReload }) => {
    checkFree(sources, job);
    if (isReload) await reload();
    const engine = sources.engine();
    engine.updateJobRetries(job, 1);
    for (const { key, jobKey } of engine.incidents()) if (jobKey === job) engine.resolveIncident(key);
  },
  completeJob: async ({ job, variables }) => {
    checkFree(sources, job);
    await connection.send({ kind: 'completeJob', jobKey: job, variables: stringifyJson(variables) });
  },
  throwError: async ({ job, code, message, variables }) => {
    checkFree(sources, job);
    await connection.send({ kind: 'throwError', jobKey: job, code, message, variables: stringifyJson(variables) });
  },
});
