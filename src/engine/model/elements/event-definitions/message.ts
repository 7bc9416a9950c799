import type { Expression } from '../../../../feel/types.ts';
import type { MessageDefinition, Source, Trigger } from '../../types.ts';
import { type Element, textAt } from '../../xml/element.ts';
import { type Context, refer } from '../../xml/references.ts';
import { expressionAt, sourceAt } from '../expressions.ts';
import { single } from '../zeebe-extensions.ts';
import { type Place, withoutVariables } from './place.ts';

/** Reads the message that an event definition or a receive task refers to. */
export const readMessage = (
  referrer: Element,
  place: Place,
  context: Context,
): (Trigger & { readonly kind: 'message' }) | undefined => {
  const { report } = context;
  const message = refer(referrer, 'messageRef', context);
  if (message === undefined) {
    if (context.unresolved(referrer, 'messageRef') === undefined)
      report(referrer, 'The message is missing. Set "messageRef".');
    return undefined;
  }
  const name = readName(message, place, context);
  const correlationKey = readCorrelationKey(message, place, context);
  if (name === undefined || correlationKey === undefined) return undefined;
  const definition: MessageDefinition = {
    name: Object.freeze(name),
    ...(correlationKey === 'none' || place === 'processStart' ? {} : { correlationKey }),
  };
  return Object.freeze({ kind: 'message', message: Object.freeze(definition) });
};

const readName = (message: Element, place: Place, { report }: Context): Source | undefined => {
  const text = textAt(message, 'name') ?? '';
  if (text.trim() === '') {
    report(message, 'The message is in use, but its name is missing or empty.');
    return undefined;
  }
  const name = sourceAt(text, report, message, 'name');
  return name && place === 'processStart' ? withoutVariables(name, report, message, 'name') : name;
};

const readCorrelationKey = (message: Element, place: Place, { report }: Context): Expression | 'none' | undefined => {
  const subscription = single(message, 'zeebe:Subscription', report);
  const text = subscription && textAt(subscription, 'correlationKey');
  if (subscription !== undefined && (place !== 'processStart' || (text ?? '') !== '')) {
    return expressionAt('The correlation key', text, report, subscription);
  }
  if (place === 'processStart') return 'none';
  report(message, 'A running process waits for the message, so it needs a zeebe:subscription with a correlationKey.');
  return undefined;
};
