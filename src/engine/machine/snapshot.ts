import type { Core } from './store/core.ts';
import type { ElementInstance, Job, MessageStart, StepName, Timer, Wait } from './store/records.ts';
import { toTagged } from './store/values.ts';
import type { ElementState, IncidentType, JobState, Json, MachineSnapshot, Variables } from './types.ts';

/** The state's records as JSON: references are keys, nodes are ids, indexes are left out. */

export interface SavedDefinition {
  readonly key: number;
  readonly processId: string;
  readonly version: number;
  /** Index in the snapshot's resources. */
  readonly resource: number;
}

export interface SavedElement {
  readonly key: number;
  readonly definition: number;
  readonly scope: number | null;
  readonly node: string | null;
  readonly state: ElementState;
  readonly variables: Variables | null;
  readonly tokens: number;
  readonly joins: Readonly<Record<string, number>> | null;
  readonly result: Variables | null;
  readonly chosen: string | null;
  readonly lock: string | null;
}

export interface SavedJob {
  readonly key: number;
  readonly element: number;
  readonly type: string;
  readonly state: JobState;
  readonly retries: number;
  readonly worker: string;
  readonly errorMessage: string;
  readonly due: number;
  readonly scheduled: boolean;
}

export interface SavedIncident {
  readonly key: number;
  readonly element: number;
  readonly type: IncidentType;
  readonly message: string;
  readonly step: StepName;
}

export interface SavedTimer {
  readonly kind: 'timer';
  readonly key: number;
  readonly definition: number;
  /** Null on the timer of a process start event. */
  readonly element: number | null;
  readonly node: string;
  readonly cycle: string | null;
  readonly repetitions: number;
  readonly due: number;
}

export interface SavedSubscription {
  readonly kind: 'subscription';
  readonly key: number;
  readonly element: number;
  readonly node: string;
  readonly name: string;
  readonly correlationKey: string;
}

export interface SavedMessage {
  readonly key: number;
  readonly name: string;
  readonly correlationKey: string;
  readonly messageId: string;
  readonly variables: Variables;
  readonly correlated: readonly string[];
  readonly due: number;
}

export interface SavedMessageStart {
  readonly name: string;
  readonly definition: number;
  readonly node: string;
  readonly since: number;
}

export interface SavedEnded {
  readonly key: number;
  readonly definition: number;
  readonly state: 'COMPLETED' | 'TERMINATED';
  readonly variables: Variables;
}

export interface SavedState {
  readonly lastKey: number;
  readonly definitions: readonly SavedDefinition[];
  /** Outer before inner, older before younger. */
  readonly elements: readonly SavedElement[];
  readonly jobs: readonly SavedJob[];
  readonly incidents: readonly SavedIncident[];
  readonly waits: readonly (SavedTimer | SavedSubscription)[];
  readonly messages: readonly SavedMessage[];
  readonly messageStarts: readonly SavedMessageStart[];
  readonly ended: readonly SavedEnded[];
}

const saveElement = (element: ElementInstance): SavedElement => ({
  key: element.key,
  definition: element.definition.key,
  scope: element.scope?.key ?? null,
  node: element.node?.id ?? null,
  state: element.state,
  variables: element.variables ?? null,
  tokens: element.tokens,
  joins: element.joins ?? null,
  result: element.result ?? null,
  chosen: element.chosen ?? null,
  lock: element.lock ?? null,
});

const saveJob = ({ key, element, type, state, retries, worker, errorMessage, due, dueAt }: Job): SavedJob => ({
  key,
  element: element.key,
  type,
  state,
  retries,
  worker,
  errorMessage,
  due,
  scheduled: dueAt >= 0,
});

const saveTimer = ({ key, definition, element, node, cycle, repetitions, due }: Timer): SavedTimer => ({
  kind: 'timer',
  key,
  definition: definition.key,
  element: element?.key ?? null,
  node: node.id,
  cycle: cycle ?? null,
  repetitions,
  due,
});

const saveWait = (wait: Wait): SavedTimer | SavedSubscription => {
  if (wait.kind === 'timer') return saveTimer(wait);
  const { kind, key, element, node, name, correlationKey } = wait;
  return { kind, key, element: element.key, node: node.id, name, correlationKey };
};

const saveStart = ({ name, definition, node, since }: MessageStart): SavedMessageStart => ({
  name,
  definition: definition.key,
  node: node.id,
  since,
});

/** The machine's whole state as data; only between two commands, when the ready queue is empty. */
export const takeSnapshot = ({ state }: Core): MachineSnapshot => {
  const elements = [...state.elements.values()];
  const resourceIndex = new Map(state.resources.map((resource, index) => [resource, index]));
  const startTimers = [...state.timerStarts.values()].flat().filter(({ dueAt }) => dueAt >= 0);
  const waits = [...elements.flatMap(({ waits }) => waits ?? []), ...startTimers].sort((a, b) => a.key - b.key);
  const ring = [...state.endedRing.slice(state.endedNext), ...state.endedRing.slice(0, state.endedNext)];
  const saved: SavedState = {
    lastKey: state.lastKey,
    definitions: [...state.definitions.values()].map(({ key, version, model, resource }) => ({
      key,
      processId: model.id,
      version,
      resource: resourceIndex.get(resource) ?? -1,
    })),
    elements: elements.map(saveElement),
    jobs: [...state.jobs.values()].map(saveJob),
    incidents: [...state.incidents.values()].map(({ key, element, type, message, step }) => ({
      key,
      element: element.key,
      type,
      message,
      step,
    })),
    waits: waits.map(saveWait),
    messages: [...state.messages.values()].map(
      ({ key, name, correlationKey, messageId, variables, correlated, due }) => ({
        key,
        name,
        correlationKey,
        messageId,
        variables,
        correlated: [...correlated],
        due,
      }),
    ),
    messageStarts: [...state.messageStarts.values()].flat().map(saveStart),
    ended: ring.map((key) => {
      const { definition, state: end, variables } = state.ended.get(key)!;
      return { key, definition: definition.key, state: end, variables };
    }),
  };
  return {
    format: 1,
    resources: state.resources.map(({ name, content }) => ({ name, base64: Buffer.from(content).toString('base64') })),
    state: toTagged(saved as unknown as Json),
  };
};
