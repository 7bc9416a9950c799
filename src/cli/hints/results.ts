import { didYouMean, nearest } from '../../common/nearest-name.ts';
import { compileExpression, type Expression } from '../../feel/index.ts';
import type { OutboundFacts } from '../modules/connector-facts.ts';
import { constantText, isActivation, type JobPart, jobsOf } from './model-parts.ts';
import { readFields, readNames } from './read-fields.ts';
import { isSlip } from './slips.ts';
import type { Hint, HintFacts } from './types.ts';

const hintOf = ({ model, elementId }: JobPart, text: string): Hint => ({
  ...{ kind: 'header', level: 'warning', bpmnProcessId: model.id, elementId },
  text: `${model.resourceName}: ${text}`,
});

const quoted = (text: string): string => JSON.stringify(text);

/** An expression in a task header of a connector. */
interface HeaderExpression {
  readonly part: JobPart;
  readonly header: 'resultExpression' | 'errorExpression';
  /** E.g. `the result expression of Pay (process shop)`. */
  readonly place: string;
  readonly expression: Expression;
  readonly connector: OutboundFacts;
}

const headerNouns = { resultExpression: 'result expression', errorExpression: 'error expression' } as const;

const compiled = (text: string): Expression | undefined => {
  try {
    return compileExpression(text.trim().replace(/^=/, ''));
  } catch {
    return undefined;
  }
};

/** The expressions in the task headers of connectors; those that are not valid are left out. */
export const headerExpressions = ({ models, connectors }: HintFacts): readonly HeaderExpression[] =>
  models.flatMap(jobsOf).flatMap((part) => {
    const type = constantText(part.job.type);
    const connector = connectors?.outbound.find((each) => each.type === type);
    if (connector === undefined || isActivation(part)) return [];
    return (['resultExpression', 'errorExpression'] as const).flatMap((header): readonly HeaderExpression[] => {
      const text = part.job.headers[header] ?? '';
      const expression = text.trim() === '' ? undefined : compiled(text);
      if (expression === undefined) return [];
      return [{ part, header, place: `the ${headerNouns[header]} of ${part.subject}`, expression, connector }];
    });
  });

/** What these expressions can read by name, besides what a result has. */
const givenNames: Readonly<Record<HeaderExpression['header'], Readonly<Record<string, readonly string[]>>>> = {
  resultExpression: { response: [] },
  errorExpression: { response: [], error: ['type', 'message', 'code', 'variables'], job: ['retries'] },
};

/** Names that are almost one of those that an expression can read, so that they are null. */
const misspeltNames = ({ part, header, place, expression }: HeaderExpression): readonly Hint[] => {
  const given = givenNames[header];
  const hint = (name: string, meant: string): Hint =>
    hintOf(
      part,
      `${didYouMean(`${place}, ${quoted(`=${expression.source}`)}, reads ${name}, which does not exist there, so it is null.`, meant)} Fix: correct the name in the expression.`,
    );
  const ofNames = readNames(expression).flatMap((name) => {
    const meant = Object.keys(given).find((each) => isSlip(name, each));
    return meant === undefined ? [] : [hint(name, meant)];
  });
  const ofFields = Object.entries(given).flatMap(([variable, fields]) =>
    readFields(expression.source, variable).flatMap((field) => {
      const meant = fields.find((each) => isSlip(field, each));
      return meant === undefined ? [] : [hint(`${variable}.${field}`, `${variable}.${meant}`)];
    }),
  );
  return [...ofNames, ...ofFields];
};

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

/** Names results that become null or are dropped without anybody noticing, and what expressions about them misspell. */
export const lostResults = (facts: HintFacts): readonly Hint[] => [
  ...ofResults(facts),
  ...headerExpressions(facts).flatMap(misspeltNames),
];

const ofResults = ({ models, connectors }: HintFacts): readonly Hint[] =>
  models.flatMap(jobsOf).flatMap((part) => {
    if (isActivation(part)) return [];
    const type = constantText(part.job.type);
    const connector = connectors?.outbound.find((each) => each.type === type);
    return connector === undefined ? [] : [...missingFields(part, connector), ...droppedResult(part, connector)];
  });
