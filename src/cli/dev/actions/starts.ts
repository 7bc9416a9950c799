import { fault } from '../../../common/fault.ts';
import type { MachineProcess, ProcessStart } from '../../../engine/index.ts';
import type { WebhookFacts } from '../../modules/connector-facts.ts';

/** Whether instances can be started by hand. */
export const canStart = ({ starts }: Pick<MachineProcess, 'starts'>): boolean =>
  starts.some(({ kind }) => kind === 'none');

/** The webhooks that declare a message. */
const publishersOf = (message: string, webhooks: readonly WebhookFacts[]): readonly WebhookFacts[] =>
  webhooks.filter(({ messages }) => messages?.includes(message) === true);

const wayOf = ({ kind, name = '' }: ProcessStart, webhooks: readonly WebhookFacts[]): readonly string[] => {
  const text = JSON.stringify(name);
  switch (kind) {
    case 'message':
      return [
        ...publishersOf(name, webhooks).map(
          (webhook) =>
            `call the webhook ${JSON.stringify(webhook.name)} (${webhook.method} ${webhook.path}), which publishes the message ${text}`,
        ),
        `publish the message ${text}`,
      ];
    case 'signal':
      return [`broadcast the signal ${text}`];
    case 'timer':
      return ['let its timer fire'];
    default:
      return [];
  }
};

/** How instances of a process begin, as an imperative without a full stop. */
export const startAdvice = ({ starts }: MachineProcess, webhooks: readonly WebhookFacts[]): string =>
  starts.flatMap((each) => wayOf(each, webhooks)).join(', or ');

/**
 * Refuses to start a process that has only start events with a trigger.
 *
 * @param process the version; `undefined` is left to the engine
 * @param webhooks those that are loaded
 * @param how what the fix adds, e.g. where to do it
 * @throws a fault that names the message, the webhook, the signal or the timer
 */
export const checkStart = (process: MachineProcess | undefined, webhooks: readonly WebhookFacts[], how = ''): void => {
  if (process === undefined || canStart(process)) return;
  throw fault('rejection', {
    what: `The process ${process.bpmnProcessId} cannot be started by hand: all of its start events have a trigger.`,
    fix: `${how}${startAdvice(process, webhooks)}.`,
  });
};
