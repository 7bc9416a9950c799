import { type Element, elementAt, elements, extensionsOf, textAt } from '../../model/xml/element.ts';
import type { Report } from '../../model/xml/problems.ts';
import type { Decision, Knowledge } from '../types.ts';
import { readLogic, readParameter } from './read-logic.ts';
import { inOrder, requiredBy, requiredDecisions, requiredKnowledge } from './requirements.ts';

const readKnowledge = (element: Element, knowledge: readonly Knowledge[], report: Report): Knowledge => {
  const definition = elementAt(element, 'encapsulatedLogic');
  const body = definition && elementAt(definition, 'body');
  const parameters = definition === undefined ? [] : elements(definition, 'formalParameter').map(readParameter);
  const isCallable = body !== undefined && !['dmn:Invocation', 'dmn:FunctionDefinition'].includes(body.$type);
  if (definition !== undefined && !isCallable) {
    report(element, 'The logic must be a literal expression, a decision table, a context, a list or a relation.');
  }
  const logic = isCallable ? readLogic(body, { report, knowledge }) : undefined;
  const base = { id: element.id ?? '', name: textAt(element, 'name') ?? '', parameters, knowledge };
  return Object.freeze(logic === undefined ? base : { ...base, logic });
};

const readVersionTag = (element: Element, report: Report): string | undefined => {
  const [tag, second] = extensionsOf(element, 'zeebe:VersionTag');
  if (second !== undefined) report(element, 'Only one zeebe:versionTag is allowed here. Remove the others.');
  const value = tag && textAt(tag, 'value');
  return value === '' ? undefined : value;
};

const readDecision = (
  element: Element,
  { decisions, knowledge }: Pick<Decision, 'decisions' | 'knowledge'>,
  report: Report,
): Decision | undefined => {
  const { id = '' } = element;
  if (id === '') report(element, 'The id is missing. Give the decision an id.');
  const versionTag = readVersionTag(element, report);
  const variable = elementAt(element, 'variable');
  const typeRef = variable && textAt(variable, 'typeRef');
  const body = elementAt(element, 'decisionLogic');
  if (body === undefined || body.$type === 'dmn:FunctionDefinition') {
    report(
      element,
      `The decision has no logic${body === undefined ? '' : ' but a function, which cannot be evaluated alone'}.`,
    );
    return undefined;
  }
  const logic = readLogic(body, { report, knowledge });
  return (
    logic &&
    Object.freeze({
      id,
      name: textAt(element, 'name') ?? '',
      ...(versionTag === undefined ? {} : { versionTag }),
      resultName: variable === undefined ? id : (textAt(variable, 'name') ?? ''),
      ...(typeRef === undefined ? {} : { typeRef }),
      logic,
      decisions,
      knowledge,
    })
  );
};

const presentIn = <T>(found: ReadonlyMap<Element, T>, wanted: readonly Element[]): readonly T[] =>
  wanted.flatMap((element) => found.get(element) ?? []);

/** The business knowledge models that decisions require, directly or through others. As in Camunda, no others are read. */
const readAllKnowledge = (
  all: readonly Element[],
  needed: readonly Element[],
  requirements: ReadonlyMap<Element, readonly Element[]>,
  report: Report,
): ReadonlyMap<Element, Knowledge> => {
  const used = new Set(needed);
  // The loop adds to the set.
  for (const element of used) for (const required of requirements.get(element) ?? []) used.add(required);
  const read = new Map<Element, Knowledge>();
  for (const element of inOrder(all, requirements, report)) {
    if (used.has(element))
      read.set(element, readKnowledge(element, presentIn(read, requirements.get(element)!), report));
  }
  return read;
};

/** Reads the decisions of a file, in document order, with everything that they require. */
export const readRequirements = (definitions: Element, report: Report): readonly Decision[] => {
  const all = elements(definitions, 'drgElement');
  const byId = new Map(all.flatMap((element) => (element.id === undefined ? [] : [[element.id, element] as const])));
  const decisions = all.filter(({ $type }) => $type === 'dmn:Decision');
  const models = all.filter(({ $type }) => $type === 'dmn:BusinessKnowledgeModel');
  const knowledgeOf = new Map(
    [...models, ...decisions].map((element) => [element, requiredBy(element, requiredKnowledge, byId, report)]),
  );
  const needed = decisions.flatMap((element) => knowledgeOf.get(element)!);
  const knowledge = readAllKnowledge(models, needed, knowledgeOf, report);
  const decisionsOf = new Map(
    decisions.map((element) => [element, requiredBy(element, requiredDecisions, byId, report)]),
  );
  const read = new Map<Element, Decision>();
  for (const element of inOrder(decisions, decisionsOf, report)) {
    const decision = readDecision(
      element,
      {
        decisions: presentIn(read, decisionsOf.get(element)!),
        knowledge: presentIn(knowledge, knowledgeOf.get(element)!),
      },
      report,
    );
    if (decision !== undefined) read.set(element, decision);
  }
  return presentIn(read, decisions);
};
