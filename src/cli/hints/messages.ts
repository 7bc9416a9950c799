import { didYouMean } from '../../common/nearest-name.ts';
import { differenceOf } from '../../engine/waits/differences.ts';
import {
  type AwaitedPart,
  awaitedOf,
  constantText,
  inputOf,
  isActivation,
  type JobPart,
  jobsOf,
} from './model-parts.ts';
import type { Hint, HintFacts } from './types.ts';

const quoted = (text: string): string => JSON.stringify(text);

/** An activation and the message that its connector publishes; without a name, it is known only when it happens. */
export interface PublishedPart extends JobPart {
  readonly messageName: string | undefined;
}

/** The messages that inbound connectors publish for the activations of a process. */
export const publishedOf = (part: JobPart): readonly PublishedPart[] => {
  if (!isActivation(part)) return [];
  const source = inputOf(part.node, 'message_name') ?? inputOf(part.node, 'name');
  return [{ ...part, messageName: constantText(source) }];
};

/** The name that is almost the same. */
const nearName = (name: string, others: readonly string[]): string | undefined =>
  others.find((other) => {
    const difference = differenceOf(name, other);
    return difference !== undefined && difference !== 'other';
  });

const publishCommand = (name: string, hasKey: boolean): string =>
  `npx camunda-connectors engine publish ${/^[\w.-]+$/.test(name) ? name : quoted(name)}${hasKey ? ' --key <correlation key>' : ''}`;

const notPublished = ({ model, elementId, subject, message }: AwaitedPart, name: string): Hint => ({
  kind: 'message',
  level: 'note',
  bpmnProcessId: model.id,
  elementId,
  text:
    `${model.resourceName}: no inbound connector publishes the message ${quoted(name)}, which ${subject} awaits, so it has to come ` +
    `from outside. Fix: publish it, for example with ${publishCommand(name, message.correlationKey !== undefined)}.`,
});

const notAwaited = (
  { model, elementId, subject, node }: PublishedPart,
  name: string,
  guess: string | undefined,
): Hint => {
  const target =
    inputOf(node, 'message_name') === undefined
      ? 'an input mapping with the target message_name'
      : 'its input message_name';
  const fix =
    guess === undefined
      ? 'let an event await it.'
      : `name the message ${quoted(guess)} in ${target}, or rename the message of the event.`;
  return {
    kind: 'message',
    level: 'warning',
    bpmnProcessId: model.id,
    elementId,
    text: `${model.resourceName}: ${didYouMean(
      `no event awaits the message ${quoted(name)}, which is published for ${subject}.`,
      guess && quoted(guess),
    )} Fix: ${fix}`,
  };
};

/** An event whose message has almost the name of one that a webhook publishes. */
const misspelt = (
  { model, elementId, subject }: AwaitedPart,
  name: string,
  { webhook, message }: { readonly webhook: string; readonly message: string },
): Hint => ({
  kind: 'message',
  level: 'warning',
  bpmnProcessId: model.id,
  elementId,
  text: `${model.resourceName}: ${didYouMean(
    `nothing publishes the message ${quoted(name)}, which ${subject} awaits.`,
    quoted(message),
  )} The webhook ${quoted(webhook)} publishes it. Fix: name the message of the event ${quoted(message)}, or rename it in messages of the webhook.`,
});

/** Names messages that nobody publishes, and published ones that no event awaits. */
export const unmatchedMessages = ({ models, connectors }: HintFacts): readonly Hint[] => {
  const awaited = models.flatMap(awaitedOf).map((part) => ({ part, name: constantText(part.message.name) }));
  const published = models.flatMap(jobsOf).flatMap(publishedOf);
  const awaitedNames = awaited.map(({ name }) => name);
  const publishedNames = published.map(({ messageName }) => messageName);
  // A name that is computed can be any name.
  const isOpen = (names: readonly (string | undefined)[]): boolean => names.includes(undefined);
  const known = (names: readonly (string | undefined)[]): readonly string[] =>
    names.filter((name): name is string => name !== undefined);

  const lost = isOpen(awaitedNames)
    ? []
    : published.flatMap((part) => {
        const { messageName } = part;
        if (messageName === undefined || awaitedNames.includes(messageName)) return [];
        return [notAwaited(part, messageName, nearName(messageName, known(awaitedNames)))];
      });
  const ofWebhooks = (connectors?.webhooks ?? []).flatMap(({ name: webhook, messages }) =>
    (messages ?? [undefined]).map((message) => ({ webhook, message })),
  );
  const webhookNames = ofWebhooks.map(({ message }) => message);
  const missing =
    connectors === undefined || isOpen([...publishedNames, ...webhookNames])
      ? []
      : awaited.flatMap(({ part, name }) => {
          if (name === undefined || publishedNames.includes(name) || webhookNames.includes(name)) return [];
          // The other side of a mistake that was named already.
          if (nearName(name, known(publishedNames)) !== undefined) return [];
          const message = nearName(name, known(webhookNames));
          const webhook = ofWebhooks.find((each) => each.message === message)?.webhook;
          return [
            message === undefined || webhook === undefined
              ? notPublished(part, name)
              : misspelt(part, name, { webhook, message }),
          ];
        });
  return [...lost, ...missing];
};
