import type { EngineEvent, Key, MachineUserTask, Variables } from '../../../engine/machine/types.ts';

/** What an engine forgets when it is over, and assertions still ask for. */
export interface CaseRecorder {
  record(event: EngineEvent): void;
  /** All user tasks so far, oldest first, as they are or as they ended. */
  userTasks(): readonly MachineUserTask[];
  /** The variables of an element instance, also after its end. */
  variablesOf(scopeKey: Key): Variables;
  /** How often a process went on: an element, a job, a user task or an incident has changed. */
  steps(): number;
}

const isStep = ({ kind }: EngineEvent): boolean => /^(?:element|job|userTask|incident|instance):/.test(kind);

/** Creates a recorder for the events of an engine. */
export const createCaseRecorder = (): CaseRecorder => {
  const userTasks = new Map<Key, MachineUserTask>();
  const scopes = new Map<Key, Record<string, Variables[string]>>();
  let steps = 0;
  return {
    record: (event) => {
      if (isStep(event)) steps += 1;
      if ('userTask' in event) userTasks.set(event.userTask.key, event.userTask);
      if (event.kind === 'variable:created' || event.kind === 'variable:updated') {
        const { scopeKey, name, value } = event.variable;
        scopes.set(scopeKey, { ...scopes.get(scopeKey), [name]: value });
      }
    },
    userTasks: () => [...userTasks.values()],
    variablesOf: (scopeKey) => scopes.get(scopeKey) ?? {},
    steps: () => steps,
  };
};
