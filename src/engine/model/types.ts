import type { Expression } from '../../feel/types.ts';

/** A process, compiled once to frozen plain objects. Nodes and flows refer to each other by id. */
export interface ProcessModel {
  readonly id: string;
  readonly name?: string;
  readonly resourceName: string;
  readonly nodes: ReadonlyMap<string, FlowNode>;
  readonly flows: ReadonlyMap<string, Flow>;
  /** The start event without a trigger, if the process has one. */
  readonly noneStart?: string;
  /** Message and timer start events. */
  readonly triggeredStarts: readonly string[];
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
  | { readonly kind: 'timer'; readonly timer: TimerDefinition };

interface NodeBase {
  readonly id: string;
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
}

export type FlowNode = NodeBase &
  (
    | { readonly kind: 'startEvent'; readonly trigger?: Trigger }
    | { readonly kind: 'endEvent'; readonly end: EndKind }
    /** A service or send task: creates a job. */
    | { readonly kind: 'jobTask'; readonly job: JobDefinition }
    /** A manual or undefined task, or a none throw event: passes through. */
    | { readonly kind: 'passThrough' }
    | { readonly kind: 'receiveTask'; readonly trigger: Trigger & { readonly kind: 'message' } }
    | { readonly kind: 'catchEvent'; readonly trigger: Trigger }
    | {
        readonly kind: 'boundaryEvent';
        readonly attachedTo: string;
        readonly interrupting: boolean;
        readonly trigger: Trigger | ErrorTrigger;
      }
    | { readonly kind: 'exclusiveGateway'; readonly defaultFlow?: string }
    | { readonly kind: 'parallelGateway' }
    /** Its outgoing flows lead to catch events; the first event that is triggered decides. */
    | { readonly kind: 'eventBasedGateway' }
    | { readonly kind: 'subProcess'; readonly start: string }
  );

/** The error that a boundary event catches; all errors without a code. */
export interface ErrorTrigger {
  readonly kind: 'error';
  readonly code?: string;
}

export type EndKind =
  | { readonly kind: 'none' }
  | { readonly kind: 'terminate' }
  | { readonly kind: 'error'; readonly code: Source };

/** Something in a file that prevents its deployment. */
export interface Problem {
  /** Path of the element: the id of the closest element with an id, then tags, joined by ` > `. */
  readonly element: string;
  readonly text: string;
}

/** The result of compiling a file: its executable processes, or all its problems. */
export type Compiled =
  | { readonly ok: true; readonly processes: readonly ProcessModel[] }
  | { readonly ok: false; readonly problems: readonly Problem[] };

/** Compiles a BPMN file. It never rejects because of the content of the file. */
export type CompileBpmn = (resourceName: string, content: Uint8Array) => Promise<Compiled>;
