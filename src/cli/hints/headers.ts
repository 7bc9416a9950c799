import { didYouMean, misspelt } from '../../common/nearest-name.ts';
import { activationHeaders, connectorHeaders, operationHeaders } from '../../runtime/execute/task-headers.ts';
import type { OutboundFacts } from '../modules/connector-facts.ts';
import { constantText, inputOf, isActivation, type JobPart, jobsOf } from './model-parts.ts';
import { isSlip } from './slips.ts';
import type { Hint, HintFacts } from './types.ts';

/** Two edits turn a shorter name into another word. */
const longName = 8;

const knownHeaders = ({ headers, hasOperations }: OutboundFacts): readonly string[] => [
  ...(hasOperations ? operationHeaders : connectorHeaders),
  ...headers,
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

/** Names task headers that have no effect, because they are misspelt or belong into an input mapping. */
export const unreadHeaders = ({ models, connectors }: HintFacts): readonly Hint[] =>
  models.flatMap(jobsOf).flatMap((part) => {
    if (isActivation(part)) return hintsOf(part, activationHeaders, []);
    const type = constantText(part.job.type);
    const connector = connectors?.outbound.find((each) => each.type === type);
    return connector === undefined ? [] : hintsOf(part, knownHeaders(connector), connector.inputs ?? []);
  });
