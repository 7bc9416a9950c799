import type { FlowNode, ProcessModel } from '../../../../engine/model/types.ts';
import { constantText, expressionsOf, inputOf, isActivation, jobsOf, localNames } from '../../../hints/model-parts.ts';
import { type FormVariables, writtenByForm } from '../../../hints/references/form-variables.ts';
import { writtenVariables } from '../../../hints/variables.ts';
import type { ConnectorFacts } from '../../../modules/connector-facts.ts';
import { exampleValue, type JsonSchema } from '../../../modules/example-value.ts';
import { reachable } from './reachable.ts';

/** Variables with which an instance can start, and what is to be said about them. */
export interface StartExample {
  readonly variables: Readonly<Record<string, unknown>>;
  readonly notes: readonly string[];
}

/** An expression that is only a variable, or a path in one. */
export const variablePath: RegExp = /^[A-Za-z_]\w*(?:\.[A-Za-z_]\w*)*$/;

/** Puts a value into nested objects, and never replaces one. */
export const put = (target: Record<string, unknown>, names: readonly string[], value: unknown): void => {
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
const readMappings = (
  { model, node }: { readonly model: ProcessModel; readonly node: FlowNode },
  schema: JsonSchema,
  found: Record<string, unknown>,
  isWritten: (name: string) => boolean,
): void => {
  for (const [index, { source, target }] of node.inputs.entries()) {
    if (source?.kind !== 'feel') continue;
    const names = source.expression.source.trim().split('.');
    const part = schemaAt(schema, target);
    if (part === undefined || !variablePath.test(names.join('.'))) continue;
    if (localNames(model, node, index).includes(names[0]!) || isWritten(names[0]!)) continue;
    put(found, names, exampleValue(part, target.at(-1)));
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
 * writes, with examples from the schemas of the connectors and from the forms. What the form of a user task writes is there after the
 * task.
 *
 * @param isMeant which elements and flows count, by their ids. Default: all of them
 * @param forms what the deployed forms write
 */
export const startVariables = (
  model: ProcessModel,
  connectors: ConnectorFacts,
  isMeant: (id: string) => boolean = () => true,
  forms: FormVariables = new Map(),
): StartExample => {
  const lasting = writtenVariables(model, connectors, false);
  const filled = [...model.nodes.values()]
    .map((node) => ({ node, values: writtenByForm(node, forms) }))
    .filter(({ values }) => Object.keys(values).length > 0)
    // With output mappings, a task passes on only what they name.
    .map((task) => ({
      ...task,
      after: task.node.outputs.length > 0 ? new Set<string>() : reachable(model, task.node),
    }));
  const isFilled = (name: string, reader: string): boolean =>
    filled.some(({ values, after }) => Object.hasOwn(values, name) && after.has(reader));
  const ofForms: Readonly<Record<string, unknown>> = Object.assign(
    {},
    ...filled.map(({ values }) => values),
    forms.get(model.startForm?.formId ?? ''),
  );
  const examples: Record<string, unknown> = {};
  for (const part of jobsOf(model)) {
    const { job, node, elementId } = part;
    if (!isMeant(elementId)) continue;
    const type = constantText(job.type);
    const schema = isActivation(part)
      ? connectors.inbound.find(({ name }) => name === constantText(inputOf(node, 'name')))?.schema
      : connectors.outbound.find((each) => each.type === type)?.schema;
    if (schema === undefined || node === undefined) continue;
    const isWritten = (name: string): boolean => isFilled(name, elementId);
    readMappings({ model, node }, schema, examples, isWritten);
    const whole = exampleValue(schema);
    if (typeof whole !== 'object' || whole === null) continue;
    const local = localNames(model, node);
    for (const [name, value] of Object.entries(whole)) {
      if (!local.includes(name) && !isWritten(name)) put(examples, [name], value);
    }
  }
  const reads = expressionsOf(model)
    .filter(({ elementId }) => isMeant(elementId))
    .flatMap(({ elementId, expression, place, local }) =>
      expression.names.flatMap((name) => {
        if (local.includes(name) || isFilled(name, elementId)) return [];
        // The output mappings of a task read what its form has written.
        const own = filled.find(({ node }) => node.id === elementId);
        const isOutput = own?.node.outputs.some(({ source }) => source === expression) === true;
        return isOutput && Object.hasOwn(own?.values ?? {}, name) ? [] : [{ name, place }];
      }),
    );
  const keys = new Set(keyNames(model));
  const unknown = reads.filter(({ name }) => !Object.hasOwn(examples, name) && !lasting.names.has(name));
  for (const { name } of unknown) {
    put(examples, [name], Object.hasOwn(ofForms, name) ? ofForms[name] : keys.has(name) ? '1' : null);
  }
  const isUnclear = (name: string): boolean => !keys.has(name) && !Object.hasOwn(ofForms, name);
  const noted = new Map(unknown.filter(({ name }) => isUnclear(name)).map(({ name, place }) => [name, place]));
  return {
    variables: Object.fromEntries(Object.entries(examples).filter(([name]) => !lasting.names.has(name))),
    notes: [...noted].map(([name, place]) => `Fill in ${name}: ${place} reads it, and no schema says what it is.`),
  };
};
