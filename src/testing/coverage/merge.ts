import type { Coverage, DecisionCoverage, ProcessCoverage } from './types.ts';

const addProcess = (left: ProcessCoverage, right: ProcessCoverage): ProcessCoverage => {
  const elements = new Map(right.elements.map((element) => [element.id, element]));
  const flows = new Map(right.flows.map((flow) => [flow.id, flow]));
  return {
    ...left,
    elements: left.elements.map((element) => {
      const other = elements.get(element.id);
      return {
        ...element,
        entered: element.entered + (other?.entered ?? 0),
        completed: element.completed + (other?.completed ?? 0),
        terminated: element.terminated + (other?.terminated ?? 0),
      };
    }),
    flows: left.flows.map((flow) => ({ ...flow, taken: flow.taken + (flows.get(flow.id)?.taken ?? 0) })),
  };
};

const addDecision = (left: DecisionCoverage, right: DecisionCoverage): DecisionCoverage => ({
  ...left,
  evaluated: left.evaluated + right.evaluated,
  rules: left.rules.map((rule, index) => ({ ...rule, matched: rule.matched + (right.rules[index]?.matched ?? 0) })),
});

const addUp = <Item>(
  items: readonly Item[],
  keyOf: (item: Item) => string,
  add: (left: Item, right: Item) => Item,
): readonly Item[] => {
  const sums = new Map<string, Item>();
  for (const item of items) {
    const key = keyOf(item);
    const known = sums.get(key);
    sums.set(key, known === undefined ? item : add(known, item));
  }
  return [...sums.values()];
};

/** Adds coverages up: the same process or decision of the same model counts as one. They are sorted by their ids. */
export const mergeCoverage = (parts: readonly Coverage[]): Coverage => ({
  format: 'camunda-connectors/coverage',
  version: 1,
  processes: addUp(
    parts.flatMap(({ processes }) => processes),
    ({ model, bpmnProcessId }) => `${model} ${bpmnProcessId}`,
    addProcess,
  ).toSorted((left, right) => compare(left.bpmnProcessId, right.bpmnProcessId)),
  decisions: addUp(
    parts.flatMap(({ decisions }) => decisions),
    ({ model, decisionId }) => `${model} ${decisionId}`,
    addDecision,
  ).toSorted((left, right) => compare(left.decisionId, right.decisionId)),
});

const compare = (left: string, right: string): number => (left < right ? -1 : Number(left > right));
