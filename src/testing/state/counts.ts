import type { EngineEvent, MachineProcess } from '../../engine/machine/types.ts';

/** How often an element was entered, and how its instances ended. */
export interface ElementCount {
  readonly entered: number;
  readonly completed: number;
  readonly terminated: number;
}

/** How often the elements and flows of a version of a process were used. Every element and flow of the file is present. */
export interface ProcessCounts {
  readonly process: MachineProcess;
  readonly elements: Readonly<Record<string, ElementCount>>;
  readonly flows: Readonly<Record<string, number>>;
}

/** How often a version of a decision was evaluated, and how often each of its rules matched. */
export interface DecisionCounts {
  readonly decisionId: string;
  readonly version: number;
  readonly decisionKey: string;
  readonly evaluated: number;
  readonly failed: number;
  /** By the number of the rule, from 1. Rules that never matched are absent. */
  readonly rules: Readonly<Record<number, number>>;
}

/** What was used of the deployed files: the data of coverage. */
export interface Counts {
  readonly processes: readonly ProcessCounts[];
  readonly decisions: readonly DecisionCounts[];
}

/** Counts what is used. */
export interface CountRecorder {
  record(event: EngineEvent): void;
  /** @param processes all versions of all processes, from `engine.processes()` */
  counts(processes: readonly MachineProcess[]): Counts;
}

type Mutable<T> = { -readonly [Name in keyof T]: T[Name] };

interface UsedDecision extends Mutable<Omit<DecisionCounts, 'rules'>> {
  readonly rules: Record<number, number>;
}

const unused: ElementCount = { entered: 0, completed: 0, terminated: 0 };

const kinds = {
  'element:activated': 'entered',
  'element:completed': 'completed',
  'element:terminated': 'terminated',
} as const;

/** Creates a recorder that has counted nothing. */
export const createCountRecorder = (): CountRecorder => {
  /** By the key of the definition, and the id. The events of an instance have the key of the definition only at its start. */
  const elements = new Map<string, Mutable<ElementCount>>();
  const flows = new Map<string, number>();
  const decisions = new Map<string, UsedDecision>();
  const definitionOf = new Map<string, string>();

  const idOf = (processInstanceKey: string, id: string): string =>
    `${definitionOf.get(processInstanceKey) ?? ''} ${id}`;

  return {
    record: (event) => {
      switch (event.kind) {
        case 'instance:created':
        case 'instance:migrated':
          definitionOf.set(event.instance.key, event.instance.processDefinitionKey);
          return;
        case 'element:activated':
        case 'element:completed':
        case 'element:terminated': {
          const { processInstanceKey, elementId, kind } = event.element;
          // The body of a multi-instance activity has the same id as its instances.
          if (kind === 'multiInstanceBody') return;
          const id = idOf(processInstanceKey, elementId);
          const count = elements.get(id) ?? { ...unused };
          count[kinds[event.kind]] += 1;
          elements.set(id, count);
          return;
        }
        case 'flow:taken': {
          const id = idOf(event.processInstanceKey, event.flowId);
          flows.set(id, (flows.get(id) ?? 0) + 1);
          return;
        }
        case 'decision:evaluated':
        case 'decision:failed':
          for (const { decisionId, decisionVersion, decisionKey, state, matchedRules } of event.evaluation
            .evaluatedDecisions) {
            const found = decisions.get(decisionKey) ?? {
              ...{ decisionId, version: decisionVersion, decisionKey, evaluated: 0, failed: 0, rules: {} },
            };
            decisions.set(decisionKey, found);
            if (state === 'FAILED') found.failed += 1;
            else found.evaluated += 1;
            for (const { ruleIndex } of matchedRules) found.rules[ruleIndex] = (found.rules[ruleIndex] ?? 0) + 1;
          }
          return;
        default:
      }
    },
    counts: (processes) => ({
      processes: processes.map((process) => {
        const of = (id: string): string => `${process.processDefinitionKey} ${id}`;
        return {
          process,
          elements: Object.fromEntries(process.elements.map(({ id }) => [id, { ...(elements.get(of(id)) ?? unused) }])),
          flows: Object.fromEntries(process.flows.map(({ id }) => [id, flows.get(of(id)) ?? 0])),
        };
      }),
      decisions: [...decisions.values()].map((decision) => ({ ...decision, rules: { ...decision.rules } })),
    }),
  };
};
