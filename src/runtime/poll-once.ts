import type { Command } from '../connection/port.ts';
import { bindInput } from '../connector/bind.ts';
import { fault } from '../connector/fault.ts';
import type { Activation, AnyInboundConnector, Logger } from '../connector/types.ts';
import { type Json, stringifyDocument, toJson } from '../connector/values.ts';
import { checkOutput, problemList } from './output.ts';
import { errorText } from './text.ts';

/** What one call of an inbound connector's `loop` yields. */
export type PollResult =
  /** Nothing is there yet. */
  | { readonly kind: 'pending' }
  /** The message is ready; the command publishes it. */
  | {
      readonly kind: 'message';
      readonly command: Extract<Command, { readonly kind: 'publishMessage' }>;
      readonly variables: Readonly<Record<string, unknown>>;
    }
  | { readonly kind: 'failed'; readonly error: unknown };

/** What `loop` gets beside its input and the activation. */
export interface PollServices {
  readonly signal: AbortSignal;
  readonly logger: Logger;
}

const failed = (what: string, cause?: unknown): PollResult => ({
  kind: 'failed',
  error: fault('output', cause === undefined ? { what } : { what, cause }),
});

const messageOf = (
  connector: AnyInboundConnector,
  activation: Activation,
  variables: Readonly<Record<string, Json>>,
): PollResult => ({
  kind: 'message',
  variables,
  command: {
    kind: 'publishMessage',
    name: activation.messageName,
    correlationKey: activation.correlationKey,
    messageId: activation.id,
    timeToLive: Math.round(connector.messageTimeToLive * 1000),
    variables: stringifyDocument(variables),
  },
});

/**
 * Calls an inbound connector's `loop` once for an activation and says what came of it. Checks the activation's
 * variables against the connector's input and the result against its output. Sends nothing and never rejects.
 */
export const pollOnce = async (
  connector: AnyInboundConnector,
  activation: Activation,
  { signal, logger }: PollServices,
): Promise<PollResult> => {
  try {
    let input: unknown = {};
    if (connector.input !== undefined) {
      const bound = await bindInput(connector.input, activation.variables);
      if (!bound.ok) {
        const what = `The activation's variables do not fit the input of "${connector.name}":`;
        return {
          kind: 'failed',
          error: fault('input', { what: `${what}\n${problemList(bound.problems)}`, cause: bound.cause }),
        };
      }
      input = bound.value;
    }
    const result: unknown = await connector.loop(input as never, { activation, signal, logger });
    if (result === undefined || result === null) return { kind: 'pending' };
    const checked = await checkOutput(connector.output, result);
    if (!checked.ok) {
      return failed(
        `The message of "${connector.name}" does not fit its output schema:\n${problemList(checked.problems)}`,
      );
    }
    const json = toJson(checked.value);
    if (typeof json !== 'object' || json === null || Array.isArray(json)) {
      return failed(`loop of "${connector.name}" must return an object of variables, or nothing yet.`);
    }
    return messageOf(connector, activation, json as Readonly<Record<string, Json>>);
  } catch (error) {
    return { kind: 'failed', error: typeof error === 'object' && error !== null ? error : failedText(error) };
  }
};

/** A thrown text or nothing becomes an error, so that listeners can rely on one. */
const failedText = (thrown: unknown): unknown => fault('output', { what: errorText(thrown), cause: thrown });
