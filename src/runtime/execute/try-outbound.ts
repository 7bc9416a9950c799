import { fault } from '../../common/fault.ts';
import { checkConnector } from '../../connector/rules/connector.ts';
import { asList } from '../../connector/rules/rule-engine.ts';
import type { AnyOutbound, Outcome } from '../../connector/types.ts';
import { checkJob, checkServices } from '../check-options.ts';
import { type ExecuteServices, executeOutbound as execute } from './execute.ts';
import type { JobInput } from './job.ts';

const checkOutbound = (connector: unknown): readonly string[] => {
  const problems = checkConnector(connector).map((problem) => `connector: ${problem}`);
  if (problems.length > 0) return problems;
  return (connector as { readonly kind: string }).kind === 'outbound'
    ? []
    : [
        'connector: expected an outbound connector, but got an inbound one; its function is loop, to be called as it is',
      ];
};

/**
 * Executes one job and says what it yields, as data: nothing is sent, so that a unit test needs no cluster. Checks the
 * variables against the connector's input schema, calls `run` under the connector's timeout, checks and maps the result,
 * and lets the task's error expression have the last word.
 *
 * Whatever goes wrong with the job is an outcome of kind `fail`.
 *
 * @param connector an outbound connector; one with operations executes what the job's header `operation` names
 * @param job an activated job, or as much of one as matters, e.g. `{ variables: { message: 'hi' } }`; 3 retries unless
 *   it says otherwise
 * @param services logger, stop signal, clock and more, see {@link ExecuteServices}; all optional
 * @returns `{ kind: 'complete', variables }`, `{ kind: 'fail', message, retries, backoff }` with the backoff in
 *   milliseconds, or `{ kind: 'bpmnError', code, message }`
 * @throws (as a rejection) one fault of kind `definition` that names everything wrong with the arguments: something that
 *   is no outbound connector, a job or services of the wrong shape
 * @example
 * await executeOutbound(log, { variables: { message: 'hi' } }); // { kind: 'complete', variables: { status: 'ok' } }
 */
export const executeOutbound = async (
  connector: AnyOutbound,
  job: JobInput,
  services: ExecuteServices = {},
): Promise<Outcome> => {
  const problems = [...checkOutbound(connector), ...checkJob(job), ...checkServices(services)];
  if (problems.length > 0) {
    throw fault('definition', {
      what: `The job cannot be executed:\n${asList(problems)}`,
      where: 'executeOutbound(connector, job, services)',
      fix: 'correct what is named above.',
    });
  }
  return await execute(connector, job, services);
};
