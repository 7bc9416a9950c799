/**
 * A program that uses all cores. It needs a cluster or the engine of `camunda-connectors dev`:
 * ZEEBE_GRPC_ADDRESS=grpc://127.0.0.1:26500 npx tsx examples/processes.ts
 */
import { createRuntime, runProcesses } from 'camunda-connectors';
import { log } from './log.ts';

// #region run
process.exitCode = await runProcesses((number) => createRuntime({ outbound: [log], workerName: `log-${number}` }), {
  processes: 'auto',
  health: { port: 8080 },
});
// #endregion
