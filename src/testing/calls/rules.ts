import { fault } from '../../common/fault.ts';
import { isObject } from '../../common/is-object.ts';
import { anyText, flag, text } from '../../connector/rules/common-rules.ts';
import {
  asList,
  check,
  inTurn,
  mapOf,
  objectOf,
  type Rule,
  type Rules,
  when,
} from '../../connector/rules/rule-engine.ts';

const any: Rule = () => undefined;

const requestRules: Rules = {
  method: when((value) => typeof value === 'string' && /^[A-Z]{1,20}$/.test(value), 'a method such as POST'),
  body: any,
  rawBody: when((value) => typeof value === 'string' || value instanceof Uint8Array, 'text or bytes'),
  headers: mapOf(anyText, "an object of texts, e.g. { 'x-github-event': 'push' }"),
  query: mapOf(anyText, "an object of texts, e.g. { page: '1' }"),
};

const withOneBody = (rules: Rules, expected: string): Rule =>
  inTurn(objectOf(rules, { expected, noun: 'option' }), (value) =>
    isObject(value) && value.body !== undefined && value.rawBody !== undefined
      ? 'has both body and rawBody; remove one of them'
      : undefined,
  );

const webhookCall = withOneBody(
  { ...requestRules, deliveryId: text, sign: flag },
  'an object such as { body: { paid: true } }',
);

const addressCall = withOneBody(requestRules, 'an object such as { body: { paid: true } }');

/** What a call of a callback accepts. */
export const callbackCallRule: Rule = withOneBody(
  { ...requestRules, correlationKey: anyText },
  'an object such as { body: { paid: true } }',
);

/** A callback, which is an inbound connector with `webhook`. */
export const callbackRule: Rule = when(
  (value) => isObject(value) && value.kind === 'inbound' && isObject(value.webhook),
  'a callback, which is a connector of defineInbound({ webhook: … })',
);

/**
 * Checks what a test passes to `processes.call`.
 *
 * @throws a fault of kind `definition` that names everything that is wrong with it
 */
export const checkCall = (target: unknown, request: unknown): void => {
  const isWebhook = isObject(target) && target.kind === 'webhook';
  const isAddress = typeof target === 'string' && target !== '';
  const wrongTarget =
    isWebhook || isAddress
      ? []
      : [
          callbackRule(target) === undefined
            ? 'target: a callback has an address for each activation; call it with the handle of an instance, e.g. order.call(callback, request)'
            : 'target: expected a webhook of defineWebhook(…), or the address of a callback',
        ];
  const problems = [...wrongTarget, ...check(isWebhook ? webhookCall : addressCall, request, ['request'])];
  if (problems.length === 0) return;
  throw fault('definition', {
    what: `The call cannot be made:\n${asList(problems)}`,
    where: 'processes.call(target, request)',
    fix: 'correct what is listed above.',
  });
};
