import type { AdHoc, FlowNode } from '../../types.ts';
import { bodyAt, type Element, extensionsOf, isA, textAt } from '../../xml/element.ts';
import type { Report } from '../../xml/problems.ts';
import { expressionAt } from '../expressions.ts';
import { isEventSubProcess, type Scope } from '../graph.ts';
import type { ReadNode } from '../node-base.ts';
import { readJob, single } from '../zeebe-extensions.ts';
import { activatableSites, describeElement } from './activatable-elements.ts';

const optional = (extension: Element | undefined, property: string): string | undefined => {
  const text = extension && textAt(extension, property);
  return text === '' ? undefined : text;
};

const readOutput = (extension: Element | undefined, report: Report): Pick<AdHoc, 'output'> => {
  const collection = optional(extension, 'outputCollection');
  const text = optional(extension, 'outputElement');
  if (extension === undefined || (collection === undefined && text === undefined)) return {};
  if (collection === undefined) {
    report(extension, 'The attribute "outputElement" needs "outputCollection" beside it.');
  } else if (text === undefined) {
    report(extension, 'The attribute "outputCollection" needs "outputElement" beside it.');
  } else {
    const element = expressionAt('The output element', text, report, extension);
    if (element !== undefined) return { output: Object.freeze({ collection, element }) };
  }
  return {};
};

/** Reports what is wrong with the elements inside. */
const checkContent = ({ element, sites }: Scope, report: Report): void => {
  if (!sites.some((site) => isA(site.element, 'bpmn:Activity') && !isEventSubProcess(site.element))) {
    report(element, 'The ad-hoc subprocess needs at least one activity.');
  }
  for (const site of sites) {
    if (site.element.$type === 'bpmn:StartEvent' || site.element.$type === 'bpmn:EndEvent') {
      report(site.element, 'An ad-hoc subprocess has no start and end events. Remove this event.');
    }
  }
};

/** Reports attributes that only the engine uses, of an ad-hoc subprocess that a worker controls. */
const checkJobOnly = (element: Element, extension: Element | undefined, report: Report): void => {
  const wrong = [
    optional(extension, 'activeElementsCollection') === undefined ? '' : 'activeElementsCollection',
    (bodyAt(element, 'completionCondition') ?? '') === '' ? '' : 'completionCondition',
    element.cancelRemainingInstances === false ? 'cancelRemainingInstances="false"' : '',
  ].filter((name) => name !== '');
  if (wrong.length === 0) return;
  report(element, `With a zeebe:taskDefinition, the results of the job decide. Remove ${wrong.join(' and ')}.`);
};

/** An ad-hoc subprocess, whose elements a collection, a command or a worker activates. */
export const readAdHocSubProcess: ReadNode = ({ element, id, inside }, base, { report }) => {
  if (inside === undefined) return undefined;
  checkContent(inside, report);
  const extension = single(element, 'zeebe:AdHoc', report);
  const byJob = extensionsOf(element, 'zeebe:TaskDefinition').length > 0;
  if (byJob) checkJobOnly(element, extension, report);
  const job = byJob ? readJob(element, report) : undefined;
  const collection = optional(extension, 'activeElementsCollection');
  const activeElements =
    extension === undefined || collection === undefined
      ? undefined
      : expressionAt('The collection of active elements', collection, report, extension);
  const condition = bodyAt(element, 'completionCondition') ?? '';
  const completionCondition =
    condition === ''
      ? undefined
      : expressionAt('The completion condition', condition, report, element, 'completionCondition');
  const adHoc: AdHoc = {
    innerInstance: `${id}#innerInstance`,
    elements: Object.freeze(activatableSites(inside).map(describeElement)),
    cancelRemaining: element.cancelRemainingInstances !== false,
    ...(job === undefined ? {} : { job }),
    ...(activeElements === undefined ? {} : { activeElements }),
    ...(completionCondition === undefined ? {} : { completionCondition }),
    ...readOutput(extension, report),
  };
  return { ...base, kind: 'adHocSubProcess', adHoc: Object.freeze(adHoc) };
};

/** The node of the scope that each activation in an ad-hoc subprocess has. */
export const innerInstanceOf = (node: FlowNode & { readonly kind: 'adHocSubProcess' }): FlowNode =>
  Object.freeze({
    kind: 'adHocInnerInstance',
    id: node.adHoc.innerInstance,
    elementType: 'AD_HOC_SUB_PROCESS_INNER_INSTANCE',
    scope: node.id,
    incoming: [],
    outgoing: [],
    inputs: [],
    outputs: [],
    boundaryEvents: [],
  });
