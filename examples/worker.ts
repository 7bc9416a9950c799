/**
 * A runtime that runs until it is stopped. .env or environment variables select the cluster, for example:
 * CAMUNDA_CONNECTION_TYPE=EMBEDDED CAMUNDA_RESOURCES=examples/bpmn npx tsx examples/worker.ts
 */
import { createRuntime } from 'camunda-connectors';
import { log } from './log.ts';
import { randomInbound } from './random-inbound.ts';

// #region runtime
const runtime = createRuntime({ outbound: [log], inbound: [randomInbound] });
await runtime.start();
// #endregion
