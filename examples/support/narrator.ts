/** Turns what connectors, a runtime and an engine do into lines that a person can follow. */
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

/** Colours as functions; on anything but a terminal they leave the text as it is. */
export type Paint = Readonly<Record<'dim' | 'bold' | 'green' | 'red' | 'cyan', (text: string) => string>>;

/** ANSI colours if they are wanted. */
export const createPaint = (wanted: boolean): Paint => {
  const colour =
    (code: number) =>
    (text: string): string =>
      wanted ? `\u001B[${code}m${text}\u001B[0m` : text;
  return { dim: colour(2), bold: colour(1), green: colour(32), red: colour(31), cyan: colour(36) };
};

const longest = 200;

/** A value on one line, as JavaScript writes it, cut where it gets long. */
export const show = (value: unknown): string => {
  const text = inspect(value, { breakLength: Number.POSITIVE_INFINITY, depth: 10 });
  return text.length > longest ? `${text.slice(0, longest)} …` : text;
};

/** Tells the story line by line. */
export interface Narrator {
  /** The connector, telling its input and result at each call. A connector is data, so this is a copy with another `run`. */
  outbound<C extends AnyOutboundConnector>(connector: C): C;
  /** The connector, telling its message when there is one. */
  inbound<C extends AnyInboundConnector>(connector: C): C;
  /** Tells of activations and of the connection. */
  runtime(runtime: Runtime): void;
  /** Tells what only an embedded engine lets one see: messages and timers reaching the process. */
  engine(engine: Engine): void;
}

const reason = (error: unknown): string => (error instanceof Error ? error.message : String(error));

/** Makes a narrator that writes its lines with `write`. */
export const createNarrator = (write: (line: string) => void, paint: Paint): Narrator => {
  const tell = (who: string, where: string, what: string): void =>
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
        const line = (text: string): void => tell('', '', paint.green(text));
        const logger: Logger = { debug: () => {}, info: line, warn: line, error: line };
        tell(connector.type, elementId, `${paint.dim('input ')} ${show(input)}`);
        try {
          const value = await connector.run(input, { ...context, logger });
          tell(connector.type, elementId, result(value));
          return value;
        } catch (error) {
          tell(connector.type, elementId, `${paint.red('failed')} ${reason(error)}`);
          throw error;
        }
      },
    }),
    inbound: (connector) => ({
      ...connector,
      loop: async (input, context) => {
        const message = await connector.loop(input, context);
        if (message) tell(connector.name, '', `${paint.cyan('message')} ${show(message)}`);
        return message;
      },
    }),
    runtime: (runtime) => {
      runtime.on('subscription:opened', ({ subscription: { activation } }) => {
        tell(activation.connector, activation.elementId, `activated, will publish "${activation.messageName}"`);
      });
      runtime.on('connection:waiting', ({ address, error }) => write(`Waiting for ${address}: ${reason(error)}`));
      runtime.on('connection:lost', ({ address, error }) => write(`Connection to ${address} lost: ${reason(error)}`));
      runtime.on('connection:restored', ({ address }) => write(`Connection to ${address} is back`));
    },
    engine: (engine) => {
      engine.on((event) => {
        // The runtime's own process, which holds the subscriptions, is no part of the story.
        if (event.kind === 'message:correlated' && !event.elementId.startsWith('_')) {
          tell('engine', event.elementId, paint.cyan(`message "${event.message.name}" correlated`));
        } else if (event.kind === 'timer:triggered') tell('engine', event.elementId, paint.cyan('timer fired'));
      });
    },
  };
};
