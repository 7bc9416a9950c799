import { didYouMean, misspelt, nearest } from '../../common/nearest-name.ts';
import { activationHeaders, connectorHeaders, operationHeaders } from '../../runtime/execute/task-headers.ts';
import type { OutboundFacts } from '../modules/connector-facts.ts';
import { constantText, inputOf, isActivation, type JobPart, jobsOf } from './model-parts.ts';
import { isSlip } from './slips.ts';
import type { Hint, HintFacts } from './types.ts';

/** Two edits turn a shorter name into another word. */
const longName = 8;

const knownHeaders = ({ headers, hasOperations }: OutboundFacts): readonly string[] => [
  ...(hasOperations ? operationHeaders : connectorHeaders),
  ...headers.map(({ header }) => header),
];

const hintsOf = (part: JobPart, known: readonly string[], inputs: readonly string[]): readonly Hint[] =>
  Object.keys(part.job.headers).flatMap((header): readonly Hint[] => {
    if (known.includes(header)) return [];
    const { model, elementId, subject, node } = part;
    const make = (text: string): readonly Hint[] => [
      { kind: 'header', level: 'warning', bpmnProcessId: model.id, elementId, text: `${model.resourceName}: ${text}` },
    ];
    const what = `the task header ${JSON.stringify(header)} of ${subject} is not read`;
    const meant =
      misspelt(
        header,
        known.filter(({ length }) => length >= longName),
      ) ?? known.find((name) => isSlip(header, name));
    if (meant !== undefined) return make(`${didYouMean(`${what}.`, JSON.stringify(meant))} Fix: correct its name.`);
    // A connector may read further headers itself, but hardly one with the name of an input.
    if (!inputs.includes(header) || inputOf(node, header) !== undefined) return [];
    return make(`${what}, because ${header} is an input of the connector. Fix: write it as an input mapping.`);
  });

/** An operation that a task does not name, or that its connector does not have. */
const wrongOperation = (part: JobPart, { type, operations }: OutboundFacts): readonly Hint[] => {
  const { model, elementId, subject } = part;
  const given = part.job.headers.operation;
  const ids = (operations ?? []).map(({ id }) => id);
  if (operations === undefined || (given !== undefined && ids.includes(given))) return [];
  const what =
    given === undefined
      ? `${subject} has no task header operation, but the connector "${type}" has several operations, so its jobs fail.`
      : `the operation ${JSON.stringify(given)} of ${subject} does not exist in the connector "${type}", so its jobs fail.`;
  const guess = given === undefined ? undefined : nearest(given, ids);
  const text = `${model.resourceName}: ${didYouMean(what, guess && JSON.stringify(guess))} Fix: write one of ${ids.join(', ')} in the task header operation.`;
  return [{ kind: 'header', level: 'warning', bpmnProcessId: model.id, elementId, text }];
};

/** Required parameters of the connector that are in task headers, and that a task does not have. */
const missingHeaders = (part: JobPart, { headers, operations }: OutboundFacts): readonly Hint[] => {
  const { model, elementId, subject, job, node } = part;
  const wanted =
    operations === undefined ? headers : (operations.find(({ id }) => id === job.headers.operation)?.headers ?? []);
  return wanted.flatMap(({ header, required }): readonly Hint[] => {
    // A misspelt one has a hint of its own.
    const isThere = Object.keys(job.headers).some((name) => name === header || isSlip(name, header));
    if (!required || isThere) return [];
    const isInput = inputOf(node, header) !== undefined;
    const what = `${subject} has no task header ${JSON.stringify(header)}, which its connector requires, so its jobs fail.`;
    const fix = isInput ? 'write it as a task header instead of an input mapping.' : 'add it to the task headers.';
    const text = `${model.resourceName}: ${what} Fix: ${fix}`;
    return [{ kind: 'header', level: 'warning', bpmnProcessId: model.id, elementId, text }];
  });
};

/** Names task headers that have no effect, because they are misspelt or belong into an input mapping, and those that are missing. */
export const unreadHeaders = ({ models, connectors }: HintFacts): readonly Hint[] =>
  models.flatMap(jobsOf).flatMap((part) => {
    if (isActivation(part)) return hintsOf(part, activationHeaders, []);
    const type = constantText(part.job.type);
    const connector = connectors?.outbound.find((each) => each.type === type);
    if (connector === undefined) return [];
    return [
      ...hintsOf(part, knownHeaders(connector), connector.inputs ?? []),
      ...wrongOperation(part, connector),
      ...missingHeaders(part, connector),
    ];
  });
