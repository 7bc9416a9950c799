/**
 * A runtime that runs connectors until it is stopped. It takes the cluster from .env or the environment, e.g.:
 * CAMUNDA_CONNECTION_TYPE=EMBEDDED CAMUNDA_RESOURCES=examples/bpmn npx tsx examples/worker.ts
 */
// #region runtime
import { createRuntime } from 'camunda-connectors';
import { log } from './log.ts';
import { randomInbound } from './random-inbound.ts';

const runtime = createRuntime({ outbound: [log], inbound: [randomInbound] });
await runtime.start();
// #endregion
