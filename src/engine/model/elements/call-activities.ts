import { textAt } from '../xml/element.ts';
import { sourceAt } from './expressions.ts';
import type { ReadNode } from './node-base.ts';
import { readBinding, single } from './zeebe-extensions.ts';

export const readCallActivity: ReadNode = ({ element }, base, { report }) => {
  const called = single(element, 'zeebe:CalledElement', report);
  if (called === undefined) {
    report(element, 'The zeebe:calledElement with a processId is missing. Set the process to call.');
    return undefined;
  }
  const text = textAt(called, 'processId') ?? '';
  if (text === '') report(called, 'The attribute "processId" is missing or empty.');
  const processId = text === '' ? undefined : sourceAt(text, report, called);
  const binding = readBinding(called, report);
  // An empty one differs from none: the called instance has no business id.
  const ownId = textAt(called, 'businessId');
  const businessId = ownId === undefined ? undefined : sourceAt(ownId, report, called);
  return (
    processId && {
      ...base,
      kind: 'callActivity',
      processId: Object.freeze(processId),
      binding,
      propagateAllParentVariables: called.propagateAllParentVariables !== false,
      propagateAllChildVariables: called.propagateAllChildVariables !== false,
      ...(businessId === undefined ? {} : { businessId: Object.freeze(businessId) }),
    }
  );
};
