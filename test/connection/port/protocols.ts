/** The same scripted cluster over gRPC and over REST, so that one suite can ask both connections the same questions. */
import type { ServerUnaryCall, ServerWritableStream } from '@grpc/grpc-js';
import { createGrpcConnection } from '../../../src/connection/grpc/connection.ts';
import type { Connection, StatusName } from '../../../src/connection/port.ts';
import { createRestConnection } from '../../../src/connection/rest/connection.ts';
import type { TenantSettings } from '../../../src/connection/tenants.ts';
import { type Request, refusal, startTestGateway, status, topologyAnswer } from '../support/gateway.ts';
import { type Answer, problem, type SeenRequest, startRestGateway } from '../support/rest-gateway.ts';

/** What a connection can ask a cluster for, by the names of gRPC. */
export type Operation =
  | 'Topology'
  | 'ActivateJobs'
  | 'DeployResource'
  | 'CreateProcessInstance'
  | 'CreateProcessInstanceWithResult'
  | 'CompleteJob'
  | 'FailJob'
  | 'ThrowError'
  | 'UpdateJobTimeout'
  | 'UpdateJobPriority'
  | 'SetVariables'
  | 'PublishMessage';

/** A request, by the names of the port where both protocols differ. Variables are text. */
export type Content = Readonly<Record<string, unknown>>;

/** What the cluster does: it answers, refuses, or does nothing (`undefined`). */
export type Reply =
  | { readonly answer: Content }
  | { readonly refuse: StatusName; readonly details: string }
  | undefined;

/** Decides what the cluster does with a request. */
export type Script = (
  operation: Operation,
  content: Content,
  onCancelled: (callback: () => void) => void,
) => Reply | Promise<Reply>;

/** A running cluster, and how to connect to it. */
export interface Cluster {
  readonly port: number;
  connect(settings?: TenantSettings & { readonly timeout?: number }): Connection;
  stop(): void;
}

/** One of the two protocols. */
export interface Protocol {
  readonly name: 'gRPC' | 'REST';
  /** What the address of a connection begins with. */
  readonly scheme: string;
  /** The statuses that the protocol can express, with the operation to name in an error. */
  readonly statuses: readonly StatusName[];
  methodOf(operation: Operation): string;
  start(script: Script, port?: number): Promise<Cluster>;
  /** A connection to a port at which nobody listens. */
  connectTo(port: number): Connection;
}

const commandFields: Readonly<Record<string, (request: Request) => Content>> = {
  FailJob: ({ retryBackOff, errorMessage, ...rest }) => ({
    ...rest,
    backoff: Number(retryBackOff),
    message: errorMessage,
  }),
  ThrowError: ({ errorCode, errorMessage, ...rest }) => ({ ...rest, code: errorCode, message: errorMessage }),
  UpdateJobTimeout: ({ timeout, ...rest }) => ({ ...rest, timeout: Number(timeout) }),
  PublishMessage: ({ timeToLive, tenantId, ...rest }) => ({
    ...rest,
    timeToLive: Number(timeToLive),
    tenantId: tenantId === '<default>' ? undefined : tenantId,
  }),
  ActivateJobs: ({ timeout, requestTimeout, tenantIds, ...rest }) => ({
    ...rest,
    timeout: Number(timeout),
    requestTimeout: Number(requestTimeout),
    tenantIds: JSON.stringify(tenantIds) === '["<default>"]' ? undefined : tenantIds,
  }),
  DeployResource: ({ resources, tenantId }) => ({
    files: (resources as { name: string; content: Uint8Array }[]).map(({ name, content }) => [
      name,
      Buffer.from(content).toString('utf8'),
    ]),
    tenantId: tenantId === '<default>' ? undefined : tenantId,
  }),
  CreateProcessInstance: ({ bpmnProcessId, version, variables, tags, businessId, tenantId }) => ({
    bpmnProcessId,
    version: version === -1 ? undefined : version,
    variables,
    tags: (tags as readonly string[]).length === 0 ? undefined : tags,
    businessId: businessId ?? undefined,
    tenantId: tenantId === '<default>' ? undefined : tenantId,
  }),
};

const grpcContent = (operation: Operation, request: Request): Content => {
  if (operation === 'CreateProcessInstanceWithResult') {
    const { request: inner, requestTimeout } = request as { request: Request; requestTimeout: string };
    return { ...commandFields.CreateProcessInstance!(inner), requestTimeout: Number(requestTimeout) };
  }
  return commandFields[operation]?.({ ...request }) ?? { ...request };
};

const grpcAnswer = (operation: Operation, answer: Content): object => {
  if (operation === 'Topology') return { ...topologyAnswer, ...answer };
  if (operation !== 'DeployResource') return answer;
  return { key: '1', deployments: (answer.processes as object[]).map((process) => ({ process })) };
};

type UnaryCallback = (error: unknown, answer?: object) => void;

/** gRPC's names of the calls that the cluster answers once. */
const unary: readonly Operation[] = [
  ...(['Topology', 'DeployResource', 'CreateProcessInstance', 'CreateProcessInstanceWithResult'] as const),
  ...(['CompleteJob', 'FailJob', 'ThrowError', 'UpdateJobTimeout', 'UpdateJobPriority'] as const),
  ...(['SetVariables', 'PublishMessage'] as const),
];

const grpc: Protocol = {
  name: 'gRPC',
  scheme: 'grpc://',
  statuses: (Object.keys(status) as StatusName[]).filter((name) => Number.isNaN(Number(name)) && String(name) !== 'OK'),
  methodOf: (operation) => operation,
  start: async (script, port = 0) => {
    const handlers = Object.fromEntries(
      unary.map((operation) => [
        operation,
        async (call: ServerUnaryCall<Request, object>, callback: UnaryCallback) => {
          const reply = await script(operation, grpcContent(operation, call.request), (done) =>
            call.on('cancelled', done),
          );
          if (reply === undefined) return;
          if ('answer' in reply) callback(null, grpcAnswer(operation, reply.answer));
          else callback(refusal(status[reply.refuse] as number, reply.details));
        },
      ]),
    );
    const ActivateJobs = async (call: ServerWritableStream<Request, object>): Promise<void> => {
      const reply = await script('ActivateJobs', grpcContent('ActivateJobs', call.request), (done) =>
        call.on('cancelled', done),
      );
      if (reply === undefined) return;
      if ('answer' in reply) {
        call.write(reply.answer);
        call.end();
      } else call.emit('error', refusal(status[reply.refuse] as number, reply.details));
    };
    const gateway = await startTestGateway({ ...handlers, ActivateJobs } as never, { port });
    return {
      port: gateway.port,
      connect: (settings) =>
        createGrpcConnection({ address: { tls: false, host: '127.0.0.1', port: gateway.port }, ...settings }),
      stop: gateway.stop,
    };
  },
  connectTo: (port) => createGrpcConnection({ address: { tls: false, host: '127.0.0.1', port } }),
};

const routes: readonly (readonly [RegExp, Operation])[] = [
  [/^GET \/topology$/, 'Topology'],
  [/^POST \/jobs\/activation$/, 'ActivateJobs'],
  [/^POST \/deployments$/, 'DeployResource'],
  [/^POST \/process-instances$/, 'CreateProcessInstance'],
  [/^POST \/jobs\/([^/]+)\/completion$/, 'CompleteJob'],
  [/^POST \/jobs\/([^/]+)\/failure$/, 'FailJob'],
  [/^POST \/jobs\/([^/]+)\/error$/, 'ThrowError'],
  [/^PATCH \/jobs\/([^/]+)$/, 'UpdateJobTimeout'],
  [/^PUT \/element-instances\/([^/]+)\/variables$/, 'SetVariables'],
  [/^POST \/messages\/publication$/, 'PublishMessage'],
];

/** The text of a member of the request, exactly as it was sent. The tests put variables last. */
const rawVariables = (body: string): string => /"variables":(\{.*\})\}$/s.exec(body)?.[1] ?? '';

/** The parts of a form: the file name, if the part has one, and the content. */
const partsOf = ({ headers, body }: SeenRequest): readonly (readonly [string | undefined, string])[] => {
  const boundary = /boundary=(.+)$/.exec(headers['content-type'] ?? '')?.[1] ?? '';
  return body
    .split(`--${boundary}`)
    .slice(1, -1)
    .map((part) => {
      const end = part.indexOf('\r\n\r\n');
      return [/filename="([^"]*)"/.exec(part.slice(0, end))?.[1], part.slice(end + 4, -2)] as const;
    });
};

const read = (request: SeenRequest): readonly [Operation, Content] => {
  const { method, path, body } = request;
  const [pattern, found] = routes.find(([known]) => known.test(`${method} ${path}`)) ?? [];
  if (pattern === undefined || found === undefined) throw new Error(`No operation has the path ${method} ${path}.`);
  const key = pattern.exec(`${method} ${path}`)?.[1];
  if (found === 'Topology') return [found, {}];
  if (found === 'DeployResource') {
    const parts = partsOf(request);
    return [
      found,
      {
        files: parts.filter(([name]) => name !== undefined),
        tenantId: parts.find(([name]) => name === undefined)?.[1],
      },
    ];
  }
  const fields = JSON.parse(body) as Record<string, unknown>;
  const variables = 'variables' in fields ? { variables: rawVariables(body) } : {};
  switch (found) {
    case 'FailJob': {
      const { retryBackOff: backoff, errorMessage: message, ...rest } = fields;
      return [found, { jobKey: key, ...rest, backoff, message, ...variables }];
    }
    case 'ThrowError': {
      const { errorCode: code, errorMessage: message, ...rest } = fields;
      return [found, { jobKey: key, ...rest, code, message, ...variables }];
    }
    case 'UpdateJobTimeout': {
      const { changeset, ...rest } = fields as { changeset: { timeout?: number; priority?: number } };
      const operation = changeset.priority === undefined ? found : 'UpdateJobPriority';
      return [operation, { jobKey: key, ...rest, ...changeset }];
    }
    case 'SetVariables':
      return [found, { elementInstanceKey: key, ...fields, ...variables }];
    case 'CompleteJob':
      return [found, { jobKey: key, ...fields, ...variables }];
    case 'ActivateJobs':
      return [found, { fetchVariable: [], ...fields }];
    case 'CreateProcessInstance': {
      const { processDefinitionId, processDefinitionVersion, tags, businessId, tenantId, awaitCompletion } = fields;
      const content = { bpmnProcessId: processDefinitionId, version: processDefinitionVersion, ...variables, tags };
      const whole = { ...content, businessId, tenantId };
      if (awaitCompletion !== true) return [found, whole];
      return ['CreateProcessInstanceWithResult', { ...whole, requestTimeout: fields.requestTimeout }];
    }
    default:
      return [found, { ...fields, ...variables }];
  }
};

const lower = (value: unknown): string => String(value).toLowerCase();

const processFields = (process: Content): object => ({
  processDefinitionId: process.bpmnProcessId,
  processDefinitionVersion: process.version,
  processDefinitionKey: process.processDefinitionKey,
  resourceName: process.resourceName,
  tenantId: '<default>',
});

const restJob = ({ key, bpmnProcessId, variables, customHeaders, deadline, ...job }: Content): string =>
  JSON.stringify({
    jobKey: key,
    ...job,
    processDefinitionId: bpmnProcessId,
    deadline: Number(deadline),
    variables: 'V',
    customHeaders: 'H',
  })
    .replace('"V"', () => String(variables))
    .replace('"H"', () => String(customHeaders));

const restAnswer = (operation: Operation, answer: Content): Answer => {
  switch (operation) {
    case 'Topology': {
      const topology = { ...topologyAnswer, ...answer };
      const brokers = topology.brokers.map(({ partitions, ...broker }) => ({
        ...broker,
        partitions: partitions.map(({ role, health, ...rest }) => ({
          ...rest,
          role: lower(role),
          health: lower(health),
        })),
      }));
      return { body: { ...topology, brokers } };
    }
    case 'ActivateJobs':
      return { body: `{"jobs":[${((answer.jobs ?? []) as Content[]).map(restJob).join(',')}]}` };
    case 'DeployResource': {
      const processes = (answer.processes as Content[]).map((process) => ({
        processDefinition: processFields(process),
        decisionDefinition: null,
      }));
      return { body: { deploymentKey: '1', tenantId: '<default>', deployments: [...processes, { form: {} }] } };
    }
    case 'CreateProcessInstance':
    case 'CreateProcessInstanceWithResult': {
      const { processInstanceKey, tags, businessId, variables = '{}' } = answer;
      const fields = JSON.stringify({ ...processFields(answer), processInstanceKey, tags: tags ?? [], businessId });
      return { body: `{"variables":${variables},${fields.slice(1)}` };
    }
    case 'PublishMessage':
      return { body: { messageKey: '1', tenantId: '<default>' } };
    default:
      return { status: 204 };
  }
};

const refusals: Readonly<Partial<Record<StatusName, readonly [number, string]>>> = {
  INVALID_ARGUMENT: [400, 'INVALID_ARGUMENT'],
  UNAUTHENTICATED: [401, 'Unauthorized'],
  PERMISSION_DENIED: [403, 'FORBIDDEN'],
  NOT_FOUND: [404, 'NOT_FOUND'],
  FAILED_PRECONDITION: [409, 'INVALID_STATE'],
  ALREADY_EXISTS: [409, 'ALREADY_EXISTS'],
  RESOURCE_EXHAUSTED: [503, 'RESOURCE_EXHAUSTED'],
  INTERNAL: [500, 'PROCESSING_ERROR'],
  UNIMPLEMENTED: [501, 'Not Implemented'],
  UNAVAILABLE: [503, 'Service Unavailable'],
  DEADLINE_EXCEEDED: [504, 'DEADLINE_EXCEEDED'],
};

const paths: Readonly<Partial<Record<Operation, string>>> = {
  Topology: 'GET /topology',
  ActivateJobs: 'POST /jobs/activation',
  CompleteJob: 'POST /jobs/1/completion',
};

const rest: Protocol = {
  name: 'REST',
  scheme: 'http://',
  statuses: Object.keys(refusals) as StatusName[],
  methodOf: (operation) => paths[operation]!,
  start: async (script, port = 0) => {
    const gateway = await startRestGateway(
      async (request) => {
        const [operation, content] = read(request);
        const reply = await script(operation, content, (done) => request.raw.response.on('close', done));
        if (reply === undefined) return undefined;
        if ('answer' in reply) return restAnswer(operation, reply.answer);
        const [code, title] = refusals[reply.refuse]!;
        return problem(code, title, reply.details);
      },
      { port },
    );
    return {
      port: gateway.port,
      connect: (settings) => createRestConnection({ base: gateway.base, ...settings }),
      stop: gateway.stop,
    };
  },
  connectTo: (port) => createRestConnection({ base: `http://127.0.0.1:${port}/v2` }),
};

/** Both protocols. */
export const protocols: readonly Protocol[] = [grpc, rest];
