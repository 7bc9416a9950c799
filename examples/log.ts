/**
 * The smallest outbound connector: it logs the message that the process passes.
 * Try it without an engine: npx tsx examples/log.ts '{ "message": "Hello, Ada" }'
 */
import { defineOutbound } from 'camunda-connectors';
import * as v from 'valibot';
import { tryIfStarted } from './support/try.ts';

// #region connector
export const log = defineOutbound({
  name: 'LogConnector',
  type: 'log',
  input: v.object({ message: v.pipe(v.string(), v.description('Message to log')) }),
  output: v.object({ status: v.picklist(['ok', 'error']) }),
  run: ({ message }, { logger }) => {
    logger.info(`LogConnector: ${message}`);
    return { status: 'ok' };
  },
});
// #endregion

await tryIfStarted(import.meta.url, log, { message: 'Hello' });
