import { isExpression } from '../../../feel/index.ts';
import { type Element, extensionsOf, tagOf, textAt } from '../xml/element.ts';
import type { Context } from '../xml/references.ts';
import { readMessage } from './event-definitions/message.ts';
import { sourceAt } from './expressions.ts';
import type { ReadNode } from './node-base.ts';
import { readBinding, readJob, single } from './zeebe-extensions.ts';

/** A service task, which creates a job. */
export const readJobTask: ReadNode = ({ element }, base, { report }) => {
  const job = readJob(element, report);
  return job && { ...base, kind: 'jobTask', job };
};

/** How an element is implemented if not by a job worker. */
type Alternative = 'zeebe:Script' | 'zeebe:CalledDecision' | 'zeebe:PublishMessage';

/** Tells whether an element has exactly one implementation, and which one. Anything else is reported. */
const implementationOf = (element: Element, other: Alternative, { report }: Context): 'job' | 'other' | undefined => {
  const byJob = extensionsOf(element, 'zeebe:TaskDefinition').length > 0;
  const byOther = extensionsOf(element, other).length > 0;
  if (byJob !== byOther) return byJob ? 'job' : 'other';
  const found = byJob ? 'both' : 'none';
  report(
    element,
    `Exactly one of zeebe:taskDefinition and zeebe:${tagOf({ $type: other })} is required, but there are ${found}.`,
  );
  return undefined;
};

/** An element that a worker executes. Another implementation is reported as an extension that the engine does not run. */
const readJobOr =
  (other: Alternative): ReadNode =>
  (site, base, context) => {
    const implementation = implementationOf(site.element, other, context);
    return implementation === 'job' ? readJobTask(site, base, context) : undefined;
  };

/** A send task, or a message event that is thrown: both are executed by a worker. */
export const readMessageJob: ReadNode = readJobOr('zeebe:PublishMessage');

/** A business rule task: a decision, or the job of a worker. */
export const readBusinessRuleTask: ReadNode = (site, base, context) => {
  const { element } = site;
  const { report } = context;
  const implementation = implementationOf(element, 'zeebe:CalledDecision', context);
  if (implementation === 'job') return readJobTask(site, base, context);
  const called = implementation && single(element, 'zeebe:CalledDecision', report);
  if (called === undefined) return undefined;
  const resultVariable = textAt(called, 'resultVariable') ?? '';
  const id = textAt(called, 'decisionId') ?? '';
  if (resultVariable === '') report(called, 'The attribute "resultVariable" is missing or empty.');
  if (id === '') report(called, 'The attribute "decisionId" is missing or empty.');
  const decisionId = id === '' ? undefined : sourceAt(id, report, called);
  const binding = readBinding(called, report);
  const isEvaluated = binding.kind === 'versionTag' && isExpression(binding.versionTag);
  const versionTag = isEvaluated ? sourceAt(binding.versionTag, report, called) : undefined;
  return (
    decisionId && {
      ...base,
      kind: 'decisionTask',
      decisionId: Object.freeze(decisionId),
      binding,
      ...(versionTag === undefined ? {} : { versionTag: Object.freeze(versionTag) }),
      resultVariable,
    }
  );
};

/** A script task: a FEEL expression, or the job of a worker. */
export const readScriptTask: ReadNode = (site, base, context) => {
  const { element } = site;
  const { report } = context;
  const implementation = implementationOf(element, 'zeebe:Script', context);
  if (implementation === 'job') return readJobTask(site, base, context);
  const definition = implementation && single(element, 'zeebe:Script', report);
  if (definition === undefined) return undefined;
  const resultVariable = textAt(definition, 'resultVariable') ?? '';
  const text = textAt(definition, 'expression') ?? '';
  if (resultVariable === '') report(definition, 'The attribute "resultVariable" is missing or empty.');
  if (text === '') report(definition, 'The attribute "expression" is missing or empty.');
  const source = text === '' ? undefined : sourceAt(text, report, definition);
  return source && { ...base, kind: 'scriptTask', script: Object.freeze(source), resultVariable };
};

/** A manual task or a task without a type. */
export const readPassThrough: ReadNode = (_site, base) => ({ ...base, kind: 'passThrough' });

export const readReceiveTask: ReadNode = ({ element }, base, context) => {
  if (element.instantiate === true)
    context.report(element, 'A receive task cannot start a process. Use a start event.');
  const trigger = readMessage(element, 'catch', context);
  return trigger && { ...base, kind: 'receiveTask', trigger };
};
