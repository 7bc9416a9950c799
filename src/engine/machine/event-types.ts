import type { DecisionMetadata, DecisionRequirementsMetadata, MachineDecisionEvaluation } from './decision-types.ts';
import type { MachineSubscription, MachineTimer, MachineVariable } from './look-in-types.ts';
import type { ListenerEvent, MachineUserTask } from './task-types.ts';
import type { Json, Key, Variables } from './values.ts';
import type {
  FormMetadata,
  MachineElement,
  MachineIncident,
  MachineInstance,
  MachineJob,
  MachineMessage,
  MachineSignal,
  ProcessMetadata,
  ResourceMetadata,
} from './view-types.ts';

/** What has happened, in order. Each event is emitted after the step that caused it. */
export type EngineEvent =
  | { readonly kind: 'process:deployed'; readonly process: ProcessMetadata }
  | { readonly kind: 'form:deployed'; readonly form: FormMetadata }
  /** A file that is neither a process nor a decision nor a form. */
  | { readonly kind: 'file:deployed'; readonly resource: ResourceMetadata }
  | {
      readonly kind: 'decisions:deployed';
      readonly decisionRequirements: DecisionRequirementsMetadata;
      readonly decisions: readonly DecisionMetadata[];
    }
  /** A process, a form, or the decisions of a file were deleted. */
  | { readonly kind: 'resource:deleted'; readonly key: Key }
  | { readonly kind: 'instance:created'; readonly instance: MachineInstance }
  | { readonly kind: 'instance:completed'; readonly instance: MachineInstance }
  | { readonly kind: 'instance:terminated'; readonly instance: MachineInstance }
  | { readonly kind: 'instance:modified'; readonly instance: MachineInstance }
  | { readonly kind: 'instance:migrated'; readonly instance: MachineInstance }
  | { readonly kind: 'element:activated'; readonly element: MachineElement }
  | { readonly kind: 'element:completed'; readonly element: MachineElement }
  | { readonly kind: 'element:terminated'; readonly element: MachineElement }
  | {
      readonly kind: 'flow:taken';
      readonly flowId: string;
      readonly scopeKey: Key;
      readonly processInstanceKey: Key;
      readonly bpmnProcessId: string;
    }
  /** The variables of an element can precede its activation. They end with their scope, without an event. */
  | { readonly kind: 'variable:created'; readonly variable: MachineVariable }
  /** The value is another one than before. */
  | { readonly kind: 'variable:updated'; readonly variable: MachineVariable; readonly previous: Json }
  /** A job is activatable: it is new, has timed out, has failed with retries left, its back-off is over, or its incident is resolved. */
  | { readonly kind: 'job:activatable'; readonly job: MachineJob }
  /** The variables are those that the worker receives. */
  | { readonly kind: 'job:activated'; readonly job: MachineJob; readonly variables: Variables }
  /** The variables are the result of the job. */
  | { readonly kind: 'job:completed'; readonly job: MachineJob; readonly variables: Variables }
  | { readonly kind: 'job:failed'; readonly job: MachineJob; readonly variables: Variables }
  | { readonly kind: 'job:errorThrown'; readonly job: MachineJob; readonly code: string; readonly variables: Variables }
  | { readonly kind: 'job:cancelled'; readonly job: MachineJob }
  /** A client has changed a property of the job. */
  | { readonly kind: 'job:updated'; readonly job: MachineJob; readonly property: 'retries' | 'timeout' | 'priority' }
  | { readonly kind: 'userTask:created'; readonly userTask: MachineUserTask }
  | { readonly kind: 'userTask:assigned'; readonly userTask: MachineUserTask }
  | { readonly kind: 'userTask:updated'; readonly userTask: MachineUserTask }
  | { readonly kind: 'userTask:completed'; readonly userTask: MachineUserTask; readonly variables: Variables }
  | { readonly kind: 'userTask:cancelled'; readonly userTask: MachineUserTask }
  /** A listener has denied a change: the task is as before. */
  | {
      readonly kind: 'userTask:denied';
      readonly userTask: MachineUserTask;
      readonly event: ListenerEvent;
      readonly reason: string;
    }
  | { readonly kind: 'incident:created'; readonly incident: MachineIncident }
  | { readonly kind: 'incident:resolved'; readonly incident: MachineIncident }
  | { readonly kind: 'subscription:opened'; readonly subscription: MachineSubscription }
  | { readonly kind: 'subscription:closed'; readonly subscription: MachineSubscription }
  | { readonly kind: 'message:published'; readonly message: MachineMessage }
  | {
      readonly kind: 'message:correlated';
      readonly message: MachineMessage;
      readonly processInstanceKey: Key;
      readonly bpmnProcessId: string;
      readonly elementId: string;
    }
  | { readonly kind: 'message:expired'; readonly message: MachineMessage }
  | { readonly kind: 'decision:evaluated'; readonly evaluation: MachineDecisionEvaluation }
  | { readonly kind: 'decision:failed'; readonly evaluation: MachineDecisionEvaluation }
  | { readonly kind: 'signal:broadcast'; readonly signal: MachineSignal }
  /** A timer is new, or is due again. */
  | { readonly kind: 'timer:scheduled'; readonly timer: MachineTimer }
  | {
      readonly kind: 'timer:triggered';
      readonly timer: MachineTimer;
      readonly elementId: string;
      readonly processInstanceKey: Key;
      readonly bpmnProcessId: string;
    }
  /** What has waited for the timer has ended before it fired. */
  | { readonly kind: 'timer:cancelled'; readonly timer: MachineTimer };

/** The events that the gateway needs. They are created even if nobody listens to the others. */
export type WorkEvent = Extract<
  EngineEvent,
  { readonly kind: 'job:activatable' | 'instance:completed' | 'instance:terminated' }
>;
