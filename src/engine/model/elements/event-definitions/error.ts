import { isExpression } from '../../../../feel/index.ts';
import type { EndKind, ThrownTrigger } from '../../types.ts';
import { type Element, textAt } from '../../xml/element.ts';
import { type Context, refer } from '../../xml/references.ts';
import { sourceAt } from '../expressions.ts';

/** Reads the error that an event catches; `undefined` after a problem. */
export const readErrorTrigger = (definition: Element, context: Context): ThrownTrigger | undefined => {
  const error = refer(definition, 'errorRef', context);
  if (error === undefined) {
    return context.unresolved(definition, 'errorRef') === undefined ? Object.freeze({ kind: 'error' }) : undefined;
  }
  const code = textAt(error, 'errorCode') ?? '';
  if (isExpression(code)) {
    context.report(error, 'The code of a caught error must be static text, not an expression.', 'errorCode');
    return undefined;
  }
  return Object.freeze({ kind: 'error', ...(code === '' ? {} : { code }) });
};

/** Reads the error that an end event throws; `undefined` after a problem. */
export const readThrownError = (definition: Element, context: Context): EndKind | undefined => {
  const { report } = context;
  const error = refer(definition, 'errorRef', context);
  if (error === undefined) {
    if (context.unresolved(definition, 'errorRef') === undefined)
      report(definition, 'The error is missing. Set "errorRef".');
    return undefined;
  }
  const text = textAt(error, 'errorCode') ?? '';
  if (text === '') {
    report(error, 'An end event throws the error, but its code is missing or empty.', 'errorCode');
    return undefined;
  }
  const code = sourceAt(text, report, error, 'errorCode');
  return code && Object.freeze({ kind: 'error', code: Object.freeze(code) });
};
