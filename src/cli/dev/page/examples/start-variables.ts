import type { FlowNode, ProcessModel } from '../../../../engine/model/types.ts';
import { constantText, expressionsOf, inputOf, isActivation, jobsOf } from '../../../hints/model-parts.ts';
import { writtenVariables } from '../../../hints/variables.ts';
import type { ConnectorFacts } from '../../../modules/connector-facts.ts';
import { exampleValue, type JsonSchema } from './example-value.ts';

/** Variables with which an instance can start, and what is to be said about them. */
export interface StartExample {
  readonly variables: Readonly<Record<string, unknown>>;
  readonly notes: readonly string[];
}

const path = /^[A-Za-z_]\w*(?:\.[A-Za-z_]\w*)*$/;

/** Puts a value into nested objects, and never replaces one. */
const put = (target: Record<string, unknown>, names: readonly string[], value: unknown): void => {
  const [name = '', ...rest] = names;
  const found = Object.hasOwn(target, name) ? target[name] : undefined;
  if (rest.length === 0) {
    if (found === undefined) target[name] = value;
    return;
  }
  if (found === undefined) target[name] = {};
  const inner = target[name];
  if (typeof inner === 'object' && inner !== null) put(inner as Record<string, unknown>, rest, value);
};

/** The schema of a part of an input. */
const schemaAt = (schema: JsonSchema, names: readonly string[]): JsonSchema | undefined =>
  names.reduce<JsonSchema | undefined>((found, name) => found?.properties?.[name], schema);

/** What an input mapping says of the variables that it reads. */
const readMappings = (node: FlowNode, schema: JsonSchema, found: Record<string, unknown>): void => {
  for (const { source, target } of node.inputs) {
    if (source?.kind !== 'feel') continue;
    const text = source.expression.source.trim();
    const part = schemaAt(schema, target);
    if (part !== undefined && path.test(text)) put(found, text.split('.'), exampleValue(part, target.at(-1)));
  }
};

/** The names that only correlation keys read. */
const keyNames = (model: ProcessModel): readonly string[] =>
  [...model.nodes.values()].flatMap((node) => {
    const trigger = 'trigger' in node ? node.trigger : undefined;
    if (trigger === undefined || !('message' in trigger)) return [];
    return [...(trigger.message.correlationKey?.names ?? [])];
  });

/**
 * Makes variables for the start of a process: those that its expressions and its connectors read and that nothing in the process
 * writes, with examples from the schemas of the connectors.
 */
export const startVariables = (model: ProcessModel, connectors: ConnectorFacts): StartExample => {
  const written = writtenVariables(model, connectors);
  const examples: Record<string, unknown> = {};
  for (const part of jobsOf(model)) {
    const { job, node } = part;
    const type = constantText(job.type);
    const schema = isActivation(part)
      ? connectors.inbound.find(({ name }) => name === constantText(inputOf(node, 'name')))?.schema
      : connectors.outbound.find((each) => each.type === type)?.schema;
    if (schema === undefined || node === undefined) continue;
    readMappings(node, schema, examples);
    const whole = exampleValue(schema);
    if (typeof whole !== 'object' || whole === null) continue;
    const mapped = new Set(node.inputs.map(({ target }) => target[0]));
    for (const [name, value] of Object.entries(whole)) if (!mapped.has(name)) put(examples, [name], value);
  }
  const reads = expressionsOf(model).flatMap(({ expression, place }) =>
    expression.names.map((name) => ({ name, place })),
  );
  const keys = new Set(keyNames(model));
  const unknown = reads.filter(({ name }) => !Object.hasOwn(examples, name) && !written.names.has(name));
  for (const { name } of unknown) put(examples, [name], keys.has(name) ? '1' : null);
  const noted = new Map(unknown.filter(({ name }) => !keys.has(name)).map(({ name, place }) => [name, place]));
  const lasting = writtenVariables(model, connectors, false);
  return {
    variables: Object.fromEntries(Object.entries(examples).filter(([name]) => !lasting.names.has(name))),
    notes: [...noted].map(([name, place]) => `Fill in ${name}: ${place} reads it, and no schema says what it is.`),
  };
};
