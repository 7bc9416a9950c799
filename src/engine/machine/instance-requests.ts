import type { Key, Variables } from './values.ts';

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
