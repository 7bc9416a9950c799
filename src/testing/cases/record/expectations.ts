import type { EngineEvent, Key, Variables } from '../../../engine/machine/types.ts';
import type { Instruction } from '../types.ts';
import type { RecordingFacts } from './facts.ts';
import type { RecordedStep } from './types.ts';

/** What is known of an instance at the end of a recording. */
interface Outcome {
  state: 'IS_ACTIVE' | 'IS_COMPLETED' | 'IS_TERMINATED';
  variables: Variables;
  readonly completed: string[];
  readonly active: Map<Key, string>;
  readonly incidents: Set<Key>;
  hasInnerInstances: boolean;
}

const recordOutcome = (outcomes: ReadonlyMap<Key, Outcome>, event: EngineEvent): void => {
  const of = (key: Key): Outcome | undefined => outcomes.get(key);
  switch (event.kind) {
    case 'element:activated':
    case 'element:completed':
    case 'element:terminated': {
      const { key, elementId, kind, processInstanceKey } = event.element;
      const outcome = of(processInstanceKey);
      if (outcome === undefined) return;
      if (kind === 'adHocInnerInstance') {
        outcome.hasInnerInstances = true;
        return;
      }
      if (event.kind === 'element:activated') outcome.active.set(key, elementId);
      else outcome.active.delete(key);
      if (event.kind === 'element:completed') outcome.completed.push(elementId);
      return;
    }
    case 'variable:created':
    case 'variable:updated': {
      const { scopeKey, name, value } = event.variable;
      const outcome = of(scopeKey);
      if (outcome !== undefined) outcome.variables = { ...outcome.variables, [name]: value };
      return;
    }
    case 'incident:created':
      of(event.incident.processInstanceKey)?.incidents.add(event.incident.key);
      return;
    case 'incident:resolved':
      of(event.incident.processInstanceKey)?.incidents.delete(event.incident.key);
      return;
    case 'instance:completed':
    case 'instance:terminated': {
      const outcome = of(event.instance.key);
      if (outcome === undefined) return;
      outcome.state = event.kind === 'instance:completed' ? 'IS_COMPLETED' : 'IS_TERMINATED';
      outcome.variables = event.instance.variables;
      return;
    }
    default:
  }
};

const selectors = (ids: readonly string[]): readonly object[] => ids.map((elementId) => ({ elementId }));

const assertionsOf = (id: string, outcome: Outcome, ignored: ReadonlySet<Key>): readonly Instruction[] => {
  const processInstanceSelector = { processDefinitionId: id };
  const { state, completed, active, variables, incidents, hasInnerInstances } = outcome;
  const hasIgnored = [...incidents].some((key) => ignored.has(key));
  const elementAssertion = (ids: readonly string[], is: string): Instruction => ({
    ...{ type: 'ASSERT_ELEMENT_INSTANCES', processInstanceSelector, elementSelectors: selectors(ids), state: is },
  });
  return [
    {
      ...{ type: 'ASSERT_PROCESS_INSTANCE', processInstanceSelector, state },
      ...(hasIgnored ? {} : { hasActiveIncidents: incidents.size > 0 }),
    },
    ...(completed.length === 0 ? [] : [elementAssertion(completed, 'IS_COMPLETED_IN_ORDER')]),
    ...(active.size === 0
      ? []
      : [elementAssertion([...active.values()], hasInnerInstances ? 'IS_ACTIVE' : 'IS_ACTIVE_EXACTLY')]),
    ...(Object.keys(variables).length === 0 ? [] : [{ type: 'ASSERT_VARIABLES', processInstanceSelector, variables }]),
  ];
};

/**
 * What came of a recording, as assertions: for the oldest instance of each process its state, the elements that have completed
 * in their order, those that are active, and the variables.
 *
 * @param changed keys of instances with a change that has no instruction; nothing is expected of them
 * @param ignored keys of incidents that do not happen again
 */
export const expectationsOf = (
  steps: readonly RecordedStep[],
  { instances, rootOf }: RecordingFacts,
  changed: ReadonlySet<Key>,
  ignored: ReadonlySet<Key>,
): readonly Instruction[] => {
  const oldest = new Map<string, Key>();
  for (const { key, bpmnProcessId } of instances.values()) {
    if (!oldest.has(bpmnProcessId)) oldest.set(bpmnProcessId, key);
  }
  const outcomes = new Map(
    [...oldest.values()].map((key): [Key, Outcome] => [
      key,
      {
        ...{ state: 'IS_ACTIVE', variables: {}, completed: [], active: new Map(), incidents: new Set() },
        hasInnerInstances: false,
      },
    ]),
  );
  for (const { events } of steps) for (const event of events) recordOutcome(outcomes, event);
  return [...oldest].flatMap(([id, key]) =>
    changed.has(rootOf(key)) ? [] : assertionsOf(id, outcomes.get(key)!, ignored),
  );
};
