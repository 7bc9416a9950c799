import { isExpression } from '../../../../feel/index.ts';
import type { Thrown, ThrownTrigger } from '../../types.ts';
import { type Element, textAt } from '../../xml/element.ts';
import { type Context, refer } from '../../xml/references.ts';
import { sourceAt } from '../expressions.ts';

/** Reads the escalation that an event catches; `undefined` after a problem. */
export const readEscalationTrigger = (definition: Element, context: Context): ThrownTrigger | undefined => {
  const escalation = refer(definition, 'escalationRef', context);
  if (escalation === undefined) {
    if (context.unresolved(definition, 'escalationRef') !== undefined) return undefined;
    return Object.freeze({ kind: 'escalation' });
  }
  const code = textAt(escalation, 'escalationCode') ?? '';
  if (isExpression(code)) {
    const text = 'The code of a caught escalation must be static text, not an expression.';
    context.report(escalation, text, 'escalationCode');
    return undefined;
  }
  return Object.freeze({ kind: 'escalation', ...(code === '' ? {} : { code }) });
};

/** Reads the escalation that an event throws; `undefined` after a problem. */
export const readThrownEscalation = (
  definition: Element,
  context: Context,
): (Thrown & { readonly kind: 'escalation' }) | undefined => {
  const { report } = context;
  const escalation = refer(definition, 'escalationRef', context);
  if (escalation === undefined) {
    if (context.unresolved(definition, 'escalationRef') === undefined)
      report(definition, 'The escalation is missing. Set "escalationRef".');
    return undefined;
  }
  const text = textAt(escalation, 'escalationCode') ?? '';
  if (text === '') {
    report(escalation, 'An event throws the escalation, but its code is missing or empty.', 'escalationCode');
    return undefined;
  }
  const code = sourceAt(text, report, escalation, 'escalationCode');
  return code && Object.freeze({ kind: 'escalation', code: Object.freeze(code) });
};
