import { systemClock } from '../../common/clock.ts';
import type {
  ActivatedJob,
  ActivateRequest,
  CallOptions,
  Command,
  Connection,
  CreateInstanceRequest,
} from '../port.ts';
import { commandFault } from '../requests/check-command.ts';
import { checkRequest, requestFault } from '../requests/check-request.ts';
import { activationFeatures, createFeatureCheck, featuresOf, instanceFeatures } from '../requests/gateway-version.ts';
import { createTenants, defaultTenant, type JobTenants, type TenantSettings } from '../tenants.ts';
import { createRestCalls, methodOf, mostRequests, type RestCall, type RestSettings } from './calls.ts';
import { createRestDocuments } from './documents.ts';
import { longestHold } from './hold-time.ts';
import { isJson, kindOfAnswer, strangeAnswer } from './messages/answer-faults.ts';
import {
  readCorrelated,
  readDeployment,
  readIdentity,
  readInstance,
  readJobs,
  readPublished,
  readTopology,
} from './messages/read-answers.ts';
import {
  activationRequest,
  commandRequest,
  correlationRequest,
  deploymentRequest,
  instanceRequest,
} from './messages/requests.ts';
import { createHandOver } from './polls/hand-over.ts';
import { hintsRequest, isWithoutSearch, readHints } from './polls/job-hints.ts';
import { createPollTurns } from './polls/poll-turns.ts';
import { createRestSecrets } from './secrets.ts';

/** A connection over REST, which has what only REST has. */
export type RestConnection = Connection &
  Required<Pick<Connection, 'identity' | 'documents' | 'resolveSecrets' | 'correlateMessage'>>;

/** Settings of {@link createRestConnection}. */
export interface RestConnectionSettings extends RestSettings, TenantSettings {
  /** Time limit of a call in milliseconds, unless the call has its own. Default: 10,000. */
  readonly timeout?: number;
  /** See {@link Connection.notices}. */
  readonly notices?: readonly string[];
}

/** Milliseconds that a gateway waits for a job if the request does not say how long. */
const gatewayPollTimeout = 10_000;
/** Time limit of `createInstanceWithResult` in milliseconds, unless the call has its own. */
const resultTimeout = 60_000;

const limitsOf = ({ timeout, signal }: CallOptions, limit: number): Pick<RestCall, 'timeout' | 'signal'> => ({
  timeout: timeout ?? limit,
  signal,
});

/** Commands that have the same effect when they are sent twice. */
const isIdempotent = ({ kind }: Command): boolean => kind === 'setVariables';

/**
 * Creates a connection to a cluster over its REST API. It opens with the first call, keeps its sockets, and connects again by
 * itself after an outage. It does not repeat calls, see {@link createRestCalls}.
 *
 * @param settings the address of the API, and the settings of TLS, proxy and authentication
 * @example
 * const connection = createRestConnection({ base: 'http://localhost:8080/v2' });
 * const { gatewayVersion } = await connection.topology();
 */
export const createRestConnection = ({
  timeout = 10_000,
  tenantId,
  tenantIds,
  tenantFilter,
  notices = [],
  ...settings
}: RestConnectionSettings): RestConnection => {
  const calls = createRestCalls(settings);
  const { address } = calls;
  const tenants = createTenants({ tenantId, tenantIds, tenantFilter });
  const tenantOf = (named: string | undefined, call: string): string | undefined =>
    tenants.ofCall(named, `${call}, ${address}`);

  /** Makes a call whose answer is JSON. An answer that is not what was asked for is a failure. */
  const ask = async <Result>(call: RestCall, read: (body: string) => Result, status = 200): Promise<Result> => {
    const answer = await calls.call(call);
    const fail = (what: string) => strangeAnswer(methodOf(call), address, answer.status, what);
    if (answer.status !== status || !isJson(answer)) throw fail(kindOfAnswer(answer));
    try {
      return read(answer.body);
    } catch (error) {
      if (error instanceof TypeError) throw fail(error.message);
      throw error;
    }
  };

  /** Makes a call whose answer has no content. */
  const tell = async (call: RestCall): Promise<void> => {
    const answer = await calls.call(call);
    if (answer.status === 204) return;
    throw strangeAnswer(methodOf(call), address, answer.status, kindOfAnswer(answer));
  };

  const topology: Connection['topology'] = (options = {}) =>
    ask({ method: 'GET', path: '/topology', isIdempotent: true, ...limitsOf(options, timeout) }, readTopology);
  const checkFeatures = createFeatureCheck(address, topology);
  /** The tenants of the requests for jobs so far; `undefined`: any. */
  let requested: Set<string> | undefined = new Set();
  const noteTenants = (asked: JobTenants): void => {
    if (asked.filter === 'ASSIGNED') requested = undefined;
    else for (const id of asked.ids.length === 0 ? [defaultTenant] : asked.ids) requested?.add(id);
  };
  const handOver = createHandOver();
  const turns = createPollTurns({
    clock: systemClock,
    places: mostRequests.held,
    findJobs: async (types) => {
      try {
        return await ask({ ...hintsRequest(types), timeout }, (body) => readHints(body, requested));
      } catch (error) {
        if (isWithoutSearch(error)) return 'unavailable';
        throw error;
      }
    },
  });

  /** Reads activated jobs. A function of its own between this and their handlers would be a promise more for each job. */
  const readArrived = (body: string): readonly ActivatedJob[] => {
    const jobs = readJobs(body);
    if (jobs.length > 0) handOver.jobsArrived();
    return jobs;
  };

  const activate = (
    request: ActivateRequest,
    own: JobTenants,
    options: CallOptions,
  ): Promise<readonly ActivatedJob[]> => {
    const { type, requestTimeout } = request;
    const wait = Math.min(requestTimeout === 0 ? gatewayPollTimeout : Math.max(requestTimeout, 0), longestHold);
    const { timeout: limit, signal } = limitsOf(options, wait + timeout);
    const deadline = performance.now() + limit;
    noteTenants(own);
    const sendNow = (hold: number): Promise<readonly ActivatedJob[]> => {
      const lane = hold < 0 ? 'short' : 'held';
      // Each request has its own limit, so that a gateway which has gone silent shows before the end of a long wait.
      const left = Math.max(1, Math.min(deadline - performance.now(), Math.max(hold, 0) + timeout));
      return ask(
        { ...activationRequest(request, Math.round(hold), own), lane, timeout: left, signal } as const,
        readArrived,
      );
    };
    const send = (hold: number): Promise<readonly ActivatedJob[]> => {
      const handlers = handOver.pending();
      return handlers === undefined ? sendNow(hold) : handlers.then(() => sendNow(hold));
    };
    if (wait === 0) return send(-1);
    return turns.run({ type, wait: Math.min(wait, limit), send, signals: [calls.closing, signal] });
  };

  const checkInstance = async (request: CreateInstanceRequest, options: CallOptions): Promise<void> => {
    const method = 'POST /process-instances';
    const needed = instanceFeatures(request, `${method}, ${address}`);
    if (needed.length > 0) await checkFeatures(method, needed, options);
  };

  return {
    address,
    notices,
    tenants: tenants.selection,
    topology,
    identity: (options = {}) =>
      ask(
        { method: 'GET', path: '/authentication/me', isIdempotent: true, ...limitsOf(options, timeout) },
        readIdentity,
      ),
    documents: createRestDocuments(calls, ask, tell),
    resolveSecrets: createRestSecrets({
      ask,
      check: (method, options) => checkFeatures(method, ['secrets'], options),
      limitsOf: (options) => limitsOf(options, timeout),
    }),
    holdTime: longestHold,
    activateJobs: (request, options = {}) => {
      const refused = requestFault('activateJobs', request, address);
      if (refused !== undefined) return Promise.reject(refused);
      const own = tenants.ofJobs(request);
      const needed = activationFeatures(own.filter, request.withLease);
      if (needed.length === 0) return activate(request, own, options);
      return checkFeatures('POST /jobs/activation', needed, options).then(() => activate(request, own, options));
    },
    send: async (command, options = {}) => {
      const refused = commandFault(command, address);
      if (refused !== undefined) throw refused;
      const named = command.kind === 'publishMessage' ? tenantOf(command.tenantId, 'POST /messages/publication') : '';
      const request = commandRequest(command, named);
      const needed = featuresOf(command);
      if (needed !== undefined) await checkFeatures(methodOf(request), needed, options);
      const { method, path, body } = request;
      // Written out, since spreading objects takes long on the path of every job.
      const call: RestCall = {
        method,
        path,
        body,
        isIdempotent: isIdempotent(command),
        timeout: options.timeout ?? timeout,
        signal: options.signal,
      };
      await (command.kind === 'publishMessage' ? ask(call, readPublished) : tell(call));
    },
    correlateMessage: async (request, options = {}) => {
      checkRequest('correlateMessage', request, address);
      const named = tenantOf(request.tenantId, 'POST /messages/correlation');
      return ask({ ...correlationRequest(request, named), ...limitsOf(options, timeout) }, readCorrelated);
    },
    deploy: async (resources, options = {}) => {
      checkRequest('deploy', resources, address);
      const named = tenantOf(options.tenantId, 'POST /deployments');
      return ask({ ...deploymentRequest(resources, named), ...limitsOf(options, timeout) }, readDeployment);
    },
    createInstance: async (request, options = {}) => {
      checkRequest('createInstance', request, address);
      const named = tenantOf(request.tenantId, 'POST /process-instances');
      await checkInstance(request, options);
      const { variables: _none, ...created } = await ask(
        { ...instanceRequest(request, named), ...limitsOf(options, timeout) },
        readInstance,
      );
      return created;
    },
    createInstanceWithResult: async (request, options = {}) => {
      checkRequest('createInstance', request, address);
      const named = tenantOf(request.tenantId, 'POST /process-instances');
      await checkInstance(request, options);
      const requestTimeout = options.timeout ?? resultTimeout;
      const extra = { awaitCompletion: true, requestTimeout };
      return ask(
        { ...instanceRequest(request, named, extra), lane: 'free', ...limitsOf(options, requestTimeout) },
        readInstance,
      );
    },
    close: async () => {
      turns.close();
      calls.close();
    },
  };
};
