import type { Operation } from '../operation.ts';
import { batchQueries } from './batches.ts';
import { decisionQueries } from './decisions.ts';
import { elementInstanceQueries } from './element-instances.ts';
import { incidentQueries } from './incidents.ts';
import { jobQueries } from './jobs.ts';
import { messageSubscriptionQueries } from './message-subscriptions.ts';
import { type DefinitionServices, processDefinitionQueries } from './process-definitions.ts';
import { processInstanceQueries } from './process-instances.ts';
import { resourceQueries } from './resources.ts';
import { tenantQueries } from './tenants.ts';
import { userTaskQueries } from './user-tasks.ts';
import { variableQueries } from './variables.ts';

/** All operations that read the secondary storage, by method and path. */
export const queries = (services: DefinitionServices): Readonly<Record<string, Operation>> => {
  const { storage } = services;
  return {
    ...processInstanceQueries(storage),
    ...elementInstanceQueries(storage),
    ...variableQueries(storage),
    ...incidentQueries(storage),
    ...jobQueries(storage),
    ...messageSubscriptionQueries(storage),
    ...processDefinitionQueries(services),
    ...decisionQueries(services),
    ...userTaskQueries(services),
    ...resourceQueries(services),
    ...tenantQueries(services.host),
    ...batchQueries(storage),
  };
};
