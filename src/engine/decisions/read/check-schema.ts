import { type Element, elementAt, elements, isA, textAt } from '../../model/xml/element.ts';
import type { Report } from '../../model/xml/problems.ts';

const hitPolicies = ['UNIQUE', 'FIRST', 'PRIORITY', 'ANY', 'COLLECT', 'RULE ORDER', 'OUTPUT ORDER'];
const aggregations = ['SUM', 'COUNT', 'MIN', 'MAX'];
const orientations = ['Rule-as-Row', 'Rule-as-Column', 'CrossTable'];

const oneOf = (element: Element, attribute: string, allowed: readonly string[], report: Report): void => {
  const value = textAt(element, attribute);
  if (value === undefined || allowed.includes(value)) return;
  report(element, `The attribute "${attribute}" is "${value}". It must be one of: ${allowed.join(', ')}.`);
};

const needs = (element: Element, property: string, tag: string, report: Report): void => {
  if (elementAt(element, property) === undefined) report(element, `The <${tag}> is missing.`);
};

/** What the schema of DMN requires of each type, as far as the parser has not checked it. */
const checks: Readonly<Record<string, (element: Element, report: Report) => void>> = {
  'dmn:Definitions': (element, report) => {
    if (textAt(element, 'namespace') === undefined) report(element, 'The attribute "namespace" is missing.');
  },
  'dmn:DMNElementReference': (element, report) => {
    if (textAt(element, 'href') === undefined)
      report(element.$parent ?? element, 'The attribute "href" of a reference is missing.');
  },
  'dmn:InformationRequirement': (element, report) => {
    const ends = ['requiredDecision', 'requiredInput'].filter((end) => elementAt(element, end) !== undefined);
    if (ends.length !== 1) report(element, 'Exactly one of <requiredDecision> and <requiredInput> is required.');
  },
  'dmn:KnowledgeRequirement': (element, report) => needs(element, 'requiredKnowledge', 'requiredKnowledge', report),
  'dmn:DecisionTable': (element, report) => {
    if (elements(element, 'output').length === 0) report(element, 'The decision table has no output.');
    oneOf(element, 'hitPolicy', hitPolicies, report);
    oneOf(element, 'aggregation', aggregations, report);
    oneOf(element, 'preferredOrientation', orientations, report);
  },
  'dmn:InputClause': (element, report) => needs(element, 'inputExpression', 'inputExpression', report),
  'dmn:DecisionRule': (element, report) => {
    if (elements(element, 'outputEntry').length === 0) report(element, 'The rule has no <outputEntry>.');
  },
  'dmn:UnaryTests': (element, report) => {
    if (textAt(element, 'text') === undefined) report(element, 'The <text> is missing. An empty one is allowed.');
  },
  'dmn:ContextEntry': (element, report) => {
    if (elementAt(element, 'value') === undefined) report(element, 'The context entry has no expression.');
  },
  'dmn:Binding': (element, report) => needs(element, 'parameter', 'parameter', report),
};

/** A file of DMN 1.1 may import without a name. */
const isNamed = (element: Element): boolean => isA(element, 'dmn:NamedElement') && element.$type !== 'dmn:Import';

const ignored: ReadonlySet<string> = new Set(['extensionElements', 'dmnDI', 'artifact']);

const children = (element: Element): readonly Element[] =>
  Object.keys(element)
    .filter((property) => !property.startsWith('$') && !ignored.has(property))
    .flatMap((property) => [...elements(element, property), ...[elementAt(element, property) ?? []].flat()]);

/** Reports what the schema of DMN forbids: Camunda checks each file against it. */
export const checkSchema = (definitions: Element, report: Report): void => {
  const open = [definitions];
  for (let element = open.pop(); element !== undefined; element = open.pop()) {
    checks[element.$type]?.(element, report);
    if (isNamed(element) && textAt(element, 'name') === undefined) report(element, 'The attribute "name" is missing.');
    // In document order, because the last one is taken next.
    open.push(...children(element).toReversed());
  }
};
