import { stringifyValue } from '../../../../connector/values/json-text.ts';
import type { MachineHost } from '../../../host/machine-host.ts';
import { defaultTenant } from '../../../machine/tenants.ts';
import type { ResourceMetadata } from '../../../machine/types.ts';
import { invalidArgument } from '../../call-status.ts';
import { readVariables } from '../../messages/grpc-messages.ts';
import { readTenant } from '../../tenants.ts';
import { insteadOf, parseBody, readFields } from '../fields.ts';
import { readForm } from '../multipart.ts';
import { type callOf, noContent, type Operation, type OperationAnswer, type OperationRequest } from '../operation.ts';
import {
  type DeployedDecision,
  type DeployedRequirements,
  toDecisionDefinition,
  toDecisionRequirements,
} from './decision-operations.ts';

const json = (value: object): OperationAnswer => ({ status: 200, json: stringifyValue(value) });

interface Broker {
  readonly nodeId: number;
  readonly partitions: readonly { readonly partitionId: number; readonly role: string; readonly health: string }[];
}

const topology = (call: ReturnType<typeof callOf>): OperationAnswer => {
  const { brokers, ...rest } = call<{ readonly brokers: readonly Broker[] }>('Topology', {});
  return json({
    ...rest,
    // In lower case, other than gRPC.
    brokers: brokers.map(({ partitions, ...broker }) => ({
      ...broker,
      brokerId: String(broker.nodeId),
      partitions: partitions.map(({ partitionId, role, health }) => ({
        ...{ partitionId, role: role.toLowerCase(), health: health.toLowerCase(), state: 'active' },
      })),
    })),
    ...{ clusterId: null, lastCompletedChangeId: '-1' },
  });
};

interface DeployedProcess {
  readonly bpmnProcessId: string;
  readonly version: number;
  readonly processDefinitionKey: string;
  readonly resourceName: string;
  readonly tenantId: string;
}

interface Deployed {
  readonly key: string;
  readonly tenantId: string;
  readonly deployments: readonly {
    readonly process?: DeployedProcess;
    readonly decision?: DeployedDecision;
    readonly decisionRequirements?: DeployedRequirements;
    readonly form?: object;
  }[];
  readonly otherResources: readonly ResourceMetadata[];
}

const deployment = async (
  call: ReturnType<typeof callOf>,
  { headers, body }: OperationRequest,
): Promise<OperationAnswer> => {
  const parts = readForm(headers['content-type'] ?? '', body);
  const files = parts.filter(({ fileName }) => fileName !== undefined);
  const unknown = parts.find(({ name }) => name !== 'resources' && name !== 'tenantId');
  if (unknown !== undefined) {
    const instead = insteadOf(unknown.name, ['resources', 'tenantId']);
    throw invalidArgument(`${unknown.name} is not a part of a deployment (${instead}).`);
  }
  const tenantId = parts.find(({ name }) => name === 'tenantId')?.content.toString('utf8') ?? '';
  const resources = files.map(({ fileName = '', content }) => ({ name: fileName, content }));
  const deployed = await call<Promise<Deployed>>('DeployResource', { resources, tenantId });
  return json({
    deploymentKey: deployed.key,
    tenantId: deployed.tenantId,
    deployments: [
      ...deployed.deployments.map(({ process, decision, decisionRequirements, form }) => ({
        processDefinition:
          process === undefined
            ? null
            : {
                processDefinitionId: process.bpmnProcessId,
                processDefinitionVersion: process.version,
                processDefinitionKey: process.processDefinitionKey,
                resourceName: process.resourceName,
                tenantId: process.tenantId,
              },
        decisionDefinition: decision === undefined ? null : toDecisionDefinition(decision),
        decisionRequirements: decisionRequirements === undefined ? null : toDecisionRequirements(decisionRequirements),
        form: form ?? null,
        resource: null,
      })),
      ...deployed.otherResources.map((resource) => ({
        processDefinition: null,
        decisionDefinition: null,
        decisionRequirements: null,
        form: null,
        resource: { versionTag: null, ...resource },
      })),
    ],
  });
};

const direct = (act: Extract<Operation, { kind: 'direct' }>['act']): Operation => ({ kind: 'direct', act });

const fieldsOf = ({ body }: OperationRequest): Readonly<Record<string, unknown>> => parseBody(body.toString('utf8'));

/** What the operations need. */
export interface OtherOperationServices {
  readonly call: ReturnType<typeof callOf>;
  readonly host: MachineHost;
}

/** The operations on the cluster, deployments, messages, signals and incidents, by method and path. */
export const otherOperations = (services: OtherOperationServices): Readonly<Record<string, Operation>> => ({
  'GET /topology': direct(() => topology(services.call)),
  'GET /status': direct(() => noContent),
  'GET /license': direct(() =>
    json({ validLicense: false, licenseType: 'unknown', isCommercial: false, expiresAt: null }),
  ),
  // The engine knows no users: every client may do everything.
  'GET /authentication/me': direct(() =>
    json({
      ...{ username: 'anonymous', displayName: null, email: null, authorizedComponents: ['*'] },
      tenants: [...(services.host.tenants ?? [defaultTenant])].map((tenantId) => {
        const name = tenantId === defaultTenant ? 'Default' : tenantId;
        return { tenantId, name, description: null };
      }),
      ...{ groups: [], roles: [], salesPlanType: null, c8Links: {}, canLogout: false },
    }),
  ),
  'POST /deployments': direct((request) => deployment(services.call, request)),
  'POST /resources/*/deletion': direct((request) => {
    readFields('deleteResource', fieldsOf(request), {
      ...({ operationReference: 'integer', deleteHistory: 'boolean' } as const),
    });
    const { resourceKey } = services.call<{ readonly resourceKey?: string }>('DeleteResource', {
      resourceKey: request.keys[0]!,
    });
    // Before 8.9, the answer is empty.
    return resourceKey === undefined ? { status: 200 } : json({ resourceKey, batchOperation: null });
  }),
  'POST /messages/publication': direct((request) => {
    const fields = readFields('publishMessage', fieldsOf(request), {
      ...({ 'name!': 'text', correlationKey: 'text', timeToLive: 'integer', messageId: 'text' } as const),
      ...({ variables: 'document', tenantId: 'text', businessId: 'text' } as const),
    });
    const { name, correlationKey = '', timeToLive = 0, messageId = '', variables = '', tenantId = '' } = fields;
    const { businessId } = fields;
    const message = {
      name,
      correlationKey,
      timeToLive: String(timeToLive),
      messageId,
      variables,
      tenantId,
      businessId,
    };
    const answer = services.call<{ readonly key: string; readonly tenantId: string }>('PublishMessage', message);
    return json({ messageKey: answer.key, tenantId: answer.tenantId });
  }),
  'POST /messages/correlation': direct((request) => {
    const fields = readFields('correlateMessage', fieldsOf(request), {
      ...({ 'name!': 'text', correlationKey: 'text', variables: 'document', tenantId: 'text' } as const),
      businessId: 'text',
    });
    const { host } = services;
    const { name, correlationKey = '', variables = '', tenantId = '', businessId } = fields;
    const tenant = readTenant('CorrelateMessage', tenantId, host.tenants);
    const message = { name, correlationKey, variables: readVariables(variables), tenantId: tenant, businessId };
    const answer = host.run((machine) => machine.correlateMessage(message));
    return json({ ...answer, tenantId: tenant ?? defaultTenant });
  }),
  'POST /conditionals/evaluation': direct((request) => {
    const fields = readFields('evaluateConditionals', fieldsOf(request), {
      ...({ 'variables!': 'document', processDefinitionKey: 'key', tenantId: 'text' } as const),
    });
    const { variables, processDefinitionKey, tenantId = '' } = fields;
    return json(
      services.call('EvaluateConditional', {
        ...{ variables, tenantId },
        ...(processDefinitionKey === undefined ? {} : { processDefinitionKey }),
      }),
    );
  }),
  'POST /expression/evaluation': direct((request) => {
    const fields = readFields('evaluateExpression', fieldsOf(request), {
      ...({ 'expression!': 'text', variables: 'document', scopeKey: 'key', tenantId: 'text' } as const),
    });
    const { expression, variables = '', scopeKey, tenantId = '' } = fields;
    const { host } = services;
    const tenant = readTenant('EvaluateExpression', tenantId, host.tenants, true);
    const evaluation = { expression, variables: readVariables(variables), scopeKey, tenantId: tenant };
    const { result, missing } = host.run((machine) => machine.evaluateExpression(evaluation));
    const warnings = missing.map((name) => ({ message: `No variable found with name '${name}'` }));
    return json({ expression, result, warnings });
  }),
  'POST /signals/broadcast': direct((request) => {
    const fields = readFields('broadcastSignal', fieldsOf(request), {
      ...({ 'signalName!': 'text', variables: 'document', tenantId: 'text' } as const),
    });
    const { signalName, variables = '', tenantId = '' } = fields;
    const answer = services.call<{ readonly key: string; readonly tenantId: string }>('BroadcastSignal', {
      ...{ signalName, variables, tenantId },
    });
    return json({ signalKey: answer.key, tenantId: answer.tenantId });
  }),
  'POST /incidents/*/resolution': direct((request) => {
    readFields('resolveIncident', fieldsOf(request), { operationReference: 'integer' });
    services.call('ResolveIncident', { incidentKey: request.keys[0]! });
    return noContent;
  }),
});
