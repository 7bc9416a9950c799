import type { Variables } from '../../../../engine/index.ts';
import type { ConnectorFacts } from '../../../modules/connector-facts.ts';
import { exampleValue, type JsonSchema } from '../../../modules/example-value.ts';
import type { ConnectorRow } from '../contract.ts';

const exampleOf = (schema: JsonSchema | undefined): Variables => {
  const example = schema === undefined ? {} : exampleValue(schema);
  return typeof example === 'object' && example !== null && !Array.isArray(example) ? (example as Variables) : {};
};

/** The connectors that are loaded. */
export const connectorRows = ({ outbound, inbound, webhooks }: ConnectorFacts): readonly ConnectorRow[] => [
  ...outbound.map(
    ({ name, type, schema, outputs }): ConnectorRow => ({
      ...{ kind: 'outbound', name, type, example: exampleOf(schema) },
      ...(schema === undefined ? {} : { schema }),
      ...(outputs === undefined ? {} : { outputs }),
    }),
  ),
  ...inbound.map(
    ({ name, schema, outputs }): ConnectorRow => ({
      ...{ kind: 'inbound', name, example: exampleOf(schema) },
      ...(schema === undefined ? {} : { schema }),
      ...(outputs === undefined ? {} : { outputs }),
    }),
  ),
  ...webhooks.map(
    ({ name, method, path }): ConnectorRow => ({
      ...{ kind: 'webhook', name, address: `${method} ${path}`, example: {} },
    }),
  ),
];
