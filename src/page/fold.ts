/** What an instance looked like after each of its steps. Pure. */
import type { Step } from '../cli/dev/page/contract.ts';

/** A variable with the number of the step that has last changed it. */
export interface FoldedVariable {
  readonly value: unknown;
  readonly previous?: unknown;
  readonly changedBy: number;
}

/** The variables of one element instance, or of the process instance. */
export interface Scope {
  readonly key: string;
  readonly elementId: string;
  readonly isEnded: boolean;
  readonly variables: ReadonlyMap<string, FoldedVariable>;
}

/** An instance after a step. */
export interface Folded {
  /** How often each element is active, by id. */
  readonly active: ReadonlyMap<string, number>;
  readonly done: ReadonlyMap<string, number>;
  readonly terminated: ReadonlyMap<string, number>;
  readonly incidents: ReadonlyMap<string, number>;
  readonly flows: ReadonlyMap<string, number>;
  readonly scopes: readonly Scope[];
}

const add = (counts: Map<string, number>, id: string, by: number): void => {
  const count = (counts.get(id) ?? 0) + by;
  if (count > 0) counts.set(id, count);
  else counts.delete(id);
};

/**
 * Folds steps to the state after the last of them.
 *
 * @param instance the key of the instance, whose own variables come first
 */
export const fold = (steps: readonly Step[], instance: string): Folded => {
  const active = new Map<string, number>();
  const done = new Map<string, number>();
  const terminated = new Map<string, number>();
  const incidents = new Map<string, number>();
  const flows = new Map<string, number>();
  const scopes = new Map<string, { elementId: string; isEnded: boolean; variables: Map<string, FoldedVariable> }>();
  for (const { kind, elementId = '', element = '', scope = '', flowId, variable, seq } of steps) {
    const isProcess = element === instance;
    switch (kind) {
      case 'element:activated':
        if (!isProcess) add(active, elementId, 1);
        break;
      case 'element:completed':
      case 'element:terminated': {
        const ended = scopes.get(element);
        if (ended !== undefined) ended.isEnded = true;
        if (isProcess) break;
        add(active, elementId, -1);
        add(kind === 'element:completed' ? done : terminated, elementId, 1);
        break;
      }
      case 'incident:created':
        add(incidents, elementId, 1);
        break;
      case 'incident:resolved':
        add(incidents, elementId, -1);
        break;
      case 'flow:taken':
        add(flows, flowId ?? '', 1);
        break;
      case 'variable:created':
      case 'variable:updated': {
        if (variable === undefined) break;
        const owner = scopes.get(scope) ?? { elementId, isEnded: false, variables: new Map() };
        scopes.set(scope, owner);
        const { name, value, previous } = variable;
        owner.variables.set(name, { value, changedBy: seq, ...(previous === undefined ? {} : { previous }) });
        break;
      }
    }
  }
  const all = [...scopes].map(([key, rest]) => ({ key, ...rest }));
  return {
    ...{ active, done, terminated, incidents, flows },
    scopes: [...all.filter(({ key }) => key === instance), ...all.filter(({ key }) => key !== instance)],
  };
};
