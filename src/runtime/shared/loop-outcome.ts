import type { Command } from '../../connection/port.ts';
import type { JsonText } from '../../connector/types.ts';

/** What one call of an inbound connector's `loop` yields. */
export type LoopOutcome =
  /** Nothing is there yet. `state`, where the loop gave one, is for its next call. */
  | { readonly kind: 'pending'; readonly state?: JsonText }
  /** The message is ready; the command publishes it. */
  | {
      readonly kind: 'message';
      readonly command: Extract<Command, { readonly kind: 'publishMessage' }>;
      readonly variables: Readonly<Record<string, unknown>>;
    }
  | { readonly kind: 'failed'; readonly error: unknown };
