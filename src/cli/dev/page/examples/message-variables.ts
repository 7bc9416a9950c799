import type { FlowNode, ProcessModel } from '../../../../engine/model/types.ts';
import { publishedOf } from '../../../hints/messages.ts';
import { type AwaitedPart, awaitedOf, constantText, inputOf, jobsOf } from '../../../hints/model-parts.ts';
import { writtenVariables } from '../../../hints/variables.ts';
import type { ConnectorFacts } from '../../../modules/connector-facts.ts';
import { exampleValue, type JsonSchema } from '../../../modules/example-value.ts';
import { reachable } from './reachable.ts';
import { put, type StartExample, startVariables, variablePath } from './start-variables.ts';

/** Variables with which a message can be published, what is to be said about them, and of what they were made. */
export interface MessageExample extends StartExample {
  /** E.g. `the schema of the webhook "orders"`; absent if nothing is known of the message. */
  readonly from?: string;
}

const quoted = (text: string): string => JSON.stringify(text);

/** The schemas of those that publish a message. */
const schemasOf = (
  message: string,
  models: readonly ProcessModel[],
  { webhooks, inbound }: ConnectorFacts,
): readonly { readonly from: string; readonly schema: JsonSchema }[] => {
  const activated = models
    .flatMap(jobsOf)
    .flatMap(publishedOf)
    .filter(({ messageName }) => messageName === message)
    .map(({ node }) => constantText(inputOf(node, 'name')));
  return [
    ...webhooks.flatMap(({ name, schemas }) => {
      const schema = schemas?.[message];
      return schema === undefined ? [] : [{ from: `the schema of the webhook ${quoted(name)}`, schema }];
    }),
    // Without an activation that says so, a connector publishes a message of its own name.
    ...inbound.flatMap(({ name, message: schema }) => {
      if (schema === undefined || !(activated.length === 0 ? name === message : activated.includes(name))) return [];
      return [{ from: `the output schema of the connector ${quoted(name)}`, schema }];
    }),
  ];
};

/** What an event's output mappings read: variables of the message, unless the process writes them. */
const mappedVariables = (model: ProcessModel, { id, outputs }: FlowNode, connectors: ConnectorFacts): StartExample => {
  const { names: written } = writtenVariables({ ...model, nodes: withoutNode(model, id) }, connectors, false);
  const variables: Record<string, unknown> = {};
  for (const { source } of outputs) {
    const path = source.source.trim();
    const paths = variablePath.test(path) ? [path.split('.')] : source.names.map((name) => [name]);
    for (const names of paths) if (!written.has(names[0]!)) put(variables, names, null);
  }
  const notes = Object.keys(variables).map(
    (name) => `Fill in ${name}: an output mapping of ${id} reads it, and no schema says what it is.`,
  );
  return { variables, notes };
};

const withoutNode = (model: ProcessModel, id: string): ProcessModel['nodes'] =>
  new Map([...model.nodes].filter(([key]) => key !== id));

/** What a process reads of the message of one of its events. */
const readVariables = ({ model, elementId }: AwaitedPart, connectors: ConnectorFacts): StartExample => {
  const node = model.nodes.get(elementId)!;
  if (node.outputs.length > 0) return mappedVariables(model, node, connectors);
  if (node.kind === 'startEvent' && node.scope === model.id) return startVariables(model, connectors);
  const after = reachable(model, node);
  // What is read before the message has arrived is there already.
  const before = startVariables(model, connectors, (id) => !after.has(id)).variables;
  const { variables, notes } = startVariables(model, connectors, (id) => after.has(id));
  const isNew = (name: string): boolean => !Object.hasOwn(before, name);
  return {
    variables: Object.fromEntries(Object.entries(variables).filter(([name]) => isNew(name))),
    notes: notes.filter((note) => ![...Object.keys(before)].some((name) => note.startsWith(`Fill in ${name}:`))),
  };
};

const isFilled = (value: unknown): value is Readonly<Record<string, unknown>> =>
  typeof value === 'object' && value !== null && !Array.isArray(value) && Object.keys(value).length > 0;

/**
 * Makes variables for a message: an example of the schema of the webhook or inbound connector that publishes it or, if there is none, of
 * what the processes read after the events that await it. Pure.
 *
 * @param models of the processes that await the message, or that activate connectors
 */
export const messageVariables = (
  message: string,
  models: readonly ProcessModel[],
  connectors: ConnectorFacts,
): MessageExample => {
  for (const { from, schema } of schemasOf(message, models, connectors)) {
    const variables = exampleValue(schema);
    if (isFilled(variables)) return { variables, notes: [], from };
  }
  const read = models
    .flatMap(awaitedOf)
    .filter(({ message: { name } }) => constantText(name) === message)
    .map((part) => ({ id: part.model.id, ...readVariables(part, connectors) }))
    .filter(({ variables }) => isFilled(variables));
  if (read.length === 0) return { variables: {}, notes: [] };
  return {
    variables: Object.assign({}, ...read.map(({ variables }) => variables)),
    notes: [...new Set(read.flatMap(({ notes }) => notes))],
    from: `what the process ${[...new Set(read.map(({ id }) => id))].join(', ')} reads after the message`,
  };
};
