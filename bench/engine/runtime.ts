/** The runtime on the embedded engine over gRPC: a no-op connector with a validated five-field input. */
import { extname } from 'node:path';
import { fileURLToPath } from 'node:url';
import { createRuntime, defineOutbound } from '../../src/index.ts';
import { startChild } from '../child.ts';
import { fiveFields } from '../input.ts';

const jobs = 5_000;

const gatewayFile = fileURLToPath(new URL(`./gateway${extname(import.meta.url)}`, import.meta.url));

/** Completes a backlog of jobs; jobs per second from the first in hand to the last accepted. */
const jobsPerSecond = async (maxJobs: number): Promise<number> => {
  const gateway = await startChild(gatewayFile, { flags: process.execArgv });
  await gateway.ask(jobs);
  const [hostname = '', port] = String(gateway.greeting).split(':');
  let begun = 0;
  let settled = 0;
  const runtime = createRuntime({
    outbound: [
      defineOutbound({
        name: 'Bench',
        type: 'bench',
        maxJobs,
        timeout: 60,
        input: fiveFields,
        run: () => ({}),
      }),
    ],
    connection: { type: 'INSECURE', hostname, port: Number(port) },
    signals: false,
    logger: { debug: () => {}, info: () => {}, warn: () => {}, error: () => {} },
  });
  const seconds = await new Promise<number>((resolve) => {
    runtime.on('job:started', () => {
      if (begun === 0) begun = performance.now();
    });
    runtime.on('job:settled', () => {
      settled += 1;
      if (settled === jobs) resolve((performance.now() - begun) / 1_000);
    });
    void runtime.start();
  });
  await runtime.stop();
  await gateway.stop();
  return jobs / seconds;
};

export const runtimeCases = {
  'runtime on the embedded engine, 32 jobs at once (jobs/s)': () => jobsPerSecond(32),
  'the same, 256 jobs at once (jobs/s)': () => jobsPerSecond(256),
} as const;
