/** What the page shows of webhooks and callbacks. */
import type { Key } from '../../../../engine/machine/types.ts';

/** A command for a shell that calls a webhook. Contains no secret. */
export interface CommandText {
  readonly text: string;
  /** The variables that a shell needs for it, in words; empty if it needs none. */
  readonly needs: string;
  /** What in it is only an example, as advice; empty if nothing is. */
  readonly examples: string;
}

/** A webhook that is served. */
export interface WebhookRow {
  readonly name: string;
  readonly method: string;
  /** With the public URL; before the server listens, the path alone. */
  readonly address: string;
  /** How a request proves who has sent it, in words. */
  readonly authentication: string;
  /** Absent if only its sender can sign, and before the server listens. */
  readonly command?: CommandText;
}

/** An address of a callback that waits for a call. The address itself is a secret, which is read only when it is copied. */
export interface AddressRow {
  readonly id: string;
  readonly connector: string;
  readonly messageName: string;
  readonly correlationKey: string;
  /** The process variable with the address. */
  readonly variable: string;
  readonly process: string;
  readonly instance: Key;
  /** Real milliseconds since the epoch. */
  readonly expiresAt: number;
}

/** A call of a webhook or callback that has ended. */
export interface CallRow {
  readonly number: number;
  /** Real milliseconds since the epoch. */
  readonly at: number;
  readonly connector: string;
  readonly method: string;
  /** The path, without what is secret. */
  readonly route: string;
  /** Absent: the connection was closed before the answer. */
  readonly status?: number;
  /** What it led to, in words. */
  readonly result: string;
  /** Whether it was refused or failed. */
  readonly isProblem: boolean;
  /** Why it was refused or failed. */
  readonly reason?: string;
  /** Milliseconds. */
  readonly took: number;
  /** Whether its request can be sent again. */
  readonly isRepeatable: boolean;
}

/** The webhooks and callbacks, and their last calls. */
export interface Inbound {
  /** Real milliseconds since the epoch. */
  readonly now: number;
  readonly webhooks: readonly WebhookRow[];
  /** Oldest first. */
  readonly addresses: readonly AddressRow[];
  /** How many addresses wait beyond those. */
  readonly moreAddresses: number;
  /** Newest first. */
  readonly calls: readonly CallRow[];
}

/** An address of a callback, for the clipboard. */
export interface AddressSecret {
  readonly address: string;
  /** The command that calls it. */
  readonly command: string;
}

/** What came of sending a call again. */
export interface ResentCall {
  readonly text: string;
}
