import { fault } from '../common/fault.ts';
import { authenticatorOf, clusterMaterialOf, restProxyOf } from './access.ts';
import { createRestCalls, type RestCalls } from './rest/calls.ts';
import { restAddressOf } from './settings/addresses.ts';
import type { ConnectionConfig } from './settings/config.ts';

/**
 * Prepares calls to the REST API of a cluster with the settings of a connection, for what the connection itself does not do.
 *
 * @throws a `configuration` fault if the settings name no REST API
 */
export const createConfiguredCalls = (config: ConnectionConfig): RestCalls => {
  const base = config.type === 'EMBEDDED' ? undefined : restAddressOf(config);
  if (config.type === 'EMBEDDED' || base === undefined) {
    throw fault('configuration', {
      what: 'The settings name no REST API.',
      fix: 'set CAMUNDA_REST_ADDRESS, e.g. to http://127.0.0.1:8080, or give --address.',
    });
  }
  const authenticator = authenticatorOf(config);
  return createRestCalls({
    base,
    proxy: restProxyOf(base),
    material: clusterMaterialOf(config),
    ...(authenticator === undefined ? {} : { authenticator }),
  });
};
