import type { Variables } from '../../../../engine/index.ts';
import type { ConnectorFacts, OperationFacts } from '../../../modules/connector-facts.ts';
import { exampleValue, type JsonSchema } from '../../../modules/example-value.ts';
import type { ConnectorRow, OperationRow } from '../contract.ts';

const exampleOf = (schema: JsonSchema | undefined): Variables => {
  const example = schema === undefined ? {} : exampleValue(schema);
  return typeof example === 'object' && example !== null && !Array.isArray(example) ? (example as Variables) : {};
};

const operationRow = ({ id, name, schema }: OperationFacts): OperationRow => ({
  ...{ id, name, example: exampleOf(schema) },
  ...(schema === undefined ? {} : { schema }),
});

/** The connectors that are loaded. */
export const connectorRows = ({ outbound, inbound, webhooks }: ConnectorFacts): readonly ConnectorRow[] => [
  ...outbound.map(
    ({ name, type, schema, outputs, operations }): ConnectorRow => ({
      ...{ kind: 'outbound', name, type, example: exampleOf(schema) },
      ...(schema === undefined ? {} : { schema }),
      ...(outputs === undefined ? {} : { outputs }),
      ...(operations === undefined ? {} : { operations: operations.map(operationRow) }),
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
