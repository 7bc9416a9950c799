import { type JsonSchema, toJsonSchema } from '@valibot/to-json-schema';
import { type HeaderParameter, headerParameters, inputVariables } from '../../connector/input/header-parameters.ts';
import { hasOperations } from '../../connector/operations.ts';
import { unionOfNames, variableNames } from '../../connector/schema.ts';
import type { AnyOperationsConnector, AnyOutbound, Operation, Schema } from '../../connector/types.ts';
import { describeTemporal, temporalForm } from '../../connector/values/temporal.ts';
import {
  answerTask,
  answerTypeOf,
  callerVariableOf,
  isWaitingWebhook,
  type WaitingWebhook,
} from '../../connector/webhooks/answer-task.ts';
import { mapSecrets } from '../../connector/webhooks/auth-secrets.ts';
import type { WebhookAuth } from '../../connector/webhooks/auth-types.ts';
import {
  type AnyCallbackConnector,
  addressVariable,
  isCallbackConnector,
} from '../../connector/webhooks/callback-types.ts';
import type { AnyInbound } from '../../runtime/index.ts';
import { isReference } from '../../runtime/secrets/references.ts';

/** An operation of a connector, as plain data. */
export interface OperationFacts {
  /** What the task header `operation` contains. */
  readonly id: string;
  readonly name: string;
  readonly headers: readonly HeaderParameter[];
  /** JSON Schema of the input; absent if it cannot be described. */
  readonly schema?: object;
}

/** A loaded outbound connector, as plain data. */
export interface OutboundFacts {
  readonly type: string;
  readonly name: string;
  /** The variables that it reads; `undefined` if it may read any. */
  readonly inputs: readonly string[] | undefined;
  /** The parameters that it reads from task headers. */
  readonly headers: readonly HeaderParameter[];
  readonly hasOperations: boolean;
  /** Absent without operations. */
  readonly operations?: readonly OperationFacts[];
  /** The fields of its result; `undefined` if they are not known. */
  readonly outputs: readonly string[] | undefined;
  /** What its result is, if it is neither an object nor unknown, e.g. `a list`. */
  readonly plainResult?: string;
  /** JSON Schema of the input; absent if it cannot be described. With operations: of any of them. */
  readonly schema?: object;
  /** The variable for the result of a task that names none; `false` if it drops the result. */
  readonly resultVariable?: string | false;
}

/** A loaded inbound connector, as plain data. */
export interface InboundFacts {
  readonly name: string;
  /** As in {@link OutboundFacts}. */
  readonly schema?: object;
  /** The fields of its message; `undefined` if they are not known. */
  readonly outputs: readonly string[] | undefined;
  /** JSON Schema of its message; absent if it is not known, or if it cannot be described. */
  readonly message?: object;
  /** Absent if it has a `loop`. */
  readonly callback?: CallbackFacts;
}

/** How an inbound connector that waits for a call is called, as plain data. */
export interface CallbackFacts {
  /** The process variable for the address. */
  readonly variable: string;
  /** JSON Schema of the body of a call; absent if it is not known, or if it cannot be described. */
  readonly schema?: object;
}

/** A loaded webhook, as plain data. */
export interface WebhookFacts {
  readonly name: string;
  readonly method: string;
  readonly path: string;
  /** Without the values of secrets, only with references to them. */
  readonly auth: WebhookAuth;
  /** The names of its messages; `undefined` if it does not declare them, so that it may publish any. */
  readonly messages: readonly string[] | undefined;
  /** The variables of each message; absent where they are not known. */
  readonly variables?: Readonly<Record<string, readonly string[] | undefined>>;
  /** JSON Schemas of the variables of its messages; absent where they cannot be described. */
  readonly schemas?: Readonly<Record<string, object | undefined>>;
  /** The further variable of its messages that says whom to answer; absent if no process answers its calls. */
  readonly caller?: string;
  /** JSON Schema of the body; absent if there is none, or if it cannot be described. */
  readonly schema?: object;
  /** The job type of the task that answers its calls; absent if no process does. */
  readonly answerType?: string;
}

/** The loaded connectors, as plain data: the connectors themselves may live in another thread. */
export interface ConnectorFacts {
  readonly outbound: readonly OutboundFacts[];
  readonly inbound: readonly InboundFacts[];
  readonly webhooks: readonly WebhookFacts[];
}

/** How variables hold what JSON has no type for; `undefined` for everything else. */
const variableSchema = (schema: Schema): JsonSchema | undefined => {
  const form = temporalForm(schema);
  if (form !== undefined) return { type: 'string', examples: [...form.examples], description: describeTemporal(form) };
  if (schema.type === 'date') return { type: 'string', format: 'date-time' };
  return schema.type === 'bigint' ? { type: 'integer' } : undefined;
};

const jsonSchemaOf = (schema: Schema | undefined): object | undefined => {
  if (schema === undefined) return undefined;
  try {
    return toJsonSchema(schema as Parameters<typeof toJsonSchema>[0], {
      ...{ typeMode: 'input', errorMode: 'ignore' },
      overrideSchema: ({ valibotSchema }) => variableSchema(valibotSchema),
    });
  } catch {
    return undefined;
  }
};

/** The part of the facts with a schema. */
const schemaFacts = (schemas: readonly (Schema | undefined)[]): { readonly schema?: object } => {
  const found = schemas.flatMap((schema) => jsonSchemaOf(schema) ?? []);
  if (found.length === 0) return {};
  return { schema: found.length === 1 ? found[0]! : { anyOf: found } };
};

const outputNames = (output: Schema | undefined): readonly string[] | undefined =>
  output === undefined ? undefined : variableNames(output);

const plainKinds: Readonly<Record<string, string>> = {
  array: 'a list',
  string: 'a text',
  number: 'a number',
  integer: 'a number',
  boolean: 'a boolean',
};

/** The kind of a result that has no fields; `undefined` if not all results are of one such kind. */
const plainKindOf = (outputs: readonly (Schema | undefined)[]): string | undefined => {
  const kinds = new Set(
    outputs.map(
      (output) => plainKinds[String((jsonSchemaOf(output) as { readonly type?: unknown } | undefined)?.type)],
    ),
  );
  return kinds.size === 1 ? [...kinds][0] : undefined;
};

const operationsOf = ({ operations }: AnyOperationsConnector): readonly OperationFacts[] =>
  Object.entries<Operation>(operations).map(([id, { name, input }]) => ({
    ...{ id, name: name ?? id, headers: headerParameters(input), ...schemaFacts([input]) },
  }));

const outboundFacts = (connector: AnyOutbound): OutboundFacts => {
  const { type, name, resultVariable } = connector;
  const parts = hasOperations(connector) ? Object.values(connector.operations) : [connector];
  const plainResult = plainKindOf(parts.map(({ output }) => output));
  return {
    type,
    name,
    inputs: unionOfNames(parts.map(({ input }) => inputVariables(input))),
    headers: parts.flatMap(({ input }) => headerParameters(input)),
    hasOperations: hasOperations(connector),
    ...(hasOperations(connector) ? { operations: operationsOf(connector) } : {}),
    ...schemaFacts(parts.map(({ input }) => input)),
    outputs: unionOfNames(parts.map(({ output }) => outputNames(output))),
    ...(plainResult === undefined ? {} : { plainResult }),
    ...(resultVariable === undefined ? {} : { resultVariable }),
  };
};

const callbackFacts = (connector: AnyCallbackConnector): CallbackFacts => {
  const { output, webhook } = connector;
  // Without a function of its own, the body is the message.
  const body = webhook.body ?? (webhook.run === undefined ? output : undefined);
  return { variable: addressVariable(connector), ...schemaFacts([body]) };
};

const answerFacts = (webhook: WaitingWebhook): OutboundFacts => {
  const facts = outboundFacts(answerTask(webhook, () => ({ answered: false })));
  return { ...facts, inputs: facts.inputs && [...facts.inputs, callerVariableOf(webhook)] };
};

const messageVariables = (messages: Readonly<Record<string, Schema>>): NonNullable<WebhookFacts['variables']> =>
  Object.fromEntries(Object.entries(messages).map(([name, schema]) => [name, outputNames(schema)]));

const messageSchemas = (messages: Readonly<Record<string, Schema>>): NonNullable<WebhookFacts['schemas']> =>
  Object.fromEntries(Object.entries(messages).map(([name, schema]) => [name, jsonSchemaOf(schema)]));

/** What is known of connectors without running them. */
export const connectorFacts = ({
  outbound,
  inbound,
}: {
  readonly outbound: readonly AnyOutbound[];
  readonly inbound: readonly AnyInbound[];
}): ConnectorFacts => ({
  outbound: [
    ...outbound.map(outboundFacts),
    // The tasks that answer calls of webhooks are executed like those of outbound connectors.
    ...inbound.flatMap((one) => (one.kind === 'webhook' && isWaitingWebhook(one) ? [answerFacts(one)] : [])),
  ],
  inbound: inbound.flatMap((connector) => {
    // Processes do not activate webhooks.
    if (connector.kind === 'webhook') return [];
    const { name, input, output } = connector;
    const message = jsonSchemaOf(output);
    return [
      {
        ...{ name, ...schemaFacts([input]), outputs: outputNames(output) },
        ...(message === undefined ? {} : { message }),
        ...(isCallbackConnector(connector) ? { callback: callbackFacts(connector) } : {}),
      },
    ];
  }),
  webhooks: inbound.flatMap((connector) => {
    if (connector.kind !== 'webhook') return [];
    const { name, method, path, auth, messages, body } = connector;
    return [
      {
        ...{ name, method, path, auth: mapSecrets(auth, (text) => (isReference(text) ? text : '')) },
        messages: messages === undefined ? undefined : Object.keys(messages),
        ...schemaFacts([body]),
        ...(messages === undefined ? {} : { variables: messageVariables(messages), schemas: messageSchemas(messages) }),
        ...(isWaitingWebhook(connector)
          ? { answerType: answerTypeOf(connector), caller: callerVariableOf(connector) }
          : {}),
      },
    ];
  }),
});
