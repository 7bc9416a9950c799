import { stringifyValue } from '../../../../connector/values/json-text.ts';
import type { MachineHost } from '../../../host/machine-host.ts';
import { defaultTenant } from '../../../machine/tenants.ts';
import type { JobState, MachineJob } from '../../../machine/types.ts';
import { parseBody } from '../fields.ts';
import type { Operation } from '../operation.ts';
import { type Item, search } from '../search.ts';

/** The API has no name for an activated job: it stays what it was. */
const states: Readonly<Record<JobState, string>> = {
  ACTIVATABLE: 'CREATED',
  ACTIVATED: 'CREATED',
  FAILED: 'FAILED',
  ERROR_THROWN: 'ERROR_THROWN',
};

const toItem = (job: MachineJob): Item => ({
  jobKey: job.key,
  type: job.type,
  worker: job.worker,
  state: states[job.state],
  kind: job.kind,
  listenerEventType: job.listenerEvent ?? 'UNSPECIFIED',
  retries: job.retries,
  isDenied: null,
  deniedReason: null,
  hasFailedWithRetriesLeft: job.state === 'FAILED' && job.retries > 0,
  errorCode: null,
  errorMessage: job.errorMessage === '' ? null : job.errorMessage,
  customHeaders: job.headers,
  deadline: job.deadline === 0 ? null : new Date(job.deadline).toISOString(),
  processDefinitionId: job.bpmnProcessId,
  processDefinitionKey: job.processDefinitionKey,
  processInstanceKey: job.processInstanceKey,
  elementId: job.elementId,
  elementInstanceKey: job.elementInstanceKey,
  tenantId: job.tenantId ?? defaultTenant,
});

const fields = {
  all: [
    ...['jobKey', 'type', 'worker', 'state', 'kind', 'listenerEventType', 'retries', 'hasFailedWithRetriesLeft'],
    ...['errorMessage', 'deadline', 'processDefinitionId', 'processDefinitionKey', 'processInstanceKey'],
    ...['elementId', 'elementInstanceKey', 'tenantId'],
  ],
  enumerated: ['state', 'kind', 'listenerEventType'],
};

/** The search for jobs. */
export const jobSearch = (host: MachineHost): Operation => ({
  kind: 'direct',
  act: ({ body }) => {
    const jobs = host.read((machine) => machine.jobs()).map(toItem);
    const page = search('searchJobs', parseBody(body.toString('utf8')), jobs, fields);
    return { status: 200, json: stringifyValue(page) };
  },
});
