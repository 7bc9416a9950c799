import type { InboundTemplateSettings } from '../connector/template-settings.ts';
import { answerTask, isWaitingWebhook } from '../connector/webhooks/answer-task.ts';
import type { AnyWebhook } from '../connector/webhooks/types.ts';
import { assembleTemplate } from './assemble.ts';
import { extensionProperties } from './elements/extensions.ts';
import { literalText } from './feel-literal.ts';
import { type Target, targets, waitingParts } from './inbound.ts';
import { outboundTemplate } from './outbound.ts';
import type { ElementTemplate } from './types.ts';
import type { Report } from './validation/problems.ts';

/** The elements that a message of a webhook has templates for. `messageStart` starts a process. */
type MessagePart = 'messageStart' | 'catchEvent' | 'boundaryEvent' | 'receiveTask' | 'startEvent';

/** The elements that a webhook has templates for: those for its messages, and the task that answers a call that waits. */
export type WebhookPart = MessagePart | 'answerTask';

const ownTargets: Readonly<Record<MessagePart, Target>> = {
  messageStart: {
    id: 'message-start',
    name: 'message start event',
    appliesTo: ['bpmn:StartEvent'],
    elementType: { value: 'bpmn:StartEvent', eventDefinition: 'bpmn:MessageEventDefinition' },
  },
  catchEvent: targets.catchEvent,
  boundaryEvent: targets.boundaryEvent,
  receiveTask: targets.receiveTask,
  startEvent: targets.startEvent,
};

/** The names of all parts. */
export const webhookParts: readonly WebhookPart[] = [...(Object.keys(ownTargets) as MessagePart[]), 'answerTask'];

/** The names of the messages for which a webhook has templates. */
export const messagesOf = ({ messages }: AnyWebhook): readonly string[] => Object.keys(messages ?? {});

/** Which message a template is for; reports what is wrong with the choice. */
const chosenMessage = (webhook: AnyWebhook, given: string | undefined, report: Report): string => {
  const names = messagesOf(webhook);
  if (names.length === 0) {
    if (given === undefined) {
      report(
        'messages',
        'is missing, and without it there is no message to make a template for',
        'add messages to the definition',
      );
    }
    return given ?? '';
  }
  if (given === undefined) {
    if (names.length > 1) report('options.message', 'is missing', `choose one of ${names.join(', ')}`);
    return names[0]!;
  }
  if (!names.includes(given))
    report('options.message', 'is not a message of the webhook', `choose one of ${names.join(', ')}`);
  return given;
};

/** The template of the task that answers a call that waits. */
const answerTemplate = (
  webhook: AnyWebhook,
  settings: InboundTemplateSettings,
  message: string | undefined,
  report: Report,
): ElementTemplate => {
  const { id = webhook.name, name = webhook.name, ...rest } = settings;
  if (message !== undefined) report('options.message', 'has no effect on the answering task', 'leave it out');
  if (!isWaitingWebhook(webhook)) {
    report('waits', 'is missing, and without it no task answers calls', 'add waits to the definition');
    return messageTemplate(webhook, settings, 'messageStart', undefined, () => {});
  }
  // The jobs are those of the runtime.
  const task = answerTask(webhook, () => ({ answered: false }));
  const own = { ...rest, id: `${id}.answer`, name: `${name}: answer` };
  return outboundTemplate(task, own, { hybrid: false, part: 'task' }, report);
};

/** The template for one message of a webhook and one kind of element. */
const messageTemplate = (
  webhook: AnyWebhook,
  settings: InboundTemplateSettings,
  part: MessagePart,
  message: string | undefined,
  report: Report,
): ElementTemplate => {
  const { id, name, appliesTo, elementType } = ownTargets[part];
  const chosen = chosenMessage(webhook, message, report);
  const made = waitingParts({ output: webhook.messages?.[chosen] }, settings, report, {
    messageName: literalText(chosen),
    messageHelp: 'Must be the name of the message that the webhook publishes.',
    keyHelp:
      part === 'messageStart' ? undefined : 'FEEL expression that returns the same key as the message of the webhook.',
  });
  const { properties, conditionOf, ...rest } = made;
  const title = settings.name ?? webhook.name;
  return assembleTemplate({
    settings,
    id: `${settings.id ?? webhook.name}.${chosen}.${id}`,
    name: `${title}: ${chosen} (${name})`,
    description: settings.description ?? webhook.description,
    appliesTo,
    elementType,
    ...rest,
    properties: [...properties, ...extensionProperties(settings, conditionOf)],
  });
};

/**
 * Makes one of the templates of a webhook.
 *
 * @param message the name of the message; may be absent if the webhook has only one
 */
export const webhookTemplate = (
  webhook: AnyWebhook,
  settings: InboundTemplateSettings,
  part: WebhookPart,
  message: string | undefined,
  report: Report,
): ElementTemplate =>
  part === 'answerTask'
    ? answerTemplate(webhook, settings, message, report)
    : messageTemplate(webhook, settings, part, message, report);
