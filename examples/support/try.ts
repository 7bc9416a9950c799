/** Lets a connector's file be run on its own: no engine, no connection, one call, the result on the screen. */
import { realpathSync } from 'node:fs';
import { setTimeout as pause } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { type AnyInboundConnector, type AnyOutboundConnector, executeOutbound, isPending } from 'camunda-connectors';
import * as v from 'valibot';
import { inboundContext } from './context.ts';

/** Tells whether the file behind `url` is the one that was started, and not imported by another. */
export const isStarted = (url: string): boolean =>
  process.argv[1] !== undefined && realpathSync(process.argv[1]) === fileURLToPath(url);

const loopUntilReady = async (connector: AnyInboundConnector, variables: object): Promise<unknown> => {
  const input = connector.input === undefined ? {} : await v.parseAsync(connector.input, variables);
  let state: unknown;
  for (;;) {
    const message: unknown = await connector.loop(input, inboundContext({ logger: console, state }));
    if (isPending(message)) state = message.state;
    else if (message !== undefined && message !== null) return message;
    console.log(`${connector.name}: nothing yet, next look in ${connector.cycle} s`);
    await pause(connector.cycle * 1000);
  }
};

/**
 * Calls the connector once if its file was started, and does nothing if it was imported.
 *
 * @param url the file's `import.meta.url`
 * @param variables what the process would hand over; JSON as the first argument of the program replaces them
 * @example
 * await tryIfStarted(import.meta.url, log, { message: 'Hello' });
 */
export const tryIfStarted = async (
  url: string,
  connector: AnyOutboundConnector | AnyInboundConnector,
  variables: Readonly<Record<string, unknown>>,
): Promise<void> => {
  if (!isStarted(url)) return;
  const given = process.argv[2] === undefined ? variables : JSON.parse(process.argv[2]);
  console.log(
    connector.kind === 'outbound'
      ? await executeOutbound(connector, { variables: given }, { logger: console })
      : await loopUntilReady(connector, given),
  );
};
