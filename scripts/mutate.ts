/**
 * Makes mutants of a BPMN or DMN file: copies with one mistake each, as people make them. Tests that do not fail with a mutant
 * would not notice the mistake.
 */

/** A copy of a file with one mistake. */
export interface Mutant {
  /** What is wrong, with the id of the element, e.g. `Flow_Approved: the condition is negated`. */
  readonly name: string;
  readonly content: string;
}

interface Block {
  readonly id: string;
  readonly text: string;
}

/** The elements with these tags, from the start tag to the end tag. */
const blocks = (content: string, tags: string): readonly Block[] =>
  [...content.matchAll(new RegExp(`<bpmn:(${tags}) id="([^"]+)"(?:[^>]*/>|[\\s\\S]*?</bpmn:\\1>)`, 'g'))].map(
    ([text, , id]) => ({ text, id: id! }),
  );

const attribute = (text: string, name: string): string | undefined =>
  new RegExp(`\\b${name}="([^"]*)"`).exec(text)?.[1];

const nodeTags =
  'startEvent|endEvent|intermediateCatchEvent|intermediateThrowEvent|boundaryEvent|serviceTask|userTask|receiveTask|sendTask|scriptTask|businessRuleTask|callActivity|exclusiveGateway|parallelGateway|inclusiveGateway|eventBasedGateway|subProcess';

/** Every part of a file that fits an expression, replaced one at a time. */
const replaceEach = (
  content: string,
  expression: RegExp,
  change: (found: RegExpMatchArray) => readonly (readonly [what: string, text: string])[],
  within: readonly Block[],
): readonly Mutant[] =>
  within.flatMap((block) =>
    [...block.text.matchAll(expression)].flatMap((found) =>
      change(found)
        .filter(([, text]) => text !== found[0])
        .map(([what, text]) => {
          const at = found.index;
          const changed = block.text.slice(0, at) + text + block.text.slice(at + found[0].length);
          return { name: `${block.id}: ${what}`, content: content.replace(block.text, () => changed) };
        }),
    ),
  );

/** Removes elements and everything in a file that refers to them. */
const without = (content: string, ids: readonly string[]): string => {
  let left = content;
  for (const id of ids) {
    left = left
      .replaceAll(new RegExp(`<bpmn:(\\w+) id="${id}"(?:[^>]*/>|[\\s\\S]*?</bpmn:\\1>)`, 'g'), '')
      .replaceAll(new RegExp(`<bpmn:(incoming|outgoing)>${id}</bpmn:\\1>`, 'g'), '')
      .replaceAll(new RegExp(`<bpmndi:BPMN(Shape|Edge) [^>]*bpmnElement="${id}"[\\s\\S]*?</bpmndi:BPMN\\1>`, 'g'), '');
  }
  return left;
};

const flowsOf = (
  content: string,
): readonly { readonly id: string; readonly source: string; readonly target: string }[] =>
  blocks(content, 'sequenceFlow').map(({ id, text }) => ({
    ...{ id, source: attribute(text, 'sourceRef')!, target: attribute(text, 'targetRef')! },
  }));

/** A flow leads to another element. */
const redirect = (content: string, id: string, target: string): string =>
  content.replace(
    new RegExp(`(<bpmn:sequenceFlow id="${id}"[^>]*targetRef=")[^"]*`),
    (_, before: string) => before + target,
  );

const gatewayMutants = (content: string): readonly Mutant[] =>
  blocks(content, 'exclusiveGateway|inclusiveGateway').flatMap(({ id }) => {
    const out = flowsOf(content).filter(({ source }) => source === id);
    return out.flatMap((first, index) =>
      out.slice(index + 1).map((second) => ({
        name: `${id}: ${first.id} and ${second.id} are swapped`,
        content: redirect(redirect(content, first.id, second.target), second.id, first.target),
      })),
    );
  });

const boundaryMutants = (content: string): readonly Mutant[] =>
  blocks(content, 'boundaryEvent').flatMap(({ id, text }) => {
    const flows = flowsOf(content).filter(({ source }) => source === id);
    const removed = {
      name: `${id}: the event is removed`,
      content: without(content, [id, ...flows.map((flow) => flow.id)]),
    };
    const canContinue = /timerEventDefinition|messageEventDefinition|signalEventDefinition/.test(text);
    if (!canContinue || text.includes('cancelActivity="false"')) return [removed];
    const open = text.replace('attachedToRef', 'cancelActivity="false" attachedToRef');
    return [removed, { name: `${id}: the event does not interrupt`, content: content.replace(text, () => open) }];
  });

/** What leads to an element leads to what follows it. */
const skipMutants = (content: string): readonly Mutant[] =>
  blocks(
    content,
    'serviceTask|userTask|receiveTask|businessRuleTask|scriptTask|intermediateCatchEvent|callActivity',
  ).flatMap(({ id }) => {
    const flows = flowsOf(content);
    const out = flows.filter(({ source }) => source === id);
    const incoming = flows.filter(({ target }) => target === id);
    // An event after an event-based gateway cannot be left out.
    const isEventBased = incoming.some(({ source }) =>
      new RegExp(`<bpmn:eventBasedGateway id="${source}"`).test(content),
    );
    if (out.length !== 1 || isEventBased) return [];
    let changed = content;
    for (const flow of incoming) changed = redirect(changed, flow.id, out[0]!.target);
    return [{ name: `${id}: the element is skipped`, content: changed }];
  });

const comparisons: Readonly<Record<string, string>> = {
  '&gt;=': '&gt;',
  '&gt;': '&gt;=',
  '&lt;=': '&lt;',
  '&lt;': '&lt;=',
  '&#60;=': '&#60;',
};

const conditionMutants = (content: string): readonly Mutant[] => {
  const flows = blocks(content, 'sequenceFlow');
  return [
    ...replaceEach(
      content,
      />=([^<]+)<\/bpmn:conditionExpression>/g,
      ([, text]) => [['the condition is negated', `>=not(${text})</bpmn:conditionExpression>`]],
      flows,
    ),
    ...replaceEach(
      content,
      /&gt;=|&gt;|&lt;=|&lt;/g,
      ([sign]) => [[`${sign} is ${comparisons[sign!]}`, comparisons[sign!]!]],
      flows,
    ),
    ...replaceEach(
      content,
      /(?<=[ =])(\d+)(?=<\/bpmn:conditionExpression>)/g,
      ([number]) => [[`${number} is ${Number(number) + 1}`, String(Number(number) + 1)]],
      flows,
    ),
  ];
};

const timerMutants = (content: string): readonly Mutant[] =>
  replaceEach(
    content,
    /(>P)(\d+)D</g,
    ([, before, days]) => [
      ['the timer is later', `${before}${Number(days) + 1}D<`],
      ['the timer is earlier', `${before}${Number(days) - 1}DT23H<`],
    ],
    blocks(content, 'intermediateCatchEvent|boundaryEvent|startEvent'),
  );

const renamed =
  (what: string) =>
  ([, before, value, after]: RegExpMatchArray): readonly (readonly [string, string])[] => [
    [`${what} ${value} has another name`, `${before}${value}_x${after}`],
  ];

const nodeMutants = (content: string): readonly Mutant[] => {
  const nodes = blocks(content, nodeTags);
  return [
    ...replaceEach(content, /(<zeebe:taskDefinition type=")([^"]+)(")/g, renamed('the job type'), nodes),
    ...replaceEach(content, /(decisionId=")([^"]+)(")/g, renamed('the decision'), nodes),
    ...replaceEach(content, /(resultVariable=")([^"]+)(")/g, renamed('the result'), nodes),
    ...replaceEach(
      content,
      /(assignee=")([^"]+)(")/g,
      () => [['somebody else is assigned', 'assignee="nobody"']],
      nodes,
    ),
    ...replaceEach(content, /(candidateGroups=")([^"]+)(")/g, renamed('the group'), nodes),
    ...replaceEach(
      content,
      /<zeebe:(input|output) [^>]*target="([^"]+)"[^>]*\/>/g,
      ([, kind, target]) => [[`the ${kind} ${target} is removed`, '']],
      nodes,
    ),
    ...replaceEach(
      content,
      /(<zeebe:header key="([^"]+)" value=")([^"]*)(")/g,
      ([, before, key]) => [[`the header ${key} is removed`, `${before?.replace(`key="${key}"`, `key="${key}_x"`)}"`]],
      nodes,
    ),
    ...replaceEach(
      content,
      /retries="(\d+)"/g,
      ([, retries]) => [['there is one attempt less', `retries="${Number(retries) - 1}"`]],
      nodes,
    ),
  ];
};

const definitionMutants = (content: string): readonly Mutant[] => [
  ...replaceEach(content, /(errorCode=")([^"]+)(")/g, renamed('the code'), blocks(content, 'error')),
  ...replaceEach(content, /(name=")([^"]+)(")/g, renamed('the message'), blocks(content, 'message')),
  ...replaceEach(
    content,
    /correlationKey="[^"]+"/g,
    () => [['the key is another one', 'correlationKey="other"']],
    blocks(content, 'message'),
  ),
];

/**
 * All mutants of a BPMN file: swapped flows of gateways, removed boundary events, skipped elements, changed conditions, timers, names,
 * mappings and attempts.
 */
export const bpmnMutants = (content: string): readonly Mutant[] =>
  [
    ...gatewayMutants(content),
    ...boundaryMutants(content),
    ...skipMutants(content),
    ...conditionMutants(content),
    ...timerMutants(content),
    ...nodeMutants(content),
    ...definitionMutants(content),
  ].filter((mutant) => mutant.content !== content);

/** All mutants of the rules of a DMN file: other limits, missing rules, and other outputs. */
export const dmnMutants = (content: string): readonly Mutant[] => {
  const rules = [...content.matchAll(/<rule id="([^"]+)">[\s\S]*?<\/rule>/g)].map(([text, id]) => ({ text, id: id! }));
  const outputs = rules.map(({ text }) => /<outputEntry [\s\S]*?<text>([^<]*)<\/text>/.exec(text)?.[1] ?? '');
  return [
    ...replaceEach(
      content,
      /&gt;=|&gt;|&lt;=|&lt;/g,
      ([sign]) => [[`${sign} is ${comparisons[sign!]}`, comparisons[sign!]!]],
      rules,
    ),
    ...replaceEach(
      content,
      /(?<= )\d+(?=<\/text>)/g,
      ([number]) => [[`${number} is ${Number(number) + 1}`, String(Number(number) + 1)]],
      rules,
    ),
    ...rules.map(({ id, text }) => ({ name: `${id}: the rule is removed`, content: content.replace(text, '') })),
    ...rules.flatMap(({ id, text }, index) => {
      const other = outputs.find((output) => output !== outputs[index]);
      if (other === undefined) return [];
      const changed = text.replace(`<text>${outputs[index]}</text>`, () => `<text>${other}</text>`);
      return [{ name: `${id}: the rule yields ${other}`, content: content.replace(text, () => changed) }];
    }),
  ];
};
