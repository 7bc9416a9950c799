import { hasBrand } from './brand.ts';

type Variables = Readonly<Record<string, unknown>>;

/** An element of an ad-hoc sub-process to activate. */
export interface ElementActivation {
  /** The id of the element. */
  readonly elementId: string;
  /** Local variables of the new element instance. Default: none. */
  readonly variables?: Variables | null;
}

/** What the job of an ad-hoc sub-process decides. */
export interface AdHocSubProcessResult {
  readonly type: 'adHocSubProcess';
  /** The elements to activate. An element may appear more than once. */
  readonly activateElements: readonly ElementActivation[];
  /** Whether the sub-process's completion condition is fulfilled. */
  readonly completionConditionFulfilled: boolean;
  /** Whether the cluster cancels the sub-process's active elements when the completion condition is fulfilled. */
  readonly cancelRemainingInstances: boolean;
}

/** Changes to a user task. A property that is absent keeps its value; `''` and `[]` clear it. */
export interface UserTaskCorrections {
  readonly assignee?: string;
  readonly candidateGroups?: readonly string[];
  readonly candidateUsers?: readonly string[];
  /** A date and time in ISO 8601. */
  readonly dueDate?: string;
  /** A date and time in ISO 8601. */
  readonly followUpDate?: string;
  /** From 0 to 100. */
  readonly priority?: number;
}

/** What the job of a user task listener decides. */
export interface UserTaskResult {
  readonly type: 'userTask';
  /** Whether the listener denies the change: the user task keeps its state. */
  readonly denied: boolean;
  /** Why it denies the change. */
  readonly deniedReason?: string;
  readonly corrections?: UserTaskCorrections;
}

/** A decision that the completion of a job carries to the cluster, besides variables. */
export type JobResult = AdHocSubProcessResult | UserTaskResult;

const brand: unique symbol = Symbol.for('camunda-connectors.jobResult') as never;

/** What `run` returns to complete a job with a decision. Made by `adHocResult` or `userTaskResult`. */
export interface JobResultReturn {
  readonly kind: 'jobResult';
  readonly result: JobResult;
  /** Process variables to set. */
  readonly variables: Variables;
  /** What the error expression sees as `response`. */
  readonly response: unknown;
  readonly [brand]: true;
}

/** Marks a decision and what comes with it as what `run` returns. */
export const jobResultReturn = (
  result: JobResult,
  variables: Variables | null | undefined,
  response: unknown,
): JobResultReturn => Object.freeze({ kind: 'jobResult', result, variables: variables ?? {}, response, [brand]: true });

/**
 * Tells whether a value was made by `adHocResult` or `userTaskResult`, also by another copy of the package.
 *
 * @param value anything, e.g. what a `run` returned
 * @example
 * const returned = await agent.run({ question: 'Which tools?' }, context);
 * if (isJobResult(returned)) console.log(returned.result);
 */
export const isJobResult = (value: unknown): value is JobResultReturn => hasBrand(value, brand);
