/** What the page says about processes and instances that do not go on. */
import type { Key } from '../../../../engine/machine/types.ts';

/** Something in a process that would wait in vain, or has no effect. */
export interface HintRow {
  /** A `note` may be right as it is. */
  readonly level: 'warning' | 'note';
  readonly elementId: string;
  readonly elementName: string;
  readonly text: string;
}

/** What instances of a process wait for at an element, while nobody is about to continue them. */
export interface WaitRow {
  readonly elementId: string;
  readonly elementName: string;
  /** How many instances wait there. */
  readonly count: number;
  /** Some of them, with what they wait for and why. */
  readonly examples: readonly { readonly instance: Key; readonly text: string }[];
}

/** What the developer of a process should know about it. */
export interface ProcessAdvice {
  readonly hints: readonly HintRow[];
  readonly waits: readonly WaitRow[];
}
