/** Runs a connector's file on its own: one call without an engine or a connection, and the result on the screen. */
import { existsSync, realpathSync } from 'node:fs';
import { setTimeout as pause } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { type AnyInboundConnector, type AnyOutboundConnector, executeOutbound, isPending } from 'camunda-connectors';
import { inboundContext } from 'camunda-connectors/testing';
import * as v from 'valibot';

/** Returns whether the file at `url` was started, as opposed to imported. In a thread, no file was. */
export const isStarted = (url: string): boolean => {
  const [, program = ''] = process.argv;
  return existsSync(program) && realpathSync(program) === fileURLToPath(url);
};

const loopUntilReady = async (connector: AnyInboundConnector, variables: object): Promise<unknown> => {
  const input = connector.input === undefined ? {} : await v.parseAsync(connector.input, variables);
  let state: unknown;
  for (;;) {
    const message: unknown = await connector.loop(input, inboundContext({ logger: console, state }));
    if (isPending(message)) state = message.state;
    else if (message !== undefined && message !== null) return message;
    console.log(`${connector.name}: nothing yet, next call in ${connector.cycle} s`);
    await pause(connector.cycle * 1000);
  }
};

/**
 * Calls the connector if its file was started. Does nothing if the file was imported.
 *
 * @param url the file's `import.meta.url`
 * @param variables the variables that a process would pass; JSON as the program's first argument replaces them
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
