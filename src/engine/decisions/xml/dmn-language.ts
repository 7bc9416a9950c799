import type { Language } from '../../model/xml/well-formed.ts';

/** The namespace of DMN 1.3, which the parser knows. */
export const namespace = 'https://www.omg.org/spec/DMN/20191111/MODEL/';

/** Elements that contain text. */
const withText: ReadonlySet<string> = new Set([
  ...['text', 'description', 'question', 'allowedAnswers', 'typeRef', 'type', 'importedElement', 'extensionElements'],
]);

/** Names of elements that stand in the same places. */
const groups: Readonly<Record<string, readonly string[]>> = {
  expression: [
    ...['literalExpression', 'decisionTable', 'context', 'list', 'relation', 'invocation', 'functionDefinition'],
    ...['for', 'every', 'some', 'conditional', 'filter'],
  ],
  drgElement: ['decision', 'businessKnowledgeModel', 'inputData', 'knowledgeSource', 'decisionService'],
  artifact: ['textAnnotation', 'association', 'group'],
  businessContextElement: ['performanceIndicator', 'organizationUnit'],
};

const groupOf: ReadonlyMap<string, string> = new Map(
  Object.entries(groups).flatMap(([group, names]) => names.map((name) => [name, group] as const)),
);

const expressionText = 'text importedValues';

/**
 * What is in an element, in its order: names, or groups of them. `*` means any number. Names joined by `|` may be in any
 * order, because the versions of DMN differ.
 */
const contents: Readonly<Record<string, string>> = {
  definitions: 'import* itemDefinition* drgElement* artifact* elementCollection* businessContextElement*',
  decision:
    'question allowedAnswers variable informationRequirement* knowledgeRequirement* authorityRequirement* supportedObjective* impactedPerformanceIndicator* decisionMaker* decisionOwner* usingProcess* usingTask* expression',
  businessKnowledgeModel: 'variable|encapsulatedLogic knowledgeRequirement* authorityRequirement*',
  decisionTable: 'input* output* annotation* rule*',
  input: 'inputExpression inputValues',
  output: 'outputValues defaultOutputEntry',
  rule: 'inputEntry* outputEntry* annotationEntry*',
  literalExpression: expressionText,
  inputExpression: expressionText,
  outputEntry: expressionText,
  defaultOutputEntry: expressionText,
  inputEntry: 'text',
  inputValues: 'text',
  outputValues: 'text',
  context: 'contextEntry*',
  contextEntry: 'variable expression',
  functionDefinition: 'formalParameter* expression',
  encapsulatedLogic: 'formalParameter* expression',
  invocation: 'expression binding*',
  binding: 'parameter expression',
  relation: 'column* row*',
};

interface Place {
  readonly rank: number;
  readonly isRepeatable: boolean;
}

const placesOf = (content: string): ReadonlyMap<string, Place> =>
  new Map(
    `description extensionElements ${content}`.split(' ').flatMap((step, rank) =>
      step
        .replace('*', '')
        .split('|')
        .map((name) => [name, { rank, isRepeatable: step.endsWith('*') }] as const),
    ),
  );

const places: ReadonlyMap<string, ReadonlyMap<string, Place>> = new Map(
  Object.entries(contents).map(([name, content]) => [name, placesOf(content)]),
);

const shown = (name: string): string => (groupOf.get(name) === 'expression' ? 'expression' : `<${name}>`);

/** Checks the order and the number of children. What the parser does not know is its own problem. */
const checkOrder = (parent: string): ((child: string) => string | undefined) => {
  const known = places.get(parent);
  const seen = new Set<string>();
  let last: { readonly child: string; readonly rank: number } | undefined;
  return (child) => {
    const name = known?.has(child) === true ? child : (groupOf.get(child) ?? child);
    const place = known?.get(name);
    if (place === undefined) return undefined;
    const isRepeated = seen.has(name) && !place.isRepeatable;
    const before = last;
    seen.add(name);
    if (before === undefined || place.rank >= before.rank) last = { child, rank: place.rank };
    if (isRepeated) return `There is more than one ${shown(child)} in <${parent}>. Only one is allowed.`;
    if (before === undefined || place.rank >= before.rank) return undefined;
    return `<${child}> must come before <${before.child}> in <${parent}>.`;
  };
};

/** What DMN's schema says, as far as the parser of the model does not check it. */
export const dmnLanguage: Language = {
  namespace,
  isWithoutText: (name) => !withText.has(name),
  checkChildren: checkOrder,
};
