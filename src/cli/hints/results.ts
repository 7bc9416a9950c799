import { didYouMean, nearest } from '../../common/nearest-name.ts';
import type { OutboundFacts } from '../modules/connector-facts.ts';
import { constantText, isActivation, type JobPart, jobsOf } from './model-parts.ts';
import { readFields } from './read-fields.ts';
import type { Hint, HintFacts } from './types.ts';

const hintOf = ({ model, elementId }: JobPart, text: string): Hint => ({
  ...{ kind: 'header', level: 'warning', bpmnProcessId: model.id, elementId },
  text: `${model.resourceName}: ${text}`,
});

/** Fields that a result expression reads and that the result does not have. */
const missingFields = (part: JobPart, { name, outputs }: OutboundFacts): readonly Hint[] =>
  outputs === undefined
    ? []
    : readFields(part.job.headers.resultExpression ?? '', 'response')
        .filter((field) => !outputs.includes(field))
        .map((field) => {
          const what = `the result expression of ${part.subject} reads response.${field}, which the result of the connector ${JSON.stringify(name)} does not have, so it is null.`;
          const has = outputs.length === 0 ? 'no fields' : outputs.join(', ');
          return hintOf(
            part,
            `${didYouMean(what, nearest(field, outputs))} Fix: correct the name; the result has ${has}.`,
          );
        });

/** A result for which nothing names a variable. */
const droppedResult = (part: JobPart, { name, plainResult, resultVariable }: OutboundFacts): readonly Hint[] => {
  const { resultVariable: named = '', resultExpression = '' } = part.job.headers;
  if (plainResult === undefined || resultVariable !== undefined || `${named}${resultExpression}`.trim() !== '')
    return [];
  return [
    hintOf(
      part,
      `the result of ${part.subject} is dropped, because the result of the connector ${JSON.stringify(name)} is ${plainResult} and nothing names a variable for it. Fix: name one in the task header resultVariable, or in resultVariable of the connector.`,
    ),
  ];
};

/** Names results that become null or are dropped without anybody noticing. */
export const lostResults = ({ models, connectors }: HintFacts): readonly Hint[] =>
  models.flatMap(jobsOf).flatMap((part) => {
    if (isActivation(part)) return [];
    const type = constantText(part.job.type);
    const connector = connectors?.outbound.find((each) => each.type === type);
    return connector === undefined ? [] : [...missingFields(part, connector), ...droppedResult(part, connector)];
  });
