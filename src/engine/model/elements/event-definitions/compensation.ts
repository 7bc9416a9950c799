import type { CompensationTrigger, Thrown } from '../../types.ts';
import { type Element, elementAt, elements, isA, tagOf } from '../../xml/element.ts';
import { type Context, refer } from '../../xml/references.ts';
import { isEventSubProcess, type Site } from '../graph.ts';

const isCompensateDefinition = ({ $type }: Element): boolean => $type === 'bpmn:CompensateEventDefinition';

/** Tells whether the definition of an event is a compensation. */
export const isCompensation = (definition: Element | 'none' | undefined): definition is Element =>
  typeof definition === 'object' && isCompensateDefinition(definition);

/** The associations of a file that can begin at an event: those in the scopes around it, and those of the collaboration. */
const associationsAround = (event: Element): readonly Element[] => {
  const found: Element[] = [];
  for (let at = event.$parent; at !== undefined; at = at.$parent) {
    const holders = [at, ...elements(at, 'rootElements').filter(({ $type }) => $type === 'bpmn:Collaboration')];
    for (const holder of holders) found.push(...elements(holder, 'artifacts'));
  }
  return found.filter(({ $type }) => $type === 'bpmn:Association');
};

/** Reads the handler of a compensation boundary event; `undefined` after a problem. */
export const readCompensated = ({ element }: Site, { report }: Context): CompensationTrigger | undefined => {
  if (element.cancelActivity === false) report(element, 'An event that catches a compensation must be interrupting.');
  const association = associationsAround(element).find((other) => elementAt(other, 'sourceRef') === element);
  const handler = association && elementAt(association, 'targetRef');
  if (handler?.id === undefined) {
    report(
      element,
      'The compensation boundary event has no handler. Draw an association from it to an activity that is for compensation.',
    );
    return undefined;
  }
  if (!isA(handler, 'bpmn:Activity') || handler.isForCompensation !== true) {
    report(
      element,
      `The compensation handler "${handler.id}" is <${tagOf(handler)}>, but must be an activity with isForCompensation="true".`,
    );
    return undefined;
  }
  return Object.freeze({ kind: 'compensation', handler: handler.id });
};

/** Tells whether an activity has a compensation boundary event. */
const hasHandler = (activity: Element): boolean =>
  (activity.$parent === undefined ? [] : elements(activity.$parent, 'flowElements')).some(
    (other) =>
      elementAt(other, 'attachedToRef') === activity &&
      elements(other, 'eventDefinitions').some(isCompensateDefinition),
  );

const problemOf = (activity: Element, { scope }: Site): string | undefined => {
  const around = isEventSubProcess(scope.element) ? scope.element.$parent : undefined;
  if (activity.$parent !== scope.element && (around === undefined || activity.$parent !== around)) {
    return `The compensated activity "${activity.id}" is not in the same scope as the event.`;
  }
  const isEmbedded = isA(activity, 'bpmn:SubProcess') && !isEventSubProcess(activity);
  if (isEmbedded || hasHandler(activity)) return undefined;
  return `The compensated activity "${activity.id}" has no compensation boundary event.`;
};

/** Reads the compensation that an event throws; `undefined` after a problem. */
export const readThrownCompensation = (
  site: Site,
  definition: Element,
  context: Context,
): (Thrown & { readonly kind: 'compensation' }) | undefined => {
  const { report } = context;
  if (definition.waitForCompletion === false) {
    report(definition, 'The event must wait for the compensation. Remove waitForCompletion="false".');
  }
  const activity = refer(definition, 'activityRef', context);
  if (activity === undefined) return Object.freeze({ kind: 'compensation' });
  const problem = problemOf(activity, site);
  if (problem !== undefined) report(definition, problem);
  return problem === undefined && activity.id !== undefined
    ? Object.freeze({ kind: 'compensation', activity: activity.id })
    : undefined;
};
