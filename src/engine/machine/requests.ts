import type { Key, Variables } from './values.ts';

/** A business id may have so many characters. */
export const longestBusinessId = 256;

/** What a new process instance can have besides its variables. */
export interface CreateOptions {
  /** Starts at these elements instead of the start event. */
  readonly startInstructions?: readonly { readonly elementId: string }[];
  /** Terminates the instance when one of these elements has ended. */
  readonly runtimeInstructions?: readonly { readonly terminateAfterElementId: string }[];
  /** At most 10; each begins with a letter. */
  readonly tags?: readonly string[];
  /** 1 to 256 characters. */
  readonly businessId?: string;
}

/** Variables that a modification writes: into the process instance, or into the scope of the element with the id. */
export interface ModificationVariables {
  readonly scopeId?: string;
  readonly variables: Variables;
}

/** How an instance is migrated to another definition: each active element needs a mapping. */
export interface MigrationPlan {
  readonly targetProcessDefinitionKey: Key;
  readonly mappingInstructions: readonly { readonly sourceElementId: string; readonly targetElementId: string }[];
}

/** Ends elements and activates another one for each of them. */
export interface MoveInstruction {
  /** One element instance, or all instances of an element. */
  readonly source: { readonly elementInstanceKey: Key } | { readonly elementId: string };
  readonly targetElementId: string;
  /**
   * The scope around the target: a given one, the one that contains the source, or the innermost one around the source that
   * is around the target as well. Default: the only one.
   */
  readonly ancestorScope?:
    | { readonly kind: 'direct'; readonly elementInstanceKey: Key }
    | { readonly kind: 'sourceParent' }
    | { readonly kind: 'inferred' };
  readonly variables?: readonly ModificationVariables[];
}

/** A change of a running process instance. Elements are activated first, so that their scopes stay. */
export interface Modification {
  readonly activate?: readonly {
    readonly elementId: string;
    /** The scope around the element, if there are several. */
    readonly ancestorElementInstanceKey?: Key;
    readonly variables?: readonly ModificationVariables[];
  }[];
  readonly terminate?: readonly ({ readonly elementInstanceKey: Key } | { readonly elementId: string })[];
  readonly move?: readonly MoveInstruction[];
}

/** How a worker activates a job. */
export interface JobActivation {
  readonly worker: string;
  /** Milliseconds. */
  readonly timeout: number;
  /** Empty: all variables. */
  readonly fetchVariables: readonly string[];
  /** The activation gets a token, without which nobody can complete the job. */
  readonly withLease?: boolean | undefined;
}

/** Which jobs a worker activates. */
export interface JobsActivation extends JobActivation {
  readonly type: string;
  readonly maxJobs: number;
  /** Default: the default tenant. */
  readonly tenantIds?: readonly string[] | undefined;
  /** Jobs that must not be activated yet. A younger job does not overtake them. */
  readonly isHeld?: ((key: Key) => boolean) | undefined;
}

/** How a job failed. */
export interface JobFailure {
  /** Attempts left. */
  readonly retries: number;
  readonly errorMessage: string;
  /** Milliseconds until the next attempt. */
  readonly backoff: number;
  readonly variables: Variables;
  readonly leaseToken?: string | undefined;
}

/** The BPMN error that a job throws. */
export interface JobError {
  readonly code: string;
  readonly errorMessage: string;
  readonly variables: Variables;
  readonly leaseToken?: string | undefined;
}
