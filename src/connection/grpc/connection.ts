import { addressText } from '../address.ts';
import { createFeatureCheck, featuresOf, instanceFeatures } from '../gateway-version.ts';
import type { ActivatedJob, CallOptions, Connection, CreateInstanceRequest } from '../port.ts';
import { type ChannelSettings, createChannel } from './channel.ts';
import type * as wire from './messages.ts';
import { commandCall, instanceOf, processOf, topologyOf } from './messages.ts';

/** Settings of {@link createGrpcConnection}. */
export interface GrpcSettings extends ChannelSettings {
  /** Time limit of a call in milliseconds, unless the call has its own. Default: 10,000. */
  readonly timeout?: number;
  /** The tenant of everything that is sent and received. Default: Zeebe's only tenant if multi-tenancy is off. */
  readonly tenantId?: string;
  /** See {@link Connection.notices}. */
  readonly notices?: readonly string[];
}

/** Milliseconds that a gateway waits for a job if the request does not say how long. */
const gatewayPollTimeout = 10_000;
/** Time limit of `createInstanceWithResult` in milliseconds, unless the call has its own. */
const resultTimeout = 60_000;

/** Zeebe's only tenant if multi-tenancy is off. */
const onlyTenant = '<default>';

const nothing = (): void => {};

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
  tenantId = onlyTenant,
  notices = [],
  ...settings
}: GrpcSettings): Connection => {
  const channel = createChannel(settings);

  const call = (method: string, request: object, options: CallOptions, limit: number): Promise<readonly unknown[]> =>
    channel.call(method, request, { timeout: options.timeout ?? limit, signal: options.signal });

  const unary = async <Response>(
    method: string,
    request: object,
    options: CallOptions,
    limit = timeout,
  ): Promise<Response> => (await call(method, request, options, limit))[0] as Response;

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
    notices,
    topology,
    activateJobs: async (
      { type, worker, timeout: jobTimeout, maxJobs, requestTimeout, fetchVariables = [] },
      options = {},
    ) => {
      const request = {
        type,
        worker,
        timeout: jobTimeout,
        maxJobsToActivate: maxJobs,
        requestTimeout,
        fetchVariable: fetchVariables,
        tenantIds: [tenantId],
      };
      const wait = requestTimeout === 0 ? gatewayPollTimeout : Math.max(requestTimeout, 0);
      const answers = await call('ActivateJobs', request, options, wait + timeout);
      return answers.flatMap((answer) => (answer as wire.ActivateJobsResponse).jobs);
    },
    streamJobs: ({ type, worker, timeout: jobTimeout, fetchVariables = [] }, { opened, job, ended }) => {
      const request = { type, worker, timeout: jobTimeout, fetchVariable: fetchVariables, tenantIds: [tenantId] };
      return channel.stream('StreamActivatedJobs', request, {
        opened,
        message: (message) => job(message as ActivatedJob),
        ended,
      });
    },
    send: (command, options = {}) => {
      const { method, request } = commandCall(command, tenantId);
      const sendCommand = (): Promise<void> => call(method, request, options, timeout).then(nothing);
      const needed = featuresOf(command);
      return needed === undefined ? sendCommand() : checkFeatures(method, needed, options).then(sendCommand);
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
      return instanceOf(await unary('CreateProcessInstance', instanceRequest(request, tenantId), options));
    },
    createInstanceWithResult: async (request, options = {}) => {
      await checkInstance('CreateProcessInstanceWithResult', request, options);
      const requestTimeout = options.timeout ?? resultTimeout;
      const response = await unary<wire.CreateProcessInstanceWithResultResponse>(
        'CreateProcessInstanceWithResult',
        { request: instanceRequest(request, tenantId), requestTimeout },
        options,
        requestTimeout,
      );
      return { ...instanceOf(response), variables: response.variables };
    },
    close: async () => channel.close(),
  };
};
