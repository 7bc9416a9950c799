import type { Source } from '../../engine/model/types.ts';
import type { Expression } from '../../feel/index.ts';
import { parse } from '../../feel/syntax/parse.ts';
import { type PublishedPart, publishedOf } from './messages.ts';
import { type AwaitedPart, awaitedOf, constantText, inputOf, jobsOf, literalOf } from './model-parts.ts';
import type { Hint, HintFacts } from './types.ts';

const quoted = (text: string): string => JSON.stringify(text);

/** What an expression always is, if it can be no correlation key. */
const unusableKind = (expression: Expression): string | undefined => {
  const { kind } = parse(expression.source);
  if (kind === 'list') return 'a list';
  if (kind === 'context') return 'a context';
  const value = literalOf(expression);
  if (value === null) return 'null';
  return typeof value === 'boolean' ? 'a boolean' : undefined;
};

const expressionOf = (source: Source | undefined): Expression | undefined =>
  source?.kind === 'feel' ? source.expression : undefined;

const hint = ({ model, elementId }: AwaitedPart | PublishedPart, text: string): Hint => ({
  kind: 'correlationKey',
  level: 'warning',
  bpmnProcessId: model.id,
  elementId,
  text: `${model.resourceName}: ${text}`,
});

const unusable = (part: AwaitedPart | PublishedPart, expression: Expression | undefined): readonly Hint[] => {
  const kind = expression && unusableKind(expression);
  if (expression === undefined || kind === undefined) return [];
  return [
    hint(
      part,
      `the correlation key ${quoted(`=${expression.source}`)} of ${part.subject} is ${kind}, but must be a text or a number. Fix: write an expression such as =orderId.`,
    ),
  ];
};

/** A text that was meant as the variable that the event reads. */
const forgottenSign = (published: PublishedPart, awaited: AwaitedPart, key: string): readonly Hint[] => [
  hint(
    published,
    `the correlation key of ${published.subject} is the text ${quoted(key)}, but ${awaited.subject} awaits the value of the variable ${key}. Fix: write =${key} in the input mapping correlation_key.`,
  ),
];

const cannotMeet = (published: PublishedPart, awaited: AwaitedPart): readonly Hint[] => {
  const key = constantText(inputOf(published.node, 'correlation_key'));
  const expression = awaited.message.correlationKey;
  if (key === undefined || expression === undefined) return [];
  if (expression.source.trim() === key && expression.names.includes(key)) return forgottenSign(published, awaited, key);
  const expected = literalOf(expression);
  if ((typeof expected !== 'string' && typeof expected !== 'number') || String(expected) === key) return [];
  return [
    hint(
      published,
      `the correlation key of ${published.subject} is always ${quoted(key)}, but that of ${awaited.subject} is always ${quoted(String(expected))}, so the message never arrives. Fix: use the same variable in both.`,
    ),
  ];
};

/** Names correlation keys of which it is certain that they are no keys, or that they never meet. */
export const unmatchedKeys = ({ models }: HintFacts): readonly Hint[] => {
  const awaited = models.flatMap(awaitedOf);
  const published = models.flatMap(jobsOf).flatMap(publishedOf);
  return [
    ...awaited.flatMap((part) => unusable(part, part.message.correlationKey)),
    ...published.flatMap((part) => unusable(part, expressionOf(inputOf(part.node, 'correlation_key')))),
    ...published.flatMap((part) => {
      if (part.messageName === undefined) return [];
      const events = awaited.filter(({ message }) => constantText(message.name) === part.messageName);
      const found = events.map((event) => cannotMeet(part, event));
      // Another event may take the message.
      return found.every((hints) => hints.length > 0) ? found.flat() : [];
    }),
  ];
};
