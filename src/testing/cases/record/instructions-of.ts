import type { EngineEvent, Key, MachineJob, MachineUserTask, Variables } from '../../../engine/machine/types.ts';
import { durationText } from '../instructions/failure-text.ts';
import type { Fields, Instruction } from '../types.ts';
import type { RecordingFacts } from './facts.ts';
import { createReplayTime } from './replay-time.ts';
import { createOpenThings, isOldest } from './selection.ts';
import type { RecordedStep } from './types.ts';

/** What was done by hand, as instructions. */
export interface RecordedActions {
  readonly instructions: readonly Instruction[];
  readonly notes: readonly string[];
  /** Keys of the instances, at the top, with a change that has no instruction. */
  readonly changed: ReadonlySet<Key>;
  /** Keys of the incidents that do not happen again, because failed attempts have no instruction. */
  readonly ignoredIncidents: ReadonlySet<Key>;
}

type EventOf<Kind extends EngineEvent['kind']> = Extract<EngineEvent, { readonly kind: Kind }>;

/** Where an event is. */
interface Place {
  readonly step: RecordedStep;
  /** The position in the step. */
  readonly index: number;
}

/** An event, and where it is. */
interface Moment<Event extends EngineEvent = EngineEvent> extends Place {
  readonly event: Event;
}

const oldestNote = (what: string): string =>
  `${what} was not the oldest one, but a selector means the oldest: the test case does this with another one.`;

const withVariables = (variables: Variables): Fields => (Object.keys(variables).length === 0 ? {} : { variables });

const jobSelectorOf = ({ type, elementId, bpmnProcessId }: MachineJob): Fields => ({
  ...{ processDefinitionId: bpmnProcessId, elementId, jobType: type },
});

/** The variables with which a user task is completed, which its listeners delay; undefined if one of them denies it. */
const completionAfter = (steps: readonly RecordedStep[], from: RecordedStep, key: Key): Variables | undefined => {
  for (const { events } of steps.slice(steps.indexOf(from))) {
    for (const event of events) {
      if (event.kind === 'userTask:denied' && event.userTask.key === key) return undefined;
      if (event.kind === 'userTask:completed' && event.userTask.key === key) return event.variables;
    }
  }
  return undefined;
};

/** The elements that the job of an ad-hoc subprocess has activated, and how it goes on. */
const adHocFieldsOf = ({ elementInstanceKey }: MachineJob, { step, index }: Place): Fields => {
  const later = step.events.slice(index + 1);
  const inner = new Set<Key>([elementInstanceKey]);
  const scopeOf = new Map<Key, Key>();
  for (const event of later) {
    if (event.kind !== 'element:activated') continue;
    const { key, kind, scopeKey } = event.element;
    if (kind === 'adHocInnerInstance' && scopeKey === elementInstanceKey) inner.add(key);
    scopeOf.set(key, scopeKey);
  }
  const variablesIn = (scope: Key): Variables =>
    Object.fromEntries(
      later.flatMap((event) =>
        event.kind === 'variable:created' && event.variable.scopeKey === scope
          ? [[event.variable.name, event.variable.value]]
          : [],
      ),
    );
  const activateElements = later.flatMap((event) => {
    if (event.kind !== 'element:activated') return [];
    const { elementId, kind, scopeKey } = event.element;
    if (kind === 'adHocInnerInstance' || !inner.has(scopeKey)) return [];
    return [{ elementId, ...withVariables(scopeKey === elementInstanceKey ? {} : variablesIn(scopeKey)) }];
  });
  const has = (kind: EngineEvent['kind'], test: (key: Key, scope: Key) => boolean): boolean =>
    later.some((event) => 'element' in event && event.kind === kind && test(event.element.key, event.element.scopeKey));
  return {
    ...(activateElements.length === 0 ? {} : { activateElements }),
    ...(has('element:completed', (key) => key === elementInstanceKey) ? { completionConditionFulfilled: true } : {}),
    ...(has('element:terminated', (_, scope) => inner.has(scope)) ? { cancelRemainingInstances: true } : {}),
  };
};

/** Reads what was done by hand from a recording. */
export const actionsOf = (steps: readonly RecordedStep[], facts: RecordingFacts): RecordedActions => {
  const instructions: Instruction[] = [];
  const notes = new Set<string>();
  const changed = new Set<Key>();
  const ignoredIncidents = new Set<Key>();
  const open = createOpenThings();
  const time = createReplayTime(facts.passed);
  const activeScopes = new Map<Key, string>();
  const failedJobs = new Set<Key>();
  /** User tasks whose completion waits for listeners, and listener jobs for changes that have no instruction. */
  const completing = new Set<Key>();
  const leftOut = new Set<Key>();
  /** When the timer of a step has fired; new timers begin then. */
  let fired: number | undefined;

  const elapse = (milliseconds: number): void => {
    if (milliseconds > 0) instructions.push({ type: 'INCREASE_TIME', duration: durationText(milliseconds) });
  };
  const act = ({ step }: Place, instruction: Instruction): void => {
    elapse(time.before(step));
    instructions.push(instruction);
  };
  const note = (text: string): void => void notes.add(text);
  const isInternal = (key: Key): boolean => !facts.instances.has(key);
  const change = (key: Key, what: string): void => {
    const id = facts.instances.get(key)?.bpmnProcessId ?? key;
    changed.add(facts.rootOf(key));
    note(`The instance ${key} of ${id} was ${what}, for which the format has no instruction.`);
  };

  const createInstance = (moment: Moment<EventOf<'instance:created'>>): void => {
    const { instance } = moment.event;
    const { bpmnProcessId, variables, parentProcessInstanceKey } = instance;
    if (instance.internal === true || parentProcessInstanceKey !== undefined) return;
    const cause = facts.causeOf(instance);
    if (cause === 'condition') {
      const isFirst = moment.step.events.findIndex(({ kind }) => kind === 'instance:created') === moment.index;
      if (isFirst) act(moment, { type: 'EVALUATE_CONDITIONAL_START_EVENT', variables });
    }
    if (cause !== undefined) return;
    const elementId = facts.startElementOf(instance);
    act(moment, {
      ...{ type: 'CREATE_PROCESS_INSTANCE', processDefinitionSelector: { processDefinitionId: bpmnProcessId } },
      ...withVariables(variables),
      ...(elementId === undefined ? {} : { startInstructions: [{ elementId }] }),
    });
  };

  const endJob = (moment: Moment<EventOf<'job:completed' | 'job:errorThrown'>>): void => {
    const { event } = moment;
    const { job, variables } = event;
    open.jobs.delete(job.key);
    if (isInternal(job.processInstanceKey) || leftOut.has(job.key)) return;
    const jobSelector = jobSelectorOf(job);
    if (!isOldest(open.jobs, job, ({ type }) => type === job.type)) {
      note(oldestNote(`A job "${job.type}" at ${job.elementId}`));
    }
    if (event.kind === 'job:errorThrown') {
      const { errorMessage } = job;
      act(moment, {
        ...{ type: 'THROW_BPMN_ERROR_FROM_JOB', jobSelector, errorCode: event.code },
        ...(errorMessage === '' ? {} : { errorMessage }),
        ...withVariables(variables),
      });
    } else if (job.kind === 'TASK_LISTENER') {
      const denial = moment.step.events.find((each) => each.kind === 'userTask:denied');
      const denied = denial?.kind === 'userTask:denied' ? denial.reason : undefined;
      act(moment, {
        ...{ type: 'COMPLETE_JOB_USER_TASK_LISTENER', jobSelector },
        ...(denied === undefined ? {} : { denied: true, ...(denied === '' ? {} : { deniedReason: denied }) }),
      });
    } else if (job.kind === 'AD_HOC_SUB_PROCESS') {
      act(moment, {
        ...{ type: 'COMPLETE_JOB_AD_HOC_SUB_PROCESS', jobSelector, ...withVariables(variables) },
        ...adHocFieldsOf(job, moment),
      });
    } else act(moment, { type: 'COMPLETE_JOB', jobSelector, ...withVariables(variables) });
  };

  const completeUserTask = (moment: Place, task: MachineUserTask, variables: Variables): void => {
    const { bpmnProcessId, elementId } = task;
    if (!isOldest(open.userTasks, task)) note(oldestNote(`A user task ${elementId}`));
    const userTaskSelector = { processDefinitionId: bpmnProcessId, elementId };
    act(moment, { type: 'COMPLETE_USER_TASK', userTaskSelector, ...withVariables(variables) });
  };

  /** A listener shows that a user task is being changed: completed, or assigned and updated by hand. */
  const openJob = (moment: Moment<EventOf<'job:activatable'>>): void => {
    const { job } = moment.event;
    failedJobs.delete(job.key);
    open.jobs.set(job.key, job);
    const task = job.kind === 'TASK_LISTENER' ? open.userTasks.get(job.userTask?.userTaskKey ?? '') : undefined;
    if (task === undefined || moment.index > 0) return;
    if (job.listenerEvent === 'COMPLETING' && !completing.has(task.key)) {
      completing.add(task.key);
      completeUserTask(moment, task, completionAfter(steps, moment.step, task.key) ?? {});
    } else if (job.listenerEvent === 'ASSIGNING' || job.listenerEvent === 'UPDATING') {
      leftOut.add(job.key);
      note(`The user task ${task.elementId} was assigned or changed, for which the format has no instruction.`);
    }
  };

  const endUserTask = (moment: Moment<EventOf<'userTask:completed'>>): void => {
    const { userTask, variables } = moment.event;
    open.userTasks.delete(userTask.key);
    if (!completing.delete(userTask.key)) completeUserTask(moment, userTask, variables);
  };

  /** Variables that a client has set: they come first in their step, in a scope that was there before. */
  const setVariables = (moment: Moment<EventOf<'variable:created' | 'variable:updated'>>): void => {
    const { step, index } = moment;
    const leading = step.events.findIndex(({ kind }) => kind !== 'variable:created' && kind !== 'variable:updated');
    const next = step.events[leading];
    const { scopeKey, processInstanceKey, bpmnProcessId } = moment.event.variable;
    // The variables of a failed job precede its failure; those of the job of an ad-hoc subprocess, its completion.
    const isOfJob =
      (next?.kind === 'job:failed' || next?.kind === 'job:completed') && next.job.elementInstanceKey === scopeKey;
    const isFirstOfScope = !step.events
      .slice(0, index)
      .some((event) => 'variable' in event && event.variable.scopeKey === scopeKey);
    if ((leading >= 0 && index >= leading) || isOfJob || !isFirstOfScope || isInternal(processInstanceKey)) return;
    const elementId = activeScopes.get(scopeKey);
    if (scopeKey !== processInstanceKey && elementId === undefined) return;
    const variables = Object.fromEntries(
      step.events
        .slice(0, leading < 0 ? undefined : leading)
        .flatMap((event) =>
          'variable' in event && event.variable.scopeKey === scopeKey
            ? [[event.variable.name, event.variable.value]]
            : [],
        ),
    );
    const oldest = [...facts.instances.values()].find((each) => each.bpmnProcessId === bpmnProcessId);
    if (oldest?.key !== processInstanceKey) note(oldestNote(`An instance of ${bpmnProcessId} with new variables`));
    act(moment, {
      ...{ type: 'UPDATE_VARIABLES', processInstanceSelector: { processDefinitionId: bpmnProcessId }, variables },
      ...(elementId === undefined ? {} : { elementSelector: { elementId }, createLocalVariables: true }),
    });
  };

  const endIncident = (moment: Moment<EventOf<'incident:resolved'>>): void => {
    const { incident } = moment.event;
    const { key, elementId, bpmnProcessId, elementInstanceKey, processInstanceKey } = incident;
    open.incidents.delete(key);
    const isOver = moment.step.events.some(
      (event) => event.kind === 'element:terminated' && event.element.key === elementInstanceKey,
    );
    if (isOver || isInternal(processInstanceKey) || ignoredIncidents.has(key)) return;
    if (!isOldest(open.incidents, incident)) note(oldestNote(`An incident at ${elementId}`));
    act(moment, { type: 'RESOLVE_INCIDENT', incidentSelector: { processDefinitionId: bpmnProcessId, elementId } });
  };

  const handlers: { readonly [Kind in EngineEvent['kind']]?: (moment: Moment<EventOf<Kind>>) => void } = {
    'instance:created': createInstance,
    'instance:terminated': ({ event: { instance } }) => {
      if (!isInternal(instance.key) && instance.parentProcessInstanceKey === undefined)
        change(instance.key, 'cancelled');
    },
    'instance:modified': ({ event: { instance } }) => change(instance.key, 'modified'),
    'instance:migrated': ({ event: { instance } }) => change(instance.key, 'migrated'),
    'element:activated': ({ event: { element } }) => void activeScopes.set(element.key, element.elementId),
    'element:completed': ({ event: { element } }) => void activeScopes.delete(element.key),
    'element:terminated': ({ event: { element } }) => void activeScopes.delete(element.key),
    'variable:created': setVariables,
    'variable:updated': setVariables,
    'job:activatable': openJob,
    'job:completed': endJob,
    'job:errorThrown': endJob,
    'job:failed': ({ event: { job } }) => {
      if (job.retries > 0 || isInternal(job.processInstanceKey)) return;
      failedJobs.add(job.key);
      note(`The job "${job.type}" at ${job.elementId} has failed, for which the format has no instruction.`);
    },
    'job:cancelled': ({ event: { job } }) => void open.jobs.delete(job.key),
    'userTask:created': ({ event: { userTask } }) => void open.userTasks.set(userTask.key, userTask),
    'userTask:completed': endUserTask,
    'userTask:cancelled': ({ event: { userTask } }) => void open.userTasks.delete(userTask.key),
    'userTask:denied': ({ event: { userTask } }) => void completing.delete(userTask.key),
    'incident:created': ({ event: { incident } }) => {
      if (failedJobs.has(incident.jobKey)) ignoredIncidents.add(incident.key);
      else open.incidents.set(incident.key, incident);
    },
    'incident:resolved': endIncident,
    'message:published': (moment) => {
      const { key, name, correlationKey, messageId, variables, publishedAt, deadline } = moment.event.message;
      if (facts.internalMessages.has(name)) return;
      act(moment, {
        ...{ type: 'PUBLISH_MESSAGE', name, correlationKey, timeToLive: deadline - publishedAt },
        ...(messageId === '' ? {} : { messageId }),
        ...withVariables(variables),
      });
      time.begin(key, publishedAt, deadline);
    },
    'message:expired': ({ event: { message } }) => {
      if (facts.passed.has(message.key)) elapse(time.fire(message.key));
      time.end(message.key);
    },
    'signal:broadcast': (moment) => {
      const before = moment.step.events[moment.index - 1];
      // A process has thrown it.
      if (before?.kind === 'element:activated' && /^(?:throw|end)Event$/.test(before.element.kind)) return;
      const { name, variables } = moment.event.signal;
      act(moment, { type: 'BROADCAST_SIGNAL', signalName: name, ...withVariables(variables) });
    },
    'timer:scheduled': ({ event: { timer }, step, index }) => {
      const before = step.events[index - 1];
      if (before?.kind === 'timer:triggered' && before.timer.key === timer.key) time.repeat(timer.key, timer.due);
      else time.begin(timer.key, fired ?? step.at, timer.due);
    },
    'timer:triggered': ({ event: { timer } }) => {
      elapse(time.fire(timer.key));
      fired = timer.due;
    },
    'timer:cancelled': ({ event: { timer } }) => time.end(timer.key),
  };

  for (const step of steps) {
    fired = undefined;
    for (const [index, event] of step.events.entries()) {
      // The kind of the event selects the function.
      (handlers[event.kind] as ((moment: Moment) => void) | undefined)?.({ event, step, index });
    }
  }
  return { instructions, notes: [...notes], changed, ignoredIncidents };
};
