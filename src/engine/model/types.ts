import type { Expression } from '../../feel/types.ts';
import type { ClusterVersion } from './cluster-version.ts';

/** A process, compiled once to frozen plain objects. Nodes and flows refer to each other by id. */
export interface ProcessModel {
  readonly id: string;
  readonly name?: string;
  readonly resourceName: string;
  readonly nodes: ReadonlyMap<string, FlowNode>;
  readonly flows: ReadonlyMap<string, Flow>;
  /** The start event without a trigger, if the process has one. */
  readonly noneStart?: string;
  /** `zeebe:versionTag`. */
  readonly versionTag?: string;
  /** The form that a person fills in to start the process. The engine only shows it. */
  readonly startForm?: { readonly formId: string; readonly binding: Binding };
  /** The start events of event subprocesses, by the id of the process or subprocess around them. */
  readonly eventSubProcesses: ReadonlyMap<string, readonly string[]>;
  readonly listeners?: Listeners;
  /** The priority of jobs of elements that have none of their own. */
  readonly jobPriority?: Source;
  /** Message, timer and signal start events. */
  readonly triggeredStarts: readonly string[];
  /** Elements that only the official connector runtime serves; absent if there are none. */
  readonly officialInbound?: readonly OfficialInbound[];
}

/** An element for an inbound connector of the official runtime. */
export interface OfficialInbound {
  readonly elementId: string;
  /** The type of the connector, e.g. `io.camunda:webhook:1`. */
  readonly type: string;
}

/** A value in the file: static text, or a FEEL expression (with a leading `=`). */
export type Source =
  | { readonly kind: 'static'; readonly text: string }
  | { readonly kind: 'feel'; readonly expression: Expression };

/** `zeebe:input`. Without a source, the value is null. */
export interface InputMapping {
  readonly source?: Source;
  readonly target: readonly string[];
}

/** `zeebe:output`. */
export interface OutputMapping {
  readonly source: Expression;
  readonly target: readonly string[];
}

/** A sequence flow. */
export interface Flow {
  readonly id: string;
  readonly source: string;
  readonly target: string;
  readonly condition?: Expression;
}

/** `zeebe:taskDefinition` with `zeebe:taskHeaders`. */
export interface JobDefinition {
  readonly type: Source;
  readonly retries: Source;
  readonly headers: Readonly<Record<string, string>>;
  /** Jobs with a higher priority are activated first. Default: that of the process, or 0. */
  readonly priority?: Source;
  /** Absent if there are none. */
  readonly linkedResources?: readonly LinkedResource[];
}

/** `zeebe:linkedResource`: a deployed file whose key the worker of a job receives. */
export interface LinkedResource {
  readonly id: Source;
  readonly type: string;
  readonly linkName?: string;
  readonly binding: Binding;
}

/**
 * What an execution listener can listen to: `beforeAll` precedes all instances of a multi-instance activity, `cancel`
 * precedes the end of a process instance that is terminated.
 */
export type ExecutionEvent = 'start' | 'end' | 'beforeAll' | 'cancel';

/** What a task listener can listen to. */
export type TaskEvent = 'creating' | 'assigning' | 'updating' | 'completing' | 'canceling';

/** What a listener can listen to. */
export type ListenedEvent = ExecutionEvent | TaskEvent;

/** The jobs of the listeners to each event, in document order. Their headers include those of the element. */
export type Listeners = { readonly [Event in ListenedEvent]?: readonly JobDefinition[] };

/** The form of a user task: by id of a deployed form, by a key for job workers, or a reference to something else. */
export interface FormReference {
  readonly binding: Binding;
  readonly kind: 'formId' | 'formKey' | 'externalReference';
  readonly value: Source;
}

/** What a user task tells people and task lists. */
export interface UserTaskProperties {
  readonly assignee?: Source;
  readonly candidateGroups?: Source;
  readonly candidateUsers?: Source;
  readonly dueDate?: Source;
  readonly followUpDate?: Source;
  readonly form?: FormReference;
}

export interface MessageDefinition {
  readonly name: Source;
  /** Absent for process start events. */
  readonly correlationKey?: Expression;
}

export interface TimerDefinition {
  readonly kind: 'duration' | 'date' | 'cycle';
  readonly value: Source;
}

/** What a catching event waits for. */
export type Trigger =
  | { readonly kind: 'message'; readonly message: MessageDefinition }
  | { readonly kind: 'timer'; readonly timer: TimerDefinition }
  | { readonly kind: 'signal'; readonly name: Source }
  | ConditionTrigger;

/** A condition, checked when a variable that it names changes. */
export interface ConditionTrigger {
  readonly kind: 'condition';
  readonly condition: Expression;
  /** The changes that count. Default: both. */
  readonly changes?: readonly VariableChangeKind[];
}

export type VariableChangeKind = 'create' | 'update';

/** A multi-instance activity: one instance for each item of a list. */
export interface Loop {
  readonly sequential: boolean;
  readonly inputCollection: Expression;
  /** The variable of the item. */
  readonly inputElement?: string;
  /** The variable of the results, and what each instance adds to it; both or none. */
  readonly outputCollection?: string;
  readonly outputElement?: Expression;
  /** The variable that `outputElement` reads, if it is only a variable or a path. */
  readonly outputVariable?: string;
  readonly completionCondition?: Expression;
}

/** A parameter that a call of `fromAi` describes. */
export interface ToolParameter {
  /** The path of its value, e.g. `toolCall.query`. */
  readonly name: string;
  readonly description?: unknown;
  readonly type?: unknown;
  readonly schema?: unknown;
  readonly options?: unknown;
}

/** What a worker is told about an element of an ad-hoc subprocess. */
export interface ActivatableElement {
  readonly elementId: string;
  readonly elementName?: string;
  readonly documentation?: string;
  readonly properties?: Readonly<Record<string, string>>;
  readonly parameters?: readonly ToolParameter[];
}

/** What controls an ad-hoc subprocess: expressions, or the job of a worker. */
export interface AdHoc {
  /** Id of the node of its inner instances. */
  readonly innerInstance: string;
  /** The elements that can be activated. */
  readonly elements: readonly ActivatableElement[];
  readonly job?: JobDefinition;
  readonly activeElements?: Expression;
  readonly completionCondition?: Expression;
  /** Whether the completion condition ends what is still active. */
  readonly cancelRemaining: boolean;
  /** The variable of the results, and what each activation adds to it. */
  readonly output?: { readonly collection: string; readonly element: Expression };
}

/** Which version of a process, a form or a decision is found. */
export type Binding =
  | { readonly kind: 'latest' | 'deployment' }
  | { readonly kind: 'versionTag'; readonly versionTag: string };

interface NodeBase {
  readonly id: string;
  /** What the element is in the file, as the REST API names it, e.g. `SERVICE_TASK`. */
  readonly elementType: string;
  /** `zeebe:properties`. Absent if it has none. */
  readonly extensionProperties?: Readonly<Record<string, string>>;
  readonly name?: string;
  /** Id of the enclosing process or subprocess. */
  readonly scope: string;
  /** Flow ids. */
  readonly incoming: readonly string[];
  /** Flow ids in document order. */
  readonly outgoing: readonly string[];
  readonly inputs: readonly InputMapping[];
  readonly outputs: readonly OutputMapping[];
  /** Boundary events attached to this node. */
  readonly boundaryEvents: readonly string[];
  readonly loop?: Loop;
  readonly listeners?: Listeners;
  /** Compensates another activity: no flow leads to it. */
  readonly forCompensation?: true;
}

export type FlowNode = NodeBase &
  (
    | { readonly kind: 'startEvent'; readonly trigger?: Trigger | ThrownTrigger }
    | { readonly kind: 'endEvent'; readonly end: EndKind }
    /** A task, or a message event that is thrown by a worker: creates a job. */
    | { readonly kind: 'jobTask'; readonly job: JobDefinition }
    /** An intermediate event that throws something. */
    | { readonly kind: 'throwEvent'; readonly thrown: Thrown }
    /** A manual or undefined task, or a none throw event: passes through. */
    | { readonly kind: 'passThrough' }
    /** A user task without `zeebe:userTask`: creates a job of a type of its own. */
    | {
        readonly kind: 'jobUserTask';
        readonly properties: UserTaskProperties;
        readonly headers: Readonly<Record<string, string>>;
      }
    /** A user task with `zeebe:userTask`: waits for commands, without a job. */
    | {
        readonly kind: 'userTask';
        readonly properties: UserTaskProperties;
        readonly priority?: Source;
        readonly headers: Readonly<Record<string, string>>;
      }
    /** A script task with a FEEL expression. */
    | { readonly kind: 'scriptTask'; readonly script: Source; readonly resultVariable: string }
    /** A business rule task with a decision. */
    | {
        readonly kind: 'decisionTask';
        readonly decisionId: Source;
        readonly binding: Binding;
        /** Instead of the version tag of the binding, if it is an expression. */
        readonly versionTag?: Source;
        readonly resultVariable: string;
      }
    | { readonly kind: 'receiveTask'; readonly trigger: Trigger & { readonly kind: 'message' } }
    | { readonly kind: 'catchEvent'; readonly trigger: Trigger }
    | {
        readonly kind: 'boundaryEvent';
        readonly attachedTo: string;
        readonly interrupting: boolean;
        readonly trigger: Trigger | ThrownTrigger | CompensationTrigger;
      }
    /** Starts an instance of another process and waits for its end. */
    | {
        readonly kind: 'callActivity';
        readonly processId: Source;
        readonly binding: Binding;
        readonly propagateAllParentVariables: boolean;
        readonly propagateAllChildVariables: boolean;
        /** The business id of the called instance. Absent: that of the calling one; empty: none. */
        readonly businessId?: Source;
      }
    | { readonly kind: 'exclusiveGateway'; readonly defaultFlow?: string }
    | { readonly kind: 'inclusiveGateway'; readonly defaultFlow?: string }
    | { readonly kind: 'parallelGateway' }
    /** Its outgoing flows lead to catch events; the first event that is triggered decides. */
    | { readonly kind: 'eventBasedGateway' }
    | { readonly kind: 'subProcess'; readonly start: string }
    | { readonly kind: 'eventSubProcess'; readonly start: string; readonly interrupting: boolean }
    /** A subprocess whose elements run when they are activated, each in an inner instance. */
    | { readonly kind: 'adHocSubProcess'; readonly adHoc: AdHoc }
    /** The scope of one activation in an ad-hoc subprocess. It is not in the file. */
    | { readonly kind: 'adHocInnerInstance' }
  );

/** The errors or escalations that an event catches: those with the code; all without a code. */
export interface ThrownTrigger {
  readonly kind: 'error' | 'escalation';
  readonly code?: string;
}

/** The activity that compensates the one to which the boundary event is attached. */
export interface CompensationTrigger {
  readonly kind: 'compensation';
  readonly handler: string;
}

/** What an intermediate or end event throws. */
export type Thrown =
  | { readonly kind: 'signal'; readonly name: Source }
  | { readonly kind: 'escalation'; readonly code: Source }
  /** Compensates all completed activities of the scope, or only one of them. */
  | { readonly kind: 'compensation'; readonly activity?: string }
  /** Continues at the catch event with the name. */
  | { readonly kind: 'link'; readonly target: string };

export type EndKind =
  | { readonly kind: 'none' }
  | { readonly kind: 'terminate' }
  | { readonly kind: 'error'; readonly code: Source }
  | Exclude<Thrown, { readonly kind: 'link' }>;

/** Something in a file that prevents its deployment. */
export interface Problem {
  /** Path of the element: the id of the closest element with an id, then tags, joined by ` > `. */
  readonly element: string;
  readonly text: string;
}

/** A form, which user tasks find by its id. */
export interface FormModel {
  readonly id: string;
  readonly versionTag?: string;
}

/** A file that is only stored, such as a script. */
export interface FileModel {
  /** The name of the file, unless the file has an id of its own. */
  readonly id: string;
  readonly versionTag?: string;
}

/** The result of compiling a file: its executable processes, or all its problems. */
export type Compiled =
  | { readonly ok: true; readonly processes: readonly ProcessModel[] }
  | { readonly ok: false; readonly problems: readonly Problem[] };

/** Compiles a BPMN file. It never rejects because of the content of the file. */
export type CompileBpmn = (resourceName: string, content: Uint8Array, version?: ClusterVersion) => Promise<Compiled>;
