import { fault } from '../../../common/fault.ts';
import type { ConnectionConfig } from '../../../connection/index.ts';
import type { Command } from '../../../connection/port.ts';
import { commandRequest, deploymentRequest } from '../../../connection/rest/messages/requests.ts';
import { type Ask, createAsk, createConfiguredCalls, type Item, searchAll } from '../../../connection/rest-calls.ts';
import { type ResourceInput, readFiles } from '../../../engine/deployment/read-files.ts';

/** A cluster, over its REST API. */
export interface Cluster {
  readonly address: string;
  /** The tenant of everything that the test cases start and send; undefined: the default one. */
  readonly tenantId: string | undefined;
  readonly ask: Ask;
  /** All items of a search. */
  search(path: string, filter: object): Promise<readonly Item[]>;
  /** Sends the command that ends a job. */
  send(command: Command): Promise<void>;
  /** The file of a process; empty if the cluster has none. */
  readXml(processDefinitionKey: string): Promise<string>;
  /** Deploys files, so that test cases can start their processes. */
  deploy(resources: readonly ResourceInput[]): Promise<void>;
  close(): void;
}

/** Time limit in milliseconds of a request that is not JSON. */
const timeout = 30_000;

/** The tenant of a connection, if it has a single one. */
const tenantOf = ({ tenantId, tenantIds = [] }: ConnectionConfigOfCluster): string | undefined => {
  if (tenantId !== undefined || tenantIds.length === 0) return tenantId;
  if (tenantIds.length === 1) return tenantIds[0];
  throw fault('configuration', {
    what: `The connection has several tenants (${tenantIds.join(', ')}), but test cases run in one.`,
    fix: 'set CAMUNDA_TENANT_ID to the tenant in which they run.',
  });
};

type ConnectionConfigOfCluster = Exclude<ConnectionConfig, { readonly type: 'EMBEDDED' }>;

/**
 * Prepares requests to a cluster.
 *
 * @param config the settings of the connection, from `configFromEnv()`
 * @throws a `configuration` fault if they name no REST API, or several tenants
 */
export const openCluster = (config: ConnectionConfig): Cluster => {
  if (config.type === 'EMBEDDED') {
    throw fault('configuration', {
      what: 'The settings name no cluster: the connection is EMBEDDED.',
      fix: 'leave out --cluster, or set CAMUNDA_REST_ADDRESS to the address of a cluster.',
    });
  }
  const tenantId = tenantOf(config);
  const calls = createConfiguredCalls(config);
  const ask = createAsk(calls);
  return {
    address: calls.address,
    tenantId,
    ask,
    search: async (path, filter) => {
      const found: Item[] = [];
      for await (const item of searchAll(ask, path, filter)) found.push(item);
      return found;
    },
    send: async (command) => {
      await calls.call({ ...commandRequest(command, tenantId), timeout });
    },
    readXml: async (key) => {
      const answer = await calls.call({
        ...{ method: 'GET', path: `/process-definitions/${encodeURIComponent(key)}/xml`, accept: 'text/xml', timeout },
        isIdempotent: true,
      });
      return answer.body;
    },
    deploy: async (resources) => {
      const files = await readFiles(resources, '--resource');
      await calls.call({ ...deploymentRequest(files, tenantId), timeout });
    },
    close: calls.close,
  };
};
