import type { StartTimer } from '../../../../common/timer.ts';
import { stringifyValue } from '../../../../connector/values/json-text.ts';
import type { MachineHost } from '../../../host/machine-host.ts';
import { defaultTenant } from '../../../machine/tenants.ts';
import type { MachineActivatedJob } from '../../../machine/types.ts';
import { invalidArgument } from '../../call-status.ts';
import type { HeldCalls } from '../../held-calls.ts';
import type { JobHandOut } from '../../job-hand-out.ts';
import { defaultPollTimeout, readPoll } from '../../job-requests.ts';
import { toBatches, toJobMessage } from '../../messages/grpc-messages.ts';
import { parseBody, readFields } from '../fields.ts';
import { type callOf, type HeldOperation, noContent, type Operation, type OperationAnswer } from '../operation.ts';
import { stoppingProblem } from '../problems.ts';
import { readJobResultFields } from './job-result-fields.ts';

/** What the operations on jobs need. */
export interface JobOperationServices {
  readonly host: MachineHost;
  readonly heldCalls: HeldCalls;
  readonly startTimer: StartTimer;
  readonly handOut: JobHandOut;
  readonly call: ReturnType<typeof callOf>;
}

const toRestJob = (job: MachineActivatedJob): object => {
  const { key, headers, bpmnProcessId, state, listenerEvent, errorMessage, ...rest } = job;
  return {
    ...rest,
    jobKey: key,
    customHeaders: headers,
    processDefinitionId: bpmnProcessId,
    listenerEventType: listenerEvent ?? 'UNSPECIFIED',
    tenantId: job.tenantId ?? defaultTenant,
    tags: job.tags ?? [],
  };
};

const jobsAnswer = (jobs: readonly MachineActivatedJob[]): OperationAnswer => ({
  status: 200,
  json: stringifyValue({ jobs: jobs.map(toRestJob) }),
});

const activation = ({ host, heldCalls, startTimer, handOut }: JobOperationServices): HeldOperation => ({
  kind: 'held',
  act: ({ body }, reply) => {
    const fields = readFields('activateJobs', parseBody(body.toString('utf8')), {
      'type!': 'text',
      'timeout!': 'integer',
      'maxJobsToActivate!': 'integer',
      worker: 'text',
      fetchVariable: 'texts',
      requestTimeout: 'integer',
      tenantIds: 'texts',
      tenantFilter: 'text',
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
      ...{ tenantFilter, withLease: false },
    };
    const request = readPoll(message, host.tenants);
    const { distributor, deliveries, answeredFirst } = handOut;
    const { send, returnUnsent } = deliveries.over<OperationAnswer>(reply.send);
    let answered = false;

    const deliver = (jobs: readonly MachineActivatedJob[]): void => {
      answered = true;
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
    };

    const leave = host.run(() => distributor.addPoll({ ...request, alive: reply.isOpen, deliver }));
    reply.onEnd(returnUnsent);
    if (answered) return;
    const endEmpty = (): void => {
      if (answered) return;
      leave();
      reply.send(jobsAnswer([]));
    };
    if (limit < 0) {
      // The poll finds every job whose creator has its answer.
      answeredFirst.afterHeld(endEmpty);
      return;
    }
    const stopTimer = startTimer(limit > 0 ? limit : defaultPollTimeout, endEmpty);
    const forget = heldCalls.add(() => {
      leave();
      if (!answered) reply.fail(stoppingProblem);
    });
    reply.onEnd(() => {
      leave();
      forget();
      stopTimer();
    });
  },
});

/** The operations on jobs, by method and path. */
export const jobOperations = (services: JobOperationServices): Readonly<Record<string, Operation>> => {
  const { call } = services;
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
      const { variables = '', result } = readFields('completeJob', body, { variables: 'document', result: 'object' });
      call('CompleteJob', { jobKey, variables, result: result && readJobResultFields(result) });
    }),
    'POST /jobs/*/failure': direct((jobKey, body) => {
      const fields = readFields('failJob', body, {
        ...({ retries: 'integer', errorMessage: 'text', retryBackOff: 'integer', variables: 'document' } as const),
      });
      const { retries = 0, errorMessage = '', retryBackOff = 0, variables = '' } = fields;
      call('FailJob', { jobKey, retries, errorMessage, retryBackOff: String(retryBackOff), variables });
    }),
    'POST /jobs/*/error': direct((jobKey, body) => {
      const fields = readFields('throwJobError', body, {
        ...({ 'errorCode!': 'text', errorMessage: 'text', variables: 'document' } as const),
      });
      const { errorCode, errorMessage = '', variables = '' } = fields;
      call('ThrowError', { jobKey, errorCode, errorMessage, variables });
    }),
    'PATCH /jobs/*': direct((jobKey, body) => {
      const { changeset } = readFields('updateJob', body, { 'changeset!': 'object', operationReference: 'integer' });
      const { retries, timeout } = readFields('updateJob', changeset, { retries: 'integer', timeout: 'integer' });
      if (retries === undefined && timeout === undefined) {
        throw invalidArgument('The changeset must have retries or a timeout.');
      }
      // Before the timeout, so that an invalid change leaves everything as it is.
      if (retries !== undefined && retries < 1)
        throw invalidArgument(`The retries must be at least 1, but are ${retries}.`);
      services.host.run(() => {
        if (timeout !== undefined) call('UpdateJobTimeout', { jobKey, timeout: String(timeout) });
        if (retries !== undefined) call('UpdateJobRetries', { jobKey, retries });
      });
    }),
  };
};
