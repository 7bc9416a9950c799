import type { ClusterVersion } from '../../model/cluster-version.ts';

/** Since when a gateway knows an operation, and fields of its request and its answer. What is not named is older than 8.6. */
export interface NewerParts {
  readonly since?: ClusterVersion;
  /** By path, e.g. `filter.businessId`; a list on the way means each of its entries. */
  readonly request?: Readonly<Record<string, ClusterVersion>>;
  readonly answer?: Readonly<Record<string, ClusterVersion>>;
}

/** The same fields below another one. */
const below = (prefix: string, fields: Readonly<Record<string, ClusterVersion>>) =>
  Object.fromEntries(Object.entries(fields).map(([name, since]) => [`${prefix}.${name}`, since]));

const page = below('page', { hasMoreTotalItems: '8.8', startCursor: '8.8', endCursor: '8.8' });

const root = { rootProcessInstanceKey: '8.9' } as const;

const instance = { ...root, tags: '8.8', businessId: '8.9', suspendedDate: '8.10' } as const;

const search = (items: Readonly<Record<string, ClusterVersion>> = {}) => ({ ...page, ...below('items', items) });

const lease = { jobLeaseToken: '8.10' } as const;

const userTask = { ...root, tags: '8.9', businessId: '8.10' } as const;

const subscription = { toolName: '8.10', inboundConnectorType: '8.10', businessId: '8.10' } as const;

const batch = { actorType: '8.9', actorId: '8.9' } as const;

const batchCreation: NewerParts = { since: '8.8', request: { operationReference: '8.9' } };

/** By method and path. */
export const newerParts: Readonly<Record<string, NewerParts>> = {
  'GET /topology': {
    answer: {
      ...{ clusterId: '8.9', lastCompletedChangeId: '8.8' },
      ...{ 'brokers.brokerId': '8.10', 'brokers.partitions.state': '8.10' },
    },
  },
  'GET /status': { since: '8.8' },
  'GET /license': { answer: { isCommercial: '8.8', expiresAt: '8.8' } },
  'GET /authentication/me': { since: '8.8' },
  'POST /deployments': { answer: { 'deployments.resource': '8.7' } },
  'GET /resources/*': { since: '8.7' },
  'GET /resources/*/content/binary': { since: '8.10' },
  'POST /resources/search': { since: '8.10' },
  'POST /resources/*/deletion': { request: { deleteHistory: '8.9' } },

  'POST /process-instances': {
    request: { runtimeInstructions: '8.8', tags: '8.8', businessId: '8.9' },
    answer: { tags: '8.8', businessId: '8.9' },
  },
  'POST /process-instances/*/modification': {
    request: { moveInstructions: '8.9', 'terminateInstructions.elementId': '8.9' },
  },
  'POST /process-instances/*/deletion': { since: '8.9' },
  'POST /process-instances/*/business-id-assignment': { since: '8.10' },
  'POST /process-instances/*/incident-resolution': { since: '8.9' },
  'GET /process-instances/*': { since: '8.8', answer: instance },
  'POST /process-instances/search': {
    request: below('filter', { tags: '8.8', businessId: '8.9' }),
    answer: search(instance),
  },
  'GET /process-instances/*/statistics/element-instances': { since: '8.8' },
  'GET /process-instances/*/sequence-flows': { since: '8.8', answer: below('items', root) },
  'POST /process-instances/*/incidents/search': { since: '8.8', answer: below('items', root) },
  'GET /process-instances/*/call-hierarchy': { since: '8.8' },
  'POST /process-instances/cancellation': batchCreation,
  'POST /process-instances/incident-resolution': batchCreation,
  'POST /process-instances/migration': batchCreation,
  'POST /process-instances/modification': batchCreation,
  'POST /process-instances/deletion': { since: '8.9' },

  'POST /batch-operations/search': {
    since: '8.8',
    request: below('filter', batch),
    answer: below('items', batch),
  },
  'GET /batch-operations/*': { since: '8.8', answer: batch },
  'POST /batch-operations/*/cancellation': { since: '8.8' },
  'POST /batch-operations/*/suspension': { since: '8.8' },
  'POST /batch-operations/*/resumption': { since: '8.8' },
  'POST /batch-operation-items/search': {
    since: '8.8',
    request: below('filter', { operationType: '8.9' }),
    answer: below('items', root),
  },

  'GET /process-definitions/*': { since: '8.8', answer: { state: '8.10' } },
  'POST /process-definitions/search': {
    since: '8.8',
    request: below('filter', { state: '8.10' }),
    answer: below('items', { state: '8.10' }),
  },
  'GET /process-definitions/*/xml': { since: '8.8' },
  'GET /process-definitions/*/form': { since: '8.8' },
  'POST /process-definitions/*/statistics/element-instances': { since: '8.8' },

  'POST /element-instances/search': { since: '8.8', answer: below('items', root) },
  'GET /element-instances/*': { since: '8.8', answer: root },
  'POST /element-instances/ad-hoc-activities/*/activation': { since: '8.8' },

  'POST /decision-definitions/search': { request: below('filter', { isLatestVersion: '8.9' }), answer: page },
  'POST /decision-definitions/evaluation': {
    answer: {
      ...{ decisionEvaluationKey: '8.8', 'evaluatedDecisions.decisionEvaluationInstanceKey': '8.8' },
    },
  },
  'POST /decision-instances/search': {
    request: below('filter', { rootDecisionDefinitionKey: '8.9', decisionRequirementsKey: '8.9' }),
    answer: search(root),
  },
  'GET /decision-instances/*': { since: '8.8', answer: root },
  'POST /conditionals/evaluation': { since: '8.9' },
  'POST /expression/evaluation': { since: '8.9', request: { scopeKey: '8.10' } },

  'POST /jobs/activation': {
    request: { tenantFilter: '8.9', withLease: '8.10' },
    answer: below('jobs', {
      ...{ kind: '8.8', listenerEventType: '8.8', userTask: '8.8', tags: '8.8' },
      ...{ ...root, businessId: '8.10', priority: '8.10', ...lease },
    }),
  },
  'POST /jobs/*/completion': { request: { result: '8.8', ...lease, businessId: '8.10' } },
  'POST /jobs/*/failure': { request: lease },
  'POST /jobs/*/error': { request: lease },
  'PATCH /jobs/*': { request: { 'changeset.priority': '8.10', operationReference: '8.8', ...lease } },
  'POST /jobs/search': {
    since: '8.8',
    request: below('filter', { creationTime: '8.9', lastUpdateTime: '8.9', priority: '8.10' }),
    answer: below('items', { ...root, creationTime: '8.9', lastUpdateTime: '8.9', priority: '8.10' }),
  },

  'POST /messages/publication': { request: { businessId: '8.10' } },
  'POST /messages/correlation': { request: { businessId: '8.10' } },
  'POST /message-subscriptions/search': {
    since: '8.8',
    request: below('filter', { processDefinitionKey: '8.9', messageSubscriptionType: '8.10', ...subscription }),
    answer: below('items', {
      ...{ ...root, messageSubscriptionType: '8.10', ...subscription, toolProperties: '8.10' },
      ...{ processDefinitionName: '8.10', processDefinitionVersion: '8.10' },
    }),
  },
  'POST /correlated-message-subscriptions/search': { since: '8.8', answer: below('items', root) },

  'POST /incidents/search': { answer: search(root) },
  'GET /incidents/*': { answer: root },
  'POST /incidents/*/resolution': { request: { operationReference: '8.8' } },
  'POST /variables/search': { since: '8.8', answer: below('items', root) },
  'GET /variables/*': { since: '8.8', answer: root },

  'POST /user-tasks/search': {
    request: below('filter', { tags: '8.9', businessId: '8.10' }),
    answer: search(userTask),
  },
  'GET /user-tasks/*': { since: '8.8', answer: userTask },
  'GET /user-tasks/*/form': { since: '8.8' },
  'POST /user-tasks/*/variables/search': { answer: search(root) },

  'POST /documents/batch': { since: '8.7' },
  'POST /documents/*/links': { since: '8.7' },
  'POST /tenants/search': { since: '8.8' },
  'GET /tenants/*': { since: '8.8' },
  'POST /secrets/resolve': { since: '8.10' },
  'POST /secrets/list': { since: '8.10' },
};
