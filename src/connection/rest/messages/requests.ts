import type {
  ActivateRequest,
  Command,
  CorrelateRequest,
  CreateInstanceRequest,
  JobResultCommand,
  Resource,
} from '../../port.ts';
import type { JobTenants } from '../../tenants.ts';
import type { RestRequest } from '../http/request-text.ts';
import { formOf } from './multipart.ts';
import { jsonWith } from './raw-members.ts';

/*
 * What the port asks for, as requests. Variables are spliced in as text, so that no number is rounded. A tenant is named only
 * where the connection has one: a cluster with tenants then refuses a request without one, instead of serving another.
 */

/** A request that is known to be JSON or to have no body. */
type JsonRequest = Pick<RestRequest, 'method' | 'path'> & { readonly body: string };

const tenantOf = (tenantId: string | undefined): object => (tenantId === undefined ? {} : { tenantId });

const jobTenants = (tenants: JobTenants): object => {
  if (tenants.filter === 'ASSIGNED') return { tenantFilter: 'ASSIGNED' };
  return tenants.ids.length === 0 ? {} : { tenantIds: tenants.ids };
};

/** Activates jobs. */
export const activationRequest = (
  { type, worker, timeout, maxJobs, fetchVariables = [], withLease }: ActivateRequest,
  requestTimeout: number,
  tenants: JobTenants,
): JsonRequest => ({
  method: 'POST',
  path: '/jobs/activation',
  body: JSON.stringify({
    type,
    worker,
    timeout,
    maxJobsToActivate: maxJobs,
    requestTimeout,
    ...(fetchVariables.length === 0 ? {} : { fetchVariable: fetchVariables }),
    ...jobTenants(tenants),
    ...(withLease === true ? { withLease } : {}),
  }),
});

const jobResult = (result: JobResultCommand): string => {
  if (result.type === 'adHocSubProcess') {
    const { type, activateElements, completionConditionFulfilled, cancelRemainingInstances } = result;
    const elements = activateElements.map(({ elementId, variables }) => jsonWith({ elementId }, { variables }));
    return jsonWith(
      {
        type,
        isCompletionConditionFulfilled: completionConditionFulfilled,
        isCancelRemainingInstances: cancelRemainingInstances,
      },
      { activateElements: `[${elements.join(',')}]` },
    );
  }
  // `JSON.stringify` leaves out what is undefined: an absent correction keeps the property.
  const { type, denied, deniedReason, corrections } = result;
  return JSON.stringify({ type, denied, deniedReason, corrections });
};

/** A key may come from anywhere, so it must not change the path. */
const jobPath = (jobKey: string): string => `/jobs/${encodeURIComponent(jobKey)}`;

/** The token goes back in the command, if the job has one. */
const leaseOf = ({ leaseToken }: { readonly leaseToken?: string }): object =>
  leaseToken === undefined ? {} : { jobLeaseToken: leaseToken };

/** The request of a command. */
export const commandRequest = (command: Command, tenantId: string | undefined): JsonRequest => {
  switch (command.kind) {
    case 'completeJob': {
      const { jobKey, variables, result } = command;
      // The usual one, on the path of every job.
      if (result === undefined && command.leaseToken === undefined) {
        return { method: 'POST', path: `${jobPath(jobKey)}/completion`, body: `{"variables":${variables}}` };
      }
      const raw = result === undefined ? { variables } : { variables, result: jobResult(result) };
      return { method: 'POST', path: `${jobPath(jobKey)}/completion`, body: jsonWith(leaseOf(command), raw) };
    }
    case 'failJob': {
      const { jobKey, retries, backoff, message, variables } = command;
      // Without `retries`, the gateway would take 0.
      const body = jsonWith(
        { retries, retryBackOff: backoff, errorMessage: message, ...leaseOf(command) },
        { variables },
      );
      return { method: 'POST', path: `${jobPath(jobKey)}/failure`, body };
    }
    case 'throwError': {
      const { jobKey, code, message, variables } = command;
      const body = jsonWith({ errorCode: code, errorMessage: message, ...leaseOf(command) }, { variables });
      return { method: 'POST', path: `${jobPath(jobKey)}/error`, body };
    }
    case 'updateJobTimeout': {
      const { jobKey, timeout } = command;
      return {
        method: 'PATCH',
        path: jobPath(jobKey),
        body: JSON.stringify({ changeset: { timeout }, ...leaseOf(command) }),
      };
    }
    case 'updateJobPriority': {
      const { jobKey, priority } = command;
      return {
        method: 'PATCH',
        path: jobPath(jobKey),
        body: JSON.stringify({ changeset: { priority }, ...leaseOf(command) }),
      };
    }
    case 'setVariables': {
      const { elementInstanceKey, local, variables } = command;
      const path = `/element-instances/${encodeURIComponent(elementInstanceKey)}/variables`;
      return { method: 'PUT', path, body: jsonWith({ local }, { variables }) };
    }
    case 'publishMessage': {
      const { name, correlationKey, messageId, timeToLive, variables } = command;
      const fields = {
        name,
        correlationKey,
        timeToLive,
        ...(messageId === '' ? {} : { messageId }),
        ...tenantOf(tenantId),
      };
      return { method: 'POST', path: '/messages/publication', body: jsonWith(fields, { variables }) };
    }
  }
};

/** Correlates a message. */
export const correlationRequest = (
  { name, correlationKey, variables }: CorrelateRequest,
  tenantId: string | undefined,
): JsonRequest => ({
  method: 'POST',
  path: '/messages/correlation',
  body: jsonWith({ name, ...(correlationKey === '' ? {} : { correlationKey }), ...tenantOf(tenantId) }, { variables }),
});

/** Starts a process instance. */
export const instanceRequest = (
  { bpmnProcessId, version, variables = '{}', tags = [], businessId }: CreateInstanceRequest,
  tenantId: string | undefined,
  extra: object = {},
): JsonRequest => ({
  method: 'POST',
  path: '/process-instances',
  body: jsonWith(
    {
      processDefinitionId: bpmnProcessId,
      ...(version === undefined || version === -1 ? {} : { processDefinitionVersion: version }),
      ...tenantOf(tenantId),
      ...(tags.length === 0 ? {} : { tags }),
      ...(businessId === undefined ? {} : { businessId }),
      ...extra,
    },
    { variables },
  ),
});

/** Deploys files. */
export const deploymentRequest = (resources: readonly Resource[], tenantId: string | undefined): RestRequest => {
  const fields: Readonly<Record<string, string>> = tenantId === undefined ? {} : { tenantId };
  return { method: 'POST', path: '/deployments', ...formOf('resources', resources, fields) };
};
