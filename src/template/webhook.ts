import type { InboundTemplateSettings } from '../connector/template-settings.ts';
import type { AnyWebhook } from '../connector/webhooks/types.ts';
import { assembleTemplate } from './assemble.ts';
import { extensionProperties } from './elements/extensions.ts';
import { literalText } from './feel-literal.ts';
import { type Target, targets, waitingParts } from './inbound.ts';
import type { ElementTemplate } from './types.ts';
import type { Report } from './validation/problems.ts';

/** The elements that a message of a webhook has templates for. `messageStart` starts a process. */
export type WebhookPart = 'messageStart' | 'catchEvent' | 'boundaryEvent' | 'receiveTask' | 'startEvent';

const ownTargets: Readonly<Record<WebhookPart, Target>> = {
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
export const webhookParts: readonly WebhookPart[] = Object.keys(ownTargets) as WebhookPart[];

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

/**
 * Makes the template for one message of a webhook and one kind of element.
 *
 * @param message its name; may be absent if the webhook has only one
 */
export const webhookTemplate = (
  webhook: AnyWebhook,
  settings: InboundTemplateSettings,
  part: WebhookPart,
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
