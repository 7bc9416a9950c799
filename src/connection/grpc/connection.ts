import { addressText } from '../address.ts';
import type { ActivatedJob, CallOptions, Connection, CreateInstanceRequest } from '../port.ts';
import { type ChannelSettings, createChannel } from './channel.ts';
import { createFeatureCheck, instanceFeatures } from './gateway-version.ts';
import type * as wire from './messages.ts';
import { commandCall, featuresOf, instanceOf, processOf, topologyOf } from './messages.ts';

/** Settings of {@link createGrpcConnection}. */
export interface GrpcSettings extends ChannelSettings {
  /** Milliseconds for a call that says nothing else. Default: 10,000. */
  readonly timeout?: number;
}

/** Milliseconds that a gateway waits for a job when a request leaves it to the gateway. */
const gatewayPollTime = 10_000;
/** Milliseconds that `createInstanceWithResult` waits when nothing else is said. */
const resultTime = 60_000;

/** Zeebe's only tenant where multi-tenancy is off. */
const tenantId = '<default>';

const nothing = (): void => {};

const instanceRequest = ({
  bpmnProcessId,
  version = -1,
  variables = '{}',
  tags = [],
  businessId,
}: CreateInstanceRequest): object => ({
  bpmnProcessId,
  version,
  variables,
  tenantId,
  ...(tags.length === 0 ? {} : { tags }),
  ...(businessId === undefined ? {} : { businessId }),
});

/**
 * The port to a cluster over gRPC. Connects at the first call, over one HTTP/2 connection without compression, and
 * comes back by itself after an outage. Nothing is repeated here, see {@link createChannel}.
 *
 * @param settings the gateway, and what TLS and OAuth need
 * @example
 * const connection = createGrpcConnection({ address: { tls: false, host: '127.0.0.1', port: 26500 } });
 * const { gatewayVersion } = await connection.topology();
 */
export const createGrpcConnection = ({ timeout = 10_000, ...settings }: GrpcSettings): Connection => {
  const channel = createChannel(settings);

  const collect = (method: string, request: object, options: CallOptions, limit: number): Promise<readonly unknown[]> =>
    channel.call(method, request, { timeout: options.timeout ?? limit, signal: options.signal });

  const unary = async <Response>(
    method: string,
    request: object,
    options: CallOptions,
    limit = timeout,
  ): Promise<Response> => (await collect(method, request, options, limit))[0] as Response;

  const address = addressText(settings.address);
  const topology: Connection['topology'] = async (options = {}) =>
    topologyOf(await unary<wire.TopologyResponse>('Topology', {}, options));
  const checkFeatures = createFeatureCheck(address, topology);

  const checkInstance = async (method: string, request: CreateInstanceRequest, options: CallOptions): Promise<void> => {
    const needed = instanceFeatures(request, `${method}, ${address}`);
    if (needed.length > 0) await checkFeatures(method, needed, options);
  };

  return {
    address,
    topology,
    activateJobs: async (
      { type, worker, timeout: ownership, maxJobs, requestTimeout, fetchVariables = [] },
      options = {},
    ) => {
      const request = {
        type,
        worker,
        timeout: ownership,
        maxJobsToActivate: maxJobs,
        requestTimeout,
        fetchVariable: fetchVariables,
        tenantIds: [tenantId],
      };
      const wait = requestTimeout === 0 ? gatewayPollTime : Math.max(requestTimeout, 0);
      const answers = await collect('ActivateJobs', request, options, wait + timeout);
      return answers.flatMap((answer) => (answer as wire.ActivateJobsResponse).jobs);
    },
    streamJobs: ({ type, worker, timeout: ownership, fetchVariables = [] }, { opened, job, ended }) => {
      const request = { type, worker, timeout: ownership, fetchVariable: fetchVariables, tenantIds: [tenantId] };
      const { pause, resume, cancel } = channel.stream('StreamActivatedJobs', request, {
        opened,
        message: (message) => job(message as ActivatedJob),
        ended,
      });
      return { pause, resume, close: cancel };
    },
    send: (command, options = {}) => {
      const { method, request } = commandCall(command, tenantId);
      const call = (): Promise<void> => collect(method, request, options, timeout).then(nothing);
      const needed = featuresOf(command);
      return needed === undefined ? call() : checkFeatures(method, needed, options).then(call);
    },
    deploy: async (resources, options = {}) => {
      const { deployments } = await unary<wire.DeployResourceResponse>(
        'DeployResource',
        { resources, tenantId },
        options,
      );
      return deployments.flatMap(({ process }) => (process ? [processOf(process)] : []));
    },
    createInstance: async (request, options = {}) => {
      await checkInstance('CreateProcessInstance', request, options);
      return instanceOf(await unary('CreateProcessInstance', instanceRequest(request), options));
    },
    createInstanceWithResult: async (request, options = {}) => {
      await checkInstance('CreateProcessInstanceWithResult', request, options);
      const requestTimeout = options.timeout ?? resultTime;
      const response = await unary<wire.CreateProcessInstanceWithResultResponse>(
        'CreateProcessInstanceWithResult',
        { request: instanceRequest(request), requestTimeout },
        options,
        requestTimeout,
      );
      return { ...instanceOf(response), variables: response.variables };
    },
    close: async () => channel.close(),
  };
};
