/** Describes what connectors, a runtime and an engine do, line by line, for people to read. */
import { inspect } from 'node:util';
import {
  type AnyInboundConnector,
  type AnyOutboundConnector,
  isBpmnError,
  isJobError,
  type Logger,
  type Runtime,
} from 'camunda-connectors';
import type { Engine } from 'camunda-connectors/engine';

/** Functions that colour text. They return it unchanged if the output is not a terminal. */
export type Paint = Readonly<Record<'dim' | 'bold' | 'green' | 'red' | 'cyan', (text: string) => string>>;

/** Makes functions that add ANSI colours, or that leave text unchanged if `wanted` is false. */
export const createPaint = (wanted: boolean): Paint => {
  const colour =
    (code: number) =>
    (text: string): string =>
      wanted ? `\u001B[${code}m${text}\u001B[0m` : text;
  return { dim: colour(2), bold: colour(1), green: colour(32), red: colour(31), cyan: colour(36) };
};

const longest = 200;

/** Formats a value as JavaScript on one line, and cuts it if it is long. */
export const show = (value: unknown): string => {
  const text = inspect(value, { breakLength: Number.POSITIVE_INFINITY, depth: 10 });
  return text.length > longest ? `${text.slice(0, longest)} …` : text;
};

/** Writes one line for each thing that happens. */
export interface Narrator {
  /** Returns a copy of the connector whose `run` also writes the input and the result of each call. */
  outbound<C extends AnyOutboundConnector>(connector: C): C;
  /** Returns a copy of the connector whose `loop` also writes the message when there is one. */
  inbound<C extends AnyInboundConnector>(connector: C): C;
  /** Writes activations and changes of the connection. */
  runtime(runtime: Runtime): void;
  /** Writes what only an embedded engine reveals: messages and timers that reach the process. */
  engine(engine: Engine): void;
}

const reason = (error: unknown): string => (error instanceof Error ? error.message : String(error));

/** Makes a narrator that writes its lines with `write`. */
export const createNarrator = (write: (line: string) => void, paint: Paint): Narrator => {
  const say = (who: string, where: string, what: string): void =>
    write(`    ${who.padEnd(16)}${where.padEnd(16)}${what}`);
  const result = (value: unknown): string => {
    if (isBpmnError(value)) return `${paint.cyan('BPMN error')} ${value.code}: ${value.message}`;
    return isJobError(value) ? `${paint.red('failed')} ${value.message}` : `${paint.dim('result')} ${show(value)}`;
  };

  return {
    outbound: (connector) => ({
      ...connector,
      run: async (input, context) => {
        const { elementId } = context.job;
        const line = (text: string): void => say('', '', paint.green(text));
        const logger: Logger = { debug: () => {}, info: line, warn: line, error: line };
        say(connector.type, elementId, `${paint.dim('input ')} ${show(input)}`);
        try {
          const value = await connector.run(input, { ...context, logger });
          say(connector.type, elementId, result(value));
          return value;
        } catch (error) {
          say(connector.type, elementId, `${paint.red('failed')} ${reason(error)}`);
          throw error;
        }
      },
    }),
    inbound: (connector) => ({
      ...connector,
      loop: async (input, context) => {
        const message = await connector.loop(input, context);
        if (message) say(connector.name, '', `${paint.cyan('message')} ${show(message)}`);
        return message;
      },
    }),
    runtime: (runtime) => {
      runtime.on('subscription:opened', ({ subscription: { activation } }) => {
        say(activation.connector, activation.elementId, `activated, will publish "${activation.messageName}"`);
      });
      runtime.on('connection:waiting', ({ address, error }) => write(`Waiting for ${address}: ${reason(error)}`));
      runtime.on('connection:lost', ({ address, error }) => write(`Connection to ${address} lost: ${reason(error)}`));
      runtime.on('connection:restored', ({ address }) => write(`Connection to ${address} restored`));
    },
    engine: (engine) => {
      engine.on((event) => {
        // Skips the runtime's own process, which stores the subscriptions.
        if (event.kind === 'message:correlated' && !event.elementId.startsWith('_')) {
          say('engine', event.elementId, paint.cyan(`message "${event.message.name}" correlated`));
        } else if (event.kind === 'timer:triggered') say('engine', event.elementId, paint.cyan('timer fired'));
      });
    },
  };
};
