import type { Source } from '../../types.ts';
import type { Element } from '../../xml/element.ts';
import type { Report } from '../../xml/problems.ts';

/** Where an event is, which decides what it may wait for. The start of an event subprocess is as a boundary event. */
export type Place = 'processStart' | 'catch' | 'interruptingBoundary' | 'nonInterruptingBoundary';

/** The context in which a cluster provides its variables, also without a process instance. */
const clusterContext = 'camunda';

/** Reports variables in an expression at a process start event, which is evaluated before there are any. */
export const withoutVariables = (
  source: Source,
  report: Report,
  element: Element,
  ...below: readonly string[]
): Source | undefined => {
  const names = source.kind === 'feel' ? source.expression.names.filter((name) => name !== clusterContext) : [];
  if (names.length === 0) return source;
  report(
    element,
    `The expression of a start event is evaluated at deployment, without variables, but this one uses ${names.join(', ')}.`,
    ...below,
  );
  return undefined;
};
