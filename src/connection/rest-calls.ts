import { fault } from '../common/fault.ts';
import { parseValue, stringifyValue } from '../connector/values/json-text.ts';
import { authenticatorOf, clusterMaterialOf, restProxyOf } from './access.ts';
import { createRestCalls, type RestCalls } from './rest/calls.ts';
import type { RestRequest } from './rest/http/request-text.ts';
import { restAddressOf } from './settings/addresses.ts';
import type { ConnectionConfig } from './settings/config.ts';

/**
 * Prepares calls to the REST API of a cluster with the settings of a connection, for what the connection itself does not do.
 *
 * @param orElse what else names it, for the error, e.g. `, or give --address`
 * @throws a `configuration` fault if the settings name no REST API
 */
export const createConfiguredCalls = (config: ConnectionConfig, orElse = ''): RestCalls => {
  const base = config.type === 'EMBEDDED' ? undefined : restAddressOf(config);
  if (config.type === 'EMBEDDED' || base === undefined) {
    throw fault('configuration', {
      what: 'The settings name no REST API.',
      fix: `set CAMUNDA_REST_ADDRESS, e.g. to http://127.0.0.1:8080${orElse}.`,
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

/** An object of an answer. */
export type Item = Readonly<Record<string, unknown>>;

/** Sends a request and reads its answer; an empty object if it has no content. */
export type Ask = (method: RestRequest['method'], path: string, body?: object) => Promise<Item>;

/** Time limit in milliseconds of one request. */
const timeout = 10_000;

/** How many items are asked for at once. */
const pageSize = 100;

/** Creates a function that sends requests with JSON. Integers of any length stay exact. */
export const createAsk =
  (calls: RestCalls): Ask =>
  async (method, path, body) => {
    const content = body === undefined ? {} : { body: stringifyValue(body) };
    const answer = await calls.call({ method, path, ...content, timeout });
    return answer.body === '' ? {} : (parseValue(answer.body, 'The answer') as Item);
  };

/**
 * All items of a search, page by page.
 *
 * @param path of the search, e.g. `/incidents/search`
 */
export const searchAll = async function* (ask: Ask, path: string, filter: object): AsyncGenerator<Item, void, void> {
  let page: object = { limit: pageSize };
  for (;;) {
    const { items = [], page: info = {} } = (await ask('POST', path, { filter, page })) as {
      readonly items?: readonly Item[];
      readonly page?: { readonly endCursor?: string | null };
    };
    yield* items;
    const { endCursor } = info;
    if (items.length < pageSize || endCursor === undefined || endCursor === null) return;
    page = { after: endCursor, limit: pageSize };
  }
};
