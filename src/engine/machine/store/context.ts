import type { EvaluateOptions } from '../../../feel/types.ts';
import type { ClusterVersion } from '../../model/cluster-version.ts';
import type { FlowNode } from '../../model/types.ts';
import type { EngineEvent, Variables, WorkEvent } from '../types.ts';
import type { ConditionSubscription, ElementInstance, Message, MessageSubscription, StepName } from './records.ts';
import type { State } from './state.ts';

/** Work in the ready queue. Elements never call each other: they add items to the queue. */
export type QueueItem =
  /** A token reaches a node: an instance of the node is created in the scope and activated. */
  | { readonly kind: 'enter'; readonly scope: ElementInstance; readonly node: FlowNode; readonly result?: Variables }
  /** An element takes a step. */
  | { readonly kind: 'step'; readonly step: StepName; readonly element: ElementInstance }
  /** An element has ended after which the process instance must end. */
  | { readonly kind: 'terminate'; readonly root: ElementInstance }
  /** A subscription looks for a buffered message. */
  | { readonly kind: 'correlate'; readonly subscription: MessageSubscription }
  /** A condition is checked for the first time. */
  | { readonly kind: 'condition'; readonly subscription: ConditionSubscription }
  /** The inclusive gateways of a scope that wait for tokens look whether one of them can go on. */
  | { readonly kind: 'join'; readonly scope: ElementInstance }
  /** A buffered message can start an instance, because the instance with the same correlation key has ended. */
  | { readonly kind: 'startNext'; readonly process: string; readonly correlationKey: string };

/** A snapshot that is being taken bit by bit. It is told what changes, so that it can copy it before. */
export interface Capture {
  /** An element of a process instance is about to change. */
  readonly keepInstance: (element: ElementInstance) => void;
  /** A message is about to change. */
  readonly keepMessage: (message: Message) => void;
}

/** What all parts of the machine work on. */
export interface Context {
  readonly state: State;
  /** Milliseconds since the epoch. While a scheduled item is fired, this is its due time. */
  readonly now: () => number;
  /** Undefined while nobody listens, so that no events need to be created. It is the same during a whole command. */
  emit: ((event: EngineEvent) => void) | undefined;
  /** For the events that the gateway needs, whether or not somebody listens to all events. */
  readonly emitWork: ((event: WorkEvent) => void) | undefined;
  readonly enqueue: (item: QueueItem) => void;
  /** The snapshots that are being taken. */
  readonly captures: Set<Capture>;
  readonly evaluateOptions: EvaluateOptions;
  /** The values that expressions read as `camunda.vars.cluster` and `camunda.vars.env`. */
  readonly clusterVariables: Variables;
  /** By tenant: the values that expressions read as `camunda.vars.tenant`, and rather than the others as `camunda.vars.env`. */
  readonly tenantVariables: Readonly<Record<string, Variables>>;
  /** The secrets of the cluster, by name. */
  readonly secrets: Readonly<Record<string, string>>;
  /** The names of the variables of the cluster whose texts may refer to secrets. */
  readonly secretVariables: ReadonlySet<string>;
  /** Whether a process has only one running instance with a business id. */
  readonly uniqueBusinessIds: boolean;
  /** The version of the cluster as which the machine behaves. */
  readonly version: ClusterVersion;
  /** Number of ended process instances that are kept. */
  readonly keepEnded: number;
}

/** What needs only the state. */
export type Stateful = Pick<Context, 'state'>;

/** Queues a step of an element. */
export const enqueueStep = (context: Context, step: StepName, element: ElementInstance): void =>
  context.enqueue({ kind: 'step', step, element });

/** Must be called before a process instance changes, with any element of it. */
export const keepInstance = ({ captures }: Context, element: ElementInstance): void => {
  if (captures.size > 0) for (const capture of captures) capture.keepInstance(element);
};

/** Must be called before a buffered message changes. */
export const keepMessage = ({ captures }: Context, message: Message): void => {
  if (captures.size > 0) for (const capture of captures) capture.keepMessage(message);
};
