import type { DevSession } from '../session.ts';

/** What commands act on. */
export interface CommandTools extends Pick<DevSession, 'engine' | 'clock' | 'host' | 'inbound' | 'steps' | 'starts'> {
  /** Prints a line while the command acts, where it happened. */
  readonly say: (line: string) => void;
  /** Where instances and messages belong. */
  readonly place: { readonly tenantId?: string };
}

/** A command of a running session. */
export interface Command {
  readonly name: string;
  /** The key on a terminal. */
  readonly key: string;
  /** What follows the name. */
  readonly usage: string;
  readonly description: string;
  /** Whether a key alone says everything. Otherwise the rest is asked for. */
  readonly isComplete: boolean;
  /**
   * @param words what follows the name, without the variables
   * @returns lines for the user
   * @throws a fault that says what to do
   */
  readonly run: (
    tools: CommandTools,
    words: readonly string[],
    variables: Readonly<Record<string, unknown>>,
  ) => Promise<readonly string[]> | readonly string[];
}
