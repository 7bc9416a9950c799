import type { MethodName } from '../../grpc/protocol/description.ts';
import { addressText } from '../address.ts';
import { createDeferredStream } from '../deferred-stream.ts';
import { abortedFault } from '../faults.ts';
import type {
  ActivatedJob,
  ActivateOptions,
  ActivateRequest,
  CallOptions,
  Command,
  Connection,
  ConnectionFault,
  CreateInstanceRequest,
  JobStream,
} from '../port.ts';
import { commandFault } from '../requests/check-command.ts';
import { checkRequest, requestFault } from '../requests/check-request.ts';
import { activationFeatures, createFeatureCheck, featuresOf, instanceFeatures } from '../requests/gateway-version.ts';
import { createTenants, defaultTenant, type JobTenants, type TenantSettings } from '../tenants.ts';
import { type ChannelSettings, createChannel } from './channel.ts';
import type * as wire from './messages.ts';
import { commandCall, instanceOf, processOf, topologyOf } from './messages.ts';

/** Settings of {@link createGrpcConnection}. */
export interface GrpcSettings extends ChannelSettings, TenantSettings {
  /** Time limit of a call in milliseconds, unless the call has its own. Default: 10,000. */
  readonly timeout?: number;
  /** See {@link Connection.notices}. */
  readonly notices?: readonly string[];
}

/** Milliseconds that a gateway waits for a job if the request does not say how long. */
const gatewayPollTimeout = 10_000;
/** Time limit of `createInstanceWithResult` in milliseconds, unless the call has its own. */
const resultTimeout = 60_000;

/** A request for jobs without a tenant is one for the default tenant. */
const jobTenants = (tenants: JobTenants): object =>
  tenants.filter === 'ASSIGNED'
    ? { tenantFilter: 'ASSIGNED' }
    : { tenantIds: tenants.ids.length === 0 ? [defaultTenant] : tenants.ids };

const nothing = (): void => {};

/** The jobs of an answer, most of which have one message. */
const jobsOf = (answers: readonly unknown[]): readonly ActivatedJob[] =>
  answers.length === 1
    ? (answers[0] as wire.ActivateJobsResponse).jobs
    : answers.flatMap((answer) => (answer as wire.ActivateJobsResponse).jobs);

const leaseOf = (withLease: boolean | undefined): object => (withLease === true ? { withLease } : {});

const instanceRequest = (
  { bpmnProcessId, version = -1, variables = '{}', tags = [], businessId }: CreateInstanceRequest,
  tenantId: string,
): object => ({
  bpmnProcessId,
  version,
  variables,
  tenantId,
  ...(tags.length === 0 ? {} : { tags }),
  ...(businessId === undefined ? {} : { businessId }),
});

/**
 * Creates a connection to a cluster over gRPC. It opens with the first call, uses one HTTP/2 connection without
 * compression, and reconnects by itself after an outage. It does not repeat calls, see {@link createChannel}.
 *
 * @param settings the gateway's address, and the settings of TLS and OAuth
 * @example
 * const connection = createGrpcConnection({ address: { tls: false, host: '127.0.0.1', port: 26500 } });
 * const { gatewayVersion } = await connection.topology();
 */
export const createGrpcConnection = ({
  timeout = 10_000,
  tenantId,
  tenantIds,
  tenantFilter,
  notices = [],
  ...settings
}: GrpcSettings): Connection => {
  const channel = createChannel(settings);
  const tenants = createTenants({ tenantId, tenantIds, tenantFilter });

  const call = (
    method: MethodName,
    request: object,
    options: CallOptions,
    limit: number,
    received?: (message: unknown) => void,
  ): Promise<readonly unknown[]> =>
    channel.call(method, request, { timeout: options.timeout ?? limit, signal: options.signal, received });

  const unary = async <Response>(
    method: MethodName,
    request: object,
    options: CallOptions,
    limit = timeout,
  ): Promise<Response> => (await call(method, request, options, limit))[0] as Response;

  const address = addressText(settings.address);
  const topology: Connection['topology'] = async (options = {}) =>
    topologyOf(await unary<wire.TopologyResponse>('Topology', {}, options));
  const checkFeatures = createFeatureCheck(address, topology);

  const tenantOf = (named: string | undefined, method: string): string =>
    tenants.ofCall(named, `${method}, ${address}`) ?? defaultTenant;

  const sendCommand = (command: Command, tenantId: string, options: CallOptions): Promise<void> => {
    const { method, request } = commandCall(command, tenantId);
    const send = (): Promise<void> => call(method, request, options, timeout).then(nothing);
    const needed = featuresOf(command);
    return needed === undefined ? send() : checkFeatures(method, needed, options).then(send);
  };

  const publish = async (
    command: Extract<Command, { readonly kind: 'publishMessage' }>,
    options: CallOptions,
  ): Promise<void> => sendCommand(command, tenantOf(command.tenantId, 'PublishMessage'), options);

  const activate = (
    { type, worker, timeout: jobTimeout, maxJobs, requestTimeout, fetchVariables = [], withLease }: ActivateRequest,
    own: JobTenants,
    options: ActivateOptions,
  ): Promise<readonly ActivatedJob[]> => {
    const request = {
      type,
      worker,
      timeout: jobTimeout,
      maxJobsToActivate: maxJobs,
      requestTimeout,
      fetchVariable: fetchVariables,
      ...jobTenants(own),
      ...leaseOf(withLease),
    };
    const wait = requestTimeout === 0 ? gatewayPollTimeout : Math.max(requestTimeout, 0);
    const { arrived } = options;
    const received = arrived && ((message: unknown): void => arrived((message as wire.ActivateJobsResponse).jobs));
    return call('ActivateJobs', request, options, wait + timeout, received).then(jobsOf);
  };

  const checkInstance = async (method: string, request: CreateInstanceRequest, options: CallOptions): Promise<void> => {
    const needed = instanceFeatures(request, `${method}, ${address}`);
    if (needed.length > 0) await checkFeatures(method, needed, options);
  };

  return {
    address,
    notices,
    tenants: tenants.selection,
    topology,
    activateJobs: (jobs, options = {}) => {
      const refused = requestFault('activateJobs', jobs, address);
      if (refused !== undefined) return Promise.reject(refused);
      const own = tenants.ofJobs(jobs);
      const needed = activationFeatures(own.filter, jobs.withLease);
      if (needed.length === 0) return activate(jobs, own, options);
      return checkFeatures('ActivateJobs', needed, options).then(() => activate(jobs, own, options));
    },
    streamJobs: (jobs, { opened, job, ended }) => {
      const method = 'StreamActivatedJobs';
      const { type, worker, timeout: jobTimeout, fetchVariables = [], withLease } = jobs;
      const own = tenants.ofJobs(jobs);
      const request = {
        ...{ type, worker, timeout: jobTimeout, fetchVariable: fetchVariables },
        ...jobTenants(own),
        ...leaseOf(withLease),
      };
      const openStream = (): JobStream =>
        channel.stream(method, request, { opened, message: (message) => job(message as ActivatedJob), ended });
      const needed = activationFeatures(own.filter, withLease);
      if (needed.length === 0) return openStream();
      const { stream, closed, open } = createDeferredStream();
      checkFeatures(method, needed, { signal: closed }).then(
        () => (closed.aborted ? ended(abortedFault(method, address, false)) : open(openStream())),
        (error: ConnectionFault) => ended(error),
      );
      return stream;
    },
    send: (command, options = {}) => {
      const refused = commandFault(command, address);
      if (refused !== undefined) return Promise.reject(refused);
      return command.kind === 'publishMessage' ? publish(command, options) : sendCommand(command, '', options);
    },
    deploy: async (resources, options = {}) => {
      checkRequest('deploy', resources, address);
      const request = { resources, tenantId: tenantOf(options.tenantId, 'DeployResource') };
      const { deployments } = await unary<wire.DeployResourceResponse>('DeployResource', request, options);
      return deployments.flatMap(({ process }) => (process ? [processOf(process)] : []));
    },
    createInstance: async (request, options = {}) => {
      checkRequest('createInstance', request, address);
      const method = 'CreateProcessInstance';
      const message = instanceRequest(request, tenantOf(request.tenantId, method));
      await checkInstance(method, request, options);
      return instanceOf(await unary(method, message, options));
    },
    createInstanceWithResult: async (request, options = {}) => {
      checkRequest('createInstance', request, address);
      const method = 'CreateProcessInstanceWithResult';
      const message = instanceRequest(request, tenantOf(request.tenantId, method));
      await checkInstance(method, request, options);
      const requestTimeout = options.timeout ?? resultTimeout;
      const response = await unary<wire.CreateProcessInstanceWithResultResponse>(
        method,
        { request: message, requestTimeout },
        options,
        requestTimeout,
      );
      return { ...instanceOf(response), variables: response.variables };
    },
    close: async () => channel.close(),
  };
};
