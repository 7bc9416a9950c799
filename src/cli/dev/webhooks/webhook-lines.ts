import { type CurlCommand, curlFor } from '../../../runtime/inbound/samples/curl.ts';
import type { EndedCall } from '../../../runtime/index.ts';
import type { CallbackFacts, WebhookFacts } from '../../modules/connector-facts.ts';
import { exampleValue } from '../../modules/example-value.ts';
import type { CallbackAddress, ShownCall } from '../session.ts';

const messageText = ({ messageName, correlationKey }: EndedCall['messages'][number]): string =>
  correlationKey === '' ? messageName : `${messageName} with the key ${JSON.stringify(correlationKey)}`;

/** The reason of a call's end on one line; `undefined` if it has none. */
export const reasonOf = ({ reason }: Pick<ShownCall, 'reason'>): string | undefined =>
  reason?.replaceAll(/\s*\n\s*/g, ' | ');

const problems: ReadonlySet<ShownCall['result']> = new Set(['refused', 'invalid', 'unavailable', 'failed']);

/** Whether a call was refused or failed. */
export const isProblem = ({ result }: Pick<ShownCall, 'result'>): boolean => problems.has(result);

/** What a call led to, e.g. `published: paid with the key "o-1"`. */
export const resultText = ({ result, messages }: Pick<ShownCall, 'result' | 'messages'>): string =>
  `${result}${messages.length === 0 ? '' : `: ${messages.map(messageText).join(', ')}`}`;

/**
 * One line about a call, e.g. `POST /hooks/payments -> 200, published: paid with the key "o-1"`. It says why a call is refused or fails,
 * each time: the log is silent about most of many refusals in a row.
 */
export const callLine = (call: ShownCall): string => {
  const { method, route, status } = call;
  const answer = status === undefined ? 'closed before the answer' : String(status);
  const reason = reasonOf(call);
  return `${method} ${route} -> ${answer}, ${resultText(call)}${reason === undefined ? '' : `: ${reason}`}`;
};

const exampleOf = (schema: object | undefined): unknown =>
  schema === undefined ? undefined : (exampleValue(schema) ?? undefined);

/**
 * The command that calls a webhook. Contains no secret.
 *
 * @param publicUrl without a slash at the end
 * @returns `undefined` if only its sender can sign
 */
export const webhookCommand = (webhook: WebhookFacts, publicUrl: string): CurlCommand | undefined =>
  curlFor(webhook, `${publicUrl}${webhook.path}`, exampleOf(webhook.schema));

/** What a shell needs for a command, in words; empty if it needs nothing. */
export const needsText = ({ needs }: CurlCommand): string =>
  needs.map((one) => `${one.name} (${one.value})`).join(', ');

/** What in a command is only an example, as advice; empty if nothing is. */
export const examplesText = ({ examples }: CurlCommand): string =>
  examples.length === 0 ? '' : `Edit ${examples.join(' and ')}: the command has an example.`;

/**
 * The address of a webhook, and a command that calls it. The command contains no secret.
 *
 * @param publicUrl without a slash at the end
 */
export const webhookLines = (webhook: WebhookFacts, publicUrl: string): readonly string[] => {
  const { name, method, path } = webhook;
  const curl = webhookCommand(webhook, publicUrl);
  const head = [
    `Webhook ${name}: ${method} ${publicUrl}${path}`,
    ...(webhook.answerType === undefined ? [] : [`  A call can wait for a job of the type ${webhook.answerType}.`]),
  ];
  if (curl === undefined) return [...head, '  Only its sender can sign a request.'];
  const needs = needsText(curl);
  const before = needs === '' ? [] : [`  A shell in which ${needs} is set can call it:`];
  const after = [examplesText(curl)].filter((text) => text !== '').map((text) => `  ${text}`);
  return [...head, ...before, `  ${curl.command}`, ...after];
};

/** The command that calls an address of a callback. Contains the address, which is a secret. */
export const callbackCommand = (
  { address }: Pick<CallbackAddress, 'address'>,
  facts: CallbackFacts | undefined,
): CurlCommand => curlFor({ method: 'POST', auth: 'none' }, address, exampleOf(facts?.schema))!;

/** Which address it is, and the command that calls it. */
export const callbackLines = (callback: CallbackAddress, facts: CallbackFacts | undefined): readonly string[] => {
  const { connector, correlationKey, bpmnProcessId, processInstanceKey } = callback;
  const curl = callbackCommand(callback, facts);
  return [
    `Callback ${connector} of ${bpmnProcessId} ${processInstanceKey}, for the key ${JSON.stringify(correlationKey)}. A call of its address, which is a secret:`,
    `  ${curl.command}`,
    `  ${examplesText(curl)}`,
  ];
};
