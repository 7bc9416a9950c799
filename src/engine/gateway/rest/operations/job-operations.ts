import { stringifyValue } from '../../../../connector/values/json-text.ts';
import { defaultTenant } from '../../../machine/tenants.ts';
import type { MachineActivatedJob } from '../../../machine/types.ts';
import { invalidArgument } from '../../call-status.ts';
import { type HeldPollServices, holdPoll } from '../../held-poll.ts';
import { readPoll } from '../../job-requests.ts';
import { toBatches, toJobMessage } from '../../messages/grpc-messages.ts';
import { parseBody, readFields } from '../fields.ts';
import { type callOf, type HeldOperation, noContent, type Operation, type OperationAnswer } from '../operation.ts';
import { stoppingProblem } from '../problems.ts';
import { readJobResultFields } from './job-result-fields.ts';

/** What the operations on jobs need. */
export interface JobOperationServices extends HeldPollServices {
  readonly call: ReturnType<typeof callOf>;
}

/** As in the other answers of the API, what is absent is null. */
const toRestUserTask = (task: NonNullable<MachineActivatedJob['userTask']>): object => ({
  ...task,
  assignee: task.assignee ?? null,
  dueDate: task.dueDate ?? null,
  followUpDate: task.followUpDate ?? null,
  formKey: task.formKey ?? null,
});

const toRestJob = (job: MachineActivatedJob): object => {
  const { userTask } = job;
  return {
    jobKey: job.key,
    type: job.type,
    kind: job.kind,
    listenerEventType: job.listenerEvent ?? 'UNSPECIFIED',
    userTask: userTask === undefined ? null : toRestUserTask(userTask),
    processInstanceKey: job.processInstanceKey,
    rootProcessInstanceKey: job.rootProcessInstanceKey ?? job.processInstanceKey,
    processDefinitionKey: job.processDefinitionKey,
    processDefinitionId: job.bpmnProcessId,
    processDefinitionVersion: job.processDefinitionVersion,
    elementId: job.elementId,
    elementInstanceKey: job.elementInstanceKey,
    customHeaders: job.headers,
    worker: job.worker,
    retries: job.retries,
    deadline: job.deadline,
    variables: job.variables,
    tenantId: job.tenantId ?? defaultTenant,
    tags: job.tags ?? [],
    businessId: job.businessId ?? null,
    priority: job.priority ?? 0,
    jobLeaseToken: job.leaseToken ?? null,
  };
};

const jobsAnswer = (jobs: readonly MachineActivatedJob[]): OperationAnswer => ({
  status: 200,
  json: stringifyValue({ jobs: jobs.map(toRestJob) }),
});

const activation = (services: JobOperationServices): HeldOperation => ({
  kind: 'held',
  act: ({ body }, reply) => {
    const { host, handOut } = services;
    const fields = readFields('activateJobs', parseBody(body.toString('utf8')), {
      'type!': 'text',
      'timeout!': 'integer',
      'maxJobsToActivate!': 'integer',
      worker: 'text',
      fetchVariable: 'texts',
      requestTimeout: 'integer',
      tenantIds: 'texts',
      tenantFilter: 'text',
      withLease: 'boolean',
    });
    const tenantFilter = fields.tenantFilter?.toUpperCase() ?? 'PROVIDED';
    if (tenantFilter !== 'PROVIDED' && tenantFilter !== 'ASSIGNED') {
      throw invalidArgument('The tenantFilter must be PROVIDED or ASSIGNED.');
    }
    const { requestTimeout: limit = 0 } = fields;
    const message = {
      ...{ type: fields.type, worker: fields.worker ?? '', maxJobsToActivate: fields.maxJobsToActivate },
      ...{ timeout: String(fields.timeout), requestTimeout: String(limit) },
      ...{ fetchVariable: fields.fetchVariable ?? [], tenantIds: fields.tenantIds ?? [] },
      ...{ tenantFilter, withLease: fields.withLease === true },
    };
    const request = readPoll(message, host.tenants);
    const { send, returnUnsent } = handOut.deliveries.over<OperationAnswer>(reply.send);
    holdPoll(services, {
      request,
      limit,
      isOpen: reply.isOpen,
      onEnd: reply.onEnd,
      returnUnsent,
      deliver: (jobs) => {
        // One answer has room for a limited size; the jobs beyond it are for the next poll.
        const [first = []] = toBatches(jobs.map(toJobMessage));
        const rest = jobs.slice(first.length);
        send(
          first.map(({ key }) => key),
          jobsAnswer(jobs.slice(0, first.length)),
        );
        if (rest.length === 0) return;
        host.run((machine) => {
          for (const { key } of rest) machine.returnJob(key);
        });
      },
      endEmpty: () => reply.send(jobsAnswer([])),
      endStopping: () => reply.fail(stoppingProblem),
    });
  },
});

/** The operations on jobs, by method and path. */
export const jobOperations = (services: JobOperationServices): Readonly<Record<string, Operation>> => {
  const { call } = services;
  const lease = { jobLeaseToken: 'text' } as const;
  const changes = { retries: 'integer', timeout: 'integer', priority: 'integer' } as const;
  const direct = (
    act: (key: string, body: Readonly<Record<string, unknown>>) => void,
  ): Extract<Operation, { kind: 'direct' }> => ({
    kind: 'direct',
    act: ({ keys, body }) => {
      act(keys[0]!, parseBody(body.toString('utf8')));
      return noContent;
    },
  });
  return {
    'POST /jobs/activation': activation(services),
    'POST /jobs/*/completion': direct((jobKey, body) => {
      const fields = readFields('completeJob', body, {
        ...({ variables: 'document', result: 'object' } as const),
        ...lease,
        businessId: 'text',
      });
      const { variables = '', result: given, jobLeaseToken, businessId } = fields;
      const result = given && readJobResultFields(given);
      call('CompleteJob', { jobKey, variables, result, jobLeaseToken, businessId });
    }),
    'POST /jobs/*/failure': direct((jobKey, body) => {
      const fields = readFields('failJob', body, {
        ...({ retries: 'integer', errorMessage: 'text', retryBackOff: 'integer', variables: 'document' } as const),
        ...lease,
      });
      const { retries = 0, errorMessage = '', retryBackOff = 0, variables = '', jobLeaseToken } = fields;
      const failure = { retries, errorMessage, retryBackOff: String(retryBackOff), variables };
      call('FailJob', { jobKey, ...failure, jobLeaseToken });
    }),
    'POST /jobs/*/error': direct((jobKey, body) => {
      const fields = readFields('throwJobError', body, {
        ...({ 'errorCode!': 'text', errorMessage: 'text', variables: 'document' } as const),
        ...lease,
      });
      const { errorCode, errorMessage = '', variables = '', jobLeaseToken } = fields;
      call('ThrowError', { jobKey, errorCode, errorMessage, variables, jobLeaseToken });
    }),
    'PATCH /jobs/*': direct((jobKey, body) => {
      const { changeset, jobLeaseToken } = readFields('updateJob', body, {
        ...({ 'changeset!': 'object', operationReference: 'integer' } as const),
        ...lease,
      });
      const { retries, timeout, priority } = readFields('updateJob', changeset, changes);
      if (retries === undefined && timeout === undefined && priority === undefined) {
        throw invalidArgument(`The changeset must have one of ${Object.keys(changes).join(', ')}.`);
      }
      // Before the timeout, so that an invalid change leaves everything as it is. Without one, the machine refuses them.
      if (retries !== undefined && retries < 1 && timeout !== undefined)
        throw invalidArgument(`The retries must be at least 1, but are ${retries}.`);
      services.host.run(() => {
        if (timeout !== undefined) call('UpdateJobTimeout', { jobKey, timeout: String(timeout), jobLeaseToken });
        if (retries !== undefined) call('UpdateJobRetries', { jobKey, retries, jobLeaseToken });
        if (priority !== undefined) call('UpdateJobPriority', { jobKey, priority, jobLeaseToken });
      });
    }),
  };
};
