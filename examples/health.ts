/** A runtime that serves health and metrics over HTTP, and an event listener: npx tsx examples/health.ts */
import { createConnection, createRuntime, serveHealth } from 'camunda-connectors';
import { log } from './log.ts';

// #region serve
const connection = createConnection({ type: 'EMBEDDED', resources: ['examples/bpmn/hello.bpmn'] });
const runtime = createRuntime({ outbound: [log], connection });
const { url } = await serveHealth(runtime, { port: 0 });
await runtime.start();
// #endregion

// #region listen
// … with the runtime from above:
const settled = new Promise<void>((resolve) => {
  runtime.on('job:settled', ({ job, outcome, delivery }) => {
    console.log(`${job.elementId}: ${outcome.kind}, ${delivery.kind}`);
    resolve();
  });
});
// #endregion

await connection.createInstanceWithResult({ bpmnProcessId: 'hello', variables: '{ "name": "Ada" }' });
await settled;

const ready = await fetch(`${url}/health/ready`);
console.log(ready.status, await ready.text());

const metrics = await (await fetch(`${url}/metrics`)).text();
console.log(metrics.match(/^camunda_connector_outbound_invocations_total.*$/gm)?.join('\n'));

await runtime.stop();
await connection.close();
