import { didYouMean } from '../../common/nearest-name.ts';
import type { FlowNode, ProcessModel } from '../../engine/model/types.ts';
import type { ConnectorFacts, InboundFacts } from '../modules/connector-facts.ts';
import {
  constantText,
  type ExpressionPart,
  expressionsOf,
  inputOf,
  isActivation,
  type JobPart,
  jobsOf,
} from './model-parts.ts';
import { readNames } from './read-fields.ts';
import { type FormVariables, formsAmong, writtenByForm } from './references/form-variables.ts';
import { isSlip } from './slips.ts';
import type { Hint, HintFacts } from './types.ts';

/** The variables that a process can have beside those with which it starts. */
export interface Written {
  readonly names: ReadonlySet<string>;
  /** Whether something writes variables whose names are not known. */
  readonly isOpen: boolean;
}

/** Written by the engine itself, or part of every evaluation. */
const given: readonly string[] = ['camunda', 'loopCounter', 'adHocSubProcessElements', 'toolCall', 'toolCallResult'];

const contextKey = /([A-Za-z_][\w]*|"[^"]*")\s*:/g;

/** The keys of contexts in an expression: more than the variables that it writes, but never fewer if it is a literal. */
const keysIn = (expression: string): readonly string[] =>
  [...expression.matchAll(contextKey)].map(([, key = '']) => key.replaceAll('"', ''));

/** The inbound connector that a job activates; `undefined` if it is not known. */
const activatedBy = ({ node }: JobPart, connectors: ConnectorFacts | undefined): InboundFacts | undefined => {
  const name = constantText(inputOf(node, 'name'));
  return connectors?.inbound.find((each) => each.name === name);
};

/** The variable for the address of a callback, which its activation writes whatever happens to the message. */
const addressOf = (part: JobPart, connectors: ConnectorFacts | undefined): readonly string[] => {
  const callback = isActivation(part) ? activatedBy(part, connectors)?.callback : undefined;
  return callback === undefined ? [] : [callback.variable];
};

/** The variables of a job's result; `undefined` if they are not known. */
const resultOf = (part: JobPart, connectors: ConnectorFacts | undefined): readonly string[] | undefined => {
  const { headers, type } = part.job;
  const { resultVariable = '', resultExpression = '' } = headers;
  if (resultVariable.trim() !== '' || resultExpression.trim() !== '') {
    const isLiteral = /^=?\s*(?:\{|$)/.test(resultExpression.trim());
    return isLiteral ? [resultVariable.trim(), ...keysIn(resultExpression)] : undefined;
  }
  if (isActivation(part)) return activatedBy(part, connectors)?.outputs;
  const connector = connectors?.outbound.find((each) => each.type === constantText(type));
  if (connector?.resultVariable === false) return [];
  return typeof connector?.resultVariable === 'string' ? [connector.resultVariable] : connector?.outputs;
};

const isOpenNode = (node: FlowNode): boolean =>
  node.kind === 'userTask' ||
  node.kind === 'jobUserTask' ||
  node.kind === 'callActivity' ||
  node.kind === 'adHocSubProcess' ||
  // With output mappings, an event passes on only what they name.
  ('trigger' in node && node.trigger !== undefined && node.trigger.kind !== 'timer' && node.outputs.length === 0);

const writtenBy = (node: FlowNode, withInputs: boolean): readonly string[] => [
  ...(withInputs ? node.inputs.flatMap(({ target }) => target.slice(0, 1)) : []),
  ...node.outputs.flatMap(({ target }) => target.slice(0, 1)),
  ...(node.loop === undefined ? [] : [node.loop.inputElement ?? '', node.loop.outputCollection ?? '']),
  ...('resultVariable' in node ? [node.resultVariable] : []),
  ...(node.kind === 'adHocSubProcess' ? [node.adHoc.output?.collection ?? ''] : []),
];

/**
 * The variables that the elements and the connectors of a process write.
 *
 * @param withInputs whether those count that only one element sees, because its input mappings write them
 * @param forms what the forms write, of which the user tasks have some
 */
export const writtenVariables = (
  model: ProcessModel,
  connectors: ConnectorFacts | undefined,
  withInputs = true,
  forms: FormVariables = new Map(),
): Written => {
  const jobs = jobsOf(model);
  const results = jobs.map((part) => resultOf(part, connectors));
  const nodes = [...model.nodes.values()];
  return {
    names: new Set([
      ...given,
      ...nodes.flatMap((node) => writtenBy(node, withInputs)),
      // With output mappings, a task passes on only what they name.
      ...nodes.flatMap((node) =>
        withInputs || node.outputs.length === 0 ? Object.keys(writtenByForm(node, forms)) : [],
      ),
      ...Object.keys(forms.get(model.startForm?.formId ?? '') ?? {}),
      ...jobs.flatMap((part) => addressOf(part, connectors)),
      ...results.flatMap((names) => names ?? []),
    ]),
    isOpen: results.includes(undefined) || nodes.some(isOpenNode),
  };
};

const hintOf = (
  model: ProcessModel,
  { elementId, place, expression }: ExpressionPart,
  name: string,
  rest: string,
): Hint => ({
  kind: 'variable',
  level: 'warning',
  bpmnProcessId: model.id,
  elementId,
  text: `${model.resourceName}: ${place} (process ${model.id}), ${JSON.stringify(`=${expression.source}`)}, reads ${name}, ${rest}`,
});

const countOf = (names: readonly string[]): ReadonlyMap<string, number> => {
  const counts = new Map<string, number>();
  for (const name of names) counts.set(name, (counts.get(name) ?? 0) + 1);
  return counts;
};

const hintsOf = (model: ProcessModel, { connectors, definitions, run }: HintFacts): readonly Hint[] => {
  const forms = formsAmong(definitions);
  const written = writtenVariables(model, connectors, true, forms);
  const lasting = writtenVariables(model, connectors, false, forms);
  const parts = expressionsOf(model);
  const reads = parts.flatMap((part) => readNames(part.expression).map((name) => ({ name, part })));
  const started = run?.processId === model.id ? run.variables : undefined;
  const counts = countOf(reads.map(({ name }) => name));
  // In a filter, a name may be one of the process as well.
  const mentions = countOf(parts.flatMap(({ expression }) => expression.names));
  return reads.flatMap(({ name, part }): readonly Hint[] => {
    if (lasting.names.has(name) || part.local.includes(name) || started?.includes(name) === true) return [];
    // What only another element sees is not meant. What is read in several places is a variable with which the process starts.
    const others = [
      ...part.local,
      ...lasting.names,
      ...(started ?? []),
      ...[...counts].flatMap(([each, count]) => (count > 1 ? [each] : [])),
    ];
    const isLocalElsewhere = written.names.has(name);
    const guess =
      mentions.get(name) === 1 && !isLocalElsewhere ? others.find((other) => isSlip(name, other)) : undefined;
    if (guess !== undefined) {
      const what = didYouMean('which nothing in the process writes.', guess);
      return [hintOf(model, part, name, `${what} Fix: correct the name in the expression.`)];
    }
    if (started === undefined || written.isOpen) return [];
    return [
      hintOf(
        model,
        part,
        name,
        `which neither --variables nor anything in the process writes, so it is null. Fix: pass it with --variables.`,
      ),
    ];
  });
};

/** Whether an element or a flow belongs to an element: it is the same one, inside of it or at its boundary. */
const belongsTo = (model: ProcessModel, elementId: string, owner: string): boolean => {
  if (elementId === owner) return true;
  const node = model.nodes.get(elementId) ?? model.nodes.get(model.flows.get(elementId)?.source ?? '');
  if (node === undefined) return false;
  return ('attachedTo' in node && node.attachedTo === owner) || belongsTo(model, node.scope, owner);
};

/** The targets of input mappings that something in an element reads besides its own connector. */
const helperNames = (model: ProcessModel, owner: string, connectors: ConnectorFacts | undefined): ReadonlySet<string> =>
  new Set([
    ...expressionsOf(model).flatMap(({ elementId, expression, local }) =>
      belongsTo(model, elementId, owner) ? expression.names.filter((name) => local.includes(name)) : [],
    ),
    ...jobsOf(model).flatMap(({ elementId, job, node }) => {
      if ((elementId === owner && node !== undefined) || !belongsTo(model, elementId, owner)) return [];
      return connectors?.outbound.find((each) => each.type === constantText(job.type))?.inputs ?? [];
    }),
  ]);

/** Input mappings whose target is almost an input of the connector, which gets no other value, and that nothing else reads. */
const misspeltInputs = (model: ProcessModel, { connectors }: HintFacts): readonly Hint[] =>
  jobsOf(model).flatMap(({ elementId, job, node, subject }) => {
    const type = constantText(job.type);
    const known = connectors?.outbound.find((each) => each.type === type)?.inputs ?? [];
    const targets = (node?.inputs ?? []).map(({ target }) => target[0]!);
    return targets.flatMap((target): readonly Hint[] => {
      const meant = known.find((name) => !targets.includes(name) && isSlip(target, name));
      if (known.includes(target) || meant === undefined) return [];
      if (helperNames(model, elementId, connectors).has(target)) return [];
      const what = didYouMean(`the connector of ${subject} does not read the input ${target}.`, meant);
      const text = `${model.resourceName}: ${what} Fix: correct the target of the input mapping.`;
      return [{ kind: 'variable', level: 'warning', bpmnProcessId: model.id, elementId, text }];
    });
  });

/** Names variables that expressions read and that nothing can have written, and inputs that no connector reads. */
export const unwrittenVariables = (facts: HintFacts): readonly Hint[] =>
  facts.models.flatMap((model) => [...hintsOf(model, facts), ...misspeltInputs(model, facts)]);
